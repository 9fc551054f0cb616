package jobs_test

import (
	"crypto/sha256"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"time"

	"zhunru/screening/report"
	"zhunru/store"
	"zhunru/store/jobs"
)

// reporting makes reports in a folder by a clock.
func reporting(folder string, c *clock) func(*jobs.Options) {
	return func(o *jobs.Options) {
		o.Queues, o.Reports, o.Now, o.Tick = []string{jobs.QueueReports, jobs.QueueSchedules}, folder, c.Now, 20*time.Millisecond
	}
}

// ask keeps an export that waits.
func ask(t *testing.T, s *store.Store, spec report.Spec) (x store.Export) {
	t.Helper()
	b, err := json.Marshal(spec)
	if err != nil {
		t.Fatal(err)
	}
	write(t, s, func(tx *store.Tx) error {
		x, err = tx.SaveExport(store.Export{
			Kind: store.ExportReport, Name: spec.Kind, Actor: "key:abc", Spec: b, Format: string(spec.Format), Mask: string(spec.Mask), State: store.ExportWaiting,
		})
		return err
	})
	return x
}

// ended waits until an export is in a state.
func ended(t *testing.T, s *store.Store, key int64, state store.ExportState) (x store.Export) {
	t.Helper()
	until(t, func() bool {
		var err error
		if x, err = s.Export(t.Context(), key); err != nil {
			t.Fatal(err)
		}
		return x.State == state
	})
	return x
}

func TestReportsAreMadeEnteredAndRemoved(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *store.Store) {
		folder := filepath.Join(t.TempDir(), "reports")
		clock := &clock{now: time.Now()}
		started(t, s, builtIn(t), reporting(folder, clock))
		x := ask(t, s, report.Spec{Kind: "runs", Format: report.FormatXLSX, Mask: report.MaskPersonal})
		x = ended(t, s, x.Key, store.ExportDone)
		path := jobs.ReportFile(folder, &x)
		b, err := os.ReadFile(path)
		if err != nil || x.FileHash != sha256.Sum256(b) || x.Bytes != int64(len(b)) {
			t.Errorf("%+v, %v", x, err)
		}
		entries, err := s.Ledger(t.Context(), 0, 10)
		if err != nil || len(entries) != 1 || entries[0].Kind != store.EntryExport || entries[0].Payload != x.Digest() {
			t.Errorf("%+v, %v", entries, err)
		}
		bad := ask(t, s, report.Spec{Kind: "runs", Format: "pdf", Mask: report.MaskPersonal})
		if bad = ended(t, s, bad.Key, store.ExportFailed); bad.Error == "" {
			t.Error("failed without a reason")
		}
		clock.set(x.ExpiresAt.Add(time.Second))
		ended(t, s, x.Key, store.ExportRemoved)
		if left, err := os.ReadDir(folder); err != nil || len(left) != 0 {
			t.Errorf("left: %v, %v", left, err)
		}
	})
}

func TestScheduledReportIsOfThePeriodBefore(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *store.Store) {
		clock := &clock{now: time.Date(2026, 3, 31, 0, 0, 0, 0, time.UTC)}
		params := json.RawMessage(`{"kind":"changes","format":"csv","mask":"personal","period":"month"}`)
		write(t, s, func(tx *store.Tx) error {
			_, err := tx.SaveSchedule(store.Schedule{
				Name: "monthly", Kind: "report", Spec: "0 6 1 * *", Zone: "Asia/Shanghai", Params: params, State: store.ScheduleActive, NextRun: time.Date(2026, 3, 31, 22, 0, 0, 0, time.UTC),
			})
			return err
		})
		started(t, s, builtIn(t), reporting(t.TempDir(), clock))
		clock.set(time.Date(2026, 4, 1, 0, 0, 0, 0, time.UTC))
		x := ended(t, s, first(t, s), store.ExportDone)
		var spec report.Spec
		if err := json.Unmarshal(x.Spec, &spec); err != nil || spec.From != "2026-03-01" || spec.To != "2026-03-31" || x.Actor != "schedule/monthly" {
			t.Errorf("%+v, %v", x, err)
		}
	})
}

// first waits for the first export.
func first(t *testing.T, s *store.Store) (key int64) {
	t.Helper()
	until(t, func() bool {
		list, err := s.Exports(t.Context(), store.ExportReport, 0, 1)
		if err != nil {
			t.Fatal(err)
		}
		if len(list) > 0 {
			key = list[0].Key
		}
		return key != 0
	})
	return key
}
