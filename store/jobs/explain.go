package jobs

import (
	"context"
	"time"

	"zhunru/store"
)

// An explainer says what made a full run's verdict differ from the one that
// stood: an edit, another licence, another day or other rules since the run
// that should have seen it. Where none did, a targeted run missed the listing,
// and that is an alarm.
type explainer struct {
	store     *store.Store
	run       *store.Run
	known     bool // there is a run to compare with
	ruleMoved bool
	other     bool // another program judged in the last full run
	dayMoved  bool
	since     time.Time            // the last run over everything began
	merchants map[string]time.Time // since then: the last run for a merchant began
}

// explainer gathers what earlier runs have covered.
func (c *Client) explainer(ctx context.Context, r *store.Run) (*explainer, error) {
	x := &explainer{store: c.store, run: r, merchants: map[string]time.Time{}}
	base, ok, err := c.store.LastDone(ctx, r.Key, store.RunFull, store.RunRevision)
	if err != nil || !ok {
		return x, err
	}
	x.known, x.ruleMoved = true, base.Revision != r.Revision
	full, ok, err := c.store.LastDone(ctx, r.Key, store.RunFull)
	if err != nil {
		return nil, err
	}
	if ok {
		x.since, x.other = full.StartedAt, full.Program != r.Program
	}
	swept, ok, err := c.store.LastDone(ctx, r.Key, store.RunFull, store.RunExpiry)
	if err != nil {
		return nil, err
	}
	x.dayMoved = !ok || swept.On != r.On
	for after := full.Key; ; {
		list, err := c.store.RunsBetween(ctx, after, r.Key)
		if err != nil || len(list) == 0 {
			return x, err
		}
		for i := range list {
			after = list[i].Key
			if err := x.learn(&list[i], base.Key); err != nil {
				return nil, err
			}
		}
	}
}

// learn notes what a run after the last full one covered.
func (x *explainer) learn(r *store.Run, base int64) error {
	if r.Key > base && r.Kind != store.RunFull && r.Revision != "" && r.Revision != x.run.Revision {
		x.ruleMoved = true
	}
	if r.Kind != store.RunMerchant || r.State != store.RunDone {
		return nil
	}
	p, err := paramsOf(r)
	for _, id := range p.Merchants {
		x.merchants[id] = r.StartedAt
	}
	return err
}

// explain enters the cause of a difference, and an alarm where there is none.
func (x *explainer) explain(ctx context.Context, r *store.Row, j *store.Judged, b *pending) error {
	if r.Stamp.Version != r.Version {
		j.Because = store.BecauseListing
		return nil
	}
	sameInput := r.Stamp.Input == j.Input
	if sameInput && (x.ruleMoved || !x.known) {
		j.Because = store.BecauseRule
		return nil
	}
	licence, err := x.licence(ctx, r.Listing.MerchantID)
	switch {
	case err != nil:
		return err
	case licence:
		j.Because = store.BecauseLicence
	case x.dayMoved && x.known && !sameInput:
		j.Because = store.BecauseDate
	case x.ruleMoved || !x.known:
		j.Because = store.BecauseRule
	case x.other:
		return x.alarm(ctx, store.AlarmProgram, r, j, b)
	default:
		return x.alarm(ctx, store.AlarmMissed, r, j, b)
	}
	return nil
}

// licence reports whether a merchant changed after the last run that looked at
// it began.
func (x *explainer) licence(ctx context.Context, merchant string) (bool, error) {
	if merchant == "" {
		return false, nil
	}
	list, err := x.store.Dossiers(ctx, []string{merchant})
	if err != nil || list[merchant] == nil {
		return false, err
	}
	seen := x.since
	if at, ok := x.merchants[merchant]; ok && at.After(seen) {
		seen = at
	}
	return list[merchant].ChangedAt.After(seen), nil
}

// alarm enters an alarm, with the verdict that stood.
func (x *explainer) alarm(ctx context.Context, why store.AlarmWhy, r *store.Row, j *store.Judged, b *pending) error {
	a := store.Alarm{Run: x.run.Key, Key: r.Key, ID: r.Listing.ID, Why: why, New: j.Verdict}
	old, err := x.store.Records(ctx, []store.Key{r.Key})
	if err != nil {
		return err
	}
	if len(old) > 0 {
		a.Old = old[0].Verdict
	}
	if why == store.AlarmAltered {
		b.alarms = append(b.alarms, a)
		return nil
	}
	if len(old) == 0 {
		return nil
	}
	j.Because = store.BecauseRule
	if old[0].Verdict.Revision != x.run.Revision && old[0].ScreenedAt.After(x.since) && !x.since.IsZero() && old[0].Run == 0 {
		return nil // an import judged it by other rules
	}
	b.alarms = append(b.alarms, a)
	return nil
}
