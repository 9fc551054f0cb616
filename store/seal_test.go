package store_test

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"zhunru/screening"
	"zhunru/screening/qualification"
	"zhunru/store"
	"zhunru/store/storetest/pg"
	"zhunru/store/vault"
)

func TestPersonalFieldsAreSealed(t *testing.T) {
	t.Parallel()
	t.Run("SQLite", func(t *testing.T) {
		t.Parallel()
		sealing(t, filepath.Join(t.TempDir(), "z.db"))
	})
	t.Run("Postgres", func(t *testing.T) {
		t.Parallel()
		sealing(t, pg.Start(t).Database(t))
	})
}

const webhookSecret = "a secret of some length, made up"

const idNumber = "11010119900307123X" // made up

func sealing(t *testing.T, dsn string) {
	t.Helper()
	clear := openWith(t, dsn, nil)
	put(t, clear, "M-1", idNumber) // from before there were keys
	old := newVault(t)
	s := openWith(t, dsn, old)
	put(t, s, "M-2", idNumber)
	err := s.Write(t.Context(), func(tx *store.Tx) error {
		_, err := tx.AddWebhook(store.Webhook{URL: "https://example.com/hook", State: store.WebhookActive}, []byte(webhookSecret))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	wantDocuments(t, s, "M-1", "M-2")

	if err := try(t, openWith(t, dsn, &vault.Vault{}), "M-3", idNumber); !errors.Is(err, vault.ErrNoKeys) {
		t.Errorf("without keys: %v, want ErrNoKeys", err)
	}
	var invalid *screening.InvalidError
	if err := try(t, s, "M-3", "sealed:1:abc"); !errors.As(err, &invalid) || invalid.Field != "number" {
		t.Errorf("a number that looks sealed: %v, want it refused", err)
	}
	if _, err := openWith(t, dsn, newVault(t)).Documents(t.Context(), "M-2"); !errors.Is(err, vault.ErrSealed) {
		t.Errorf("with other keys: %v, want ErrSealed", err)
	}

	next, err := old.Rotate()
	if err != nil {
		t.Fatal(err)
	}
	s = openWith(t, dsn, next)
	if sealed, looked, _, err := s.Reseal(t.Context(), store.PersonalDocuments, 0, 1000); sealed != 2 || looked != 2 || err != nil {
		t.Errorf("Reseal = %d, %d, %v, want both", sealed, looked, err)
	}
	if sealed, looked, _, err := s.Reseal(t.Context(), store.PersonalDocuments, 0, 1000); sealed != 0 || looked != 2 || err != nil {
		t.Errorf("Reseal again = %d, %d, %v, want nothing to do", sealed, looked, err)
	}
	if sealed, looked, _, err := s.Reseal(t.Context(), store.PersonalMerchants, 0, 1000); sealed != 2 || looked != 2 || err != nil {
		t.Errorf("Reseal of merchants = %d, %d, %v, want both", sealed, looked, err)
	}
	if n, err := s.ResealWebhooks(t.Context()); n != 1 || err != nil {
		t.Errorf("ResealWebhooks = %d, %v, want 1", n, err)
	}
	for _, v := range raw(t, s) {
		if strings.Contains(v, idNumber) || !vault.Sealed(v) {
			t.Errorf("kept in the clear: %s", v)
		}
	}
	alone, err := next.Prune()
	if err != nil {
		t.Fatal(err)
	}
	last := openWith(t, dsn, alone)
	wantDocuments(t, last, "M-1", "M-2")
	if secrets, err := last.WebhookSecrets(t.Context(), 1); err != nil || len(secrets) != 1 || string(secrets[0]) != webhookSecret {
		t.Errorf("WebhookSecrets = %q, %v", secrets, err)
	}

	if _, err := s.Pool().ExecContext(t.Context(), `UPDATE documents SET number = (SELECT x.number FROM documents x WHERE x.key = 1) WHERE key = 2`); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Documents(t.Context(), "M-2"); !errors.Is(err, vault.ErrSealed) {
		t.Errorf("a number of another merchant: %v, want ErrSealed", err)
	}
}

func newVault(t *testing.T) *vault.Vault {
	t.Helper()
	v, err := vault.New()
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func openWith(t *testing.T, dsn string, v *vault.Vault) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), dsn, store.Options{Migrate: true, Vault: v})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() }) //nolint:errcheck // the test is over
	return s
}

// try keeps a merchant with one accepted document.
func try(t *testing.T, s *store.Store, merchant, number string) error {
	t.Helper()
	return s.Write(t.Context(), func(tx *store.Tx) error {
		m := store.Merchant{State: store.MerchantActive}
		m.ID, m.Kind, m.Name = merchant, "merchant", "某人"
		m.Identity = store.Identity{Contact: "某人", Phone: "13800138000", IDNumber: idNumber, Address: "某路1号"}
		if _, err := tx.SaveMerchant(m); err != nil {
			return err
		}
		_, err := tx.SaveDocument(store.Document{MerchantID: merchant, Decision: store.Accepted, Document: qualification.Document{
			Type: "身份证", Number: number, Holder: "某人" + idNumber, Text: "公民身份号码 " + idNumber,
		}})
		return err
	})
}

func put(t *testing.T, s *store.Store, merchant, number string) {
	t.Helper()
	if err := try(t, s, merchant, number); err != nil {
		t.Fatal(err)
	}
}

// wantDocuments reads the documents in all ways there are.
func wantDocuments(t *testing.T, s *store.Store, merchants ...string) {
	t.Helper()
	dossiers, err := s.Dossiers(t.Context(), merchants)
	if err != nil {
		t.Fatal(err)
	}
	subjects, err := s.Subjects(t.Context(), merchants, true)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range merchants {
		documents, err := s.Documents(t.Context(), m)
		if err != nil || len(documents) != 1 || documents[0].Text != "公民身份号码 "+idNumber {
			t.Fatalf("Documents(%s) = %+v, %v", m, documents, err)
		}
		if subjects[m].Identity.Phone != "13800138000" || subjects[m].Identity.IDNumber != idNumber {
			t.Errorf("%s: its identity is %+v", m, subjects[m].Identity)
		}
		if dossiers[m].Documents[0].Number != idNumber || subjects[m].Documents[0].Holder != "某人"+idNumber {
			t.Errorf("%s: the dossier and the subject are not as they were kept", m)
		}
	}
}

// raw returns the personal fields as the database has them.
func raw(t *testing.T, s *store.Store) []string {
	t.Helper()
	rows, err := s.Pool().QueryContext(t.Context(), "SELECT number, holder, text, m.phone, m.id_number, m.contact, m.address FROM documents d JOIN merchants m ON m.key = d.merchant_key")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close() //nolint:errcheck // Err tells
	var out []string
	for rows.Next() {
		v := make([]string, 7)
		if err := rows.Scan(&v[0], &v[1], &v[2], &v[3], &v[4], &v[5], &v[6]); err != nil {
			t.Fatal(err)
		}
		out = append(out, v...)
	}
	if err := rows.Err(); err != nil || len(out) == 0 {
		t.Fatal(out, err)
	}
	return out
}
