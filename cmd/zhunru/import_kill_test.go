package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"zhunru/store"
	"zhunru/store/storetest/pg"
)

// manyRows is a file of goods, every hundredth of which is prohibited and every
// thousandth refused.
func manyRows(n int) string {
	var b strings.Builder
	b.WriteString("编号,商家,标题\n")
	for i := range n {
		switch {
		case i%1000 == 999:
			b.WriteString("无标题\n")
		case i%100 == 50:
			fmt.Fprintf(&b, "L%07d,M%d,仿真枪 %d号\n", i, i%50, i)
		default:
			fmt.Fprintf(&b, "L%07d,M%d,纯棉透气短袖上衣 夏季新款 %d号\n", i, i%50, i)
		}
	}
	return b.String()
}

// TestImportKilledResumes kills the program in the middle of an import, three
// times, and lets it end.
func TestImportKilledResumes(t *testing.T) {
	if testing.Short() {
		t.Skip("kills processes again and again: run without -short")
	}
	t.Parallel()
	bin := filepath.Join(t.TempDir(), "zhunru")
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", bin, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	const rows = 40_000
	file := write(t, "goods.csv", manyRows(rows))
	t.Run("SQLite", func(t *testing.T) {
		killAndResume(t, bin, file, rows, filepath.Join(t.TempDir(), "z.db"))
	})
	t.Run("Postgres", func(t *testing.T) {
		killAndResume(t, bin, file, rows, pg.Start(t).Database(t))
	})
}

func killAndResume(t *testing.T, bin, file string, rows int, db string) {
	data(t, db, "migrate", "up").must(t, exitDone)
	s, err := openStore(t.Context(), db, false)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close() //nolint:errcheck // only read from
	for range 3 {
		if at := killOnceFurther(t, s, bin, file, db); at >= int64(rows) {
			t.Fatalf("the import was over before it was killed: %d rows", at)
		}
	}
	got := data(t, db, "import", "listings", file).must(t, exitInput)
	refused := rows / 1000
	wantText(t, got.stdout, fmt.Sprintf("读入 %s 行，新增 %s，更新 0，未变 0，拒绝 %d（其中前 ", grouped(rows), grouped(rows-refused), refused))
	if lines := strings.Count(read(t, rejectsBeside(file)), "\n"); lines != refused+1 {
		t.Errorf("%d lines of rejects, want %d", lines, refused+1)
	}
	for query, want := range map[string]int64{
		"SELECT COUNT(*) FROM listings":                               int64(rows - refused),
		"SELECT COUNT(*) FROM records":                                int64(rows - refused),
		"SELECT COUNT(*) FROM records WHERE outcome = 'prohibited'":   int64(rows / 100),
		"SELECT COUNT(*) FROM record_history":                         0,
		"SELECT COUNT(*) FROM runs WHERE state = 'done'":              1,
		"SELECT SUM(listings) FROM chunks":                            int64(rows - refused),
		"SELECT COUNT(*) - (SELECT COUNT(*) FROM chunks) FROM ledger": 0,
	} {
		if got := count(t, s, query); got != want {
			t.Errorf("%s: %d, want %d", query, got, want)
		}
	}
	if r, err := s.VerifyLedger(t.Context(), "", nil); err != nil || !r.OK() {
		t.Errorf("ledger %+v, %v", r, err)
	}
}

func count(tb testing.TB, s *store.Store, query string) (n int64) {
	tb.Helper()
	if err := s.Pool().QueryRowContext(tb.Context(), query).Scan(&n); err != nil {
		tb.Fatal(err)
	}
	return n
}

// killOnceFurther lets an import get at least two batches further and kills it.
// It returns how far the import came.
func killOnceFurther(t *testing.T, s *store.Store, bin, file, db string) int64 {
	t.Helper()
	const progress = "SELECT COALESCE(SUM(next_row), 0) FROM imports"
	from := count(t, s, progress)
	cmd := exec.CommandContext(t.Context(), bin, "import", "listings", file, "--db", db)
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() {
		_ = cmd.Wait() // it is killed
		close(ended)
	}()
	for count(t, s, progress) < from+2*importRows {
		select {
		case <-ended:
			return count(t, s, progress)
		default:
		}
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	<-ended
	return count(t, s, progress)
}

func TestImportInterruptedIsGoneOnWith(t *testing.T) {
	if testing.Short() {
		t.Skip("kills processes again and again: run without -short")
	}
	t.Parallel()
	db, file := filepath.Join(t.TempDir(), "z.db"), write(t, "goods.csv", manyRows(30_000))
	data(t, db, "migrate", "up").must(t, exitDone)
	s, err := openStore(t.Context(), db, false)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close() //nolint:errcheck // only read from
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	done := make(chan *screened)
	go func() {
		var stdout, stderr strings.Builder
		status := run(ctx, []string{"import", "listings", file, "--db", db}, strings.NewReader(""), &stdout, &stderr)
		done <- &screened{status, stdout.String(), stderr.String()}
	}()
	for count(t, s, "SELECT COUNT(*) FROM listings") == 0 && len(done) == 0 {
		continue
	}
	cancel()
	got := (<-done).must(t, exitInput)
	wantText(t, got.stderr, "已中断：再运行同一条命令就从断点继续")
	wantText(t, got.stdout, "未完成：")
	if n := count(t, s, "SELECT COUNT(*) FROM imports WHERE state = 'cancelled'"); n != 1 {
		t.Errorf("%d imports are cancelled, want 1", n)
	}
	data(t, db, "import", "listings", file).must(t, exitInput)
	if n := count(t, s, "SELECT COUNT(*) FROM records"); n != 30_000-30 {
		t.Errorf("%d records", n)
	}
}

func TestImportSaysWhatIsWrongWithTheDatabase(t *testing.T) {
	t.Parallel()
	file := write(t, "goods.csv", manyRows(3000))
	for _, tt := range []struct {
		rule, db, want string
	}{
		{"folder is missing", "/nowhere/z.db", "DB_DIR_MISSING"},
		{"no database", file, "DB_NOT_A_DATABASE"},
	} {
		t.Run(tt.rule, func(t *testing.T) {
			t.Parallel()
			got := data(t, tt.db, "import", "listings", file).must(t, exitInput)
			wantText(t, got.stderr, tt.want)
		})
	}
	t.Run("full disk", func(t *testing.T) {
		t.Parallel()
		fullDisk(t, file)
	})
	t.Run("read-only file", func(t *testing.T) {
		t.Parallel()
		db := filepath.Join(t.TempDir(), "z.db")
		data(t, db, "migrate", "up").must(t, exitDone)
		if err := os.Chmod(db, 0o400); err != nil {
			t.Fatal(err)
		}
		wantText(t, data(t, db, "import", "listings", file).must(t, exitInput).stderr, "DB_READ_ONLY")
	})
}

// fullDisk imports into a database on a disk without room, which a limit on the
// size of files stands for, and once more when there is room again.
func fullDisk(t *testing.T, file string) {
	db := filepath.Join(t.TempDir(), "z.db")
	data(t, db, "migrate", "up").must(t, exitDone)
	bin := filepath.Join(t.TempDir(), "zhunru")
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", bin, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	script := `trap '' XFSZ; ulimit -f 500; exec "$0" import listings "$1" --db "$2"`
	out, err := exec.CommandContext(t.Context(), "bash", "-c", script, bin, file, db).CombinedOutput()
	if err == nil || !strings.Contains(string(out), "（DB_") {
		t.Errorf("%v\n%s", err, out)
	}
	data(t, db, "import", "listings", file).must(t, exitInput)
	s, err := openStore(t.Context(), db, false)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close() //nolint:errcheck // only read from
	if n := count(t, s, "SELECT COUNT(*) FROM records"); n != 3000-3 {
		t.Errorf("%d records", n)
	}
}
