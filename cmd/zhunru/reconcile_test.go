package main

import (
	"bytes"
	"path/filepath"
	"strings"
	"testing"
)

// TestReconciliationThatDiffersFailsTheCommand erases an export and holds that
// the command names the fact and ends with status 1, filtered or not.
func TestReconciliationThatDiffersFailsTheCommand(t *testing.T) {
	t.Parallel()
	db := filepath.Join(t.TempDir(), "z.db")
	command := func(want int, args ...string) (string, string) {
		t.Helper()
		var out, errs bytes.Buffer
		if got := run(t.Context(), append(args, "--db", db), strings.NewReader(""), &out, &errs); got != want {
			t.Fatalf("%v: exit %d, want %d: %s%s", args, got, want, out.String(), errs.String())
		}
		return out.String(), errs.String()
	}
	command(exitDone, "demo", "--listings", "200", "--merchants", "20", "--seed", "7")
	command(exitDone, "rescreen", "--kind", "full")
	command(exitDone, "report", "reconciliation")
	s, err := openStore(t.Context(), db, false)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Pool().ExecContext(t.Context(), "DELETE FROM exports; DELETE FROM findings; DELETE FROM records WHERE listing_key = 7"); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	out, said := command(exitFindings, "report", "reconciliation", "--where", "agrees=false")
	for _, want := range []string{"导出,report,0,1,-1,否", "全量运行证明过的商品，记录仍在,,199,200,-1,否"} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is not in %s", want, out)
		}
	}
	if !strings.Contains(said, "2 项") || !strings.Contains(said, "RECONCILE_DIFFERS") {
		t.Error(said)
	}
}
