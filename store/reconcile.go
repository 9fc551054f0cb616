package store

import (
	"context"
	"database/sql"
	"encoding/binary"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// The facts that Reconcile counts twice.
const (
	FactVerdicts  = "verdicts"  // listings with a verdict of their own entered on a day; those of them that have a record
	FactProved    = "proved"    // listings that full runs proved; those of them that have a record
	FactHistory   = "history"   // verdicts replaced: by the versions of records, by the rows of the history
	FactChunks    = "chunks"    // chunks of a run that are done; its entries
	FactRoots     = "roots"     // chunks of a run that are done; those whose root is in the ledger
	FactListings  = "listings"  // listings of a run's chunks; leaves under the roots
	FactDocuments = "documents" // versions of documents; their entries
	FactDecisions = "decisions" // documents by what was decided; the same in the bodies of their last entries
	FactDocument  = "document"  // a document whose version or decision is another in the ledger
	FactExports   = "exports"   // exports that were entered, by kind; their entries
)

// A Reconciled fact was counted in the records and in the ledger.
type Reconciled struct {
	Fact    string
	Item    string // the day, run, decision, kind or document; "" where the fact is one number
	Records int64
	Ledger  int64
}

// Agrees reports whether both ways of counting give the same.
func (r *Reconciled) Agrees() bool { return r.Records == r.Ledger }

// Reconcile counts the same facts in the records and in the ledger, in one
// snapshot, and tells each in a fixed order; of documents it tells one by one
// only those that differ. It looks for what VerifyRecords cannot see: records,
// histories, documents and exports that are gone. It holds a few words for each
// document in memory. Documents older than the bodies of entries are left out.
func (s *Store) Reconcile(ctx context.Context, each func(Reconciled) error) error {
	err := s.snapshot(ctx, func(from queryer) error {
		r := reconciling{s: s, ctx: ctx, from: from, each: each}
		for _, f := range []func() error{r.verdicts, r.proved, r.history, r.runs, r.leaves, r.documents, r.exports} {
			if err := f(); err != nil {
				return err
			}
		}
		return nil
	})
	return wrap("reconcile", err)
}

// A reconciling is one Reconcile on its way.
type reconciling struct {
	s    *Store
	ctx  context.Context //nolint:containedctx // it lives as long as the call
	from queryer
	each func(Reconciled) error
}

func (r *reconciling) query(query string, args []any, scan func(*sql.Rows) error) error {
	return queryEach(r.ctx, r.from, r.s.engine, query, args, scan)
}

// tell tells the rows of a query: what is counted, in the records, in the ledger.
func (r *reconciling) tell(fact, query string, item func(n int64) string) error {
	return r.query(query, nil, func(rows *sql.Rows) error {
		var n int64
		x := Reconciled{Fact: fact}
		if err := rows.Scan(&n, &x.Records, &x.Ledger); err != nil {
			return err
		}
		x.Item = item(n)
		return r.each(x)
	})
}

func (r *reconciling) verdicts() error {
	return r.tell(FactVerdicts, `SELECT (e.at + 28800000000) / 86400000000 AS d, COUNT(DISTINCT CASE WHEN r.listing_key IS NOT NULL THEN e.subject END), COUNT(DISTINCT e.subject)
 FROM ledger e LEFT JOIN listings l ON l.id = e.subject LEFT JOIN records r ON r.listing_key = l.key WHERE e.kind = 'verdict' GROUP BY d ORDER BY d`,
		func(n int64) string { return time.Unix(n*86400, 0).UTC().Format(time.DateOnly) })
}

func (r *reconciling) history() error {
	return r.tell(FactHistory, "SELECT 0, COALESCE((SELECT SUM(version - 1) FROM records), 0), (SELECT COUNT(*) FROM record_history)", func(int64) string { return "" })
}

func (r *reconciling) runs() error {
	run := func(n int64) string { return strconv.FormatInt(n, 10) }
	err := r.tell(FactChunks, `SELECT x.key, (SELECT COUNT(*) FROM chunks c WHERE c.run_key = x.key AND c.state = 'done'),
 (SELECT COUNT(*) FROM ledger e WHERE e.kind = 'chunk' AND e.subject >= x.key || '/' AND e.subject < x.key || '0') FROM runs x ORDER BY x.key`, run)
	if err != nil {
		return err
	}
	return r.tell(FactRoots, `SELECT c.run_key, COUNT(*), SUM(CASE WHEN EXISTS (SELECT 1 FROM ledger e WHERE e.kind = 'chunk'
 AND e.subject = c.run_key || '/' || c.n AND e.payload_hash = c.root) THEN 1 ELSE 0 END) FROM chunks c WHERE c.state = 'done' GROUP BY c.run_key ORDER BY c.run_key`, run)
}

// proved goes through the listings under the roots of full runs, a range at a
// time.
func (r *reconciling) proved() error {
	x := Reconciled{Fact: FactProved}
	for after, last := int64(-1), int64(0); ; {
		var keys []Key
		found := false
		err := r.query("SELECT x.after_key, p.last_key, x.listing_keys FROM proof_leaves x JOIN proofs p ON p.after_key = x.after_key WHERE x.after_key > ? ORDER BY x.after_key LIMIT 1",
			[]any{after}, func(rows *sql.Rows) error {
				var packed sql.RawBytes
				err := rows.Scan(&after, &last, &packed)
				keys, found = unpackKeys(packed), true
				return err
			})
		if err != nil {
			return err
		}
		if !found {
			return r.each(x)
		}
		x.Ledger += int64(len(keys))
		has := make(map[Key]bool, len(keys))
		err = r.query("SELECT listing_key FROM records WHERE listing_key > ? AND listing_key <= ?", []any{after, last}, func(rows *sql.Rows) error {
			var key Key
			err := rows.Scan(&key)
			has[key] = true
			return err
		})
		if err != nil {
			return err
		}
		for _, k := range keys {
			if has[k] {
				x.Records++
			}
		}
	}
}

// leaves counts the listings of the chunks whose trees are kept.
func (r *reconciling) leaves() error {
	x := Reconciled{Fact: FactListings}
	last := int64(0)
	err := r.query(`SELECT c.run_key, c.listings, substr(t.tree, 1, 10) FROM chunks c JOIN chunk_trees t ON t.run_key = c.run_key AND t.n = c.n
 WHERE c.state = 'done' ORDER BY c.run_key, c.n`, nil, func(rows *sql.Rows) error {
		var run, listings int64
		var tree sql.RawBytes
		if err := rows.Scan(&run, &listings, &tree); err != nil {
			return err
		}
		if run != last && last != 0 {
			if err := r.each(x); err != nil {
				return err
			}
			x.Records, x.Ledger = 0, 0
		}
		last, x.Item = run, strconv.FormatInt(run, 10)
		n, size := binary.Uvarint(tree)
		if size <= 0 || n > maxLeaves {
			n = 0
		}
		x.Records, x.Ledger = x.Records+listings, x.Ledger+int64(n)
		return nil
	})
	if err == nil && last != 0 {
		err = r.each(x)
	}
	return err
}

func (r *reconciling) exports() error {
	for _, kind := range []ExportKind{ExportReport, ExportEvidence} {
		x := Reconciled{Fact: FactExports, Item: string(kind)}
		err := r.query(`SELECT (SELECT COUNT(*) FROM exports WHERE kind = ? AND file_hash IS NOT NULL),
 (SELECT COUNT(*) FROM ledger WHERE kind = 'export' AND subject >= ? AND subject < ?)`, []any{string(kind), string(kind) + "/", string(kind) + "0"},
			func(rows *sql.Rows) error { return rows.Scan(&x.Records, &x.Ledger) })
		if err == nil {
			err = r.each(x)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// A toldDocument is a document as its entries tell of it.
type toldDocument struct {
	entries  int64
	decision string
}

func (r *reconciling) documents() error {
	legacy, err := legacyUntil(r.ctx, r.from, r.s.engine)
	if err != nil {
		return err
	}
	told := map[int64]*toldDocument{}
	owners := map[int64]string{}
	err = r.s.documentEntries(r.ctx, r.from, func(_ *Entry, d *documentEntry) error {
		if !d.CreatedAt.After(legacy) {
			return nil
		}
		x := told[d.Key]
		if x == nil {
			x = &toldDocument{}
			told[d.Key], owners[d.Key] = x, d.MerchantID
		}
		x.entries++
		x.decision = d.Decision
		return nil
	})
	if err != nil {
		return err
	}
	versions := Reconciled{Fact: FactDocuments}
	decided := map[string]*Reconciled{}
	for _, d := range []Decision{Pending, Accepted, Declined, Superseded} {
		decided[string(d)] = &Reconciled{Fact: FactDecisions, Item: string(d)}
	}
	var differ []Reconciled
	for _, x := range told { // order does not matter: they are added up
		versions.Ledger += x.entries
		if c := decided[x.decision]; c != nil {
			c.Ledger++
		}
	}
	err = r.query("SELECT d.key, m.id, d.version, d.decision FROM documents d JOIN merchants m ON m.key = d.merchant_key WHERE d.created_at > ? ORDER BY d.key",
		[]any{legacyMicros(legacy)}, func(rows *sql.Rows) error {
			var key, version int64
			var merchant, decision string
			if err := rows.Scan(&key, &merchant, &version, &decision); err != nil {
				return err
			}
			versions.Records += version
			decided[decision].Records++
			x := told[key]
			if x == nil {
				x = &toldDocument{}
			}
			delete(told, key)
			switch item := fmt.Sprintf("%s/%d", merchant, key); {
			case x.entries != version:
				differ = append(differ, Reconciled{FactDocument, item, version, x.entries})
			case x.decision != decision:
				differ = append(differ, Reconciled{FactDocument, item + " " + decision, 1, 0})
			}
			return nil
		})
	for key, x := range told { // sorted below
		differ = append(differ, Reconciled{FactDocument, fmt.Sprintf("%s/%d", owners[key], key), 0, x.entries})
	}
	slices.SortFunc(differ, func(a, b Reconciled) int { return strings.Compare(a.Item, b.Item) })
	out := []Reconciled{versions}
	for _, d := range []Decision{Pending, Accepted, Declined, Superseded} {
		out = append(out, *decided[string(d)])
	}
	for _, x := range append(out, differ...) {
		if err == nil {
			err = r.each(x)
		}
	}
	return err
}

func legacyMicros(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return micros(t)
}
