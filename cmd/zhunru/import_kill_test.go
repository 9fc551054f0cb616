package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"zhunru/store"
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

// TestImportKilledResumes kills the program in the middle of an import, and on
// PostgreSQL the server under it in turn, and lets it end.
func TestImportKilledResumes(t *testing.T) {
	if testing.Short() {
		t.Skip("kills processes again and again: run without -short")
	}
	t.Parallel()
	bin := binary(t)
	rows := 20_000 + 5000*killings(t)
	file := write(t, "goods.csv", manyRows(rows))
	for _, postgres := range []bool{false, true} {
		t.Run(map[bool]string{false: "SQLite", true: "Postgres"}[postgres], func(t *testing.T) {
			v := newVictim(t, bin, postgres)
			v.killAndResume(file, rows)
			t.Logf("%d rows, the import killed %d times, the server %d times", rows, v.kills, v.falls)
		})
	}
}

func (v *victim) killAndResume(file string, rows int) {
	t := v.t
	t.Helper()
	for wanted := killings(t); v.kills+v.falls < wanted; {
		v.stopImport(file)
		if at := count(t, v.store, imported); at >= int64(rows) {
			t.Fatalf("the import was over before it was killed often enough: %d rows", at)
		}
		v.holds()
	}
	got := data(t, v.db, "import", "listings", file).must(t, exitInput)
	refused := rows / 1000
	wantText(t, got.stdout, fmt.Sprintf("读入 %s 行，新增 %s，更新 0，未变 0，拒绝 %d（其中前 ", grouped(rows), grouped(rows-refused), refused))
	if lines := strings.Count(read(t, rejectsBeside(file)), "\n"); lines != refused+1 {
		t.Errorf("%d lines of rejects, want %d", lines, refused+1)
	}
	for query, want := range map[string]int64{
		"SELECT COUNT(*) FROM listings":                                                      int64(rows - refused),
		"SELECT COUNT(*) FROM records":                                                       int64(rows - refused),
		"SELECT COUNT(*) FROM records WHERE outcome = 'prohibited'":                          int64(rows / 100),
		"SELECT COUNT(*) FROM record_history":                                                0,
		"SELECT COUNT(*) FROM runs WHERE state = 'done'":                                     1,
		"SELECT SUM(listings) FROM chunks":                                                   int64(rows - refused),
		"SELECT COUNT(*) - (SELECT COUNT(*) FROM chunks) FROM ledger WHERE kind <> 'import'": 0,
	} {
		if got := count(t, v.store, query); got != want {
			t.Errorf("%s: %d, want %d", query, got, want)
		}
	}
	v.holds()
	v.judgedBy("", int64(rows-refused))
}

// imported asks how far imports have come.
const imported = "SELECT COALESCE(SUM(next_row), 0) FROM imports"

func count(tb testing.TB, s *store.Store, query string) (n int64) {
	tb.Helper()
	if err := s.Pool().QueryRowContext(tb.Context(), query).Scan(&n); err != nil {
		tb.Fatal(err)
	}
	return n
}

// stopImport lets an import get further and kills it, or the server, which the
// import must say. Now and then it is killed at any moment, its start included.
func (v *victim) stopImport(file string) {
	t := v.t
	t.Helper()
	from := count(t, v.store, imported)
	p := begin(t, v.bin, "import", "listings", file, "--db", v.db)
	serverToo := v.server != nil && v.falls <= v.kills // in the middle, or the import would begin after it
	if serverToo || v.kills%4 != 3 {
		v.until(p, imported, from+1)
		v.moment(20 * time.Millisecond)
	} else {
		v.moment(600 * time.Millisecond)
	}
	if !serverToo {
		v.kills++
		p.kill()
		return
	}
	v.fall()
	<-p.ended
	if said := p.said.String(); p.cmd.ProcessState.ExitCode() != exitInput || !strings.Contains(said, store.CodeUnreachable) {
		t.Errorf("the server fell: %v\n%s", p.cmd.ProcessState, said)
	}
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
	bin := binary(t)
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
