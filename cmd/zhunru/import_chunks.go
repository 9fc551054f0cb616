package main

import (
	"fmt"
	"slices"
	"time"

	"zhunru/store"
)

// openRun gives the verdicts of an import a run, at the first batch that has
// any.
func (l *listingImporter) openRun(tx *store.Tx, i *store.Import) (err error) {
	if l.saved.Key == 0 {
		now := time.Now()
		if l.left.Key != 0 && i.Run == l.left.Key {
			if err := closeRun(tx, l.left); err != nil {
				return err
			}
		}
		l.saved, err = tx.SaveRun(store.Run{
			Kind: store.RunImport, State: store.RunRunning, Revision: l.judge.Revision(), On: l.on.String(), Actor: l.actor,
			StartedAt: now, HeartbeatAt: now,
		})
	}
	i.Run = l.saved.Key
	return err
}

// seal keeps the chunk of a batch and puts its root into the ledger.
func (l *listingImporter) seal(tx *store.Tx, b *importBatch, kept *store.Kept) error {
	order := make([]int, len(b.judged))
	for k := range order {
		order[k] = k
	}
	slices.SortFunc(order, func(x, y int) int { return int(b.judged[x].Key - b.judged[y].Key) })
	written := make(map[store.Key]bool, len(kept.Written))
	for _, k := range kept.Written {
		written[k] = true
	}
	leaves := make([]store.Leaf, len(order))
	keys := make([]store.Key, len(order))
	for k, at := range order {
		j := &b.judged[at]
		verdict, err := j.Pack()
		if err != nil {
			return err
		}
		leaves[k] = store.Leaf{
			Key: j.Key, ID: j.Verdict.ID, Version: j.Version, Content: j.Content, Input: j.Input, Verdict: verdict, Kept: written[j.Key],
		}
		keys[k] = j.Key
	}
	tree, root := store.PackLeaves(leaves)
	now := time.Now()
	l.savedN++
	c := store.Chunk{
		Run: l.saved.Key, N: l.savedN, After: keys[0] - 1, Last: keys[len(keys)-1], Keys: keys, State: store.ChunkDone, Attempt: 1,
		Listings: int64(len(keys)), Changed: int64(len(kept.Changes)), Root: &root, StartedAt: now, EndedAt: now,
	}
	for _, change := range kept.Changes {
		if change.Flipped() {
			c.Flipped++
		}
	}
	if c.Last-c.After == store.Key(len(keys)) {
		c.Keys = nil // the range says it
	}
	if err := tx.SaveChunk(c); err != nil {
		return err
	}
	if err := tx.SaveChunkTree(c.Run, c.N, tree); err != nil {
		return err
	}
	l.saved.Done += c.Listings
	l.saved.Changed += c.Changed
	l.saved.Flipped += c.Flipped
	l.saved.HeartbeatAt = now
	var err error
	if l.saved, err = tx.SaveRun(l.saved); err != nil {
		return err
	}
	return tx.Record(store.Entry{
		Actor: l.actor, Kind: store.EntryChunk, Subject: fmt.Sprintf("%d/%d", l.saved.Key, c.N), Payload: root, Revision: l.judge.Revision(),
	})
}

func (l *listingImporter) kept() { l.run, l.n = l.saved, l.savedN }

// end closes the run as the file ended; one that is interrupted stays open and
// is gone on with.
func (l *listingImporter) end(tx *store.Tx, s store.ImportState) error {
	if l.run.Key == 0 || s != store.ImportDone {
		return nil
	}
	return closeRun(tx, l.run)
}

func closeRun(tx *store.Tx, r store.Run) error {
	r.State, r.Total, r.EndedAt = store.RunDone, r.Done, time.Now()
	_, err := tx.SaveRun(r)
	return err
}
