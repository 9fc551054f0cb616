package jobs

import (
	"context"
	"slices"
	"time"

	"zhunru/store"
)

// A full run begins with what is most likely to differ: listings of merchants
// in their first days and those edited lately. They are judged once more with
// the rest, so the lane is kept short.
const (
	newMerchant  = 90 * 24 * time.Hour
	lateEdit     = 24 * time.Hour
	laneShare    = 20 // at most one listing in so many
	laneMost     = 50_000
	planAtLeast  = 5 * time.Second
	merchantPage = 1000 // merchants read at once
)

// planLease is how long a planner is waited for: planning says nothing between
// its beginning and its end, so it gets two leases of a chunk.
func (c *Client) planLease() time.Duration { return max(2*c.o.Lease, planAtLeast) }

// plan turns a planned run into a running one: a range to be cut as it is
// worked on, or chunks of listed keys. ok is false where another worker plans
// it.
func (c *Client) plan(ctx context.Context, key int64) (ok bool, err error) {
	var r store.Run
	err = again(ctx, c.store, func(tx *store.Tx) error {
		r, ok, err = tx.TakePlanning(key, c.planLease())
		return err
	})
	if err != nil || !ok {
		return false, err
	}
	p, err := paramsOf(&r)
	if err != nil {
		return false, err
	}
	l := lister{c: c, run: &r}
	switch r.Kind {
	case store.RunFull:
		if r.Program, err = c.program(); err == nil {
			err = l.everything(ctx, &p)
		}
	case store.RunRevision:
		err = l.everything(ctx, nil)
	case store.RunMerchant:
		err = l.merchants(ctx, p.Merchants)
	case store.RunListing:
		err = l.selection(ctx, store.Selection{IDs: p.IDs, Since: p.Since})
	default:
		err = l.ended(ctx, &p)
	}
	if err == nil {
		err = l.done(ctx)
	}
	return err == nil, err
}

// A lister plans one run.
type lister struct {
	c    *Client
	run  *store.Run
	n    int64
	keys []store.Key
	sum  int64
}

// everything covers all listings there are now; full is for a full run, which
// has a lane.
func (l *lister) everything(ctx context.Context, full *params) error {
	total, last, err := l.c.store.Extent(ctx)
	if err != nil {
		return err
	}
	if full != nil {
		if err := l.lane(ctx, full, min(laneMost, int(total/laneShare))); err != nil {
			return err
		}
	}
	l.run.Through, l.sum = last, total
	return nil
}

// lane lists what a full run does first. What the run before has proved can
// wait: that one judged it.
func (l *lister) lane(ctx context.Context, full *params, most int) error {
	now := l.c.o.Now()
	joined, edited := now.Add(-newMerchant), now.Add(-lateEdit)
	base, ok, err := l.c.store.LastDone(ctx, l.run.Key, store.RunFull)
	if err != nil {
		return err
	}
	if ok && !full.Thorough && base.Revision == l.run.Revision && base.Program == l.run.Program {
		since := base.StartedAt.Add(-l.c.margin())
		if since.After(joined) {
			joined = since
		}
		if since.After(edited) {
			edited = since
		}
	}
	keys, err := l.c.store.Urgent(ctx, joined, edited, most)
	if err == nil {
		err = l.add(ctx, keys)
	}
	if err == nil {
		err = l.flush(ctx)
	}
	return err
}

func (l *lister) merchants(ctx context.Context, ids []string) error {
	for _, id := range ids {
		if err := l.selection(ctx, store.Selection{Merchant: id}); err != nil {
			return err
		}
	}
	return nil
}

func (l *lister) selection(ctx context.Context, q store.Selection) error {
	for q.Limit = store.MaxBatch; ; {
		keys, at, err := l.c.store.Select(ctx, q)
		if err == nil {
			err = l.add(ctx, keys)
		}
		if err != nil || len(keys) < q.Limit {
			return err
		}
		q.After = at
	}
}

// add lists keys, and keeps every chunk that is full.
func (l *lister) add(ctx context.Context, keys []store.Key) error {
	l.keys = append(l.keys, keys...)
	for len(l.keys) >= l.c.o.Chunk {
		if err := l.keep(ctx, l.keys[:l.c.o.Chunk]); err != nil {
			return err
		}
		l.keys = append(l.keys[:0], l.keys[l.c.o.Chunk:]...)
	}
	return nil
}

// flush keeps what is listed.
func (l *lister) flush(ctx context.Context) error {
	if len(l.keys) == 0 {
		return nil
	}
	err := l.keep(ctx, l.keys)
	l.keys = l.keys[:0]
	return err
}

// keep saves a chunk, and so that another planner notices, the run.
func (l *lister) keep(ctx context.Context, keys []store.Key) error {
	keys = slices.Compact(slices.Sorted(slices.Values(keys)))
	l.n++
	l.sum += int64(len(keys))
	c := store.Chunk{Run: l.run.Key, N: l.n, After: keys[0] - 1, Last: keys[len(keys)-1], Keys: keys, State: store.ChunkPlanned}
	return l.save(ctx, func(tx *store.Tx) error { return tx.SaveChunk(c) })
}

func (l *lister) save(ctx context.Context, also func(tx *store.Tx) error) error {
	return l.c.store.Write(ctx, func(tx *store.Tx) error {
		r := *l.run
		r.HeartbeatAt = l.c.o.Now()
		saved, err := tx.SaveRun(r)
		if err != nil {
			return err
		}
		if err := also(tx); err != nil {
			return err
		}
		*l.run = saved
		return nil
	})
}

// done makes the run a running one.
func (l *lister) done(ctx context.Context) error {
	if err := l.flush(ctx); err != nil {
		return err
	}
	l.run.State, l.run.Total, l.run.StartedAt = store.RunRunning, l.sum, l.c.o.Now()
	return l.save(ctx, func(*store.Tx) error { return nil })
}
