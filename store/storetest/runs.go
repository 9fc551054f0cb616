package storetest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"zhunru/screening"
	"zhunru/store"
)

func runs(t *testing.T, s *store.Store) {
	keepRevisions(t, s)
	run := store.Run{Kind: store.RunFull, State: store.RunPlanned, Revision: revisionB, From: revisionA, On: "2026-01-31", Actor: "operator", Total: 10}
	write(t, s, func(tx *store.Tx) (err error) { run, err = tx.SaveRun(run); return err })
	if diff := cmp.Diff(run, must(t, func(ctx context.Context) (store.Run, error) { return s.Run(ctx, run.Key) }), cmp.Transformer("params", func(b []byte) string { return string(b) })); diff != "" {
		t.Error(diff)
	}
	old := run
	run.State, run.Done = store.RunRunning, 5
	write(t, s, func(tx *store.Tx) (err error) { run, err = tx.SaveRun(run); return err })
	if err := s.Write(t.Context(), func(tx *store.Tx) error { _, err := tx.SaveRun(old); return err }); !errors.Is(err, screening.ErrConflict) {
		t.Errorf("an old version: %v", err)
	}
	var tree store.Tree
	tree.Add(store.LeafData("a", store.Hash{1}, store.Hash{2}))
	root := tree.Root()
	chunk := store.Chunk{Run: run.Key, N: 1, After: 0, Last: 10, State: store.ChunkRunning, Worker: "w1"}
	write(t, s, func(tx *store.Tx) error { return tx.SaveChunk(chunk) })
	chunk.State, chunk.Root, chunk.Listings = store.ChunkDone, &root, 10
	write(t, s, func(tx *store.Tx) error { return tx.SaveChunk(chunk) })
	if err := s.Write(t.Context(), func(tx *store.Tx) error { return tx.SaveChunk(chunk) }); !errors.Is(err, screening.ErrConflict) {
		t.Errorf("a chunk done twice: %v", err)
	}
	if diff := cmp.Diff([]store.Chunk{chunk}, must(t, func(ctx context.Context) ([]store.Chunk, error) { return s.Chunks(ctx, run.Key, 0, 10) })); diff != "" {
		t.Error(diff)
	}
	if list := must(t, func(ctx context.Context) ([]store.Run, error) { return s.Runs(ctx, 0, 10) }); len(list) != 1 || list[0].State != store.RunRunning {
		t.Errorf("runs %+v", list)
	}
}

// enums tries, around the store, an empty and an unknown value in every column
// that holds an enum.
func enums(t *testing.T, s *store.Store) {
	keepRevisions(t, s)
	batch := made(0, 1)
	saved := save(t, s, batch)
	keep(t, s, revisionA, judge(saved, batch, func(id string) screening.Verdict { return prohibited(id, revisionA) }))
	keep(t, s, revisionB, judge(saved, batch, func(id string) screening.Verdict { return pass(id, revisionB) }))
	keep(t, s, revisionA, judge(saved, batch, func(id string) screening.Verdict { return prohibited(id, revisionA) }))
	addWebhook(t, s)
	tell(t, s, "run_done")
	for _, q := range []string{
		"INSERT INTO schedules (name, kind, spec, zone, state, version, updated_at) VALUES ('n', 'full', '0 3 * * *', 'Asia/Shanghai', 'active', 1, 1)",
		"INSERT INTO runs (kind, state, judged_on, actor, version, created_at) VALUES ('full', 'done', '2026-01-01', 'a', 1, 1)",
		"INSERT INTO chunks (run_key, n, after_key, last_key, state) SELECT MAX(key), 1, 0, 1, 'planned' FROM runs",
		"INSERT INTO documents (merchant_key, type, decision, version, created_at, updated_at) SELECT MAX(key), 't', 'pending', 1, 1, 1 FROM merchants",
		"INSERT INTO qualifications (merchant_key, category, state, evaluated_on, profile, updated_at) SELECT MAX(key), 'c', 'review', '2026-01-01', 'p', 1 FROM merchants",
	} {
		if _, err := s.Pool().ExecContext(t.Context(), q); err != nil {
			t.Fatal(err)
		}
	}
	for _, column := range []string{"merchants.kind", "merchants.state", "documents.decision", "qualifications.state", "listings.state",
		"records.outcome", "findings.outcome", "findings.kind", "record_history.because", "record_history.old_outcome",
		"record_history.new_outcome", "runs.kind", "runs.state", "chunks.state", "schedules.kind", "schedules.state", "webhooks.state", "webhook_deliveries.state"} {
		var table, name string
		for i := range column {
			if column[i] == '.' {
				table, name = column[:i], column[i+1:]
			}
		}
		if count(t, s, table) == 0 {
			t.Errorf("%s: no row to try it on", table)
		}
		for _, v := range []string{"", "no such value", "PASS"} {
			if _, err := s.Pool().ExecContext(t.Context(), fmt.Sprintf("UPDATE %s SET %s = '%s'", table, name, v)); err == nil {
				t.Errorf("%s takes %q", column, v)
			}
		}
	}
}

func failedWrite(t *testing.T, s *store.Store) {
	boom := errors.New("boom")
	try := func(end func()) (err error) {
		defer func() {
			if recover() != nil {
				err = boom
			}
		}()
		return s.Write(t.Context(), func(tx *store.Tx) error {
			if _, err := tx.SaveListings(made(0, 50)); err != nil {
				return err
			}
			if err := tx.Record(entry(1)); err != nil {
				return err
			}
			end()
			return boom
		})
	}
	if err := try(func() {}); !errors.Is(err, boom) {
		t.Errorf("got %v", err)
	}
	if err := try(func() { panic("in the middle") }); !errors.Is(err, boom) {
		t.Errorf("got %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	err := s.Write(ctx, func(tx *store.Tx) error {
		_, err := tx.SaveListings(made(0, 50))
		cancel()
		return err
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled before the commit: %v", err)
	}
	for _, table := range []string{"listings", "merchants", "ledger"} {
		if n := count(t, s, table); n != 0 {
			t.Errorf("%d rows in %s", n, table)
		}
	}
	save(t, s, made(0, 50)) // what was learnt in a failed transaction must be forgotten
	if n := count(t, s, "merchants"); n != 7 {
		t.Errorf("%d merchants, want 7", n)
	}
}

func concurrent(t *testing.T, s *store.Store) {
	keepRevisions(t, s)
	const writers, rounds = 4, 6
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() {
			for round := range rounds {
				batch := made(round*20, 60) // the writers' batches overlap
				err := again(t.Context(), s, func(tx *store.Tx) error {
					saved, err := tx.SaveListings(batch)
					if err != nil {
						return err
					}
					if _, err := tx.SaveVerdicts(store.Judging{Revision: revisionA}, judge(saved, batch, func(id string) screening.Verdict { return pass(id, revisionA) })); err != nil {
						return err
					}
					return tx.Record(entry(w))
				})
				if err != nil {
					t.Errorf("writer %d: %v", w, err)
				}
			}
		})
		wg.Go(func() {
			for range rounds * 3 {
				rows, err := s.Listings(t.Context(), store.Query{Limit: 1000})
				if err != nil {
					t.Errorf("reader: %v", err)
				}
				for _, r := range rows {
					if !r.Stamp.Screened() {
						t.Errorf("%s is seen without its verdict", r.Listing.ID)
						return
					}
				}
			}
		})
	}
	wg.Wait()
	if n, m := count(t, s, "listings"), count(t, s, "records"); n != 160 || m != 160 {
		t.Errorf("%d listings, %d records; want 160 of both", n, m)
	}
	if r := must(t, func(ctx context.Context) (store.LedgerReport, error) { return s.VerifyLedger(ctx, "", nil) }); !r.OK() || r.Entries != writers*rounds {
		t.Errorf("ledger: %+v", r)
	}
}

// again writes until no other transaction is in the way, as the contract of
// Write asks for.
func again(ctx context.Context, s *store.Store, f func(tx *store.Tx) error) error {
	var err error
	for range 20 {
		if err = s.Write(ctx, f); !errors.Is(err, screening.ErrConflict) {
			return err
		}
	}
	return err
}
