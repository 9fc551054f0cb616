package jobs

import (
	"context"
	"fmt"
	"slices"

	"zhunru/screening"
	"zhunru/screening/qualification"
	"zhunru/store"
)

// A Preview says what a run would do; it writes nothing, and serves a store that
// is open for reading only.
type Preview struct {
	Read     int64   `json:"read"`   // listings that were looked at
	Judged   int64   `json:"judged"` // of them
	Changed  int64   `json:"changed"`
	First    int64   `json:"first"` // judged for the first time: no flips
	Summary  Summary `json:"summary"`
	Revision string  `json:"revision"`
	On       string  `json:"on"`
}

// Preview judges what a run of the spec would, and calls f for every flip, in
// the order of the listings' keys within each page. progress, if not nil, is
// told the number of listings read and about how many there are.
func (c *Previewer) Preview(ctx context.Context, spec Spec, f func(*Flip) error, progress func(read, all int64)) (Preview, error) {
	r, err := c.client.draft(ctx, &spec)
	if err != nil {
		return Preview{}, err
	}
	s, err := c.client.open(ctx, &r)
	if err != nil {
		return Preview{}, err
	}
	p := previewing{c: c.client, s: s, f: f, Preview: Preview{Revision: r.Revision, On: r.On}}
	if progress != nil {
		all, _, err := c.client.store.Extent(ctx)
		if err != nil {
			return p.Preview, err
		}
		p.progress = func() { progress(p.Read, all) }
	}
	err = p.run(ctx, &r)
	p.Summary.Close()
	return p.Preview, err
}

// A Previewer tells what runs would do. It needs no queue.
type Previewer struct{ client *Client }

// NewPreviewer returns a previewer over an open store.
func NewPreviewer(s *store.Store, o Options) *Previewer {
	o.fill()
	return &Previewer{&Client{store: s, o: o, program: o.program(), stations: map[int64]*station{}}}
}

type previewing struct {
	Preview
	c        *Client
	s        *station
	f        func(*Flip) error
	progress func()
}

func (p *previewing) run(ctx context.Context, r *store.Run) error {
	switch r.Kind {
	case store.RunFull, store.RunRevision:
		return p.everything(ctx)
	case store.RunMerchant:
		for _, id := range p.s.p.Merchants {
			if err := p.selection(ctx, store.Selection{Merchant: id}); err != nil {
				return err
			}
		}
		return nil
	case store.RunListing:
		return p.selection(ctx, store.Selection{IDs: p.s.p.IDs, Since: p.s.p.Since})
	}
	return p.ended(ctx)
}

func (p *previewing) ended(ctx context.Context) error {
	swept, _, flaw := qualification.ParseDate(p.s.p.SweptOn)
	if flaw != nil && !p.s.p.Everybody {
		return fmt.Errorf("jobs: preview: day %q", p.s.p.SweptOn)
	}
	on := p.s.judge.on
	return p.c.eachDossier(ctx, func(id string, d *store.KeptDossier) error {
		if len(d.Documents) == 0 || !p.s.p.Everybody && !turns(p.s.judge.registry, &d.Dossier, min(swept, on), max(swept, on)) {
			return nil
		}
		return p.selection(ctx, store.Selection{Merchant: id})
	})
}

func (p *previewing) everything(ctx context.Context) error {
	h := shift{c: p.c, s: p.s}
	for after := store.Key(0); ; {
		rows, n, last, err := h.page(ctx, after, 1<<63-1)
		if err == nil {
			err = p.page(ctx, rows, n)
		}
		if err != nil || n < p.s.size {
			return err
		}
		after = last
	}
}

func (p *previewing) selection(ctx context.Context, q store.Selection) error {
	for q.Limit = store.MaxBatch; ; {
		keys, at, err := p.c.store.Select(ctx, q)
		if err != nil {
			return err
		}
		rows, err := p.c.store.RowsByKey(ctx, slices.Sorted(slices.Values(keys)))
		if err == nil {
			err = p.page(ctx, rows, len(rows))
		}
		if err != nil || len(keys) < q.Limit {
			return err
		}
		q.After = at
	}
}

// page judges rows and tells the flips among them.
func (p *previewing) page(ctx context.Context, rows []store.Row, read int) error {
	judged, err := p.s.judge.Screen(ctx, rows, p.s.because)
	if err != nil {
		return err
	}
	p.Read, p.Judged = p.Read+int64(read), p.Judged+int64(len(rows))
	if p.progress != nil {
		p.progress()
	}
	var b pending
	var flips []int
	for i := range judged {
		j, r := &judged[i], &rows[i]
		hash, err := store.VerdictHash(&j.Verdict)
		if err != nil {
			return err
		}
		switch {
		case !r.Stamp.Screened():
			p.First++
			continue
		case r.Stamp.Verdict == hash:
			continue
		}
		p.Changed++
		if p.s.explain != nil {
			if err := p.s.explain.explain(ctx, r, j, &b); err != nil {
				return err
			}
		}
		if r.Stamp.Outcome != j.Verdict.Outcome {
			flips = append(flips, i)
		}
	}
	return p.tell(ctx, rows, judged, flips)
}

func (p *previewing) tell(ctx context.Context, rows []store.Row, judged []store.Judged, flips []int) error {
	keys := make([]store.Key, len(flips))
	for n, i := range flips {
		keys[n] = rows[i].Key
	}
	old, err := p.c.store.Records(ctx, keys)
	if err != nil {
		return err
	}
	findings := make(map[store.Key][]screening.Finding, len(old))
	for i := range old {
		findings[old[i].Key] = old[i].Verdict.Findings
	}
	for _, i := range flips {
		j, r := &judged[i], &rows[i]
		flip := Flip{
			r.Listing.ID, r.Listing.MerchantID, r.Listing.Title, r.Stamp.Outcome, j.Verdict.Outcome, j.Because,
			classesOf(findings[r.Key], j.Verdict.Findings),
		}
		p.Summary.Add(&flip)
		if p.f != nil {
			if err := p.f(&flip); err != nil {
				return err
			}
		}
	}
	return nil
}
