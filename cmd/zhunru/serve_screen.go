package main

import (
	"context"
	"crypto/sha256"
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
	for try := 1; ; try++ {
		verdicts, err := b.screenOnce(ctx, actor, listings, keep)
		if errors.Is(err, screening.ErrConflict) && try < screeningTries && ctx.Err() == nil {
			continue
		}
		return answer(verdicts, err)
	}
}

func (b *backend) screenOnce(ctx context.Context, actor string, listings []screening.Listing, keep bool) ([]screening.Verdict, error) {
	rows := make([]store.Row, len(listings))
	merchants := map[string]bool{}
	for i := range listings {
		rows[i] = store.Row{Listing: listings[i], Content: store.ContentHash(&listings[i])}
		if id := listings[i].MerchantID; id != "" {
			merchants[id] = true
		}
	}
	ids := slices.Sorted(maps.Keys(merchants))
	known, err := b.stamps(ctx, ids)
	if err != nil {
		return nil, err
	}
	judged, err := b.judge(b.today()).Screen(ctx, rows, store.BecauseRule)
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
	return verdicts, b.store.Write(ctx, func(tx *store.Tx) error {
		if err := unmoved(tx, ids, known); err != nil {
			return err
		}
		return b.keep(tx, actor, listings, judged)
	})
}

// stamps returns when the dossiers of merchants changed last. They are read
// before the listings are judged.
func (b *backend) stamps(ctx context.Context, merchants []string) (map[string]time.Time, error) {
	dossiers, err := b.store.Dossiers(ctx, merchants)
	out := make(map[string]time.Time, len(dossiers))
	for id, d := range dossiers {
		out[id] = d.ChangedAt
	}
	return out, err
}

// unmoved is screening.ErrConflict where a merchant's dossier is not the one
// that was judged by any more.
func unmoved(tx *store.Tx, merchants []string, known map[string]time.Time) error {
	if len(merchants) == 0 {
		return nil
	}
	now, err := tx.DossierStamps(merchants)
	if err == nil && !maps.EqualFunc(known, now, time.Time.Equal) {
		err = screening.ErrConflict
	}
	return err
}

// keep saves listings and what was judged of them, and records each verdict.
func (b *backend) keep(tx *store.Tx, actor string, listings []screening.Listing, judged []store.Judged) error {
	before, err := tx.Listings(store.Query{IDs: idsOf(listings), Limit: len(listings), Deleted: true})
	if err != nil {
		return err
	}
	old := make(map[string]*store.Row, len(before))
	for i := range before {
		old[before[i].Listing.ID] = &before[i]
	}
	saved, err := tx.SaveListings(listings)
	if err != nil {
		return err
	}
	for i := range judged {
		j := &judged[i]
		j.Key, j.Version, j.Content = saved[i].Key, saved[i].Version, saved[i].Content
		j.Because = becauseOf(old[listings[i].ID], j)
		if err := record(tx, actor, j); err != nil {
			return err
		}
	}
	kept, err := tx.SaveVerdicts(store.Judging{Revision: b.dictionary.Revision}, judged)
	if err == nil && len(kept.Stale) > 0 {
		err = screening.ErrConflict
	}
	return err
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
		Payload: sha256.Sum256(store.LeafData(j.Verdict.ID, j.Input, verdict)),
	})
}
