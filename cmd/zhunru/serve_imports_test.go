package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"zhunru/api"
	"zhunru/store/storetest/pg"
)

// send uploads a file and returns its import.
func (s *served) send(t *testing.T, query, file string) (i api.Import) {
	t.Helper()
	status, body := s.call(t, "POST", "/v1/imports?"+query, file)
	if err := json.Unmarshal([]byte(body), &i); err != nil || status != 202 {
		t.Fatalf("%d %s %v", status, body, err)
	}
	return i
}

// ended waits until an import is at its end.
func (s *served) ended(t *testing.T, id int64) (i api.Import) {
	t.Helper()
	waitFor(t, func() bool {
		status, body := s.call(t, "GET", fmt.Sprintf("/v1/imports/%d", id), "")
		if err := json.Unmarshal([]byte(body), &i); err != nil || status != 200 {
			t.Fatalf("%d %s %v", status, body, err)
		}
		return i.State != "waiting" && i.State != "running"
	})
	return i
}

// onServers runs a test on a server of each engine, with a folder for uploads.
func onServers(t *testing.T, test func(t *testing.T, s *served, uploads string)) {
	t.Helper()
	for name, db := range map[string]func(t *testing.T) string{
		"SQLite":   func(t *testing.T) string { t.Helper(); return filepath.Join(t.TempDir(), "z.db") },
		"Postgres": func(t *testing.T) string { t.Helper(); return pg.Start(t).Database(t) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			uploads := filepath.Join(t.TempDir(), "uploads")
			test(t, serveDatabase(t, db(t), "--uploads", uploads), uploads)
		})
	}
}

const uploadedListings = "商品编号,标题,备注\nL-1,催情香水包邮,\nL-2,陶瓷茶杯,\n,没有编号,\nL-3,纯棉毛巾,\n"

// TestServeImportsFiles sends in merchants, listings and a file that is none,
// and finds what became of each row.
func TestServeImportsFiles(t *testing.T) {
	t.Parallel()
	onServers(t, func(t *testing.T, s *served, uploads string) {
		dry := s.ended(t, s.send(t, "kind=listings&file=a.csv&dry_run=true", uploadedListings).ID)
		if dry.State != "done" || dry.Inserted != 3 || dry.Rejected != 1 {
			t.Errorf("%+v", dry)
		}
		if status, body := s.call(t, "GET", "/v1/listings/L-1", ""); status != 404 {
			t.Errorf("a dry run kept a listing: %s", body)
		}
		i := s.ended(t, s.send(t, "kind=listings&file=a.csv", uploadedListings).ID)
		if i.ID == dry.ID || i.State != "done" || i.Rows != 4 || i.Inserted != 3 || i.Rejected != 1 || i.Run == 0 || len(i.Problems) != 1 {
			t.Errorf("%+v", i)
		}
		if _, body := s.call(t, "GET", "/v1/verdicts/L-1", ""); !strings.Contains(body, `"prohibited"`) {
			t.Error(body)
		}
		if _, body := s.call(t, "GET", fmt.Sprintf("/v1/imports/%d/rejects", i.ID), ""); !strings.Contains(body, `"line":4,"field":"id"`) {
			t.Error(body)
		}
		again := s.ended(t, s.send(t, "kind=listings&file=b.csv", uploadedListings).ID)
		if again.ID != i.ID || again.Inserted != 0 || again.Unchanged != 3 || again.Spec.File != "b.csv" {
			t.Errorf("the same file again: %+v", again)
		}
		bad := s.ended(t, s.send(t, "kind=merchants&file=c.xlsx", "no workbook").ID)
		if bad.State != "failed" || len(bad.Problems) != 1 || strings.Contains(bad.Problems[0], uploads) {
			t.Errorf("%+v", bad)
		}
		m := s.ended(t, s.send(t, "kind=merchants&file=m.jsonl", `{"id":"M1","name":"甲公司"}`+"\n").ID)
		if m.State != "done" || m.Inserted != 1 {
			t.Errorf("%+v", m)
		}
		_, body := s.call(t, "GET", "/v1/ledger/entries?limit=100", "")
		if strings.Count(body, `"kind":"import"`) != 2 || !strings.Contains(body, fmt.Sprintf(`"subject":"import/%d"`, m.ID)) {
			t.Error(body)
		}
		if status, _ := s.call(t, "POST", fmt.Sprintf("/v1/imports/%d/cancel", m.ID), ""); status != 409 {
			t.Errorf("cancelled what is done: %d", status)
		}
		waitFor(t, func() bool { left, err := os.ReadDir(uploads); return err == nil && len(left) == 0 })
	})
}

// TestServeGoesOnWithImports stops servers in the middle of an import, and finds
// every row once and one verdict each; then it cancels one.
func TestServeGoesOnWithImports(t *testing.T) {
	t.Parallel()
	onServers(t, func(t *testing.T, s *served, uploads string) {
		const rows = 30_000
		var b strings.Builder
		b.WriteString("id,title\n")
		for n := range rows {
			fmt.Fprintf(&b, "L-%d,陶瓷茶杯 %d 号\n", n, n)
		}
		i := s.send(t, "kind=listings&file=large.csv", b.String())
		begun := func(id int64) func() bool {
			return func() bool {
				_, body := s.call(t, "GET", fmt.Sprintf("/v1/imports/%d", id), "")
				return strings.Contains(body, `"state":"running"`) && !strings.Contains(body, `"rows":0,`)
			}
		}
		waitFor(t, begun(i.ID))
		token := s.token
		if status := s.stop(); status != 0 {
			t.Fatalf("stopped with %d: %s", status, s.log)
		}
		s = serveDatabase(t, s.db, "--uploads", uploads)
		s.token = token
		i = s.ended(t, i.ID)
		if i.State != "done" || i.Rows != rows || i.Inserted != rows {
			t.Errorf("%+v", i)
		}
		if _, body := s.call(t, "GET", "/v1/ledger/verify", ""); !strings.Contains(body, `"ok":true`) {
			t.Error(body)
		}
		other := s.send(t, "kind=listings&file=large.csv", strings.ReplaceAll(b.String(), "茶杯", "茶壶"))
		waitFor(t, begun(other.ID))
		if status, body := s.call(t, "POST", fmt.Sprintf("/v1/imports/%d/cancel", other.ID), ""); status != 200 {
			t.Fatalf("%d %s", status, body)
		}
		waitFor(t, func() bool { left, err := os.ReadDir(uploads); return err == nil && len(left) == 0 })
		got := s.ended(t, other.ID)
		if got.State != "cancelled" || got.Rows == 0 || got.Rows == rows {
			t.Errorf("%+v", got)
		}
		rest := s.ended(t, s.send(t, "kind=listings&file=large.csv", strings.ReplaceAll(b.String(), "茶杯", "茶壶")).ID)
		if rest.ID != other.ID || rest.State != "done" || rest.Updated != rows {
			t.Errorf("gone on with: %+v", rest)
		}
	})
}

// TestUploadsLeaveNothingBehind breaks uploads off: the folder stays empty.
func TestUploadsLeaveNothingBehind(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	u := newUploads(folder, nil, nil)
	if _, err := u.take(&api.ImportSpec{}, failingReader{}); err == nil {
		t.Error("half a file was taken for one")
	}
	if left, err := os.ReadDir(folder); err != nil || len(left) > 0 {
		t.Error(left, err)
	}
	a, err := u.take(&api.ImportSpec{}, strings.NewReader("id,title\n"))
	if err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(a.path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("others can read what was sent in: %v, %v", info, err)
	}
	dry, err := u.take(&api.ImportSpec{DryRun: true}, strings.NewReader("id,title\n"))
	if err != nil || dry.content == a.content {
		t.Error("a dry run stands for the import", err)
	}
}

type failingReader struct{}

func (failingReader) Read([]byte) (int, error) { return 0, os.ErrDeadlineExceeded }
