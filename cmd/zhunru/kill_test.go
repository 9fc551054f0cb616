package main

import (
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"zhunru/store"
	"zhunru/store/storetest/pg"
)

// killings is how often each process is killed in a test: ZHUNRU_SOAK times,
// which make soak sets, or a few times.
func killings(t *testing.T) int {
	t.Helper()
	const few = 4
	soak := os.Getenv("ZHUNRU_SOAK")
	if soak == "" {
		return few
	}
	n, err := strconv.Atoi(soak)
	if err != nil || n < few {
		t.Fatalf("ZHUNRU_SOAK=%q is no number from %d on", soak, few)
	}
	return n
}

// binary builds the program.
func binary(tb testing.TB) string {
	tb.Helper()
	bin := filepath.Join(tb.TempDir(), "zhunru")
	if out, err := exec.CommandContext(tb.Context(), "go", "build", "-o", bin, ".").CombinedOutput(); err != nil {
		tb.Fatalf("%v\n%s", err, out)
	}
	return bin
}

// A process is the program in a process of its own.
type process struct {
	cmd   *exec.Cmd
	said  *tape
	ended chan struct{}
}

// begin starts a command line.
func begin(tb testing.TB, line ...string) *process {
	tb.Helper()
	p := &process{exec.CommandContext(tb.Context(), line[0], line[1:]...), &tape{}, make(chan struct{})}
	p.cmd.Stdout, p.cmd.Stderr = p.said, p.said
	if err := p.cmd.Start(); err != nil {
		tb.Fatal(err)
	}
	go func() {
		_ = p.cmd.Wait() // the status is in cmd.ProcessState
		close(p.ended)
	}()
	tb.Cleanup(p.kill)
	return p
}

// kill ends the process as a power failure would. A second time does nothing.
func (p *process) kill() {
	_ = p.cmd.Process.Kill() // it may have ended
	<-p.ended
}

// over reports whether the process has ended.
func (p *process) over() bool {
	select {
	case <-p.ended:
		return true
	default:
		return false
	}
}

// A victim is a database whose users, and whose server, are killed.
type victim struct {
	t      *testing.T
	bin    string
	db     string
	server *pg.Server   // nil: SQLite
	store  *store.Store // of the test itself, for counting
	chance *rand.Rand
	kills  int // of the program
	falls  int // of the server
}

// newVictim makes a database, on a server of its own where one is asked for.
func newVictim(t *testing.T, bin string, postgres bool) *victim {
	t.Helper()
	v := &victim{t: t, bin: bin, db: filepath.Join(t.TempDir(), "z.db"), chance: rand.New(rand.NewPCG(11, 23))}
	if postgres {
		v.server = pg.StartWith(t, pg.Options{Durable: true})
		v.db = v.server.Database(t)
	}
	data(t, v.db, "migrate", "up").must(t, exitDone)
	v.reopen()
	t.Cleanup(func() { _ = v.store.Close() })
	return v
}

// reopen looks at the database anew.
func (v *victim) reopen() {
	v.t.Helper()
	if v.store != nil {
		_ = v.store.Close()
	}
	var err error
	if v.store, err = openStore(v.t.Context(), v.db, false); err != nil {
		v.t.Fatal(err)
	}
}

// moment waits for a moment of chance, shorter than a few batches take.
func (v *victim) moment(most time.Duration) {
	<-time.After(time.Duration(v.chance.Int64N(int64(most))))
}

// fall kills the server and starts it again.
func (v *victim) fall() {
	v.t.Helper()
	v.falls++
	v.server.Kill(v.t)
	v.server.Restart(v.t)
	v.reopen()
}

// until waits until a query answers at least n, or the process ends.
func (v *victim) until(p *process, query string, n int64) {
	v.t.Helper()
	for !p.over() && count(v.t, v.store, query) < n {
		<-time.After(2 * time.Millisecond)
	}
}

// holds checks what must be true at every moment: one verdict a listing, no
// step of a run counted twice or lost, an unbroken ledger.
func (v *victim) holds() {
	v.t.Helper()
	for _, rule := range []struct{ what, query string }{
		{"listings of a chunk that count twice or not at all",
			`SELECT COUNT(*) FROM runs r WHERE r.done <> (SELECT COALESCE(SUM(c.listings), 0) FROM chunks c WHERE c.run_key = r.key
			 AND (c.listing_keys IS NULL OR r.through_key = 0))`},
		{"runs whose count of differences is not what the history holds",
			`SELECT COUNT(*) FROM runs r WHERE r.kind <> 'import' AND r.changed <> (SELECT COUNT(*) FROM record_history h WHERE h.run_key = r.key)`},
		{"records whose version is not the number of their verdicts",
			`SELECT COUNT(*) FROM records r WHERE r.version <> 1 + (SELECT COUNT(*) FROM record_history h WHERE h.listing_key = r.listing_key)`},
		{"chunks that are done without an entry in the ledger, or with two",
			`SELECT (SELECT COUNT(*) FROM chunks WHERE state = 'done') - (SELECT COUNT(*) FROM ledger WHERE kind = 'chunk')`},
		{"findings without a record",
			`SELECT COUNT(*) FROM findings f WHERE NOT EXISTS (SELECT 1 FROM records r WHERE r.listing_key = f.listing_key)`},
	} {
		if n := count(v.t, v.store, rule.query); n != 0 {
			v.t.Errorf("after %d kills and %d falls of the server: %d %s", v.kills, v.falls, n, rule.what)
		}
	}
	if r, err := v.store.VerifyLedger(v.t.Context(), "", nil); err != nil || !r.OK() {
		v.t.Errorf("after %d kills and %d falls of the server: ledger %+v, %v", v.kills, v.falls, r, err)
	}
}
