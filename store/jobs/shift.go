package jobs

import (
	"context"
	"encoding/json"
	"fmt"
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
	leaves  []store.Leaf
	tree    []byte     // packed, once the chunk is done
	step    store.Step // not told yet
	flushed time.Time
	scan    screening.ProbeScan
}

// work judges the chunk and ends it. store.ErrStopped says that it must be put
// down.
func (h *shift) work(ctx context.Context) error {
	h.flushed = h.c.o.Now()
	if err := h.c.refresh(ctx, h.s); err != nil {
		return err
	}
	var err error
	if len(h.chunk.Keys) > 0 {
		err = h.listed(ctx)
	} else {
		err = h.between(ctx)
	}
	if err != nil {
		return err
	}
	tree, root := store.PackLeaves(h.leaves)
	h.tree, h.step.Root = tree, &root
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
	h.step.Listings += int64(read)
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

// judge judges rows and keeps what differs, notes the leaves of those that
// stand or were kept, and returns the others.
func (h *shift) judge(ctx context.Context, rows []store.Row, leaves map[store.Key]*store.Leaf) ([]store.Key, error) {
	judged, known, err := h.s.judge.screen(ctx, rows, h.s.because)
	if err != nil {
		return nil, err
	}
	b := pending{known: known}
	for i := range judged {
		j, r := &judged[i], &rows[i]
		hash, err := store.VerdictHash(&j.Verdict)
		if err != nil {
			return nil, err
		}
		leaves[r.Key] = &store.Leaf{
			Key: r.Key, ID: r.Listing.ID, Version: r.Version, Content: r.Content, Input: j.Input, Verdict: hash,
			Kept: h.chunk.Attempt > 1, // the one before may have written the record
		}
		if r.Stamp.Stands(r.Version, j.Input, hash) {
			continue
		}
		differs := r.Stamp.Screened() && r.Stamp.Verdict != hash
		if differs && h.s.explain != nil {
			if err := h.s.explain.explain(ctx, r, j, &b); err != nil {
				return nil, err
			}
		}
		b.add(*j, r.Listing.MerchantID, differs)
	}
	if len(b.judged) == 0 && h.c.o.Now().Sub(h.flushed) < flushEvery {
		return nil, nil
	}
	if err := h.tell(ctx, &b); err != nil {
		return nil, err
	}
	for _, k := range b.stale {
		delete(leaves, k)
	}
	for _, k := range b.written {
		leaves[k].Kept = true
	}
	return b.stale, nil
}

// A pending batch is on its way into the store.
type pending struct {
	judged    []store.Judged
	merchants []string // of those that differ, by index; "" of the others
	known     map[string]standing
	alarms    []store.Alarm
	stale     []store.Key // not kept: to be judged again
	written   []store.Key // kept: the chunk must prove them
}

func (b *pending) add(j store.Judged, merchant string, differs bool) {
	if !differs {
		merchant = ""
	}
	b.judged, b.merchants = append(b.judged, j), append(b.merchants, merchant)
}

// tell keeps a batch and the progress since the last time in one transaction;
// the chunk's end and its ledger entry, too.
func (h *shift) tell(ctx context.Context, b *pending) error {
	step := h.step
	step.Run, step.N, step.Worker, step.Attempt, step.Lease = h.chunk.Run, h.chunk.N, h.chunk.Worker, h.chunk.Attempt, h.c.o.Lease
	var stale, written []store.Key
	err := again(ctx, h.c.store, func(tx *store.Tx) error {
		told := step
		stale, written = nil, nil
		if b != nil && len(b.judged) > 0 {
			var err error
			if stale, written, err = h.keep(tx, b, &told); err != nil {
				return err
			}
		}
		if err := tx.Advance(told); err != nil {
			return err
		}
		if told.Root == nil {
			return nil
		}
		if err := tx.SaveChunkTree(told.Run, told.N, h.tree); err != nil {
			return err
		}
		return tx.Record(store.Entry{
			Actor: h.s.run.Actor, Kind: store.EntryChunk, Subject: fmt.Sprintf("%d/%d", told.Run, told.N),
			Payload: *told.Root, Revision: h.s.run.Revision,
		})
	})
	if err != nil {
		return err
	}
	if b != nil {
		b.stale, b.written = stale, written
	}
	h.step, h.flushed = store.Step{}, h.c.o.Now()
	return nil
}

// keep saves the verdicts of a batch but those of merchants that changed since
// the judge looked at them. It returns those to be judged again, and those
// whose records were written.
func (h *shift) keep(tx *store.Tx, b *pending, step *store.Step) (stale, written []store.Key, err error) {
	moved, err := h.s.judge.moved(tx, b.merchants, b.known)
	if err != nil {
		return nil, nil, err
	}
	batch := b.judged
	if len(moved) > 0 {
		batch = nil
		for i := range b.judged {
			if m := b.merchants[i]; m != "" && moved[m] {
				stale = append(stale, b.judged[i].Key)
			} else {
				batch = append(batch, b.judged[i])
			}
		}
	}
	kept, err := tx.SaveVerdicts(store.Judging{Revision: h.s.run.Revision, Run: h.s.run.Key, Chunk: h.chunk.N}, batch)
	if err != nil {
		return nil, nil, err
	}
	stale = append(stale, kept.Stale...)
	slices.Sort(stale)
	step.Changed += int64(len(kept.Changes))
	for _, c := range kept.Changes {
		if c.Flipped() {
			step.Flipped++
		}
	}
	for _, a := range b.alarms {
		if !slices.ContainsFunc(kept.Changes, func(c store.Change) bool { return c.Key == a.Key }) {
			continue // edited since, or another chunk of the run was first
		}
		step.Alarms++
		if err := tx.SaveAlarm(a); err != nil {
			return nil, nil, err
		}
	}
	return stale, kept.Written, nil
}
