package store_test

import (
	"errors"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"zhunru/screening"
	"zhunru/screening/dictionary"
	"zhunru/store"
	"zhunru/store/storetest/pg"
)

// onBoth runs a test on an empty store of each engine.
func onBoth(t *testing.T, test func(*testing.T, *store.Store)) {
	t.Helper()
	t.Run("SQLite", func(t *testing.T) {
		t.Parallel()
		test(t, open(t, migrated(t)))
	})
	t.Run("Postgres", func(t *testing.T) {
		t.Parallel()
		dsn := pg.Start(t).Database(t)
		if _, err := store.Migrate(t.Context(), dsn); err != nil {
			t.Fatal(err)
		}
		test(t, open(t, dsn))
	})
}

func mustWrite(t *testing.T, s *store.Store, f func(tx *store.Tx) error) {
	t.Helper()
	if err := s.Write(t.Context(), f); err != nil {
		t.Fatal(err)
	}
}

func begin(t *testing.T, s *store.Store) (i store.Import) {
	t.Helper()
	mustWrite(t, s, func(tx *store.Tx) (err error) {
		i, err = tx.BeginImport(store.Import{Kind: store.ImportListings, File: "/tmp/商品.csv", Content: store.Hash{1}, Actor: "cli:import"})
		return err
	})
	return i
}

func TestImportIsGoneOnWithAndBegunAnew(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *store.Store) {
		first := begin(t, s)
		if first.File != "商品.csv" || first.State != store.ImportRunning || first.NextRow != 0 || first.Content != (store.Hash{1}) {
			t.Errorf("%+v", first)
		}
		bad := store.Reject{N: 1, Line: 3, Field: "title", Code: "FIELD_EMPTY", Reason: "空", Excerpt: "a\x00\xff"}
		first.NextRow, first.Inserted, first.Rejected = 10, 9, 1
		mustWrite(t, s, func(tx *store.Tx) error { return tx.SaveImport(first, 0, []store.Reject{bad}) })
		err := s.Write(t.Context(), func(tx *store.Tx) error { return tx.SaveImport(first, 0, nil) })
		if !errors.Is(err, screening.ErrConflict) {
			t.Errorf("a checkpoint that is not there: %v", err)
		}
		again := begin(t, s)
		if again.Key != first.Key || again.NextRow != 10 || again.Inserted != 9 {
			t.Errorf("not gone on with: %+v", again)
		}
		bad.Excerpt = "a\uFFFD\uFFFD"
		if got, err := s.Rejects(t.Context(), first.Key, 0, 10); err != nil || !cmp.Equal(got, []store.Reject{bad}) {
			t.Errorf("%+v, %v", got, err)
		}
		again.State = store.ImportDone
		mustWrite(t, s, func(tx *store.Tx) error { return tx.SaveImport(again, 10, nil) })
		anew := begin(t, s)
		if anew.Key != first.Key || anew.NextRow != 0 || anew.Inserted != 0 || anew.Rejected != 0 {
			t.Errorf("not begun anew: %+v", anew)
		}
		if got, err := s.Rejects(t.Context(), first.Key, 0, 10); err != nil || len(got) != 0 {
			t.Errorf("rejects of before: %+v, %v", got, err)
		}
		if _, err := s.Import(t.Context(), store.ImportMerchants, store.Hash{1}); !errors.Is(err, screening.ErrNotFound) {
			t.Errorf("an import of another kind: %v", err)
		}
	})
}

func TestUploadsWaitAndAreCancelled(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *store.Store) {
		var up store.Import
		queue := func(tx *store.Tx) (err error) {
			up, err = tx.QueueImport(store.Import{Kind: store.ImportMerchants, File: "商家.xlsx", Content: store.Hash{2}, Actor: "key:a", Spec: []byte(`{"on":""}`)})
			return err
		}
		mustWrite(t, s, queue)
		cli := begin(t, s)
		open, err := s.OpenImports(t.Context(), 10)
		if err != nil || len(open) != 1 || !cmp.Equal(open[0], up) || up.State != store.ImportWaiting || up.Actor != "key:a" {
			t.Errorf("%+v, %v", open, err)
		}
		all, err := s.Imports(t.Context(), "", 0, 10)
		if err != nil || len(all) != 2 || all[0].Key != cli.Key || all[0].Spec != nil {
			t.Errorf("%+v, %v", all, err)
		}
		if page, err := s.Imports(t.Context(), store.ImportMerchants, cli.Key, 1); err != nil || len(page) != 1 || page[0].Key != up.Key {
			t.Errorf("%+v, %v", page, err)
		}
		var run store.Import
		mustWrite(t, s, func(tx *store.Tx) (err error) { run, err = tx.BeginImport(up); return err })
		if run.State != store.ImportRunning || !cmp.Equal(run.Spec, up.Spec) {
			t.Errorf("%+v", run)
		}
		mustWrite(t, s, func(tx *store.Tx) error { return tx.CancelImport(up.Key) })
		run.NextRow, run.Inserted = 3, 3
		for name, f := range map[string]func(tx *store.Tx) error{
			"a batch":      func(tx *store.Tx) error { return tx.SaveImport(run, 0, nil) },
			"cancel again": func(tx *store.Tx) error { return tx.CancelImport(up.Key) },
			"begin":        func(tx *store.Tx) error { _, err := tx.BeginImport(up); return err },
		} {
			if err := s.Write(t.Context(), f); !errors.Is(err, screening.ErrConflict) {
				t.Errorf("%s of what was cancelled: %v", name, err)
			}
		}
		mustWrite(t, s, func(tx *store.Tx) error { return tx.SaveImportProblems(up.Key, []string{"列名不认识"}) })
		if got, err := s.ImportByKey(t.Context(), up.Key); err != nil || got.State != store.ImportCancelled || !cmp.Equal(got.Problems, []string{"列名不认识"}) {
			t.Errorf("%+v, %v", got, err)
		}
		mustWrite(t, s, queue)
		if up.State != store.ImportWaiting || len(up.Problems) != 0 {
			t.Errorf("sent in again: %+v", up)
		}
		if _, err := s.ImportByKey(t.Context(), 99); !errors.Is(err, screening.ErrNotFound) {
			t.Error(err)
		}
	})
}

func TestInsertListingsDoesWhatSaveListingsDoes(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *store.Store) {
		batch := benchListings(0, 700)
		for _, round := range []struct {
			rule string
			want map[store.Fate]int
			do   func()
		}{
			{"new", map[store.Fate]int{store.Inserted: 700}, func() {}},
			{"kept", map[store.Fate]int{store.Unchanged: 700}, func() {}},
			{"mixed", map[store.Fate]int{store.Unchanged: 698, store.Updated: 1, store.Inserted: 1}, func() {
				batch[5].Title, batch[699].ID = "别的", "Z-new"
			}},
		} {
			round.do()
			var saved []store.Saved
			mustWrite(t, s, func(tx *store.Tx) (err error) {
				saved, err = tx.InsertListings(batch, nil)
				return err
			})
			got := map[store.Fate]int{}
			for i, v := range saved {
				got[v.Fate]++
				row, err := s.Listing(t.Context(), batch[i].ID)
				if err != nil || row.Key != v.Key || row.Version != v.Version || row.Content != v.Content || !cmp.Equal(row.Listing, batch[i]) {
					t.Fatalf("%s: %+v is kept as %+v, %v", round.rule, v, row, err)
				}
			}
			if diff := cmp.Diff(round.want, got); diff != "" {
				t.Errorf("%s: %s", round.rule, diff)
			}
		}
	})
}

func hashes(batch []screening.Listing) []store.Hash {
	out := make([]store.Hash, len(batch))
	for i := range batch {
		out[i] = store.ContentHash(&batch[i])
	}
	return out
}

func TestFirstVerdictsAreKeptAsOthersAre(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *store.Store) {
		batch := benchListings(0, 300)
		j := store.Judging{Revision: "sha256:aa"}
		var judged []store.Judged
		mustWrite(t, s, func(tx *store.Tx) error {
			if err := tx.SaveRevision(&dictionary.Dictionary{Revision: j.Revision}); err != nil {
				return err
			}
			saved, err := tx.InsertListings(batch, hashes(batch))
			if err != nil {
				return err
			}
			for i, v := range saved {
				verdict := screening.Verdict{ID: batch[i].ID, Outcome: screening.OutcomePass, Revision: j.Revision, Findings: []screening.Finding{}}
				judged = append(judged, store.Judged{Key: v.Key, Version: v.Version, Content: v.Content, Input: v.Content, Verdict: verdict})
			}
			kept, err := tx.SaveFirstVerdicts(j, judged)
			if kept.First != len(batch) {
				t.Errorf("%+v", kept)
			}
			return err
		})
		mustWrite(t, s, func(tx *store.Tx) error {
			kept, err := tx.SaveVerdicts(j, judged)
			if kept.Unchanged != len(batch) {
				t.Errorf("the same verdicts again: %+v", kept)
			}
			return err
		})
	})
}

func TestBackupIsWholeAndNeverOverPostgres(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *store.Store) {
		mustWrite(t, s, func(tx *store.Tx) error {
			_, err := tx.SaveListings(benchListings(0, 10))
			return err
		})
		path := filepath.Join(t.TempDir(), "b.db")
		err := s.Backup(t.Context(), path)
		if s.Engine() == store.Postgres {
			wantCode(t, err, store.CodeBackupEngine)
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		if rows, err := open(t, path).Listings(t.Context(), store.Query{Limit: 20}); err != nil || len(rows) != 10 {
			t.Errorf("%d listings in the backup, %v", len(rows), err)
		}
		if err := s.Backup(t.Context(), path); err == nil {
			t.Error("a backup was written over another")
		}
	})
}
