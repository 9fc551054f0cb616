package main

import (
	"encoding/json"
	"os"
	"strconv"
	"testing"
	"time"

	"zhunru/store"
	"zhunru/store/jobs"
	"zhunru/store/storetest/pg"
)

// workerRows is the size of the catalogue that workers share.
const workerRows = 60_000

// BenchmarkWorkers judges a whole generated catalogue in PostgreSQL by one
// process of the program and by two, each with one processor. Divide the
// listings a second. Every listing is judged once: chunks and roots are counted.
func BenchmarkWorkers(b *testing.B) {
	db, bin := pg.Start(b).Database(b), binary(b)
	if err := newDemoFor(b, []string{"--db", db, "--listings", strconv.Itoa(workerRows), "--merchants", "600"}); err != nil {
		b.Fatal(err)
	}
	for _, n := range []int{1, 2} {
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			var took time.Duration
			for b.Loop() {
				took += sharedRun(b, bin, db, n)
			}
			b.ReportMetric(workerRows*float64(b.N)/took.Seconds(), "listings/s")
		})
	}
}

// sharedRun has a full run done by n processes and returns how long it took,
// without their start.
func sharedRun(b *testing.B, bin, db string, n int) time.Duration {
	b.Helper()
	workers := make([]*process, n)
	for i := range workers {
		workers[i] = begin(b, "env", "GOMAXPROCS=1", bin, "worker", "--queues", "runs", "--workers", "1", "--chunk", "1000", "--db", db)
		defer workers[i].kill()
	}
	for _, w := range workers {
		for w.said.String() == "" {
			<-time.After(5 * time.Millisecond)
		}
	}
	s, err := openStore(b.Context(), db, false)
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close() //nolint:errcheck // only read from
	said := data(b, db, "rescreen", "--no-wait", "--json").must(b, exitDone)
	var r runView
	if err := json.Unmarshal([]byte(said.stdout), &r); err != nil {
		b.Fatal(err)
	}
	end, err := jobs.Await(b.Context(), s, r.Run, nil)
	if err != nil || end.State != store.RunDone || end.Done != workerRows {
		b.Fatalf("%+v, %v", end, err)
	}
	judgedOnce(b, s, end, n)
	for _, w := range workers {
		_ = w.cmd.Process.Signal(os.Interrupt)
		<-w.ended
	}
	return end.EndedAt.Sub(end.StartedAt)
}

// judgedOnce counts chunks, their roots in the ledger, and who did them.
func judgedOnce(b *testing.B, s *store.Store, r store.Run, workers int) {
	b.Helper()
	run := strconv.FormatInt(r.Key, 10)
	for query, want := range map[string]int64{
		"SELECT SUM(listings) FROM chunks WHERE listing_keys IS NULL AND run_key = " + run:                        workerRows,
		"SELECT COUNT(*) FROM chunks WHERE (attempt > 1 OR state <> 'done') AND run_key = " + run:                 0,
		"SELECT COUNT(DISTINCT worker) FROM chunks WHERE run_key = " + run:                                        int64(workers),
		"SELECT COUNT(*) FROM ledger WHERE kind = 'chunk' AND subject LIKE '" + run + "/%'":                       count(b, s, "SELECT COUNT(*) FROM chunks WHERE run_key = "+run),
		"SELECT COUNT(*) - COUNT(DISTINCT after_key) FROM chunks WHERE listing_keys IS NULL AND run_key = " + run: 0,
	} {
		if got := count(b, s, query); got != want {
			b.Errorf("%s: %d, want %d", query, got, want)
		}
	}
}
