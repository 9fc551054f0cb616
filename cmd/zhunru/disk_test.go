package main

import (
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"zhunru/store"
)

// smallDisk mounts a disk of so many bytes. It skips the test where nothing can
// be mounted, or fails where ZHUNRU_REQUIRE_TOOLS says that it must.
func smallDisk(t *testing.T, size string) string {
	t.Helper()
	dir := t.TempDir()
	out, err := exec.CommandContext(t.Context(), "mount", "-t", "tmpfs", "-o", "size="+size, "tmpfs", dir).CombinedOutput()
	if err == nil {
		t.Cleanup(func() { _ = exec.Command("umount", "-l", dir).Run() }) //nolint:noctx // the test's context is over
		return dir
	}
	if os.Getenv("ZHUNRU_REQUIRE_TOOLS") != "" {
		t.Fatalf("no disk can be mounted: %v %s", err, out)
	}
	t.Skipf("no disk can be mounted, run as root: %v %s", err, out)
	return ""
}

// fill leaves no room on a disk; the answer makes room again.
func fill(t *testing.T, dir string) (free func()) {
	t.Helper()
	path := filepath.Join(dir, "filler")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, block := range [][]byte{make([]byte, 1<<20), make([]byte, 4096)} {
		for err == nil {
			_, err = f.Write(block)
		}
		err = nil
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	return func() {
		if err := os.Remove(path); err != nil {
			t.Error(err)
		}
	}
}

// TestFullDiskStopsAndNothingIsLost fills the disk under an import, a run and a
// server; each says so, and goes on when there is room again.
func TestFullDiskStopsAndNothingIsLost(t *testing.T) {
	if testing.Short() {
		t.Skip("fills a disk with a catalogue: run without -short")
	}
	t.Parallel()
	const rows = 12_000
	dir := smallDisk(t, "5m")
	v := &victim{t: t, db: filepath.Join(dir, "z.db")}
	file, other := write(t, "goods.csv", manyRows(rows)), shirtsBanned(t)
	data(t, v.db, "migrate", "up").must(t, exitDone)
	wantText(t, data(t, v.db, "import", "listings", file).must(t, exitInput).stderr, "（DB_", "数据库 "+v.db)
	sudo(t, "mount", "-o", "remount,size=64m", dir)
	wantText(t, data(t, v.db, "import", "listings", file).must(t, exitInput).stdout, "读入 12,000 行") // 12 rows are refused
	v.reopen()
	t.Cleanup(func() { _ = v.store.Close() })
	v.holds()
	v.judgedBy("", rows-rows/1000)

	free := fill(t, dir)
	wantText(t, data(t, v.db, "rescreen", "--dictionaries", other).must(t, exitInput).stderr, "（DB_", "数据库 "+v.db)
	free()
	data(t, v.db, "rescreen", "--dictionaries", other).must(t, exitDone)
	data(t, v.db, "worker", "--queues", "runs", "--until-idle", "--dictionaries", other).must(t, exitDone)
	v.holds()
	v.judgedBy(other, rows-rows/1000)

	s := serveDatabase(t, v.db)
	const request = `{"listings":[{"id":"S-1","merchant_id":"M1","title":"仿真枪"}],"store":true}`
	free = fill(t, dir)
	for status := http.StatusOK; status != http.StatusServiceUnavailable; {
		var body string // what room the database file itself has left is used up first
		if status, body = s.call(t, http.MethodPost, "/v1/screenings", request); status != http.StatusOK && status != http.StatusServiceUnavailable {
			t.Fatal(status, body)
		}
	}
	free()
	if status, body := s.call(t, http.MethodPost, "/v1/screenings", request); status != http.StatusOK {
		t.Error(status, body)
	}
	s.stop()
	v.holds()
}

// TestDatabaseFilesThatCannotBeUsed names the file, the fault and what to do,
// and ends with 3, whatever command meets it.
func TestDatabaseFilesThatCannotBeUsed(t *testing.T) {
	t.Parallel()
	file := write(t, "goods.csv", manyRows(100))
	for _, fault := range []struct {
		rule, code string
		harm       func(t *testing.T, db string)
	}{
		{"read-only file", store.CodeReadOnly, func(t *testing.T, db string) {
			if err := os.Chmod(db, 0o400); err != nil {
				t.Fatal(err)
			}
		}},
		{"corrupt pages", store.CodeCorrupt, func(t *testing.T, db string) {
			f, err := os.OpenFile(db, os.O_WRONLY, 0)
			if err == nil {
				_, err = f.WriteAt(make([]byte, 3996), 100)
			}
			if err != nil || f.Close() != nil {
				t.Fatal(err)
			}
		}},
		{"no database", store.CodeNotADatabase, func(t *testing.T, db string) {
			if err := os.WriteFile(db, []byte("not a database, only a text"), 0o600); err != nil {
				t.Fatal(err)
			}
		}},
		{"locked by another", store.CodeLocked, func(t *testing.T, db string) {
			s, err := openStore(t.Context(), db, false)
			if err != nil {
				t.Fatal(err)
			}
			held, release, ended := make(chan struct{}), make(chan struct{}), make(chan struct{})
			go func() {
				defer close(ended)
				_ = s.Write(t.Context(), func(*store.Tx) error { close(held); <-release; return nil })
			}()
			<-held
			t.Cleanup(func() { close(release); <-ended; _ = s.Close() })
		}},
	} {
		for _, command := range [][]string{{"import", "listings", file}, {"rescreen"}, {"serve", "--addr", "127.0.0.1:0"}, {"worker", "--until-idle"}} {
			t.Run(fault.rule+"/"+command[0], func(t *testing.T) {
				if testing.Short() && fault.code == store.CodeLocked {
					t.Skip("waits for the lock: run without -short")
				}
				t.Parallel()
				db := filepath.Join(t.TempDir(), "z.db")
				data(t, db, "migrate", "up").must(t, exitDone)
				fault.harm(t, db)
				wantText(t, data(t, db, command...).must(t, exitInput).stderr, fault.code, db)
			})
		}
	}
}
