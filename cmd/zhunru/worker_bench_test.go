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

// BenchmarkWorkers judges every listing of a generated catalogue of 300,000
// (ZHUNRU_BENCH_ROWS for another number) in PostgreSQL by one process of the
// program and by two, each with one processor. speedup is the two's listings a
// second over the one's; the processor time of both sides, which does not depend
// on who else uses the machine, says how far two cores can carry two processes.
// Every listing is judged once: chunks and roots are counted.
func BenchmarkWorkers(b *testing.B) {
	server, rows := pg.Start(b), benchRows(b, 300_000)
	db, bin := server.Database(b), binary(b)
	if err := newDemoFor(b, []string{"--db", db, "--listings", strconv.Itoa(rows), "--merchants", "600"}); err != nil {
		b.Fatal(err)
	}
	var one float64
	for _, n := range []int{1, 2} {
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			var took, ours, theirs time.Duration
			for b.Loop() {
				c := sharedRun(b, bin, db, server, n, rows)
				took, ours, theirs = took+c.took, ours+c.workers, theirs+c.server
			}
			each := float64(time.Microsecond) * float64(rows) * float64(b.N)
			b.ReportMetric(float64(ours)/each, "worker-µs/listing")
			b.ReportMetric(float64(theirs)/each, "postgres-µs/listing")
			b.ReportMetric(float64(size(b, db))/float64(rows), "B/listing")
			rate := float64(rows) * float64(b.N) / took.Seconds()
			b.ReportMetric(rate, "listings/s")
			if n == 1 {
				one = rate
			} else if one > 0 {
				b.ReportMetric(rate/one, "speedup")
			}
		})
	}
}

// size is how much of the disk a database takes.
func size(b *testing.B, db string) int64 {
	b.Helper()
	s, err := openStore(b.Context(), db, false)
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close() //nolint:errcheck // only read from
	return count(b, s, "SELECT pg_database_size(current_database())")
}

// A cost is what a run took: time, and processor time of workers and server.
type cost struct{ took, workers, server time.Duration }

// sharedRun has a full run done by n processes and returns what it cost, without
// their start.
func sharedRun(b *testing.B, bin, db string, server *pg.Server, n, rows int) cost {
	b.Helper()
	workers := make([]*process, n)
	for i := range workers {
		workers[i] = begin(b, "env", "GOMAXPROCS=1", bin, "worker", "--queues", "runs", "--workers", "1", "--chunk", "2000", "--db", db)
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
	said := data(b, db, "rescreen", "--thorough", "--no-wait", "--json").must(b, exitDone)
	var r runView
	if err := json.Unmarshal([]byte(said.stdout), &r); err != nil {
		b.Fatal(err)
	}
	burnt := func() (c cost) {
		for _, w := range workers {
			c.workers += pg.Burnt(w.cmd.Process.Pid, false)
		}
		c.server = server.Burnt(b)
		return c
	}
	before := burnt()
	end, err := jobs.Await(b.Context(), s, r.Run, nil)
	after := burnt()
	if err != nil || end.State != store.RunDone || end.Done != int64(rows) {
		b.Fatalf("%+v, %v", end, err)
	}
	judgedOnce(b, s, end, n, rows)
	for _, w := range workers {
		_ = w.cmd.Process.Signal(os.Interrupt)
		<-w.ended
	}
	return cost{end.EndedAt.Sub(end.StartedAt), after.workers - before.workers, after.server - before.server}
}

// judgedOnce counts chunks, their roots in the ledger, and who did them.
func judgedOnce(b *testing.B, s *store.Store, r store.Run, workers, rows int) {
	b.Helper()
	run := strconv.FormatInt(r.Key, 10)
	for query, want := range map[string]int64{
		"SELECT SUM(listings) FROM chunks WHERE listing_keys IS NULL AND run_key = " + run:                        int64(rows),
		"SELECT SUM(judged) FROM chunks WHERE listing_keys IS NULL AND run_key = " + run:                          int64(rows),
		"SELECT COUNT(*) FROM chunks WHERE attempt <> 1 AND run_key = " + run:                                     0,
		"SELECT COUNT(*) FROM chunks WHERE state <> 'done' AND run_key = " + run:                                  0,
		"SELECT COUNT(DISTINCT worker) FROM chunks WHERE run_key = " + run:                                        int64(workers),
		"SELECT COUNT(*) FROM ledger WHERE kind = 'chunk' AND subject LIKE '" + run + "/%'":                       count(b, s, "SELECT COUNT(*) FROM chunks WHERE run_key = "+run),
		"SELECT COUNT(*) - COUNT(DISTINCT after_key) FROM chunks WHERE listing_keys IS NULL AND run_key = " + run: 0,
	} {
		if got := count(b, s, query); got != want {
			b.Errorf("%s: %d, want %d", query, got, want)
		}
	}
}
