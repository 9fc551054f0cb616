package main

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"zhunru/api"
	"zhunru/store/storetest/pg"
)

// TestServeMakesReports asks a running server for a report, waits until it is
// made, downloads it, and finds it in the ledger.
func TestServeMakesReports(t *testing.T) {
	t.Parallel()
	for name, db := range map[string]func(t *testing.T) string{
		"SQLite":   func(t *testing.T) string { t.Helper(); return filepath.Join(t.TempDir(), "z.db") },
		"Postgres": func(t *testing.T) string { t.Helper(); return pg.Start(t).Database(t) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := serveDatabase(t, db(t), "--reports", filepath.Join(t.TempDir(), "reports"))
			s.call(t, "POST", "/v1/screenings", `{"listings":[{"id":"L-1","title":"催情香水包邮"},{"id":"L-2","title":"陶瓷茶杯"}]}`)
			status, body := s.call(t, "POST", "/v1/reports", `{"kind":"findings","format":"csv","columns":["listing_id","outcome"]}`)
			var r api.Report
			if err := json.Unmarshal([]byte(body), &r); err != nil || status != 202 || r.State != "waiting" {
				t.Fatalf("%d %s %v", status, body, err)
			}
			path := fmt.Sprintf("/v1/reports/%d", r.ID)
			waitFor(t, func() bool {
				_, body := s.call(t, "GET", path, "")
				if err := json.Unmarshal([]byte(body), &r); err != nil {
					t.Fatal(err)
				}
				return r.State != "waiting" && r.State != "running"
			})
			status, file := s.call(t, "GET", path+"/file", "")
			if status != 200 || !strings.Contains(file, "L-1,禁售") || strings.Contains(file, "L-2") || fmt.Sprintf("%x", sha256.Sum256([]byte(file))) != r.SHA256 {
				t.Errorf("%d %+v %s", status, r, file)
			}
			if _, body := s.call(t, "GET", "/v1/ledger/entries?limit=100", ""); !strings.Contains(body, `"subject":"report/findings/1"`) {
				t.Error(body)
			}
		})
	}
}

// TestReportSchedulesAreKeptOverTheAPI adds a schedule of a report, refuses what
// no report is, and deletes it, but no default.
func TestReportSchedulesAreKeptOverTheAPI(t *testing.T) {
	t.Parallel()
	w := &walker{serveDatabase(t, filepath.Join(t.TempDir(), "z.db"))}
	const at = "/v1/schedules/monthly-findings"
	body, _ := w.want(t, 200, "PUT", at, `{"task":"report","spec":"0 6 1 * *","params":{"kind":"findings","period":"month","format":"xlsx"}}`)
	if !strings.Contains(body, `"mask":"personal"`) || !strings.Contains(body, `"kind":"findings"`) {
		t.Error(body)
	}
	w.want(t, 422, "PUT", "/v1/schedules/other", `{"task":"report","spec":"@daily","params":{"kind":"nosuch","format":"csv"}}`)
	w.want(t, 422, "PUT", "/v1/schedules/other", `{"task":"full","spec":"@daily","params":{"kind":"findings"}}`)
	w.want(t, 409, "DELETE", at, "", "If-Match", `"9"`)
	w.want(t, 200, "DELETE", at, "", "If-Match", `"1"`)
	w.want(t, 404, "GET", at, "")
	w.want(t, 409, "DELETE", "/v1/schedules/nightly-full", "", "If-Match", `"1"`)
}

// waitFor polls: what it waits for happens behind the server's answers.
func waitFor(t *testing.T, done func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 60*time.Second)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for !done() {
		select {
		case <-tick.C:
		case <-ctx.Done():
			t.Fatal("waited in vain")
		}
	}
}
