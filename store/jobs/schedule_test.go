package jobs_test

import (
	"encoding/json"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"zhunru/screening/qualification"
	"zhunru/screening/rescreen"
	"zhunru/store"
	"zhunru/store/jobs"
)

// A clock is set by the test and read by clients.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) set(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = t
}

func scheduled(o *jobs.Options) {
	o.Queues, o.Tick = jobs.Queues, 20*time.Millisecond
}

func TestDefaultSchedulesAreInstalledOnceAndStayEdited(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *store.Store) {
		now := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
		for range 2 {
			if err := jobs.InstallSchedules(t.Context(), s, now); err != nil {
				t.Fatal(err)
			}
			x, err := s.Schedule(t.Context(), "nightly-full")
			if err != nil {
				t.Fatal(err)
			}
			if x.Spec == "0 2 * * *" {
				if want := time.Date(2026, 3, 1, 18, 0, 0, 0, time.UTC); !x.NextRun.Equal(want) {
					t.Errorf("next %s, want %s", x.NextRun, want)
				}
				x.Spec = "0 3 * * *"
				write(t, s, func(tx *store.Tx) error { _, err := tx.SaveSchedule(x); return err })
			}
		}
		list, err := s.Schedules(t.Context())
		if err != nil || len(list) != len(rescreen.Defaults()) || list[0].Spec != "0 3 * * *" {
			t.Errorf("%+v, %v", list, err)
		}
	})
}

// TestManyClientsFireEachSlotOnce runs several clients over one database on
// PostgreSQL, one on SQLite, through days of schedules.
func TestManyClientsFireEachSlotOnce(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *store.Store) {
		begin := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
		clock := &clock{now: begin}
		rules := builtIn(t)
		save(t, s, made(30))
		write(t, s, func(tx *store.Tx) error {
			for _, m := range []string{"M-1", "M-2"} {
				x := store.Merchant{Subject: qualification.Subject{ID: m, Kind: "merchant", Name: "示例商贸有限公司", VerifiedOn: "2025-09-03"}, State: store.MerchantActive}
				if _, err := tx.SaveMerchant(x); err != nil {
					return err
				}
			}
			d := store.Document{MerchantID: "M-1", Decision: store.Accepted}
			d.Type, d.IssuedOn, d.ValidUntil = "食品经营许可证", "2021-03-02", "2026-03-02"
			d, err := tx.SaveDocument(d)
			if err != nil {
				return err
			}
			body, err := json.Marshal(d) // without its entry the database check finds a difference
			if err != nil {
				return err
			}
			return tx.Record(store.Entry{Actor: "test", Kind: store.EntryDocument, Subject: fmt.Sprintf("M-1/%d", d.Key), Body: body})
		})
		if err := jobs.InstallSchedules(t.Context(), s, begin); err != nil {
			t.Fatal(err)
		}
		clients := 1
		if s.Engine() == store.Postgres {
			clients = 3
		}
		for range clients {
			started(t, s, rules, func(o *jobs.Options) { scheduled(o); o.Now = clock.Now })
		}
		for _, days := range []int{1, 2, 9} { // the last time nobody looked for a week
			clock.set(begin.AddDate(0, 0, days))
			until(t, func() bool { return settled(t, s, clock.Now()) })
		}
		runs, err := s.Runs(t.Context(), 0, 100)
		if err != nil {
			t.Fatal(err)
		}
		got := map[string]int{}
		for i := range runs {
			got[string(runs[i].Kind)]++
		}
		if diff := cmp.Diff(map[string]int{"full": 3, "expiry": 3}, got); diff != "" {
			t.Error(diff)
		}
		x, err := s.Schedule(t.Context(), "nightly-full")
		if err != nil || x.Missed != 6 {
			t.Errorf("%d missed, want 6: %v", x.Missed, err)
		}
		notices(t, s)
	})
}

// settled reports whether no schedule is due and no run is left.
func settled(t *testing.T, s *store.Store, now time.Time) bool {
	t.Helper()
	list, err := s.Schedules(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range list {
		if !x.NextRun.After(now) {
			return false
		}
	}
	active, err := s.ActiveRuns(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var waiting int
	if err := s.Pool().QueryRowContext(t.Context(), "SELECT COUNT(*) FROM river_job WHERE state <> 'completed'").Scan(&waiting); err != nil {
		t.Fatal(err)
	}
	return len(active) == 0 && waiting == 0
}

// notices holds what the sweeps told: the licence that ends and has ended, the
// identities overdue, each once.
func notices(t *testing.T, s *store.Store) {
	t.Helper()
	events, err := s.Events(t.Context(), "", 0, 1000)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]int{}
	for _, e := range events {
		got[e.Kind+" "+e.Subject]++
	}
	for _, want := range []string{"document_ended merchant/M-1", "reverification_overdue merchant/M-1", "reverification_overdue merchant/M-2", "check_passed database"} {
		if got[want] != 1 {
			t.Errorf("%d times %s, want once: %v", got[want], want, got)
		}
	}
}
