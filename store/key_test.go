package store_test

import (
	"errors"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"zhunru/screening"
	"zhunru/store"
	"zhunru/store/storetest/pg"
)

func TestAccessKeysOnSQLite(t *testing.T) {
	t.Parallel()
	accessKeys(t, open(t, filepath.Join(t.TempDir(), "z.db")))
}

func TestAccessKeysOnPostgres(t *testing.T) {
	t.Parallel()
	accessKeys(t, open(t, pg.Start(t).Database(t)))
}

// accessKeys takes two keys through their lives.
func accessKeys(t *testing.T, s *store.Store) {
	t.Helper()
	end := time.Date(2030, 1, 2, 3, 4, 5, 6000, time.UTC)
	first := store.AccessKey{Prefix: "aaaa", Hash: store.Hash{1}, Name: "平台", Role: "platform-service", ExpiresAt: end}
	second := store.AccessKey{Prefix: "bbbb", Hash: store.Hash{2}, Name: "审计", Role: "auditor"}
	write := func(f func(tx *store.Tx) error) error { return s.Write(t.Context(), f) }
	add := func(k store.AccessKey) error {
		return write(func(tx *store.Tx) error { _, err := tx.AddAccessKey("test", k); return err })
	}
	for i, want := range []bool{false, true} {
		err := write(func(tx *store.Tx) error {
			has, err := tx.HasAccessKeys()
			if has != want {
				t.Errorf("HasAccessKeys with %d keys is %v", i, has)
			}
			return err
		})
		if err := errors.Join(err, add([]store.AccessKey{first, second}[i])); err != nil {
			t.Fatal(err)
		}
	}
	if err := add(first); !errors.Is(err, screening.ErrConflict) {
		t.Errorf("a prefix twice: %v, want a conflict", err)
	}
	refusedKeys(t, add)

	used := end.Add(-time.Hour)
	err := write(func(tx *store.Tx) error {
		return errors.Join(tx.UseAccessKey("bbbb", used), tx.UseAccessKey("bbbb", used.Add(-time.Minute)))
	})
	if err != nil {
		t.Fatal(err)
	}
	second.LastUsedAt = used
	got, err := s.AccessKeys(t.Context())
	if diff := cmp.Diff([]store.AccessKey{first, second}, got, cmpopts.IgnoreFields(store.AccessKey{}, "CreatedAt")); diff != "" || err != nil {
		t.Errorf("%v\n%s", err, diff)
	}
	revocation(t, s)
}

func refusedKeys(t *testing.T, add func(store.AccessKey) error) {
	t.Helper()
	for field, k := range map[string]store.AccessKey{
		"prefix": {Name: "x", Role: "admin"},
		"name":   {Prefix: "x", Role: "admin"},
		"role":   {Prefix: "x", Name: "x", Role: "root"},
	} {
		var invalid *screening.InvalidError
		if err := add(k); !errors.As(err, &invalid) || invalid.Field != field {
			t.Errorf("a key without its %s: %v", field, err)
		}
	}
}

func revocation(t *testing.T, s *store.Store) {
	t.Helper()
	var once, twice store.AccessKey
	err := s.Write(t.Context(), func(tx *store.Tx) (err error) { once, err = tx.RevokeAccessKey("test", "aaaa"); return err })
	if err == nil {
		err = s.Write(t.Context(), func(tx *store.Tx) (err error) { twice, err = tx.RevokeAccessKey("test", "aaaa"); return err })
	}
	if err != nil {
		t.Fatal(err)
	}
	kept, err := s.AccessKey(t.Context(), "aaaa")
	if err != nil || once.RevokedAt.IsZero() || !once.RevokedAt.Equal(twice.RevokedAt) || !kept.RevokedAt.Equal(once.RevokedAt) {
		t.Errorf("revoked at %v, then %v, kept %v: %v", once.RevokedAt, twice.RevokedAt, kept.RevokedAt, err)
	}
	if kept.InForce(kept.CreatedAt) {
		t.Error("a revoked key is in force")
	}
	if _, err := s.AccessKey(t.Context(), "none"); !errors.Is(err, screening.ErrNotFound) {
		t.Errorf("an unknown prefix: %v", err)
	}
	err = s.Write(t.Context(), func(tx *store.Tx) error { _, err := tx.RevokeAccessKey("test", "none"); return err })
	if !errors.Is(err, screening.ErrNotFound) {
		t.Errorf("revoking an unknown prefix: %v", err)
	}
}

func TestAccessKeyEndsWithItsTime(t *testing.T) {
	t.Parallel()
	end := time.Unix(1000, 0)
	k := store.AccessKey{ExpiresAt: end}
	if !k.InForce(end.Add(-1)) || k.InForce(end) {
		t.Error("a key is in force until the moment it expires, and not then")
	}
}
