package jobs

import (
	"cmp"
	"context"
	"slices"
	"time"

	"zhunru/screening"
	"zhunru/screening/qualification"
	"zhunru/store"
)

// proof returns the proof of the chunk's range; ok is false where it must be
// judged whole.
func (h *shift) proof(ctx context.Context) (p store.Coverage, ok bool, err error) {
	v := h.s.prover
	h.s.mu.Lock()
	since, changed := v.since, v.changed
	h.s.mu.Unlock()
	if v.thorough || since.IsZero() {
		return p, false, nil
	}
	p, ok, err = h.c.store.Coverage(ctx, h.chunk.After, h.chunk.Last)
	if err != nil || !ok {
		return p, false, err
	}
	whole, _, flaw := qualification.ParseDate(p.WholeOn)
	ok = flaw == nil && p.Revision == h.s.run.Revision && p.Program == v.program && p.Profile == h.c.o.Profile &&
		!p.SeenAt.Before(since) && !turn(h.chunk.After, h.c.o.Chunk, whole, h.s.judge.on)
	h.changed = changed
	return p, ok, nil
}

// prove works on a range of a full run.
func (h *shift) prove(ctx context.Context) error {
	p, ok, err := h.proof(ctx)
	if err != nil {
		return err
	}
	h.wholeOn, h.outcomes = h.s.run.On, make(map[store.Key]screening.Outcome, h.c.o.Chunk)
	if !ok {
		return h.between(ctx)
	}
	proved, open, ok, err := h.sort(ctx, &p)
	if err != nil {
		return err
	}
	if !ok {
		return h.between(ctx)
	}
	h.wholeOn, h.proved = p.WholeOn, proved
	if err := h.count(ctx, len(proved)); err != nil {
		return err
	}
	for keys := range slices.Chunk(open, h.s.size) {
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

// end puts what was judged and what was proved together: the marks of all in
// the order of their keys, and their leaves.
func (h *shift) end() (store.Marks, []store.Leaf) {
	marks := h.proved
	for i := range h.leaves {
		l := &h.leaves[i]
		l.Hash = store.LeafHash(l.ID, l.Input, l.Verdict)
		marks = append(marks, store.Mark{Key: l.Key, Hash: l.Hash, Outcome: h.outcomes[l.Key]})
	}
	if len(h.proved) == 0 {
		return marks, h.leaves
	}
	slices.SortFunc(marks, func(a, b store.Mark) int { return cmp.Compare(a.Key, b.Key) })
	leaves, judged := make([]store.Leaf, len(marks)), h.leaves
	for i := range marks {
		if len(judged) > 0 && judged[0].Key == marks[i].Key {
			leaves[i], judged = judged[0], judged[1:]
		} else {
			leaves[i] = store.Leaf{Key: marks[i].Key, Hash: marks[i].Hash}
		}
	}
	return marks, leaves
}

// sort looks at the listings of the range: those that are proved, with their
// leaves, and those that are open. ok is false where the proof does not hold.
func (h *shift) sort(ctx context.Context, p *store.Coverage) (proved store.Marks, open []store.Key, ok bool, err error) {
	all := make(store.Marks, 0, h.c.o.Chunk)
	err = h.s.prover.look.Look(ctx, h.chunk.After, h.chunk.Last, func(x *store.Seen) error {
		all = append(all, x.Mark)
		if x.Due || x.Altered || x.Asked && p.On != h.s.run.On || h.changedSince(x.Merchant, p.SeenAt) {
			open = append(open, x.Mark.Key)
		}
		return nil
	})
	if err != nil {
		return nil, nil, false, err
	}
	if !p.Matches(all.Root(), all) {
		old, ok, err := h.c.store.CoveredMarks(ctx, p)
		if err != nil || !ok {
			return nil, nil, false, err
		}
		open = append(open, unproved(all, old)...)
		slices.Sort(open)
		open = slices.Compact(open)
	}
	if len(open) == 0 {
		return all, nil, true, nil
	}
	return slices.DeleteFunc(all, func(l store.Mark) bool { _, is := slices.BinarySearch(open, l.Key); return is }), open, true, nil
}

func (h *shift) changedSince(merchant string, t time.Time) bool {
	if merchant == "" || len(h.changed) == 0 {
		return false
	}
	at, ok := h.changed[merchant]
	return ok && !at.Before(t)
}

// unproved returns the keys of the leaves that are not among others; both are in
// the order of their keys.
func unproved(leaves, proved store.Marks) []store.Key {
	var out []store.Key
	for i := range leaves {
		for len(proved) > 0 && proved[0].Key < leaves[i].Key {
			proved = proved[1:]
		}
		if len(proved) == 0 || proved[0] != leaves[i] {
			out = append(out, leaves[i].Key)
		}
	}
	return out
}

// count counts listings that need no judging, as fast as the run may go.
func (h *shift) count(ctx context.Context, n int) error {
	for n > 0 {
		some := n
		if h.s.limit != nil {
			some = min(n, h.s.size)
			if err := h.s.limit.WaitN(ctx, some); err != nil {
				return err
			}
		}
		n -= some
		h.step.Listings += int64(some)
		if h.c.o.Now().Sub(h.flushed) >= flushEvery {
			if err := h.tell(ctx, nil); err != nil {
				return err
			}
		}
	}
	return nil
}

// saveProof keeps what the chunk has proved, in the transaction that ends it.
func (h *shift) saveProof(tx *store.Tx, root store.Hash) error {
	return tx.SaveCoverage(store.Coverage{
		After: h.chunk.After, Last: h.chunk.Last, Run: h.chunk.Run, N: h.chunk.N, Revision: h.s.run.Revision, Program: h.s.prover.program,
		Profile: h.c.o.Profile, On: h.s.run.On, WholeOn: h.wholeOn, SeenAt: h.chunk.LeaseAt.Add(-h.c.o.Lease - h.c.margin()), Root: root,
	}, h.proved)
}
