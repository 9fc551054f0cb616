package jobs

import (
	"context"
	"fmt"
	"slices"

	"zhunru/store"
)

// judge judges rows and keeps what differs, notes the leaves of those that
// stand or were kept, and returns the others.
func (h *shift) judge(ctx context.Context, rows []store.Row, leaves map[store.Key]*store.Leaf) ([]store.Key, error) {
	b := pending{}
	if h.s.prover != nil {
		b.altered = adopt(rows)
	}
	judged, known, err := h.s.judge.screen(ctx, rows, h.s.because)
	if err != nil {
		return nil, err
	}
	b.known = known
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
		if h.outcomes != nil {
			h.outcomes[r.Key] = j.Verdict.Outcome
		}
		if r.Stamp.Stands(r.Version, j.Input, hash) && r.Stamp.Outcome == j.Verdict.Outcome {
			continue
		}
		differs := r.Stamp.Screened() && (r.Stamp.Verdict != hash || r.Stamp.Outcome != j.Verdict.Outcome)
		if err := h.because(ctx, r, j, differs, &b); err != nil {
			return nil, err
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

// because enters why a verdict of a full run differs, and the alarms.
func (h *shift) because(ctx context.Context, r *store.Row, j *store.Judged, differs bool, b *pending) error {
	x := h.s.explain
	switch _, altered := b.altered[r.Key]; {
	case x == nil:
		return nil
	case altered:
		return x.alarm(ctx, store.AlarmAltered, r, j, b)
	case differs:
		return x.explain(ctx, r, j, b)
	}
	return nil
}

// adopt finds the rows whose text was changed round the store: it does not give
// the hash that is kept with it. They are judged as the edit that they are.
func adopt(rows []store.Row) map[store.Key]altered {
	var out map[store.Key]altered
	for i := range rows {
		r := &rows[i]
		now := store.ContentHash(&r.Listing)
		if now == r.Content {
			continue
		}
		if out == nil {
			out = map[store.Key]altered{}
		}
		out[r.Key] = altered{r.Version, r.Content, now}
		r.Version, r.Content = r.Version+1, now
	}
	return out
}

// An altered listing was seen in a version whose hash is not that of its text.
type altered struct {
	version  int64
	old, now store.Hash
}

// A pending batch is on its way into the store.
type pending struct {
	judged    []store.Judged
	merchants []string // of those that differ, by index; "" of the others
	known     map[string]standing
	altered   map[store.Key]altered
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
		if h.s.prover != nil && len(h.chunk.Keys) == 0 {
			if err := h.saveProof(tx, *told.Root); err != nil {
				return err
			}
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
	for i := range batch { // one that is not as it was seen any more is stale to SaveVerdicts
		if a, ok := b.altered[batch[i].Key]; ok {
			if _, err := tx.AdoptListing(batch[i].Key, a.version, a.old, a.now); err != nil {
				return nil, nil, err
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
		changed := slices.ContainsFunc(kept.Changes, func(c store.Change) bool { return c.Key == a.Key })
		if slices.Contains(stale, a.Key) || !changed && a.Why != store.AlarmAltered {
			continue // edited since, or another chunk of the run was first
		}
		step.Alarms++
		if err := tx.SaveAlarm(a); err != nil {
			return nil, nil, err
		}
	}
	return stale, kept.Written, nil
}
