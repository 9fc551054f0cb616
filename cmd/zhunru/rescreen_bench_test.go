package main

import (
	"context"
	"database/sql"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"zhunru/screening/dictionary"
	"zhunru/screening/qualification"
	"zhunru/store"
	"zhunru/store/jobs"
)

// BenchmarkRescreen compares, on one generated catalogue of 100,000 listings
// (ZHUNRU_BENCH_ROWS for another number): a plain SELECT of what a run reads; a
// full run over what was proved the same day, and the day before; one that judges
// everything all the same (Thorough); one that must, because a word of one class
// changed (FullRevision); the run for that change which looks only at what it
// touches (Revision); and a run for one merchant. Every run reports its time as
// times of the scan, and its speed as times of FullRevision where that ran before.
func BenchmarkRescreen(b *testing.B) {
	x := newRescreening(b)
	x.measure("Scan", func(b *testing.B) time.Duration {
		start := time.Now()
		scanAll(b, x.path, x.rows)
		return time.Since(start)
	})
	x.measure("Full", func(*testing.B) time.Duration { return x.run(jobs.Spec{Kind: store.RunFull}) }) // judges nothing
	x.measure("NextDay", func(*testing.B) time.Duration {
		x.today = x.today.AddDays(1)
		return x.run(jobs.Spec{Kind: store.RunFull})
	})
	x.measure("Thorough", func(*testing.B) time.Duration { return x.run(jobs.Spec{Kind: store.RunFull, Thorough: true}) })
	revision := oneClassChanged(b, x.desk)
	x.run(jobs.Spec{Kind: store.RunRevision, Revision: revision}) // builds the engine
	x.measure("FullRevision", func(*testing.B) time.Duration {    // a full run that the change makes judge everything
		x.run(jobs.Spec{Kind: store.RunFull}) // back
		return x.run(jobs.Spec{Kind: store.RunFull, Revision: revision})
	})
	x.measure("Revision", func(*testing.B) time.Duration {
		x.run(jobs.Spec{Kind: store.RunRevision}) // back
		return x.run(jobs.Spec{Kind: store.RunRevision, Revision: revision})
	})
	x.measure("Merchant", func(*testing.B) time.Duration {
		return x.run(jobs.Spec{Kind: store.RunMerchant, Merchants: []string{x.merchant}})
	})
}

// A rescreening is a catalogue and what was measured on it.
type rescreening struct {
	b        *testing.B
	path     string
	rows     int
	desk     *desk
	client   *jobs.Client
	today    qualification.Date
	merchant string
	took     map[string]time.Duration // by benchmark, each time
}

func newRescreening(b *testing.B) *rescreening {
	x := &rescreening{b: b, path: filepath.Join(b.TempDir(), "z.db"), rows: benchRows(b, 100_000), took: map[string]time.Duration{}}
	if err := newDemoFor(b, []string{"--db", x.path, "--listings", strconv.Itoa(x.rows), "--merchants", "1000"}); err != nil {
		b.Fatal(err)
	}
	var err error
	if x.desk, err = openDesk(b.Context(), databaseFlags{db: x.path}, true); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { x.desk.close() }) //nolint:errcheck // the benchmark is over
	o := jobs.Options{Rules: x.desk.rules(), Words: lazySegmenter{}, Queues: []string{jobs.QueueRuns}, Poll: 5 * time.Millisecond}
	if x.client, err = jobs.New(b.Context(), x.desk.store, o); err == nil {
		err = x.client.Start(b.Context())
	}
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { stopClient(context.WithoutCancel(b.Context()), x.client) }) //nolint:errcheck // the benchmark is over
	rows, err := x.desk.store.Listings(b.Context(), store.Query{Limit: 1})
	if err != nil {
		b.Fatal(err)
	}
	x.merchant, x.today = rows[0].Listing.MerchantID, qualification.DateOf(time.Now())
	x.run(jobs.Spec{Kind: store.RunFull}) // proves everything
	return x
}

// run runs to its end and returns how long it took from its start.
func (x *rescreening) run(spec jobs.Spec) time.Duration {
	spec.On = x.today
	r, err := x.client.Begin(x.b.Context(), spec)
	if err == nil {
		r, err = jobs.Await(x.b.Context(), x.desk.store, r.Key, nil)
	}
	if err != nil || r.State != store.RunDone {
		x.b.Fatal(r, err)
	}
	return r.EndedAt.Sub(r.StartedAt)
}

// measure runs one of the benchmarks; what f returns is its time.
func (x *rescreening) measure(name string, f func(*testing.B) time.Duration) {
	x.b.Run(name, func(b *testing.B) {
		var took time.Duration
		for b.Loop() {
			took += f(b)
		}
		took /= time.Duration(b.N)
		x.took[name] = took
		b.ReportMetric(0, "ns/op")
		b.ReportMetric(took.Seconds(), "s")
		b.ReportMetric(float64(x.rows)/took.Seconds(), "listings/s")
		if scan := x.took["Scan"]; scan > 0 {
			b.ReportMetric(took.Seconds()/scan.Seconds(), "of-scan")
		}
		if all := x.took["FullRevision"]; all > 0 {
			b.ReportMetric(all.Seconds()/took.Seconds(), "of-full-speed")
		}
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
func scanAll(b *testing.B, path string, want int) {
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
	if err := rows.Err(); err != nil || n != want {
		b.Fatal(n, err)
	}
}

// benchRows is how many listings a benchmark of the store is run over.
func benchRows(b *testing.B, unasked int) int {
	b.Helper()
	asked := os.Getenv("ZHUNRU_BENCH_ROWS")
	if asked == "" {
		return unasked
	}
	n, err := strconv.Atoi(asked)
	if err != nil || n < 1 {
		b.Fatalf("ZHUNRU_BENCH_ROWS=%s is no number of rows", asked)
	}
	return n
}
