package main

import (
	"context"
	"fmt"

	"zhunru/screening"
	"zhunru/screening/intake"
	"zhunru/screening/qualification"
	"zhunru/store"
	"zhunru/store/jobs"
)

// importActor is who the ledger names for what a command line did.
const importActor = "cli:import"

// A listingImporter screens listings on their way in. A listing that is kept as
// it is, and was judged, is neither written nor judged again: a changed
// dictionary or licence is a matter of runs.
type listingImporter struct {
	desk  *desk
	actor string // for the ledger
	judge *jobs.Judge
	on    qualification.Date
	empty bool // there were no listings at the start: nothing to compare with

	run, saved store.Run // as committed, and as the open transaction leaves it
	n, savedN  int64     // chunks of the run
	left       store.Run // of another revision or day, to be closed where a new one is opened
}

func newListingImporter(ctx context.Context, d *desk, on qualification.Date, actor string) (*listingImporter, error) {
	has, err := d.store.HasListings(ctx)
	return &listingImporter{desk: d, actor: actor, judge: d.judge(on), on: on, empty: !has}, err
}

func (l *listingImporter) kind() store.ImportKind { return store.ImportListings }

// restart finds the run of an import that is gone on with. Verdicts of another
// revision or another day belong to a run of their own.
func (l *listingImporter) restart(ctx context.Context, i *store.Import) error {
	l.run, l.left, l.n = store.Run{}, store.Run{}, 0
	if i.Run == 0 || i.NextRow == 0 {
		return nil
	}
	r, err := l.desk.store.Run(ctx, i.Run)
	if err != nil || r.State != store.RunRunning {
		return err
	}
	if r.Revision != l.judge.Revision() || r.On != l.on.String() {
		l.left = r
		return nil
	}
	for {
		chunks, err := l.desk.store.Chunks(ctx, r.Key, l.n, store.MaxBatch)
		if err != nil {
			return err
		}
		l.n += int64(len(chunks))
		if len(chunks) < store.MaxBatch {
			break
		}
	}
	l.run = r
	return nil
}

// prepare screens the listings that are new or differ from what is kept.
func (l *listingImporter) prepare(ctx context.Context, b *importBatch) error {
	b.dropEarlier()
	rows := make([]store.Row, len(b.listings))
	for i := range rows {
		rows[i] = store.Row{Listing: b.listings[i], Content: store.ContentHash(&b.listings[i]), Version: 1}
	}
	if !l.empty {
		var err error
		if rows, err = l.compare(ctx, b, rows); err != nil {
			return err
		}
	}
	judged, err := l.judge.Screen(ctx, rows, store.BecauseRule)
	if err != nil {
		return err
	}
	b.judged, b.content = judged, make([]store.Hash, len(judged))
	for i := range judged {
		if _, err := judged[i].Pack(); err != nil {
			return err
		}
		b.content[i] = judged[i].Content
	}
	return nil
}

// compare leaves out of the batch what is kept as it is.
func (l *listingImporter) compare(ctx context.Context, b *importBatch, rows []store.Row) ([]store.Row, error) {
	if len(rows) == 0 {
		return rows, nil
	}
	ids := make([]string, len(rows))
	for i := range rows {
		ids[i] = rows[i].Listing.ID
	}
	found, err := l.desk.store.Listings(ctx, store.Query{IDs: ids, Limit: len(ids), Deleted: true})
	if err != nil {
		return nil, err
	}
	known := make(map[string]*store.Row, len(found))
	for i := range found {
		known[found[i].Listing.ID] = &found[i]
	}
	fresh := rows[:0]
	b.listings = b.listings[:0]
	for i := range rows {
		old := known[rows[i].Listing.ID]
		if old != nil && !old.Deleted && old.Content == rows[i].Content && old.Stamp.Screened() && old.Stamp.Version == old.Version {
			b.settled++
			continue
		}
		if old != nil {
			b.updated++
		}
		fresh = append(fresh, rows[i])
		b.listings = append(b.listings, rows[i].Listing)
	}
	return fresh, nil
}

// dropEarlier refuses a listing whose id stands again in the batch: too late
// for the reader to see, where a file has millions of rows.
func (b *importBatch) dropEarlier() {
	last := make(map[string]int, len(b.listings))
	for i := range b.listings {
		last[b.listings[i].ID] = i
	}
	if len(last) == len(b.listings) {
		return
	}
	kept := b.listings[:0]
	for i, l := range b.listings {
		if last[l.ID] == i {
			kept = append(kept, l)
			continue
		}
		b.refuse(&intake.RowError{Line: b.lines[i], Field: "id", Code: intake.CodeDuplicate, Reason: "编号重复，以后面的一行为准", Excerpt: l.ID})
	}
	b.listings = kept
}

func (l *listingImporter) preview(_ context.Context, b *importBatch) (importResult, error) {
	r := importResult{
		updated: b.updated, unchanged: b.settled, inserted: int64(len(b.judged)) - b.updated,
		rejects: b.rejects, outcomes: outcomesOf(b.judged),
	}
	return r, nil
}

func outcomesOf(judged []store.Judged) map[screening.Outcome]int64 {
	out := map[screening.Outcome]int64{}
	for i := range judged {
		out[judged[i].Verdict.Outcome]++
	}
	return out
}

// save keeps listings and verdicts, a chunk of the import's run, and the root
// over the chunk in the ledger.
func (l *listingImporter) save(tx *store.Tx, i *store.Import, b *importBatch) (importResult, error) {
	l.saved, l.savedN = l.run, l.n
	r := importResult{unchanged: b.settled, rejects: b.rejects, outcomes: outcomesOf(b.judged)}
	if len(b.judged) == 0 {
		return r, nil
	}
	var saved []store.Saved
	var err error
	if b.updated == 0 {
		saved, err = tx.InsertListings(b.listings, b.content)
	} else {
		saved, err = tx.SaveListings(b.listings)
	}
	if err != nil {
		return r, err
	}
	for k := range saved {
		j := &b.judged[k]
		j.Key, j.Version, j.Because = saved[k].Key, saved[k].Version, store.BecauseListing
		switch saved[k].Fate {
		case store.Inserted:
			r.inserted++
		case store.Updated:
			r.updated++
		case store.Unchanged: // another process was faster, or it had no verdict
			r.unchanged++
		}
	}
	if err := l.openRun(tx, i); err != nil {
		return r, err
	}
	judge := tx.SaveVerdicts
	if r.inserted == int64(len(b.judged)) {
		judge = tx.SaveFirstVerdicts
	}
	kept, err := judge(store.Judging{Revision: l.judge.Revision(), Run: l.saved.Key, Chunk: l.savedN + 1}, b.judged)
	if err != nil {
		return r, err
	}
	if len(kept.Stale) > 0 { // edited at the same moment: the whole batch again
		return r, fmt.Errorf("listings edited meanwhile: %w", screening.ErrConflict)
	}
	return r, l.seal(tx, b, &kept)
}
