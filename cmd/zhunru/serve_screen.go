package main

import (
	"context"
	"errors"
	"maps"
	"slices"
	"time"

	"zhunru/screening"
	"zhunru/store"
)

// screeningTries is how often a screening is made again because what it stood on
// changed meanwhile.
const screeningTries = 5

// Screen judges listings as of today. With keep everything is durable when it
// returns: listings, verdicts and one ledger entry for each.
func (b *backend) Screen(ctx context.Context, actor string, listings []screening.Listing, keep bool) ([]screening.Verdict, error) {
	return b.screenAt(ctx, actor, listings, keep, 0)
}

// screenAt is Screen; with a version the one listing must be kept in it.
func (b *backend) screenAt(ctx context.Context, actor string, listings []screening.Listing, keep bool, version int64) ([]screening.Verdict, error) {
	for try := 1; ; try++ {
		verdicts, err := b.screenOnce(ctx, actor, listings, keep, version)
		if errors.Is(err, screening.ErrConflict) && try < screeningTries && ctx.Err() == nil {
			continue
		}
		if err == nil {
			b.metrics.screened(verdicts, keep)
		}
		return answer(verdicts, err)
	}
}

func (b *backend) screenOnce(ctx context.Context, actor string, listings []screening.Listing, keep bool, version int64) ([]screening.Verdict, error) {
	rows := make([]store.Row, len(listings))
	for i := range listings {
		rows[i] = store.Row{Listing: listings[i], Content: store.ContentHash(&listings[i])}
	}
	screened := span(ctx, "screen")
	judged, known, err := b.judge(b.today()).ScreenStamped(ctx, rows, store.BecauseRule)
	screened.End()
	if err != nil {
		return nil, err
	}
	verdicts := make([]screening.Verdict, len(judged))
	for i := range judged {
		verdicts[i] = judged[i].Verdict
	}
	if !keep {
		return verdicts, nil
	}
	defer span(ctx, "commit").End()
	return verdicts, b.batches.submit(ctx, &submission{ctx: ctx, verdicts: verdicts, version: version, actor: actor, listings: listings, judged: judged, known: known})
}

// keepTime bounds one transaction. It is no request's: many wait for it.
const keepTime = 30 * time.Second

// keepAll makes submissions durable together. What fails together, and not
// because the database cannot be used, is tried alone, so that nobody's request
// spoils another's.
func (b *backend) keepAll(batch []*submission) {
	err := b.keepTogether(batch)
	var broken *store.Error
	if err == nil || len(batch) == 1 || errors.As(err, &broken) || errors.Is(err, context.DeadlineExceeded) {
		for _, s := range batch {
			s.err = errors.Join(s.err, err)
		}
		return
	}
	for i := range batch {
		batch[i].err = nil
		batch[i].err = errors.Join(b.keepTogether(batch[i:i+1]), batch[i].err)
	}
}

// keepTogether keeps submissions in one transaction, but for those whose
// merchants moved: they are answered screening.ErrConflict.
func (b *backend) keepTogether(batch []*submission) error {
	ctx, cancel := context.WithTimeout(context.Background(), keepTime)
	defer cancel()
	return b.store.Write(ctx, func(tx *store.Tx) error {
		still, err := unmoved(tx, batch)
		if err != nil || len(still) == 0 {
			return err
		}
		if err := b.keep(tx, still); err != nil {
			return err
		}
		for _, s := range still {
			if err := keepAnswer(s.ctx, tx, s.verdicts); err != nil {
				return err
			}
		}
		return nil
	})
}

// unmoved returns the submissions whose merchants have the dossiers that were
// judged by, and answers the others.
func unmoved(tx *store.Tx, batch []*submission) ([]*submission, error) {
	var all []string
	for _, s := range batch {
		all = slices.AppendSeq(all, maps.Keys(s.known))
	}
	if len(all) == 0 {
		return batch, nil
	}
	slices.Sort(all)
	now, err := tx.DossierStamps(slices.Compact(all))
	if err != nil {
		return nil, err
	}
	still := make([]*submission, 0, len(batch))
	for _, s := range batch {
		same := true
		for id, at := range s.known { // order does not matter
			same = same && at.Equal(now[id])
		}
		if same {
			still = append(still, s)
		} else {
			s.err = screening.ErrConflict
		}
	}
	return still, nil
}

// keep saves listings and what was judged of them, and records each verdict.
func (b *backend) keep(tx *store.Tx, batch []*submission) error {
	var listings []screening.Listing
	var judged []store.Judged
	for _, s := range batch {
		listings, judged = append(listings, s.listings...), append(judged, s.judged...)
	}
	before, err := tx.Listings(store.Query{IDs: idsOf(listings), Limit: len(listings), Deleted: true})
	if err != nil {
		return err
	}
	old := make(map[string]*store.Row, len(before))
	for i := range before {
		old[before[i].Listing.ID] = &before[i]
	}
	if err := inVersion(batch, old); err != nil {
		return err
	}
	saved, err := tx.SaveListings(listings)
	if err != nil {
		return err
	}
	if err := onlyVersion(batch, saved); err != nil {
		return err
	}
	for i := range judged {
		j := &judged[i]
		j.Key, j.Version, j.Content = saved[i].Key, saved[i].Version, saved[i].Content
		j.Because = becauseOf(old[listings[i].ID], j)
	}
	kept, err := tx.SaveVerdicts(store.Judging{Revision: b.dictionary.Revision}, judged)
	if err == nil && len(kept.Stale) > 0 {
		err = screening.ErrConflict
	}
	if err != nil {
		return err
	}
	return recordVerdicts(tx, batch)
}

// inVersion is an error where a submission replaces a version that is not the
// kept one: screening.ErrNotFound without one.
func inVersion(batch []*submission, old map[string]*store.Row) error {
	for _, s := range batch {
		if s.version == 0 {
			continue
		}
		row := old[s.listings[0].ID]
		if row == nil {
			return screening.ErrNotFound
		}
		if row.Version != s.version {
			return screening.ErrConflict
		}
	}
	return nil
}

// onlyVersion is screening.ErrConflict where another process edited a listing
// between inVersion and its saving.
func onlyVersion(batch []*submission, saved []store.Saved) error {
	at := 0
	for _, s := range batch {
		if s.version != 0 && saved[at].Version > s.version+1 {
			return screening.ErrConflict
		}
		at += len(s.listings)
	}
	return nil
}

// recordVerdicts enters every verdict in the ledger, under the actor who asked.
func recordVerdicts(tx *store.Tx, batch []*submission) error {
	for _, s := range batch {
		for i := range s.judged {
			if err := record(tx, s.actor, &s.judged[i]); err != nil {
				return err
			}
		}
	}
	return nil
}

func idsOf(listings []screening.Listing) []string {
	ids := make([]string, len(listings))
	for i := range listings {
		ids[i] = listings[i].ID
	}
	return ids
}

// becauseOf says why a verdict may differ from the kept one.
func becauseOf(old *store.Row, j *store.Judged) store.Because {
	switch {
	case old == nil || !old.Stamp.Screened():
		return ""
	case old.Stamp.Version != j.Version:
		return store.BecauseListing
	case old.Stamp.Input != j.Input:
		return store.BecauseLicence
	}
	return store.BecauseRule
}

// record enters a verdict in the ledger by the leaf it would have in a run.
func record(tx *store.Tx, actor string, j *store.Judged) error {
	verdict, err := store.VerdictHash(&j.Verdict)
	if err != nil {
		return err
	}
	return tx.Record(store.Entry{
		Actor: actor, Kind: store.EntryVerdict, Subject: j.Verdict.ID, Revision: j.Verdict.Revision,
		Body: store.LeafData(j.Verdict.ID, j.Input, verdict),
	})
}
