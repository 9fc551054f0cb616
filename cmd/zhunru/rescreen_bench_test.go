package main

import (
	"context"
	"database/sql"
	"io"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"zhunru/screening/dictionary"
	"zhunru/store"
	"zhunru/store/jobs"
)

const rescreenRows = 100_000

// BenchmarkRescreen compares, on one generated catalogue that nothing changed
// in, a plain SELECT of what a run reads, a full run, and a run for a revision
// that changes the words of one class. Divide the rows a second.
func BenchmarkRescreen(b *testing.B) {
	path := filepath.Join(b.TempDir(), "z.db")
	args := []string{"--db", path, "--listings", strconv.Itoa(rescreenRows), "--merchants", "1000"}
	if err := newDemoFor(b, args); err != nil {
		b.Fatal(err)
	}
	d, err := openDesk(b.Context(), databaseFlags{db: path}, true)
	if err != nil {
		b.Fatal(err)
	}
	defer d.close() //nolint:errcheck // the benchmark is over
	c, err := jobs.New(b.Context(), d.store, jobs.Options{Rules: d.rules(), Words: lazySegmenter{}, Queues: []string{jobs.QueueRuns}, Poll: 5 * time.Millisecond})
	if err == nil {
		err = c.Start(b.Context())
	}
	if err != nil {
		b.Fatal(err)
	}
	defer stopClient(b.Context(), c) //nolint:errcheck // the benchmark is over
	run := func(spec jobs.Spec) store.Run {
		r, err := c.Begin(b.Context(), spec)
		if err == nil {
			r, err = jobs.Await(b.Context(), d.store, r.Key, nil)
		}
		if err != nil || r.State != store.RunDone {
			b.Fatal(r, err)
		}
		return r
	}
	run(jobs.Spec{Kind: store.RunFull})
	rows := func(b *testing.B) { b.ReportMetric(rescreenRows*float64(b.N)/b.Elapsed().Seconds(), "rows/s") }
	b.Run("Scan", func(b *testing.B) {
		for b.Loop() {
			scanAll(b, path)
		}
		rows(b)
	})
	b.Run("Full", func(b *testing.B) {
		for b.Loop() {
			r := run(jobs.Spec{Kind: store.RunFull})
			if r.Changed != 0 {
				b.Fatal(r)
			}
			b.Logf("%s from start to end", r.EndedAt.Sub(r.StartedAt))
		}
		rows(b)
	})
	b.Run("Revision", func(b *testing.B) {
		revision := oneClassChanged(b, d)
		run(jobs.Spec{Kind: store.RunRevision, Revision: revision}) // builds the engine
		for b.Loop() {
			b.StopTimer()
			run(jobs.Spec{Kind: store.RunRevision}) // back
			b.StartTimer()
			r := run(jobs.Spec{Kind: store.RunRevision, Revision: revision})
			b.Logf("%s from start to end", r.EndedAt.Sub(r.StartedAt))
		}
		rows(b)
	})
}

// newDemoFor fills a database.
func newDemoFor(b *testing.B, args []string) error {
	c := newDemo()
	c.SetArgs(args)
	c.SetOut(io.Discard)
	c.SetErr(io.Discard)
	return c.ExecuteContext(b.Context())
}

// oneClassChanged keeps a revision in which one class has another term.
func oneClassChanged(b *testing.B, d *desk) string {
	b.Helper()
	next, err := loadDictionary("")
	if err != nil {
		b.Fatal(err)
	}
	i := slices.IndexFunc(next.Classes, func(k dictionary.Class) bool { return k.ID == "P23_ECIG" })
	next.Classes[i].Terms = append(slices.Clone(next.Classes[i].Terms), "蒸汽烟具")
	next.Revision = "sha256:" + strings.Repeat("b", 64)
	err = d.store.Write(context.Background(), func(tx *store.Tx) error { return tx.SaveRevision(next) })
	if err != nil {
		b.Fatal(err)
	}
	return next.Revision
}

// scanAll reads the columns that a full run reads, in one statement.
func scanAll(b *testing.B, path string) {
	db, err := sql.Open("sqlite3", "file:"+path+"?mode=ro")
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close() //nolint:errcheck // only read from
	rows, err := db.QueryContext(b.Context(), `SELECT l.key, l.id, l.merchant_key, l.title, l.description, l.category, l.brand, l.attributes, l.content_hash,
 l.version, r.outcome, r.listing_version, r.input_hash, r.verdict_hash FROM listings l LEFT JOIN records r ON r.listing_key = l.key ORDER BY l.key`)
	if err != nil {
		b.Fatal(err)
	}
	defer rows.Close() //nolint:errcheck // Err tells
	n := 0
	for rows.Next() {
		var key, version int64
		var judged, merchant sql.NullInt64
		var id, title, description, category, brand string
		var attributes, outcome sql.NullString
		var content, input, verdict []byte
		err := rows.Scan(&key, &id, &merchant, &title, &description, &category, &brand, &attributes, &content, &version, &outcome, &judged, &input, &verdict)
		if err != nil {
			b.Fatal(err)
		}
		n++
	}
	if err := rows.Err(); err != nil || n != rescreenRows {
		b.Fatal(n, err)
	}
}
