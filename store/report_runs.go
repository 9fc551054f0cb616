package store

import (
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"slices"

	"zhunru/screening"
	"zhunru/screening/report"
)

func (r *reporting) runs() error {
	for before := int64(0); ; {
		list, err := r.s.Runs(r.ctx, before, MaxBatch)
		for i := range list {
			x := &list[i]
			if at := micros(x.CreatedAt); err != nil || at < r.from || at >= r.before {
				continue
			}
			err = r.row([]report.Cell{
				report.Num(x.Key), report.Str(string(x.Kind)), report.Str(string(x.State)), report.Str(x.Actor), report.Str(x.On), report.Num(x.Total), report.Num(x.Done),
				report.Num(x.Changed), report.Num(x.Flipped), report.Num(x.Alarms), report.At(x.CreatedAt), report.At(x.StartedAt), report.At(x.EndedAt),
				report.Str(x.Revision), report.Str(x.Error),
			})
		}
		if err == nil {
			err = r.page()
		}
		if err != nil || len(list) < MaxBatch {
			return err
		}
		before = list[len(list)-1].Key
	}
}

func (r *reporting) coverage() error {
	var run, n int64
	const query = `SELECT c.run_key, c.n, x.kind, c.after_key, c.last_key, c.listings, c.changed, c.flipped, x.judged_on, COALESCE(c.ended_at, 0), c.root, COALESCE(v.hash, '')
 FROM chunks c JOIN runs x ON x.key = c.run_key LEFT JOIN revisions v ON v.key = x.revision_key
 WHERE (c.run_key, c.n) > (?, ?) AND c.state = 'done' AND c.ended_at >= ? AND c.ended_at < ? ORDER BY c.run_key, c.n LIMIT ?`
	return r.pages(query, func() []any { return []any{run, n, r.from, r.before} }, func(rows *sql.Rows) error {
		var kind, on, revision string
		var after, last, listings, changed, flipped, ended int64
		var root sql.RawBytes
		if err := rows.Scan(&run, &n, &kind, &after, &last, &listings, &changed, &flipped, &on, &ended, &root, &revision); err != nil {
			return err
		}
		return r.row([]report.Cell{
			report.Num(run), report.Str(kind), report.Num(n), report.Num(after), report.Num(last), report.Num(listings), report.Num(changed), report.Num(flipped),
			report.Str(on), cellAt(ended), report.Str(hex.EncodeToString(root)), report.Str(revision),
		})
	})
}

func (r *reporting) ledger() error {
	for after := int64(0); ; {
		list, err := r.s.Ledger(r.ctx, after, MaxBatch)
		for i := range list {
			e := &list[i]
			if at := micros(e.At); err != nil || at < r.from || at >= r.before {
				continue
			}
			err = r.row([]report.Cell{
				report.Num(e.Seq), report.At(e.At), report.Str(e.Actor), report.Str(string(e.Kind)), report.Str(e.Subject), report.Str(hex.EncodeToString(e.Payload[:])),
				report.Str(e.Revision), report.Str(hex.EncodeToString(e.Hash[:])),
			})
		}
		if err == nil {
			err = r.page()
		}
		if err != nil || len(list) < MaxBatch {
			return err
		}
		after = list[len(list)-1].Seq
	}
}

// A classCount is what is counted of one class.
type classCount struct {
	rule                                                  int64 // the latest shared part
	findings, listings, prohibited, needs, review, notice int64
	held, replaced, cleared                               int64
}

func (r *reporting) ruleQuality() error {
	counts := map[string]*classCount{}
	const query = `SELECT class, MAX(rule_key), COUNT(*), COUNT(DISTINCT listing_key), SUM(CASE WHEN outcome = 'prohibited' THEN 1 ELSE 0 END),
 SUM(CASE WHEN outcome = 'needs_category' THEN 1 ELSE 0 END), SUM(CASE WHEN outcome = 'review' THEN 1 ELSE 0 END),
 SUM(CASE WHEN outcome = 'notice' THEN 1 ELSE 0 END), SUM(CASE WHEN body LIKE '%,"h":true}' THEN 1 ELSE 0 END) FROM findings GROUP BY class`
	err := queryEach(r.ctx, r.s.reader(), r.s.engine, query, nil, func(rows *sql.Rows) error {
		var class string
		c := &classCount{}
		err := rows.Scan(&class, &c.rule, &c.findings, &c.listings, &c.prohibited, &c.needs, &c.review, &c.notice, &c.held)
		counts[class] = c
		return err
	})
	if err == nil {
		err = r.replacedClasses(counts)
	}
	if err != nil {
		return err
	}
	classes := make([]string, 0, len(counts))
	for class := range counts {
		classes = append(classes, class)
	}
	slices.Sort(classes)
	for _, class := range classes {
		c := counts[class]
		rule, err := r.rule(c.rule)
		if err == nil {
			err = r.row([]report.Cell{
				report.Str(class), report.Str(rule.Name), report.Num(c.findings), report.Num(c.listings), report.Num(c.prohibited), report.Num(c.needs), report.Num(c.review),
				report.Num(c.notice), report.Num(c.held), report.Num(c.replaced), report.Num(c.cleared),
			})
		}
		if err != nil {
			return err
		}
	}
	return r.page()
}

// replacedClasses counts the classes of verdicts that were replaced in the
// period, once for each verdict.
func (r *reporting) replacedClasses(counts map[string]*classCount) error {
	classes := map[int64]string{}
	err := queryEach(r.ctx, r.s.reader(), r.s.engine, "SELECT key, class FROM finding_rules", nil, func(rows *sql.Rows) error {
		var key int64
		var class string
		err := rows.Scan(&key, &class)
		classes[key] = class
		return err
	})
	if err != nil {
		return err
	}
	at, key, n := r.from, int64(0), int64(0)
	const query = `SELECT changed_at, listing_key, n, new_outcome, old_findings FROM record_history
 WHERE (changed_at, listing_key, n) > (?, ?, ?) AND changed_at < ? AND old_findings IS NOT NULL ORDER BY changed_at, listing_key, n LIMIT ?`
	return r.pages(query, func() []any { return []any{at, key, n, r.before} }, func(rows *sql.Rows) error {
		var outcome string
		var kept sql.RawBytes
		if err := rows.Scan(&at, &key, &n, &outcome, &kept); err != nil {
			return err
		}
		var findings []keptFinding
		if err := json.Unmarshal(kept, &findings); err != nil {
			return err
		}
		seen := map[string]bool{}
		for _, f := range findings {
			class := classes[f.Rule]
			if seen[class] {
				continue
			}
			seen[class] = true
			c := counts[class]
			if c == nil {
				c = &classCount{rule: f.Rule}
				counts[class] = c
			}
			c.replaced++
			if outcome == string(screening.OutcomePass) {
				c.cleared++
			}
		}
		return nil
	})
}
