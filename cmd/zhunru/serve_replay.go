package main

import (
	"context"
	"sync"

	lru "github.com/hashicorp/golang-lru/v2"

	"zhunru/api"
	"zhunru/screening"
	"zhunru/screening/dictionary"
	"zhunru/screening/qualification"
	"zhunru/store"
	"zhunru/store/jobs"
)

// A bygone is what judges by a revision that is no longer in use.
type bygone struct {
	engine   *screening.Engine
	registry *qualification.Registry
}

// bygones keeps the last few of them: each takes seconds to build and tens of
// megabytes to keep. It is safe for concurrent use.
type bygones struct {
	building sync.Mutex
	kept     *lru.Cache[string, bygone]
}

// maxBygones is how many are kept.
const maxBygones = 2

func newBygones() *bygones {
	kept, err := lru.New[string, bygone](maxBygones)
	if err != nil {
		panic("serve: " + err.Error()) // only for a size below 1
	}
	return &bygones{kept: kept}
}

// of returns what judges by a revision.
func (b *backend) of(ctx context.Context, revision string) (bygone, error) {
	if revision == b.dictionary.Revision {
		return bygone{b.engine, b.registry}, nil
	}
	b.past.building.Lock()
	defer b.past.building.Unlock()
	if x, ok := b.past.kept.Get(revision); ok {
		return x, nil
	}
	d, err := b.store.Revision(ctx, revision)
	if err != nil {
		return bygone{}, err
	}
	var x bygone
	if x.registry, err = qualification.NewRegistry(d); err != nil {
		return bygone{}, err
	}
	if x.engine, err = screening.NewEngine(d, lazySegmenter{}); err != nil {
		return bygone{}, err
	}
	b.past.kept.Add(revision, x)
	return x, nil
}

// Replay judges a listing again by the revision and as of the day of one of its
// verdicts. That the input is the same is proved by its hash, which only the
// current record has.
func (b *backend) Replay(ctx context.Context, r *api.Record) (api.Replayed, error) {
	row, err := b.store.Listing(ctx, r.Verdict.ID)
	if err != nil {
		return api.Replayed{}, unavailable(err)
	}
	judge, err := b.of(ctx, r.Verdict.Revision)
	if err != nil {
		return api.Replayed{}, unavailable(err)
	}
	on := qualification.DateOf(r.ScreenedAt)
	judged, err := jobs.NewJudge(b.store, judge.engine, judge.registry, on, "").Screen(ctx, []store.Row{row}, store.BecauseRule)
	if err != nil {
		return api.Replayed{}, unavailable(err)
	}
	out := api.Replayed{Verdict: judged[0].Verdict, Input: "same"}
	switch {
	case r.ReplacedAt != nil:
		out.Input = "unproven"
	case row.Stamp.Version != row.Version:
		out.Input = "listing_changed"
	case row.Stamp.Input != judged[0].Input:
		out.Input = "licence_changed"
	}
	return out, nil
}

// Revisions returns a page of the revisions that were in use.
func (b *backend) Revisions(ctx context.Context, before int64, limit int) ([]api.Revision, error) {
	rows, err := b.store.Revisions(ctx, before, limit)
	out := make([]api.Revision, len(rows))
	for i := range rows {
		out[i] = api.Revision{Revision: rows[i].Hash, LoadedAt: rows[i].LoadedAt, Classes: rows[i].Classes, At: rows[i].Key}
	}
	return answer(out, err)
}

// Dictionary returns the dictionary of a revision.
func (b *backend) Dictionary(ctx context.Context, revision string) (*dictionary.Dictionary, error) {
	return answer(b.store.Revision(ctx, revision))
}
