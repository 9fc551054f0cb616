package jobs

import (
	"context"

	"zhunru/screening/qualification"
	"zhunru/store"
)

// ended lists what merchants sell whose qualifications the days since the last
// sweep can have changed.
func (l *lister) ended(ctx context.Context, p *params) error {
	on, _, flaw := qualification.ParseDate(l.run.On)
	swept, _, bad := qualification.ParseDate(p.SweptOn)
	if flaw != nil || bad != nil && !p.Everybody {
		return &store.Error{Code: "RUN_BAD_DAY", Why: "运行里的日期读不懂，请重新发起"}
	}
	rules, err := l.c.rulesOf(ctx, l.run.Revision)
	if err != nil {
		return err
	}
	return l.c.eachDossier(ctx, func(id string, d *store.KeptDossier) error {
		if !p.Everybody && !turns(rules.Registry, &d.Dossier, min(swept, on), max(swept, on)) || len(d.Documents) == 0 {
			return nil
		}
		return l.selection(ctx, store.Selection{Merchant: id})
	})
}

// turns reports whether a day after last, up to on, begins or ends a document,
// or makes its renewal due.
func turns(r *qualification.Registry, d *qualification.Dossier, last, on qualification.Date) bool {
	in := func(day qualification.Date) bool { return last < day && day <= on }
	for i := range d.Documents {
		x := &d.Documents[i]
		if begin, perpetual, flaw := qualification.ParseDate(x.IssuedOn); x.IssuedOn != "" && flaw == nil && !perpetual && in(begin) {
			return true
		}
		end, perpetual, flaw := qualification.ParseDate(x.ValidUntil)
		if x.ValidUntil == "" || flaw != nil || perpetual {
			continue
		}
		if in(end.AddDays(1)) {
			return true
		}
		if t, ok := r.Type(x.Type); ok && t.Renewal > 0 && in(end.AddDays(1-t.Renewal)) {
			return true
		}
	}
	return false
}

// eachDossier reads the dossiers of all merchants, by id.
func (c *Client) eachDossier(ctx context.Context, f func(id string, d *store.KeptDossier) error) error {
	for after := ""; ; {
		list, err := c.store.Merchants(ctx, after, merchantPage)
		if err != nil || len(list) == 0 {
			return err
		}
		ids := make([]string, len(list))
		for i := range list {
			ids[i] = list[i].ID
		}
		after = ids[len(ids)-1]
		dossiers, err := c.store.Dossiers(ctx, ids)
		if err != nil {
			return err
		}
		for _, id := range ids {
			if d := dossiers[id]; d != nil {
				if err := f(id, d); err != nil {
					return err
				}
			}
		}
	}
}
