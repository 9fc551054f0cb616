package jobs_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"zhunru/screening"
	"zhunru/store"
	"zhunru/store/jobs"
)

func TestAFullRunJudgesEveryListingOnce(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *store.Store) {
		rules := builtIn(t)
		save(t, s, made(1250))
		write(t, s, func(tx *store.Tx) error { _, err := tx.RemoveListings([]string{"L-000003"}); return err })
		c := started(t, s, rules, nil)
		r := run(t, s, c, jobs.Spec{Kind: store.RunFull, On: day})
		if r.State != store.RunDone || r.Done != 1249 || r.Total != 1249 || r.Changed != 0 {
			t.Errorf("%+v", r)
		}
		everyListingIsJudged(t, s, rules)
		provesEveryChunk(t, s, r)
		again := run(t, s, c, jobs.Spec{Kind: store.RunFull, On: day})
		if again.Done != 1249 || again.Changed != 0 || again.Alarms != 0 {
			t.Errorf("again: %+v", again)
		}
	})
}

// provesEveryChunk holds the chunks of a run against the listings and the
// ledger.
func provesEveryChunk(t *testing.T, s *store.Store, r store.Run) {
	t.Helper()
	chunks, err := s.Chunks(t.Context(), r.Key, 0, store.MaxBatch)
	if err != nil {
		t.Fatal(err)
	}
	entries, n := map[string]store.Hash{}, 0
	ledger, err := s.Ledger(t.Context(), 0, store.MaxBatch)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range ledger {
		entries[e.Subject] = e.Payload
		if strings.HasPrefix(e.Subject, fmt.Sprintf("%d/", r.Key)) {
			n++
		}
	}
	if n != len(chunks) {
		t.Errorf("%d entries in the ledger for %d chunks: one was done twice, or never", n, len(chunks))
	}
	covered := store.Key(0)
	for i := range chunks {
		c := &chunks[i]
		if c.State != store.ChunkDone || c.Root == nil || entries[fmt.Sprintf("%d/%d", r.Key, c.N)] != *c.Root {
			t.Errorf("chunk %d: %+v", c.N, c)
			continue
		}
		if len(c.Keys) > 0 {
			continue
		}
		if c.After < covered {
			t.Errorf("chunk %d overlaps the one before", c.N)
		}
		covered = c.Last
		rows, err := s.Listings(t.Context(), store.Query{After: c.After, Through: c.Last, Limit: store.MaxBatch})
		if err != nil {
			t.Fatal(err)
		}
		var tree store.Tree
		for i := range rows {
			tree.Add(store.LeafData(rows[i].Listing.ID, rows[i].Stamp.Input, rows[i].Stamp.Verdict))
		}
		if tree.Root() != *c.Root || int64(len(rows)) != c.Listings {
			t.Errorf("chunk %d: the root is not that of its %d listings", c.N, len(rows))
		}
	}
	if report, err := s.VerifyLedger(t.Context(), "", nil); err != nil || !report.OK() {
		t.Errorf("ledger: %+v, %v", report, err)
	}
}

func TestCancelAndPauseTakeLessThanASecond(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *store.Store) {
		save(t, s, made(3000))
		c := started(t, s, builtIn(t), nil)
		r, err := c.Begin(t.Context(), jobs.Spec{Kind: store.RunFull, On: day, Rate: 200})
		if err != nil {
			t.Fatal(err)
		}
		until(t, func() bool { r = get(t, s, r.Key); return r.Done > 0 })
		if _, err := c.Pause(t.Context(), r.Key); err != nil {
			t.Fatal(err)
		}
		quiet(t, s, r.Key)
		at := get(t, s, r.Key)
		if at.State != store.RunPaused || at.Done >= 3000 {
			t.Errorf("paused: %+v", at)
		}
		if _, err := c.Resume(t.Context(), r.Key); err != nil {
			t.Fatal(err)
		}
		until(t, func() bool { return get(t, s, r.Key).Done > at.Done })
		if _, err := c.Cancel(t.Context(), r.Key); err != nil {
			t.Fatal(err)
		}
		quiet(t, s, r.Key)
		if _, err := c.Resume(t.Context(), r.Key); !errors.Is(err, screening.ErrConflict) {
			t.Errorf("a cancelled run resumes: %v", err)
		}
	})
}
