package jobs_test

import (
	"context"
	"fmt"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"zhunru/dictionaries"
	"zhunru/screening"
	"zhunru/screening/dictionary"
	"zhunru/screening/qualification"
	"zhunru/screening/segment"
	"zhunru/store"
	"zhunru/store/jobs"
	"zhunru/store/storetest/pg"
)

var loaded = sync.OnceValues(func() (*dictionary.Dictionary, error) { return dictionary.Load(dictionaries.FS) })

// builtIn returns the rules of the built-in dictionary, for reading only.
func builtIn(t testing.TB) jobs.Rules {
	t.Helper()
	d, err := loaded()
	if err != nil {
		t.Fatal(err)
	}
	return rulesFrom(t, d)
}

func rulesFrom(t testing.TB, d *dictionary.Dictionary) jobs.Rules {
	t.Helper()
	e, err := screening.NewEngine(d, segment.Lazy{})
	if err != nil {
		t.Fatal(err)
	}
	r, err := qualification.NewRegistry(d)
	if err != nil {
		t.Fatal(err)
	}
	return jobs.Rules{Dictionary: d, Engine: e, Registry: r}
}

// onBoth runs a test on an empty store of each database.
func onBoth(t *testing.T, test func(t *testing.T, s *store.Store)) {
	t.Helper()
	t.Run("SQLite", func(t *testing.T) {
		t.Parallel()
		test(t, open(t, filepath.Join(t.TempDir(), "z.db")))
	})
	t.Run("Postgres", func(t *testing.T) {
		t.Parallel()
		test(t, open(t, pg.Start(t).Database(t)))
	})
}

func open(t testing.TB, dsn string) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), dsn, store.Options{Migrate: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// started returns a client that works until the test ends.
func started(t testing.TB, s *store.Store, r jobs.Rules, tune func(*jobs.Options)) *jobs.Client {
	t.Helper()
	write(t, s, func(tx *store.Tx) error { return tx.SaveRevision(r.Dictionary) })
	o := jobs.Options{Rules: r, Words: segment.Lazy{}, Queues: []string{jobs.QueueRuns}, Chunk: 100, Poll: 10 * time.Millisecond, Tick: 100 * time.Millisecond}
	if tune != nil {
		tune(&o)
	}
	c, err := jobs.New(t.Context(), s, o)
	if err != nil {
		t.Fatal(err)
	}
	if len(o.Queues) > 0 {
		if err := c.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	t.Cleanup(func() { stop(t, c) })
	return c
}

func stop(t testing.TB, c *jobs.Client) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	if err := c.Stop(ctx); err != nil {
		t.Error(err)
	}
}

func write(t testing.TB, s *store.Store, f func(tx *store.Tx) error) {
	t.Helper()
	if err := s.Write(t.Context(), f); err != nil {
		t.Fatal(err)
	}
}

// titles are what the made-up listings are called, one after the other.
var titles = []string{"纯棉毛巾 柔软吸水", "正品电子烟烟弹包邮", "家用电子血压计", "儿童积木拼装玩具", "仿真手枪 全金属", "进口红酒 干红葡萄酒"}

func made(n int) []screening.Listing {
	out := make([]screening.Listing, n)
	for i := range out {
		out[i] = screening.Listing{ID: fmt.Sprintf("L-%06d", i), MerchantID: fmt.Sprintf("M-%d", i%7), Title: fmt.Sprintf("%s 第%d款", titles[i%len(titles)], i)}
	}
	return out
}

func save(t testing.TB, s *store.Store, batch []screening.Listing) {
	t.Helper()
	for len(batch) > 0 {
		n := min(len(batch), store.MaxBatch)
		write(t, s, func(tx *store.Tx) error { _, err := tx.SaveListings(batch[:n]); return err })
		batch = batch[n:]
	}
}

// run begins a run and waits for its end.
func run(t testing.TB, s *store.Store, c *jobs.Client, spec jobs.Spec) store.Run {
	t.Helper()
	r, err := c.Begin(t.Context(), spec)
	if err != nil {
		t.Fatal(err)
	}
	return await(t, s, r.Key)
}

func await(t testing.TB, s *store.Store, key int64) store.Run {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	r, err := jobs.Await(ctx, s, key, nil)
	if err != nil {
		t.Fatalf("%v: %+v", err, r)
	}
	return r
}

// everyListingIsJudged compares what is kept with what the engine says of every
// listing on the day of the tests.
func everyListingIsJudged(t testing.TB, s *store.Store, r jobs.Rules) {
	t.Helper()
	judge := jobs.NewJudge(s, r.Engine, r.Registry, day, "")
	for after := store.Key(0); ; {
		rows, err := s.Listings(t.Context(), store.Query{After: after, Limit: store.MaxBatch})
		if err != nil {
			t.Fatal(err)
		}
		if len(rows) == 0 {
			return
		}
		judged, err := judge.Screen(t.Context(), rows, store.BecauseRule)
		if err != nil {
			t.Fatal(err)
		}
		for i := range rows {
			after = rows[i].Key
			h, err := store.VerdictHash(&judged[i].Verdict)
			if err != nil {
				t.Fatal(err)
			}
			if st := rows[i].Stamp; st.Version != rows[i].Version || st.Verdict != h || st.Outcome != judged[i].Verdict.Outcome {
				t.Errorf("%s %q: kept %q, now %q", rows[i].Listing.ID, rows[i].Listing.Title, st.Outcome, judged[i].Verdict.Outcome)
			}
		}
	}
}

const day = qualification.Date(20513) // 2026-03-01

// quiet waits until no chunk is worked on, at most a second.
func quiet(t *testing.T, s *store.Store, key int64) {
	t.Helper()
	begin := time.Now()
	until(t, func() bool {
		chunks, err := s.Chunks(t.Context(), key, 0, store.MaxBatch)
		if err != nil {
			t.Fatal(err)
		}
		for i := range chunks {
			if chunks[i].State == store.ChunkRunning {
				return false
			}
		}
		return true
	})
	if took := time.Since(begin); took > 2*time.Second { // a second, and the machine is shared
		t.Errorf("took %s", took)
	}
}

func get(t testing.TB, s *store.Store, key int64) store.Run {
	t.Helper()
	r, err := s.Run(t.Context(), key)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// until polls: what it waits for happens in another goroutine or process. It
// gives up before the queue itself would rescue what a dead worker holds.
func until(t testing.TB, done func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 90*time.Second)
	defer cancel()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for !done() {
		select {
		case <-tick.C:
		case <-ctx.Done():
			t.Fatal("waited in vain")
		}
	}
}

// tells logs, should the test have failed, where a run and the queue stand.
func tells(t *testing.T, s *store.Store, key int64) {
	t.Helper()
	if !t.Failed() {
		return
	}
	ctx := context.WithoutCancel(t.Context())
	r, err := s.Run(ctx, key)
	t.Logf("now %s: %+v %v", time.Now().UTC(), r, err)
	chunks, err := s.Chunks(ctx, key, 0, store.MaxBatch)
	for i := range chunks {
		if c := &chunks[i]; c.State != store.ChunkDone {
			t.Logf("chunk %d: %s attempt %d of %s until %s: %s", c.N, c.State, c.Attempt, c.Worker, c.LeaseAt.UTC(), c.Error)
		}
	}
	if err != nil {
		t.Log(err)
	}
	rows, err := s.Pool().QueryContext(ctx, "SELECT args, state, attempt, scheduled_at, attempted_by FROM river_job ORDER BY id")
	if err != nil {
		t.Log(err)
		return
	}
	defer rows.Close() //nolint:errcheck // a failed test tells what it can
	for rows.Next() {
		var v [5]any
		if err := rows.Scan(&v[0], &v[1], &v[2], &v[3], &v[4]); err != nil {
			t.Log(err)
			return
		}
		t.Logf("job %s %s attempt %v at %v by %s", v[0], v[1], v[2], v[3], v[4])
	}
	if err := rows.Err(); err != nil {
		t.Log(err)
	}
}

func startPostgres(t testing.TB) string {
	t.Helper()
	return pg.Start(t).Database(t)
}
