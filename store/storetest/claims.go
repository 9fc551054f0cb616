package storetest

import (
	"errors"
	"testing"
	"time"

	"zhunru/store"
)

// claims has one worker claim a chunk twice, because its first claim was silent
// for longer than its lease: only the second may count.
func claims(t *testing.T, s *store.Store) {
	keepRevisions(t, s)
	save(t, s, made(0, 10))
	_, last, err := s.Extent(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	run := store.Run{Kind: store.RunFull, State: store.RunRunning, Revision: revisionB, On: "2026-01-31", Actor: "operator", Total: 10, Through: last}
	write(t, s, func(tx *store.Tx) (err error) { run, err = tx.SaveRun(run); return err })
	claim := func(lease time.Duration) (c store.Claim) {
		t.Helper()
		write(t, s, func(tx *store.Tx) (err error) { c, err = tx.ClaimChunk(run.Key, "w", lease, 100); return err })
		if c.Chunk == nil {
			t.Fatalf("no chunk: %+v", c)
		}
		return c
	}
	step := func(c *store.Chunk, n int64, root *store.Hash) error {
		return s.Write(t.Context(), func(tx *store.Tx) error {
			return tx.Advance(store.Step{Run: c.Run, N: c.N, Worker: c.Worker, Attempt: c.Attempt, Lease: time.Hour, Listings: n, Root: root})
		})
	}
	first := claim(-time.Second).Chunk
	second := claim(time.Hour).Chunk
	if first.N != second.N || first.Attempt == second.Attempt {
		t.Fatalf("%+v, then %+v", first, second)
	}
	if err := step(first, 10, nil); !errors.Is(err, store.ErrStopped) {
		t.Errorf("a claim that was given to another goes on: %v", err)
	}
	write(t, s, func(tx *store.Tx) error { return tx.ReleaseChunk(first, "", false) }) // is left alone
	if err := step(second, 4, nil); err != nil {
		t.Error(err)
	}
	write(t, s, func(tx *store.Tx) error { return tx.ReleaseChunk(second, "", false) })
	third := claim(time.Hour).Chunk
	if err := step(third, 10, &store.Hash{1}); err != nil {
		t.Error(err)
	}
	if r, err := s.Run(t.Context(), run.Key); err != nil || r.Done != 10 || third.Attempt != second.Attempt {
		t.Errorf("%d listings of 10, attempt %d, %v", r.Done, third.Attempt, err)
	}
}
