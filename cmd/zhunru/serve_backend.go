package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"zhunru/api"
	"zhunru/screening"
	"zhunru/screening/qualification"
	"zhunru/store"
	"zhunru/store/jobs"
	"zhunru/store/webhook"
)

// A backend is what the API asks, over a database and the dictionary in use.
type backend struct {
	*desk
	now   func() time.Time
	jobs  *jobs.Client
	guard webhook.Guard

	reports string // folder of files
	uploads *uploads

	metrics *metrics // nil: none are taken
	past    *bygones
	batches batcher // of screenings on their way into the database
}

func newBackend(d *desk, c *jobs.Client) *backend {
	b := &backend{desk: d, now: time.Now, jobs: c, past: newBygones()}
	b.batches.write = b.keepAll
	return b
}

// unavailable marks errors after which the same request may succeed.
func unavailable(err error) error {
	var problem *store.Error
	if errors.As(err, &problem) && problem.Temporary() {
		return fmt.Errorf("%w: %w", api.ErrUnavailable, err)
	}
	return err
}

// answer hands on a value and marks its error.
func answer[T any](v T, err error) (T, error) { return v, unavailable(err) }

// Ready asks the database for something small.
func (b *backend) Ready(ctx context.Context) error {
	_, err := b.store.LatestRevision(ctx)
	return unavailable(err)
}

// Listing returns a kept listing.
func (b *backend) Listing(ctx context.Context, id string) (api.Listing, error) {
	row, err := b.store.Listing(ctx, id)
	return answer(toAPIListing(&row), err)
}

// Verdicts returns the verdicts of a listing, the latest first.
func (b *backend) Verdicts(ctx context.Context, id string) ([]api.Record, error) {
	history, err := b.store.History(ctx, id)
	if err != nil {
		return nil, unavailable(err)
	}
	out := make([]api.Record, 0, len(history)+1)
	now, err := b.store.Record(ctx, id)
	switch {
	case err == nil:
		out = append(out, api.Record{N: now.Version, Verdict: api.Verdict{Verdict: now.Verdict}, ScreenedAt: now.ScreenedAt, Run: now.Run})
	case !errors.Is(err, screening.ErrNotFound): // never screened: no verdict
		return nil, unavailable(err)
	}
	for i := len(history) - 1; i >= 0; i-- {
		h := &history[i]
		if len(out) > 0 && h.N >= out[len(out)-1].N { // it was replaced between the two reads
			continue
		}
		out = append(out, api.Record{
			N: h.N, Verdict: api.Verdict{Verdict: h.Verdict}, ScreenedAt: h.ScreenedAt, ReplacedAt: &h.ChangedAt, Because: string(h.Because),
		})
	}
	return out, nil
}

// Key returns a key of the API.
func (b *backend) Key(ctx context.Context, prefix string) (api.Key, error) {
	k, err := b.store.AccessKey(ctx, prefix)
	return answer(api.Key{Prefix: k.Prefix, Hash: k.Hash, Role: api.Role(k.Role), Ends: k.ExpiresAt, Revoked: !k.RevokedAt.IsZero()}, err)
}

// UseKey notes that a key was used.
func (b *backend) UseKey(ctx context.Context, prefix string, at time.Time) error {
	return unavailable(b.store.Write(ctx, func(tx *store.Tx) error { return tx.UseAccessKey(prefix, at) }))
}

// VerifyLedger reads the whole ledger.
func (b *backend) VerifyLedger(ctx context.Context) (api.LedgerReport, error) {
	r, err := b.store.VerifyLedger(ctx, "", nil)
	out := api.LedgerReport{OK: err == nil && r.OK(), Entries: r.Entries, Heads: r.Heads, Signed: r.Signed, Root: fmt.Sprintf("%x", r.Root), Total: r.Total}
	for _, f := range r.Faults {
		out.Faults = append(out.Faults, api.LedgerFault(f))
	}
	return answer(out, err)
}

// today is the day in China by the backend's clock.
func (b *backend) today() qualification.Date { return qualification.DateOf(b.now()) }
