package main

import (
	"bytes"
	"encoding/json"
	"io"
	"path/filepath"
	"strings"
	"testing"

	"zhunru/store"
	"zhunru/store/jobs"
	"zhunru/store/storetest/pg"
)

// onEngines runs a test with the address of an empty database of each engine.
func onEngines(t *testing.T, test func(t *testing.T, db string)) {
	t.Helper()
	t.Run("SQLite", func(t *testing.T) { t.Parallel(); test(t, filepath.Join(t.TempDir(), "z.db")) })
	t.Run("Postgres", func(t *testing.T) { t.Parallel(); test(t, pg.Start(t).Database(t)) })
}

// zhunru runs a command line that must end well and returns what it printed.
func zhunru(t *testing.T, args ...string) string {
	t.Helper()
	var out, errs bytes.Buffer
	if status := run(t.Context(), args, nil, &out, &errs); status != exitDone {
		t.Fatalf("zhunru %v ended with %d: %s", args, status, errs.String())
	}
	return out.String()
}

// TestServeWorksOnRuns queues a run beside a server and waits for its end, and
// for the event that tells of it.
func TestServeWorksOnRuns(t *testing.T) {
	t.Parallel()
	onEngines(t, func(t *testing.T, db string) {
		served := serveDatabase(t, db)
		if status, body := served.call(t, "POST", "/v1/screenings", `{"listings":[{"id":"1","title":"茶杯"},{"id":"2","title":"正品电子烟烟弹包邮"}]}`); status != 200 {
			t.Fatal(status, body)
		}
		var queued struct{ Run int64 }
		if err := json.Unmarshal([]byte(zhunru(t, "rescreen", "--no-wait", "--json", "--db", db)), &queued); err != nil {
			t.Fatal(err)
		}
		s, err := store.Open(t.Context(), db, store.Options{ReadOnly: true})
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close() //nolint:errcheck // only read from
		r, err := jobs.Await(t.Context(), s, queued.Run, nil)
		if err != nil || r.State != store.RunDone || r.Done != 2 {
			t.Errorf("%+v, %v", r, err)
		}
		events, err := s.Events(t.Context(), "run_done", 0, 10)
		if err != nil || len(events) != 1 || !strings.Contains(string(events[0].Payload), `"state":"done"`) {
			t.Errorf("%v, %v", events, err)
		}
		if list := zhunru(t, "schedules", "list", "--db", db); !strings.Contains(list, "nightly-full") {
			t.Errorf("schedules are not installed: %s", list)
		}
		if status := served.stop(); status != exitDone {
			t.Errorf("serve ended with %d: %s", status, served.log)
		}
	})
}

func TestServeBesideAWorkerNeedsNoneOfItsOwn(t *testing.T) {
	t.Parallel()
	db := filepath.Join(t.TempDir(), "z.db")
	serveDatabase(t, db)
	log := &tape{}
	status := run(t.Context(), []string{"serve", "--addr", "127.0.0.1:0", "--db", db}, nil, io.Discard, log)
	if status != exitInput || !strings.Contains(log.String(), "--workers 0") {
		t.Errorf("%d %s", status, log)
	}
	serveDatabase(t, db, "--workers", "0")
	for _, n := range []string{"-1", "65"} {
		if status := run(t.Context(), []string{"serve", "--workers", n, "--db", db}, nil, io.Discard, io.Discard); status != exitUsage {
			t.Errorf("--workers %s: %d", n, status)
		}
	}
}
