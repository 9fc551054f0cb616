package store

import (
	"database/sql"
	"encoding/json"
	"time"

	"zhunru/screening"
	"zhunru/screening/report"
)

// cellAt is a time as it is kept.
func cellAt(micros int64) report.Cell { return report.Num(micros) }

// cellKey is a key; 0 is none.
func cellKey(n int64) report.Cell {
	if n == 0 {
		return report.Cell{}
	}
	return report.Num(n)
}

func (r *reporting) findings() error {
	var key, n int64
	const query = `SELECT f.listing_key, f.n, l.id, l.title, COALESCE(m.id, ''), COALESCE(m.name, ''), r.outcome, f.outcome, f.kind, f.rule_key,
 f.body, r.screened_at, COALESCE(r.run_key, 0), v.hash FROM findings f JOIN records r ON r.listing_key = f.listing_key
 JOIN listings l ON l.key = f.listing_key JOIN revisions v ON v.key = r.revision_key LEFT JOIN merchants m ON m.key = l.merchant_key
 WHERE (f.listing_key, f.n) > (?, ?) AND r.screened_at >= ? AND r.screened_at < ? AND NOT l.deleted ORDER BY f.listing_key, f.n LIMIT ?`
	n = -1
	type found struct {
		id, title, merchant, name, verdict, outcome, kind, revision string
		rule, at, run                                               int64
		own                                                         findingBody
	}
	var list []found
	flush := r.page
	r.page = func() error { // the rules are read when the page's connection is free again
		for i := range list {
			f := &list[i]
			rule, err := r.rule(f.rule)
			if err == nil {
				err = r.row([]report.Cell{
					report.Str(f.id), report.Str(f.title), report.Str(f.merchant), report.Str(f.name), report.Str(f.verdict), report.Str(rule.Class), report.Str(rule.Name),
					report.Str(f.outcome), report.Str(f.kind), report.Str(f.own.Term), report.Str(f.own.Field), report.Str(f.own.Quote), report.Str(report.Steps(f.own.Steps)),
					report.Str(r.q.Laws.Cite(rule.Citations)), report.Flag(f.own.Held), report.Str(rule.Remedy.Merchant), cellAt(f.at), cellKey(f.run), report.Str(f.revision),
				})
			}
			if err != nil {
				return err
			}
		}
		list = list[:0]
		return flush()
	}
	return r.pages(query, func() []any { return []any{key, n, r.from, r.before} }, func(rows *sql.Rows) error {
		var f found
		var body sql.RawBytes
		err := rows.Scan(&key, &n, &f.id, &f.title, &f.merchant, &f.name, &f.verdict, &f.outcome, &f.kind, &f.rule, &body, &f.at, &f.run, &f.revision)
		if err == nil {
			err = json.Unmarshal(body, &f.own)
		}
		list = append(list, f)
		return err
	})
}

// rule returns the shared part of findings; few are kept.
func (r *reporting) rule(key int64) (*ruleBody, error) {
	if b := r.rules[key]; b != nil {
		return b, nil
	}
	const most = 10_000
	if len(r.rules) >= most {
		clear(r.rules)
	}
	var row findingRuleRow
	if err := r.s.read.WithContext(r.ctx).Where("key = ?", key).Take(&row).Error; err != nil {
		return nil, err
	}
	b := &ruleBody{}
	r.rules[key] = b
	return b, json.Unmarshal([]byte(row.Body), b)
}

func (r *reporting) changes() error {
	at, key, n := r.from, int64(0), int64(0)
	const query = `SELECT h.changed_at, h.listing_key, h.n, l.id, l.title, COALESCE(m.id, ''), COALESCE(m.name, ''), h.old_outcome, h.new_outcome, h.because,
 h.old_screened_at, COALESCE(h.run_key, 0), o.hash, w.hash FROM record_history h JOIN listings l ON l.key = h.listing_key
 JOIN revisions o ON o.key = h.old_revision_key JOIN revisions w ON w.key = h.new_revision_key LEFT JOIN merchants m ON m.key = l.merchant_key
 WHERE (h.changed_at, h.listing_key, h.n) > (?, ?, ?) AND h.changed_at < ? ORDER BY h.changed_at, h.listing_key, h.n LIMIT ?`
	return r.pages(query, func() []any { return []any{at, key, n, r.before} }, func(rows *sql.Rows) error {
		var id, title, merchant, name, old, outcome, because, from, to string
		var screened, run int64
		if err := rows.Scan(&at, &key, &n, &id, &title, &merchant, &name, &old, &outcome, &because, &screened, &run, &from, &to); err != nil {
			return err
		}
		return r.row([]report.Cell{
			report.Str(id), report.Str(title), report.Str(merchant), report.Str(name), report.Str(old), report.Str(outcome), report.Flag(old != outcome),
			report.Str(because), cellAt(screened), cellAt(at), cellKey(run), report.Str(from), report.Str(to),
		})
	})
}

// measures lists what may not be sold now, and then the merchants that are
// stopped.
func (r *reporting) measures() error {
	type held struct {
		id, title, merchant, name, shop, url, state string
		at                                          int64
	}
	var keys []Key
	list := map[Key]held{}
	flush := r.page
	r.page = func() error { // findings are read when the page's connection is free again
		records, err := r.s.Records(r.ctx, keys)
		for i := range records {
			h := list[records[i].Key]
			measure, at := "not_listed", h.at
			if h.state == string(ListingSuspended) {
				measure = "listing_suspended"
			}
			conduct, citations := r.worst(&records[i].Verdict)
			if err == nil {
				err = r.measure(measure, h.merchant, h.name, h.shop, h.url, h.id, h.title, conduct, citations, at, records[i].Verdict.Revision)
			}
		}
		keys = keys[:0]
		clear(list)
		if err != nil {
			return err
		}
		return flush()
	}
	last := int64(0)
	const query = `SELECT l.key, l.id, l.title, COALESCE(m.id, ''), COALESCE(m.name, ''), COALESCE(m.shop_name, ''), COALESCE(m.shop_url, ''), l.state, r.screened_at
 FROM records r JOIN listings l ON l.key = r.listing_key LEFT JOIN merchants m ON m.key = l.merchant_key
 WHERE r.listing_key > ? AND NOT l.deleted AND (r.outcome IN ('prohibited', 'needs_category') OR l.state = 'suspended')
 AND r.screened_at >= ? AND r.screened_at < ? ORDER BY r.listing_key LIMIT ?`
	err := r.pages(query, func() []any { return []any{last, r.from, r.before} }, func(rows *sql.Rows) error {
		var h held
		err := rows.Scan(&last, &h.id, &h.title, &h.merchant, &h.name, &h.shop, &h.url, &h.state, &h.at)
		keys, list[Key(last)] = append(keys, Key(last)), h
		return err
	})
	if err != nil {
		return err
	}
	r.page = flush
	return r.eachMerchants(func(m *merchantPage) error {
		for i := range m.list {
			x := &m.list[i]
			if x.State != string(MerchantSuspended) || x.UpdatedAt < r.from || x.UpdatedAt >= r.before {
				continue
			}
			if err := r.measure("merchant_suspended", x.ID, x.Name, x.ShopName, x.ShopURL, "", "", "", "", x.UpdatedAt, ""); err != nil {
				return err
			}
		}
		return nil
	})
}

func (r *reporting) measure(measure, merchant, name, shop, url, listing, title, conduct, citations string, at int64, revision string) error {
	return r.row([]report.Cell{
		report.Str(measure), report.Str(merchant), report.Str(name), report.Str(shop), report.Str(url), report.Str(listing), report.Str(title),
		report.Str(conduct), report.Str(citations), cellAt(at), report.Str(nextWorkday(fromMicros(at))), report.Str(revision),
	})
}

// worst names the gravest finding of a verdict, and the law it stands on.
func (r *reporting) worst(v *screening.Verdict) (conduct, citations string) {
	if len(v.Findings) == 0 {
		return "", ""
	}
	worst := &v.Findings[0]
	for i := range v.Findings {
		if f := &v.Findings[i]; !worst.Outcome.AtLeast(f.Outcome) {
			worst = f
		}
	}
	return worst.Name, r.q.Laws.Cite(worst.Citations)
}

// nextWorkday is the day after in China, or the Monday after a weekend; public
// holidays are not known here.
func nextWorkday(t time.Time) string {
	d := t.UTC().Add(chinaAhead).AddDate(0, 0, 1)
	for d.Weekday() == time.Saturday || d.Weekday() == time.Sunday {
		d = d.AddDate(0, 0, 1)
	}
	return d.Format(time.DateOnly)
}
