package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"slices"

	"zhunru/screening"
)

// A Flip is a difference that a run made, with whose listing it is and which
// classes the two verdicts name. A difference whose outcome stayed is one too.
type Flip struct {
	Change
	Merchant string
	Title    string
	Classes  []string // of the old and the new findings, sorted
}

// Flips returns up to limit differences that a run made after a listing's key,
// by key. With outcomes only those whose outcome differs.
func (s *Store) Flips(ctx context.Context, run int64, after Key, limit int, outcomes bool) ([]Flip, error) {
	if err := checkBatch(limit); err != nil {
		return nil, err
	}
	only := ""
	if outcomes {
		only = " AND h.old_outcome <> h.new_outcome"
	}
	var out []Flip
	var old [][]int64
	err := queryEach(ctx, s.reader(), s.engine, `SELECT h.listing_key, l.id, l.title, COALESCE(m.id, ''), h.old_outcome, h.new_outcome, h.because, h.old_findings
 FROM record_history h JOIN listings l ON l.key = h.listing_key LEFT JOIN merchants m ON m.key = l.merchant_key
 WHERE h.run_key = ? AND h.listing_key > ?`+only+` ORDER BY h.listing_key, h.n LIMIT ?`, []any{run, int64(after), limit}, func(r *sql.Rows) error {
		f, rules, err := scanFlip(r)
		out, old = append(out, f), append(old, rules)
		return err
	})
	for i := range out {
		if err == nil {
			out[i].Classes, err = s.classesOf(ctx, out[i].Key, old[i])
		}
	}
	return out, wrapKey("flips of run", run, err)
}

func scanFlip(r *sql.Rows) (f Flip, rules []int64, err error) {
	var kept sql.NullString
	if err := r.Scan(&f.Key, &f.ID, &f.Title, &f.Merchant, &f.Old, &f.New, &f.Because, &kept); err != nil || !kept.Valid {
		return f, nil, err
	}
	var findings []keptFinding
	err = json.Unmarshal([]byte(kept.String), &findings)
	for i := range findings {
		if findings[i].Outcome != string(screening.OutcomeNotice) {
			rules = append(rules, findings[i].Rule)
		}
	}
	return f, rules, err
}

// classesOf names the classes of a listing's findings and of some rules.
func (s *Store) classesOf(ctx context.Context, key Key, rules []int64) ([]string, error) {
	query, args := "SELECT class FROM findings WHERE listing_key = ? AND outcome <> 'notice'", []any{int64(key)}
	if len(rules) > 0 {
		query += " UNION SELECT class FROM finding_rules WHERE key IN " + marks(len(rules))
		args = append(args, anys(rules)...)
	}
	var out []string
	err := queryEach(ctx, s.reader(), s.engine, query, args, func(r *sql.Rows) error {
		var class string
		err := r.Scan(&class)
		out = append(out, class)
		return err
	})
	slices.Sort(out)
	return slices.Compact(out), err
}
