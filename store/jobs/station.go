package jobs

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"zhunru/screening"
	"zhunru/screening/qualification"
	"zhunru/store"
)

// A station is what the workers of this process share of one run.
type station struct {
	run     store.Run
	p       params
	judge   *Judge
	because store.Because
	probes  []*screening.Probe // a listing that none touches is passed over; nil: every one is judged
	explain *explainer         // full run
	prover  *prover            // full run
	limit   *rate.Limiter      // nil: none
	size    int                // listings judged at once

	mu        sync.Mutex
	refreshed time.Time // the judge knows of changes until then
}

// station returns the station of a running run.
func (c *Client) station(ctx context.Context, r *store.Run) (*station, error) {
	c.mu.Lock()
	s := c.stations[r.Key]
	c.mu.Unlock()
	if s != nil {
		return s, nil
	}
	s, err := c.open(ctx, r)
	if err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if there := c.stations[r.Key]; there != nil {
		return there, nil
	}
	c.stations[r.Key] = s
	return s, nil
}

func (c *Client) closeStation(run int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.stations, run)
}

// open builds what judging for a run takes.
func (c *Client) open(ctx context.Context, r *store.Run) (*station, error) {
	s := &station{run: *r, size: store.MaxBatch, refreshed: c.o.Now()}
	var err error
	if s.p, err = paramsOf(r); err != nil {
		return nil, err
	}
	on, _, flaw := qualification.ParseDate(r.On)
	if flaw != nil {
		return nil, fmt.Errorf("jobs: run %d: day %q", r.Key, r.On)
	}
	rules, err := c.rulesOf(ctx, r.Revision)
	if err != nil {
		return nil, err
	}
	s.judge = NewJudge(c.store, rules.Engine, rules.Registry, on, c.o.Profile)
	s.because = becauseOf(r.Kind)
	if s.p.Rate > 0 {
		s.size = min(s.size, max(1, s.p.Rate/4))
		s.limit = rate.NewLimiter(rate.Limit(s.p.Rate), s.size)
	}
	switch r.Kind {
	case store.RunRevision:
		s.probes, err = c.probes(ctx, s.p.Before, rules)
	case store.RunFull:
		if s.explain, err = c.explainer(ctx, r); err == nil {
			s.prover, err = c.prover(ctx, r, &s.p)
		}
	}
	return s, err
}

func becauseOf(k store.RunKind) store.Because {
	switch k {
	case store.RunMerchant:
		return store.BecauseLicence
	case store.RunListing:
		return store.BecauseListing
	case store.RunExpiry:
		return store.BecauseDate
	}
	return store.BecauseRule
}

// probes compiles what differs from each of the revisions that may stand. nil
// is for every listing: nothing is known of what stands, or the change touches
// all.
func (c *Client) probes(ctx context.Context, before []string, to *Rules) ([]*screening.Probe, error) {
	if before == nil {
		return nil, nil
	}
	out := make([]*screening.Probe, 0, len(before))
	for _, revision := range before {
		from, err := c.dictionaryOf(ctx, revision)
		if errors.Is(err, screening.ErrNotFound) {
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
		p, err := screening.NewProbe(from, to.Dictionary)
		if err != nil {
			return nil, err
		}
		if p.Everything() {
			return nil, nil
		}
		out = append(out, p)
	}
	return out, nil
}

// refresh makes the judge forget the merchants that changed since it was asked
// last. A transaction is stamped before it ends, hence the margin.
func (c *Client) refresh(ctx context.Context, s *station) error {
	const most = 20_000
	s.mu.Lock()
	defer s.mu.Unlock()
	now := c.o.Now()
	changed, all, err := c.store.MerchantsChanged(ctx, s.refreshed.Add(-c.margin()), most)
	if err != nil {
		return err
	}
	s.judge.Forget(changed, !all)
	if s.prover != nil {
		s.prover.note(changed, all)
	}
	s.refreshed = now
	return nil
}
