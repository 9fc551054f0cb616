package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"zhunru/dictionaries"
	"zhunru/store"
)

// TestRunsKilledLoseAndDoubleNothing kills workers, and on PostgreSQL the
// server under them, at moments of chance, while runs turn the verdicts of a
// whole catalogue over and back.
func TestRunsKilledLoseAndDoubleNothing(t *testing.T) {
	if testing.Short() {
		t.Skip("kills processes again and again: run without -short")
	}
	t.Parallel()
	bin, other := binary(t), shirtsBanned(t)
	for _, postgres := range []bool{false, true} {
		t.Run(map[bool]string{false: "SQLite", true: "Postgres"}[postgres], func(t *testing.T) {
			t.Parallel()
			const rows = 20_000
			v := newVictim(t, bin, postgres)
			data(t, v.db, "import", "listings", write(t, "goods.csv", manyRows(rows))).must(t, exitInput) // 20 rows are refused
			wanted, runs := killings(t), 0
			for v.kills+v.falls < wanted {
				dictionary := ""
				if runs%2 == 0 {
					dictionary = other
				}
				runs++
				v.turnOver(dictionary, wanted, rows-rows/1000)
			}
			t.Logf("%d runs over %d listings, workers killed %d times, the server %d times", runs, rows-rows/1000, v.kills, v.falls)
		})
	}
}

// shirtsBanned returns the folder of a dictionary by which most of manyRows is
// prohibited.
func shirtsBanned(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "dictionaries")
	if err := os.CopyFS(dir, dictionaries.FS); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "goods", "P23_ECIG.yaml")
	text := read(t, path)
	changed := strings.Replace(text, "\nterms:\n  [", "\nterms:\n  [纯棉透气短袖, ", 1)
	if changed == text {
		t.Fatal("P23_ECIG.yaml has no terms")
	}
	if err := os.WriteFile(path, []byte(changed), 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}

// turnOver begins a run by a dictionary and kills who works on it until it is
// done or enough were killed; then it must end, and every verdict be the
// dictionary's.
func (v *victim) turnOver(dictionary string, wanted int, listings int64) {
	t := v.t
	t.Helper()
	queued := data(t, v.db, "rescreen", "--no-wait", "--json", "--dictionaries", dictionary).must(t, exitDone)
	var r runView
	if err := json.Unmarshal([]byte(queued.stdout), &r); err != nil {
		t.Fatal(err)
	}
	worker := []string{v.bin, "worker", "--queues", "runs", "--until-idle", "--chunk", "400", "--lease", "2s", "--db", v.db}
	if dictionary != "" {
		worker = append(worker, "--dictionaries", dictionary)
	}
	for v.kills+v.falls < wanted && v.get(r.Run).State != store.RunDone {
		v.strike(worker, r.Run)
		v.holds()
	}
	p := begin(t, worker...)
	v.until(p, fmt.Sprintf("SELECT COUNT(*) FROM runs WHERE key = %d AND state NOT IN ('planned', 'running')", r.Run), 1)
	<-p.ended
	v.holds()
	end := v.get(r.Run)
	if end.State != store.RunDone || end.Done != listings || end.Changed != listings-20_000/100 || end.Alarms != 0 {
		t.Errorf("run %+v\n%s", end, p.said)
	}
	v.judgedBy(dictionary, listings)
}

// strike lets a worker begin and kills it at some moment, or, every other time
// where there is one, the server, which the worker must outlive.
func (v *victim) strike(worker []string, run int64) {
	t := v.t
	t.Helper()
	done := fmt.Sprintf("SELECT done FROM runs WHERE key = %d", run)
	ended := fmt.Sprintf("SELECT CASE WHEN state IN ('planned', 'running') THEN done ELSE 1000000000 END FROM runs WHERE key = %d", run)
	p := begin(t, worker...)
	if v.kills%4 != 3 { // otherwise at any moment, its start included
		v.until(p, ended, count(t, v.store, done)+1)
	}
	v.moment(400 * time.Millisecond)
	if p.over() {
		return
	}
	if v.server != nil && v.falls <= v.kills {
		v.fall()
		v.until(p, ended, count(t, v.store, done)+1) // it goes on by itself
		if p.over() && p.cmd.ProcessState.ExitCode() != exitDone && strings.Contains(p.said.String(), "开始处理队列") {
			t.Errorf("the worker did not outlive the server: %v\n%s", p.cmd.ProcessState, p.said)
		}
	} else {
		v.kills++
	}
	p.kill()
}

func (v *victim) get(run int64) store.Run {
	v.t.Helper()
	r, err := v.store.Run(v.t.Context(), run)
	if err != nil {
		v.t.Fatal(err)
	}
	return r
}

// judgedBy checks that every listing has the verdict of a dictionary.
func (v *victim) judgedBy(dictionary string, listings int64) {
	v.t.Helper()
	said := data(v.t, v.db, "rescreen", "--dry-run", "--json", "--dictionaries", dictionary).must(v.t, exitDone)
	var p struct{ Read, Judged, Changed, First int64 }
	if err := json.Unmarshal([]byte(said.stdout), &p); err != nil {
		v.t.Fatal(err)
	}
	if p.Read != listings || p.Judged != listings || p.Changed != 0 || p.First != 0 {
		v.t.Errorf("%d kills, %d falls: read %d, judged %d of %d, %d have another verdict, %d none",
			v.kills, v.falls, p.Read, p.Judged, listings, p.Changed, p.First)
	}
}
