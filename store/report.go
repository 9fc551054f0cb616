package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"hash"
	"io"
	"math"
	"time"

	"zhunru/screening/report"
)

// A ReportQuery is a report to be made of what is kept.
type ReportQuery struct {
	Head report.Head // what is asked for, by whom, and when it is made
	Laws report.Laws
}

// A Written file is what WriteReport made.
type Written struct {
	Totals report.Totals
	Bytes  int64
	Hash   Hash // SHA-256

	Differences int64 // of a reconciliation: facts whose two counts differ, filtered out or not
}

// WriteReport writes a report to to, reading by pages of MaxBatch in the order of
// keys, so that memory does not grow with the rows; what changes meanwhile may be
// in it or not. Progress is told the rows so far, after every page of them; nil
// is nobody. It ends with the error of ctx when that is done; what was written
// is then worthless. A file may be given out only after Tx.RecordExport.
func (s *Store) WriteReport(ctx context.Context, q *ReportQuery, to io.Writer, progress func(rows int64)) (Written, error) {
	sink := &measure{to: to, hash: sha256.New(), ctx: ctx}
	w, err := report.NewWriter(sink, q.Head)
	if err != nil {
		return Written{}, wrap("report", err)
	}
	defer w.Close() //nolint:errcheck // temporary files; Finish tells of every failure to write
	r := reporting{s: s, ctx: ctx, q: q, row: w.Add, rules: map[int64]*ruleBody{}}
	r.from, r.before = 0, math.MaxInt64
	from, before := q.Head.Spec.Period()
	if !from.IsZero() {
		r.from = micros(from)
	}
	if !before.IsZero() {
		r.before = micros(before)
	}
	r.page = func() error {
		if progress != nil {
			progress(w.Rows())
		}
		return ctx.Err()
	}
	var out Written
	if err = r.write(); err == nil {
		out.Totals, err = w.Finish()
	}
	if err != nil {
		return Written{}, wrapKey("report", q.Head.Spec.Kind, err)
	}
	out.Bytes, out.Differences = sink.n, r.differences
	copy(out.Hash[:], sink.hash.Sum(nil))
	return out, nil
}

// A measure counts and hashes what is written, and ends with its context.
type measure struct {
	to   io.Writer
	hash hash.Hash
	n    int64
	ctx  context.Context //nolint:containedctx // a writer has no other place for it
}

func (m *measure) Write(p []byte) (int, error) {
	if err := m.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := m.to.Write(p)
	m.hash.Write(p[:n])
	m.n += int64(n)
	return n, err
}

// A reporting is one report on its way.
type reporting struct {
	s            *Store
	ctx          context.Context //nolint:containedctx // it lives as long as the call
	q            *ReportQuery
	from, before int64 // the period, in microseconds
	row          func([]report.Cell) error
	page         func() error // after each page
	rules        map[int64]*ruleBody
	differences  int64
}

func (r *reporting) write() error {
	switch r.q.Head.Spec.Kind {
	case "findings":
		return r.findings()
	case "changes":
		return r.changes()
	case "merchants":
		return r.eachMerchants(r.merchants)
	case "documents":
		return r.eachMerchants(r.documents)
	case "identity":
		return r.eachMerchants(r.identity)
	case "categories":
		return r.eachMerchants(r.categories)
	case "measures":
		return r.measures()
	case "runs":
		return r.runs()
	case "coverage":
		return r.coverage()
	case "rules":
		return r.ruleQuality()
	case "reconciliation":
		return r.reconciliation()
	case "releases":
		return r.releases()
	case "decisions":
		return r.decisions()
	}
	return r.ledger()
}

// pages runs a query with the arguments of next until a page is not full.
func (r *reporting) pages(query string, next func() []any, scan func(*sql.Rows) error) error {
	for {
		n := 0
		err := queryEach(r.ctx, r.s.reader(), r.s.engine, query, append(next(), MaxBatch), func(rows *sql.Rows) error {
			n++
			return scan(rows)
		})
		if err == nil {
			err = r.page()
		}
		if err != nil || n < MaxBatch {
			return err
		}
	}
}

// now is the moment the report is made.
func (r *reporting) now() time.Time { return r.q.Head.Generated }

// day is a day as a cell, in the form YYYY-MM-DD.
func dayOf(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Add(chinaAhead).Format(time.DateOnly)
}

// chinaAhead is how far China's clocks are ahead of UTC.
const chinaAhead = 8 * time.Hour
