package jobs

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"zhunru/screening"
	"zhunru/store"
)

// flushEvery bounds the time for which progress is not told and a cancelled run
// not noticed.
const flushEvery = 400 * time.Millisecond

// A shift is the work on one chunk. Its root covers, in the order of their
// keys, the listings that were judged; those that a revision run passes over
// because the change cannot touch them are counted, but are no leaves.
type shift struct {
	c       *Client
	s       *station
	chunk   *store.Chunk
	leaves  []store.Leaf // those that were judged
	tree    []byte       // packed, once the chunk is done
	step    store.Step   // not told yet
	flushed time.Time
	scan    screening.ProbeScan

	proved   store.Marks                     // full run: of those that need no judging, in the end of all
	outcomes map[store.Key]screening.Outcome // full run: of those that were judged
	wholeOn  string                          // full run: the day for which all of the range was judged last
	changed  map[string]time.Time            // full run: merchants that changed lately
}

// work judges the chunk and ends it. store.ErrStopped says that it must be put
// down.
func (h *shift) work(ctx context.Context) error {
	h.flushed = h.c.o.Now()
	if err := h.c.refresh(ctx, h.s); err != nil {
		return err
	}
	var err error
	switch {
	case len(h.chunk.Keys) > 0:
		err = h.listed(ctx)
	case h.s.prover != nil:
		err = h.prove(ctx)
	default:
		err = h.between(ctx)
	}
	if err != nil {
		return err
	}
	marks, leaves := h.end()
	tree, root := store.PackLeaves(leaves)
	h.proved, h.tree, h.step.Root = marks, tree, &root
	return h.tell(ctx, nil)
}

// listed judges the listings that the chunk names.
func (h *shift) listed(ctx context.Context) error {
	for keys := range slices.Chunk(h.chunk.Keys, h.s.size) {
		rows, err := h.c.store.RowsByKey(ctx, keys)
		if err == nil {
			err = h.batch(ctx, rows, len(rows))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// between judges the listings of the chunk's range.
func (h *shift) between(ctx context.Context) error {
	after, more := h.chunk.After, true
	for more {
		rows, n, last, err := h.page(ctx, after, h.chunk.Last)
		if err == nil {
			err = h.batch(ctx, rows, n)
		}
		if err != nil {
			return err
		}
		after, more = last, n == h.s.size
	}
	return nil
}

// page returns those of the next listings that must be judged, how many it
// looked at, and the last of them.
func (h *shift) page(ctx context.Context, after, through store.Key) ([]store.Row, int, store.Key, error) {
	if h.s.probes != nil {
		return h.probed(ctx, after, through)
	}
	rows, err := h.c.store.Listings(ctx, store.Query{After: after, Through: through, Limit: h.s.size})
	if len(rows) > 0 {
		after = rows[len(rows)-1].Key
	}
	return rows, len(rows), after, err
}

// probed reads whole only the listings that the change touches.
func (h *shift) probed(ctx context.Context, after, through store.Key) ([]store.Row, int, store.Key, error) {
	var keys []store.Key
	n, last, err := h.c.store.Texts(ctx, after, through, h.s.size, func(t *store.Text) error {
		touches, err := h.touches(t)
		if touches {
			keys = append(keys, t.Key)
		}
		return err
	})
	if err != nil {
		return nil, 0, after, err
	}
	rows, err := h.c.store.RowsByKey(ctx, keys)
	return rows, n, last, err
}

// touches reports whether a listing must be judged. Attributes are looked at as
// JSON, whose punctuation keeps them apart, unless something in them is escaped.
func (h *shift) touches(t *store.Text) (bool, error) {
	if t.Due {
		return true, nil
	}
	l, attributes := &t.Listing, screening.Listing{Title: t.Attributes}
	if strings.IndexByte(t.Attributes, '\\') >= 0 {
		attributes.Title = ""
		if err := json.Unmarshal([]byte(t.Attributes), &attributes.Attributes); err != nil {
			return false, err
		}
	}
	for _, p := range h.s.probes {
		if p.Touches(&h.scan, l) || p.Touches(&h.scan, &attributes) {
			return true, nil
		}
	}
	return false, nil
}

// batch judges rows, keeps what differs, and counts read listings. What was
// edited meanwhile is read and judged again.
func (h *shift) batch(ctx context.Context, rows []store.Row, read int) error {
	if h.s.limit != nil && read > 0 {
		if err := h.s.limit.WaitN(ctx, read); err != nil {
			return err
		}
	}
	h.step.Listings, h.step.Judged = h.step.Listings+int64(read), h.step.Judged+int64(len(rows))
	leaves := make(map[store.Key]*store.Leaf, len(rows))
	order := make([]store.Key, len(rows))
	for i := range rows {
		order[i] = rows[i].Key
	}
	const most = 5 // an edit brings its own verdict; so many in a moment are somebody's loop
	for range most {
		stale, err := h.judge(ctx, rows, leaves)
		if err != nil {
			return err
		}
		if len(stale) == 0 {
			break
		}
		if rows, err = h.c.store.RowsByKey(ctx, stale); err != nil {
			return err
		}
	}
	for _, k := range order {
		if leaf := leaves[k]; leaf != nil {
			h.leaves = append(h.leaves, *leaf)
		}
	}
	return nil
}
