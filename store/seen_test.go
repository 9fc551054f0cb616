package store_test

import (
	"path/filepath"
	"testing"

	"zhunru/screening"
	"zhunru/screening/dictionary"
	"zhunru/store"
	"zhunru/store/storetest/pg"
)

// TestLookSeesWhatListingsReturns holds the fast way of reading against the
// plain one, over texts and attributes that are awkward to hash.
func TestLookSeesWhatListingsReturns(t *testing.T) {
	t.Parallel()
	for name, dsn := range map[string]string{"SQLite": filepath.Join(t.TempDir(), "z.db"), "Postgres": pg.Start(t).Database(t)} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			look(t, open(t, dsn))
		})
	}
}

var awkward = []map[string]string{
	nil, {"": ""}, {"a": ""}, {"": "a"}, {"a": "b", "c": "d"}, {"a": `"`, "b": `\`}, {"a": "<&>\u2028"}, {"b": `","c":"d`, "a": `":"`},
	{"a": "}", "{": ":"}, {"材质": "纯棉", "产地": "浙江", "货号": "{}"}, {"a": ",", "b": ":", "c": `\"`}, {"a": "\n\t\x01"}, {"é": "e\u0301", "e": "x"},
}

func look(t *testing.T, s *store.Store) {
	batch := make([]screening.Listing, 0, len(awkward))
	for i, a := range awkward {
		l := benchListings(i, 1)[0]
		l.Attributes = a
		if i%3 == 0 {
			l.MerchantID = ""
		}
		batch = append(batch, l)
	}
	err := s.Write(t.Context(), func(tx *store.Tx) error {
		if err := tx.SaveRevision(&dictionary.Dictionary{Revision: "sha256:aa"}); err != nil {
			return err
		}
		saved, err := tx.SaveListings(batch)
		if err == nil {
			judged := passes(saved, batch)
			judged[3].Input = store.Hash{1}
			_, err = tx.SaveVerdicts(store.Judging{Revision: "sha256:aa"}, judged[1:])
		}
		if err == nil {
			_, err = tx.RemoveListings([]string{batch[5].ID})
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Pool().ExecContext(t.Context(), "UPDATE listings SET brand = 'x' WHERE key = 8"); err != nil {
		t.Fatal(err)
	}
	rows, err := s.Listings(t.Context(), store.Query{Limit: store.MaxBatch})
	if err != nil {
		t.Fatal(err)
	}
	looker, err := s.Looker(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	err = looker.Look(t.Context(), 0, 1<<40, func(got *store.Seen) error {
		r := &rows[n]
		want := store.Seen{
			Mark:     store.Mark{Key: r.Key, Hash: store.LeafHash(r.Listing.ID, r.Stamp.Input, r.Stamp.Verdict), Outcome: r.Stamp.Outcome},
			Merchant: r.Listing.MerchantID, Altered: store.ContentHash(&r.Listing) != r.Content,
			Due: r.Stamp.Version != r.Version, Asked: r.Stamp.Screened() && r.Stamp.Input != r.Content,
		}
		if !r.Stamp.Screened() { // its leaf is nobody's
			want.Mark.Hash = got.Mark.Hash
		}
		if *got != want || got.Altered != (r.Key == 8) {
			t.Errorf("%+v\ngot  %+v\nwant %+v", r, *got, want)
		}
		n++
		return nil
	})
	if err != nil || n != len(rows) || n != len(awkward)-1 {
		t.Errorf("%d of %d listings, %v", n, len(rows), err)
	}
}
