package jobs_test

import (
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"zhunru/screening/segment"
	"zhunru/store"
	"zhunru/store/jobs"
	"zhunru/store/storetest/pg"
)

// victimEnv tells a process of this test that it is a worker, and on which
// database.
const victimEnv = "ZHUNRU_TEST_WORKER"

// TestMain lets this binary be the worker that is killed.
func TestMain(m *testing.M) {
	if dsn := os.Getenv(victimEnv); dsn != "" {
		os.Args = append(os.Args[:1], "-test.run=^TestVictim$", "-test.timeout=5m")
	}
	os.Exit(m.Run())
}

// TestVictim works until it is killed, in a process of its own.
func TestVictim(t *testing.T) {
	dsn := os.Getenv(victimEnv)
	if dsn == "" {
		return // this is the process that other tests start and kill; in the suite itself it has nothing to do
	}
	s := open(t, dsn)
	started(t, s, builtIn(t), func(o *jobs.Options) { o.Lease, o.Chunk = 3*time.Second, 100 })
	if _, err := os.Stdout.WriteString("\nworking\n"); err != nil {
		t.Fatal(err)
	}
	_, _ = io.Copy(io.Discard, os.Stdin) // until the test is over
}

// A victim is a worker in a process of its own.
type victim struct {
	t   *testing.T
	cmd *exec.Cmd
}

// employ starts a worker and returns when it works.
func employ(t *testing.T, dsn string) *victim {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), victimEnv+"="+dsn)
	if _, err := cmd.StdinPipe(); err != nil { // closed when the process is waited for
		t.Fatal(err)
	}
	said, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	v := &victim{t, cmd}
	t.Cleanup(v.kill)
	if _, err := said.Read(make([]byte, 1)); err != nil {
		t.Fatal(err)
	}
	return v
}

// kill ends the process as a power failure would. A second time does nothing.
func (v *victim) kill() {
	_ = v.cmd.Process.Kill()
	_ = v.cmd.Wait() // it was killed
}

// TestKilledWorkersLoseAndDoubleNothing kills the worker again and again at
// moments of chance; the last one ends the run.
func TestKilledWorkersLoseAndDoubleNothing(t *testing.T) {
	if testing.Short() {
		t.Skip("kills processes again and again: run without -short")
	}
	t.Parallel()
	const kills, listings = 4, 6000
	for _, engine := range []store.Engine{store.SQLite, store.Postgres} {
		t.Run(string(engine), func(t *testing.T) {
			t.Parallel()
			dsn := filepath.Join(t.TempDir(), "z.db")
			if engine == store.Postgres {
				dsn = pg.Start(t).Database(t)
			}
			s := open(t, dsn)
			save(t, s, made(listings))
			rules := builtIn(t)
			boss := started(t, s, rules, func(o *jobs.Options) { o.Queues = nil })
			r, err := boss.Begin(t.Context(), jobs.Spec{Kind: store.RunFull, On: day, Rate: listings / 4})
			if err != nil {
				t.Fatal(err)
			}
			defer func() { tells(t, s, r.Key) }()
			chance := rand.New(rand.NewPCG(5, 6))
			for range kills {
				v := employ(t, dsn)
				at := get(t, s, r.Key).HeartbeatAt
				until(t, func() bool { r = get(t, s, r.Key); return r.HeartbeatAt.After(at) || r.State == store.RunDone })
				<-time.After(time.Duration(chance.IntN(300)) * time.Millisecond)
				v.kill()
			}
			if r = get(t, s, r.Key); r.State != store.RunRunning {
				t.Logf("the run had ended before the last kill: %+v", r)
			}
			employ(t, dsn)
			r = await(t, s, r.Key)
			if r.State != store.RunDone || r.Done != listings || r.Changed != 0 {
				t.Errorf("%+v", r)
			}
			everyListingIsJudged(t, s, rules)
			provesEveryChunk(t, s, r)
		})
	}
}

// TestTwoWorkersOfPostgresShareARun counts what each did.
func TestTwoWorkersOfPostgresShareARun(t *testing.T) {
	t.Parallel()
	const listings = 6000
	dsn := pg.Start(t).Database(t)
	s := open(t, dsn)
	save(t, s, made(listings))
	rules := builtIn(t)
	boss := started(t, s, rules, func(o *jobs.Options) { o.Queues = nil })
	employ(t, dsn)
	employ(t, dsn)
	r, err := boss.Begin(t.Context(), jobs.Spec{Kind: store.RunFull, On: day, Rate: 2000})
	if err != nil {
		t.Fatal(err)
	}
	r = await(t, s, r.Key)
	if r.State != store.RunDone || r.Done != listings || r.Changed != 0 {
		t.Errorf("%+v", r)
	}
	chunks, err := s.Chunks(t.Context(), r.Key, 0, store.MaxBatch)
	if err != nil {
		t.Fatal(err)
	}
	workers := map[string]int{}
	for i := range chunks {
		workers[chunks[i].Worker]++
	}
	if len(workers) != 2 {
		t.Errorf("chunks by worker: %v, want two workers", workers)
	}
	everyListingIsJudged(t, s, rules)
	provesEveryChunk(t, s, r)
}

func TestASecondWorkerOnSQLiteIsRefused(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "z.db")
	s := open(t, path)
	rules := builtIn(t)
	first := started(t, s, rules, nil)
	other, err := jobs.New(t.Context(), s, jobs.Options{Rules: rules, Words: segment.Lazy{}, Queues: jobs.Queues})
	if err != nil {
		t.Fatal(err)
	}
	if err := other.Start(t.Context()); err == nil {
		t.Error("two workers on one SQLite file")
	}
	stop(t, first)
	stop(t, first) // twice is allowed
	if err := other.Start(t.Context()); err != nil {
		t.Errorf("after the first stopped: %v", err)
	}
	stop(t, other)
}
