package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"zhunru/store/storetest/pg"
)

const oneGood = `{"listings":[{"id":"L-1","title":"催情香水包邮"}]}`

// keep has a listing screened and kept.
func (s *served) keep(t *testing.T, body string) {
	t.Helper()
	if status, answer := s.call(t, "POST", "/v1/screenings", body); status != 200 {
		t.Fatalf("%d %s\n%s", status, answer, s.log)
	}
}

// TestBackupWhileServingIsRestored backs up under a running server and restores
// beside it, over it when it is gone, and not while it runs.
func TestBackupWhileServingIsRestored(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	db, file := filepath.Join(dir, "z.db"), filepath.Join(dir, "backup.db")
	s := serveDatabase(t, db, "--insecure-local")
	s.keep(t, oneGood)
	data(t, db, "backup", file).must(t, exitDone)
	s.keep(t, strings.ReplaceAll(oneGood, "L-1", "L-2"))
	other := filepath.Join(dir, "other.db")
	wantText(t, data(t, other, "restore", file).must(t, exitDone).stdout, "台账 1 条")
	wantText(t, data(t, other, "restore", file).must(t, exitInput).stderr, "RESTORE_EXISTS")
	wantText(t, data(t, db, "restore", file, "--force").must(t, exitInput).stderr, "DB_LOCKED")
	s.stop()
	again := serveDatabase(t, db, "--insecure-local")
	if status, _ := again.call(t, "GET", "/v1/listings/L-2", ""); status != 200 {
		t.Errorf("a refused restore lost a listing: %d", status)
	}
	again.stop()
	data(t, db, "restore", file, "--force").must(t, exitDone)
	last := serveDatabase(t, db, "--insecure-local")
	for id, want := range map[string]int{"L-1": 200, "L-2": 404} {
		if status, _ := last.call(t, "GET", "/v1/listings/"+id, ""); status != want {
			t.Errorf("%s after the restore: %d, want %d", id, status, want)
		}
	}
}

func TestRestoreRefusesWhatIsNoBackup(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	good := filepath.Join(dir, "good.db")
	s := serveDatabase(t, good, "--insecure-local")
	s.keep(t, oneGood)
	file := filepath.Join(dir, "backup.db")
	data(t, good, "backup", file).must(t, exitDone)
	s.keep(t, strings.ReplaceAll(oneGood, "L-1", "L-2"))
	s.stop()
	whole := read(t, file)
	forged := filepath.Join(dir, "forged.db")
	data(t, forged, "restore", file).must(t, exitDone)
	forge(t, forged)
	for _, tt := range []struct{ rule, from, want string }{
		{"missing", filepath.Join(dir, "nowhere.db"), "DB_MISSING"},
		{"text", write(t, "text.db", "备份"), "DB_NOT_A_DATABASE"},
		{"half", write(t, "half.db", whole[:len(whole)/2]), "（DB_"},
		{"used database", good, "RESTORE_NO_BACKUP"},
		{"forged ledger", forged, "LEDGER_DAMAGED"},
	} {
		t.Run(tt.rule, func(t *testing.T) {
			t.Parallel()
			to := filepath.Join(t.TempDir(), "z.db")
			if err := os.WriteFile(to, []byte(whole), 0o600); err != nil {
				t.Fatal(err)
			}
			wantText(t, data(t, to, "restore", tt.from, "--force").must(t, exitInput).stderr, tt.want)
			if read(t, to) != whole {
				t.Error("the database was touched")
			}
			if left, _ := filepath.Glob(to + "?*"); len(left) > 0 {
				t.Errorf("left behind: %v", left)
			}
		})
	}
}

// forge changes an entry of the ledger behind the triggers' back.
func forge(t *testing.T, db string) {
	t.Helper()
	s, err := openStore(t.Context(), db, false)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close() //nolint:errcheck // its log is merged
	var triggers []string
	rows, err := s.Pool().QueryContext(t.Context(), "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'ledger'")
	if err != nil {
		t.Fatal(err)
	}
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			t.Fatal(err)
		}
		triggers = append(triggers, name)
	}
	if err := rows.Close(); err != nil {
		t.Fatal(err)
	}
	for _, name := range triggers {
		if _, err := s.Pool().ExecContext(t.Context(), "DROP TRIGGER "+name); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.Pool().ExecContext(t.Context(), "UPDATE ledger SET actor = 'nobody'"); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Pool().ExecContext(t.Context(), "PRAGMA wal_checkpoint(TRUNCATE)"); err != nil {
		t.Fatal(err)
	}
}

func TestBackupOfPostgresWhileServing(t *testing.T) {
	t.Parallel()
	server := pg.Start(t)
	db, empty, file := server.Database(t), server.Database(t), filepath.Join(t.TempDir(), "b.dump")
	s := serveDatabase(t, db, "--insecure-local")
	s.keep(t, oneGood)
	data(t, db, "backup", file).must(t, exitDone)
	wantText(t, data(t, empty, "restore", file).must(t, exitDone).stdout, "台账 1 条")
	wantText(t, data(t, empty, "restore", file).must(t, exitInput).stderr, "RESTORE_EXISTS")
	data(t, empty, "restore", file, "--force").must(t, exitDone)
	other := serveDatabase(t, empty, "--insecure-local")
	if status, body := other.call(t, "GET", "/v1/listings/L-1", ""); status != 200 {
		t.Errorf("%d %s", status, body)
	}
	wantText(t, data(t, server.Database(t), "restore", write(t, "no.dump", "备份")).must(t, exitInput).stderr, "PG_TOOL")
}
