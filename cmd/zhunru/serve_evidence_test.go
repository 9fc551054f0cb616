package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"zhunru/api"
	"zhunru/store"
	"zhunru/store/evidence"
)

// TestServeMakesEvidence asks a running server for the evidence of a listing, of
// a merchant with its documents and of today, verifies each without the
// database, and finds what of people is in it.
func TestServeMakesEvidence(t *testing.T) {
	t.Parallel()
	onServers(t, func(t *testing.T, s *served, _ string) {
		w := &walker{s}
		w.want(t, 200, "PUT", "/v1/merchants/M1", `{"name":"甲公司","identity":{"contact":"张三丰"}}`)
		w.want(t, 200, "PUT", "/v1/merchants/M2", `{"name":"乙公司"}`)
		w.want(t, 200, "POST", "/v1/merchants/M1/documents", `{"type":"营业执照","number":"91310000MA1K000000","valid_until":"2030-01-01"}`)
		w.want(t, 200, "PUT", "/v1/merchants/M1/documents/1/decision", `{"decision":"rejected"}`, "If-Match", `"1"`)
		w.want(t, 200, "POST", "/v1/screenings", `{"listings":[{"id":"L-1","title":"催情香水包邮","merchant_id":"M1"},{"id":"L-2","title":"陶瓷茶杯","merchant_id":"M2"}]}`)
		w.want(t, 422, "POST", "/v1/evidence", `{"scope":"period","from":"2026-02-30","to":"2026-03-01"}`)
		w.want(t, 422, "POST", "/v1/evidence", `{"scope":"listing"}`)
		today := time.Now().In(china()).Format(time.DateOnly)
		for spec, want := range map[string]struct {
			verdicts, decisions int
			state               string
		}{
			`{"scope":"listing","id":"L-1"}`:                                  {1, 0, "done"},
			`{"scope":"merchant","id":"M1"}`:                                  {1, 3, "done"},
			fmt.Sprintf(`{"scope":"period","from":%q,"to":%q}`, today, today): {2, 4, "done"},
			`{"scope":"listing","id":"nosuch"}`:                               {0, 0, "failed"},
			`{"scope":"period","from":"2001-01-01","to":"2001-01-02"}`:        {0, 0, "failed"},
		} {
			file := s.pack(t, spec, want.state)
			if file == "" {
				continue
			}
			got, err := evidence.Open(strings.NewReader(file), "")
			if err != nil {
				t.Fatalf("%s: %v", spec, err)
			}
			if got.Verdicts != want.verdicts || got.Decisions != want.decisions || got.Masked != 0 {
				t.Errorf("%s: %+v", spec, got)
			}
			if differ, err := got.Replay(lazySegmenter{}); err != nil || len(differ) > 0 {
				t.Errorf("%s: %v %v", spec, differ, err)
			}
			if strings.Contains(file, "张三丰") != (want.decisions > 0) {
				t.Errorf("%s tells %t of who answers for the merchant", spec, want.decisions == 0)
			}
		}
		if _, body := s.call(t, "GET", "/v1/ledger/entries?limit=100", ""); strings.Count(body, `"subject":"evidence/`) != 3 {
			t.Error(body)
		}
	})
}

// pack makes a pack and returns it, or "" for one that fails as it should. The
// server on PostgreSQL has no key to sign with, and says so: there the pack is
// made beside it.
func (s *served) pack(t *testing.T, spec, state string) string {
	t.Helper()
	if isPostgres(s.db) {
		if p := s.packed(t, spec); p.State != "failed" || !strings.Contains(p.Error, "台账签名密钥") {
			t.Errorf("%+v", p)
		}
		return s.packBeside(t, spec, state)
	}
	p := s.packed(t, spec)
	if p.State != state {
		t.Errorf("%s: %+v", spec, p)
	}
	if p.State != "done" {
		return ""
	}
	status, file := s.call(t, "GET", fmt.Sprintf("/v1/evidence/%d/file", p.ID), "")
	if status != 200 || p.Verdicts == 0 || p.Manifest == "" || p.ExpiresAt == nil {
		t.Errorf("%s: %d %+v", spec, status, p)
	}
	return file
}

func (s *served) packBeside(t *testing.T, spec, state string) string {
	t.Helper()
	var what evidence.Spec
	if err := json.Unmarshal([]byte(spec), &what); err != nil {
		t.Fatal(err)
	}
	db, err := openStore(t.Context(), s.db, false)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close() //nolint:errcheck // what it wrote is committed
	s.once.Do(func() { s.private, _, err = store.NewKey("zhunru") })
	if err != nil {
		t.Fatal(err)
	}
	pack, err := evidence.Make(t.Context(), db, what, evidence.Request{Actor: "key:a", PrivateKey: s.private})
	if (err == nil) != (state == "done") {
		t.Errorf("%s: %v", spec, err)
	}
	return string(pack)
}

// packed asks for a pack and waits for it.
func (s *served) packed(t *testing.T, spec string) (p api.EvidencePack) {
	t.Helper()
	status, body := s.call(t, "POST", "/v1/evidence", spec)
	if err := json.Unmarshal([]byte(body), &p); err != nil || status != 202 || p.State != "waiting" {
		t.Fatalf("%d %s %v", status, body, err)
	}
	waitFor(t, func() bool {
		_, body := s.call(t, "GET", fmt.Sprintf("/v1/evidence/%d", p.ID), "")
		if err := json.Unmarshal([]byte(body), &p); err != nil {
			t.Fatal(err)
		}
		return p.State != "waiting" && p.State != "running"
	})
	return p
}

// TestEvidenceOfMerchantsIsMaskedByRole makes packs of a merchant that came by an
// import with another: an auditor's holds no body, an operator's only those that
// tell of nobody else.
func TestEvidenceOfMerchantsIsMaskedByRole(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	db := filepath.Join(dir, "z.db")
	write := func(name, text string) string {
		t.Helper()
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	done := func(args ...string) string {
		t.Helper()
		status, said := ledgerCommand(t, append(args, "--db", db)...)
		if status != exitDone {
			t.Fatalf("%v: %d %s", args, status, said)
		}
		return said
	}
	done("import", "merchants", write("m.csv", "id,name\nM1,甲公司\nM2,乙公司\n"))
	done("import", "merchants", write("n.csv", "id,name\nM1,甲乙丙公司\n"))
	done("import", "documents", write("d.csv", "merchant_id,type,number,holder\nM1,营业执照,91310000MA1K000000,王小明\n"))
	for role, want := range map[string]struct {
		masked int
		named  bool
	}{"auditor": {3, false}, "operator": {1, true}} {
		out := filepath.Join(dir, role+".zip")
		done("evidence", "merchant", "M1", "--role", role, "-o", out)
		pack, err := os.ReadFile(out)
		if err != nil {
			t.Fatal(err)
		}
		p, err := evidence.Open(bytes.NewReader(pack), "")
		if err != nil || p.Decisions != 3 || p.Masked != want.masked {
			t.Errorf("%s: %+v %v", role, p, err)
		}
		if bytes.Contains(pack, []byte("王小明")) != want.named || bytes.Contains(pack, []byte("乙公司")) && !want.named {
			t.Errorf("%s is shown a person: %t", role, !want.named)
		}
	}
	for _, args := range [][]string{
		{"evidence", "period", "-o", filepath.Join(dir, "x.zip")},
		{"evidence", "order", "1", "-o", filepath.Join(dir, "x.zip")},
		{"evidence", "merchant", "M1", "--role", "boss", "-o", filepath.Join(dir, "x.zip")},
		{"evidence", "merchant", "M1", "-o", filepath.Join(dir, "auditor.zip")},
		{"evidence", "merchant", "M1"},
	} {
		if status, said := ledgerCommand(t, append(args, "--db", db)...); status != exitUsage {
			t.Errorf("%v: %d %s", args, status, said)
		}
	}
}
