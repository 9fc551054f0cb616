package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/csv"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"zhunru/store"
)

// TestReportIsWrittenAndEntered makes reports of a small catalogue with the
// command and looks at the files, the exports and the ledger.
func TestReportIsWrittenAndEntered(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	db := filepath.Join(dir, "z.db")
	command := func(want int, args ...string) string {
		t.Helper()
		var out, errs bytes.Buffer
		if got := run(t.Context(), append(args, "--db", db), strings.NewReader(""), &out, &errs); got != want {
			t.Fatalf("%v: exit %d: %s", args, got, errs.String())
		}
		return out.String() + errs.String()
	}
	command(exitDone, "demo", "--listings", "200", "--merchants", "20", "--seed", "7")
	file := filepath.Join(dir, "f.csv")
	if said := command(exitDone, "report", "findings", "-o", file, "--where", "outcome=prohibited"); !strings.Contains(said, "已记入台账（report/findings/1）") {
		t.Error(said)
	}
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(b, []byte("\ufeff")))).ReadAll()
	if err != nil || len(rows) < 5 || rows[1][0] != "listing_id" || rows[2][7] != "禁售" {
		t.Errorf("%v, %v", rows, err)
	}
	command(exitDone, "report", "merchants", "--format", "html", "--role", "operator")
	s, err := openStore(t.Context(), db, false)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close() //nolint:errcheck // the test is over
	exports, err := s.Exports(t.Context(), store.ExportReport, 0, 10)
	if err != nil || len(exports) != 2 {
		t.Fatalf("%v, %v", exports, err)
	}
	if x := exports[1]; x.FileHash != sha256.Sum256(b) || x.Bytes != int64(len(b)) || x.Mask != "personal" || x.Actor != "cli/auditor" {
		t.Errorf("%+v", x)
	}
	if exports[0].Mask != "none" || exports[0].Actor != "cli/operator" {
		t.Errorf("%+v", exports[0])
	}
	verified, err := s.VerifyLedger(t.Context(), "", nil)
	if err != nil || !verified.OK() {
		t.Errorf("%+v, %v", verified, err)
	}
}

func TestReportRefusesWhatItCannotDo(t *testing.T) {
	t.Parallel()
	db := filepath.Join(t.TempDir(), "z.db")
	for _, c := range []struct{ args, says string }{
		{"report all", "没有报表“all”"}, {"report findings --format pdf", "没有格式“pdf”"}, {"report findings --where outcome", "--where"},
		{"report findings --from 1.1.2026", "不是有效的日期"}, {"report merchants --from 2026-01-01", "没有期间"}, {"report findings --role root", "没有角色"},
		{"report identity --where phone=1", "脱敏"}, {"report findings --columns x", "没有列“x”"},
	} {
		var out, errs bytes.Buffer
		if got := run(t.Context(), append(strings.Fields(c.args), "--db", db), strings.NewReader(""), &out, &errs); got != exitUsage || !strings.Contains(errs.String(), c.says) {
			t.Errorf("%s: exit %d: %s", c.args, got, errs.String())
		}
	}
}

// TestReportInterruptedLeavesNothing ends the command before it writes.
func TestReportInterruptedLeavesNothing(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	db, out := filepath.Join(dir, "z.db"), filepath.Join(dir, "reports")
	if err := os.Mkdir(out, 0o700); err != nil {
		t.Fatal(err)
	}
	s, err := openStore(t.Context(), db, true)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close() //nolint:errcheck // the test is over
	d, err := loadDictionary("")
	if err != nil {
		t.Fatal(err)
	}
	f := &reportFlags{output: filepath.Join(out, "r.csv"), role: "auditor", format: "csv"}
	spec, err := f.spec("findings")
	if err != nil {
		t.Fatal(err)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if err := f.write(ended, newReport(), s, d, spec); err == nil {
		t.Error("an interrupted report succeeded")
	}
	left, err := os.ReadDir(out)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(0, len(left)); diff != "" {
		t.Error(left)
	}
}
