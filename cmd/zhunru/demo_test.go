package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestDemoFillsADatabaseOnce(t *testing.T) {
	t.Parallel()
	db := filepath.Join(t.TempDir(), "z.db")
	args := []string{"demo", "--listings", "1500", "--merchants", "30", "--seed", "7", "--on", "2026-11-23"}
	wantText(t, data(t, db, args...).must(t, exitDone).stdout, "商家：读入 30 行，新增 30", "商品：读入 1,500 行，新增 1,500", "禁售 ", "需类目 ")
	before := fingerprint(t, db)
	wantText(t, data(t, db, args...).must(t, exitDone).stdout, "商品：没有变化：读入 1,500 行，新增 0，更新 0，未变 1,500，拒绝 0")
	if diff := cmp.Diff(before, fingerprint(t, db)); diff != "" {
		t.Error(diff)
	}
	data(t, db, "demo", "--merchants", "0").must(t, exitUsage)
}

func TestMigrateAndBackup(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	db, copied := filepath.Join(dir, "z.db"), filepath.Join(dir, "copy.db")
	wantText(t, data(t, db, "migrate", "status").must(t, exitInput).stderr, "DB_MISSING")
	wantText(t, data(t, db, "migrate", "up").must(t, exitDone).stdout, "已执行 00001_merchants.sql")
	wantText(t, data(t, db, "migrate", "up").must(t, exitDone).stdout, "没有变化")
	wantText(t, data(t, db, "backup", copied).must(t, exitDone).stdout, "已备份到 "+copied)
	wantText(t, data(t, db, "backup", copied).must(t, exitInput).stderr, "BACKUP_EXISTS")
	wantText(t, data(t, db, "migrate", "down").must(t, exitUsage).stderr, "--yes")
	wantText(t, data(t, copied, "migrate", "down", "--yes").must(t, exitDone).stdout, "已退回 ")
	wantText(t, data(t, copied, "migrate", "status").must(t, exitDone).stdout, "待执行")
	wantText(t, data(t, db, "migrate", "status").must(t, exitDone).stdout, "00001_merchants.sql")
	if info, err := os.Stat(copied); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
	for _, args := range [][]string{{"migrate"}, {"migrate", "sideways"}, {"import"}, {"import", "things", "x"}, {"import", "listings"}, {"import", "listings", "-"}, {"backup"}} {
		if got := run(t.Context(), args, nil, discarded{}, discarded{}); got != exitUsage {
			t.Errorf("%v: status %d, want %d", args, got, exitUsage)
		}
	}
}

type discarded struct{}

func (discarded) Write(p []byte) (int, error) { return len(p), nil }
