package main

import (
	"bufio"
	"encoding/csv"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"
	"syscall"
	"testing"
	"time"

	"zhunru/cmd/zhunru/catalogue"
	"zhunru/screening/intake"
	"zhunru/store"
)

// BenchmarkImport compares reading a CSV file, screening its listings and
// keeping them with their verdicts, findings and ledger entries, with gorm
// inserting rows in batches of 1,000 and nothing else, into a database of the
// same schema and durability: once the same rows, all that the import left
// (ratio, whose bound is 1.6), and once the listings alone (listings-ratio).
// ZHUNRU_BENCH_ROWS sets the number of listings.
func BenchmarkImport(b *testing.B) {
	rows := benchRows(b, 100_000)
	file := goodsFile(b, rows)
	if _, err := loadSegmenter(); err != nil {
		b.Fatal(err)
	}
	var whole, same, alone spent
	n := 0
	for b.Loop() {
		n++
		db := filepath.Join(b.TempDir(), "whole.db")
		took := importAlone(b, db, file, rows)
		whole.add(took)
		same.add(insertSame(b, db, true))
		alone.add(insertSame(b, db, false))
		if err := os.Remove(db); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(whole.wall.Seconds()/same.wall.Seconds(), "ratio")
	b.ReportMetric(whole.wall.Seconds()/alone.wall.Seconds(), "listings-ratio")
	b.ReportMetric(whole.cpu.Seconds()/same.cpu.Seconds(), "cpu-ratio") // what the machine's other work cannot distort
	b.ReportMetric(float64(n*rows)/same.wall.Seconds(), "gorm-rows/s")
	b.ReportMetric(float64(n*rows)/whole.wall.Seconds(), "import-rows/s")
	b.ReportMetric(whole.cpu.Seconds()/float64(n*rows)*1e6, "cpu-us/row")
	b.ReportMetric(float64(whole.peak)/(1<<20), "peak-MB")
}

// spent is what something took: time, time of all processors, and the most
// memory that the process held.
type spent struct {
	wall, cpu time.Duration
	peak      uint64
}

func (s *spent) add(o spent) {
	s.wall, s.cpu, s.peak = s.wall+o.wall, s.cpu+o.cpu, max(s.peak, o.peak)
}

// timed runs f.
func timed(b *testing.B, f func()) spent {
	b.Helper()
	started, used := time.Now(), processor(b)
	f()
	return spent{wall: time.Since(started), cpu: processor(b) - used}
}

// heaped runs f with a clean heap, and takes the heap it leaves.
func heaped(b *testing.B, f func()) spent {
	b.Helper()
	debug.FreeOSMemory()
	s := timed(b, f)
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	s.peak = m.HeapSys - m.HeapReleased
	return s
}

// goodsFile writes a made-up catalogue as CSV.
func goodsFile(b *testing.B, rows int) string {
	b.Helper()
	dictionary, err := loadDictionary("")
	if err != nil {
		b.Fatal(err)
	}
	c, err := catalogue.New(dictionary, catalogue.Options{Listings: rows, Merchants: 1000, Seed: 1, On: today()})
	if err != nil {
		b.Fatal(err)
	}
	path := filepath.Join(b.TempDir(), "goods.csv")
	f, err := os.Create(path)
	if err != nil {
		b.Fatal(err)
	}
	buf := bufio.NewWriter(f)
	w := csv.NewWriter(buf)
	names := []string{"材质", "颜色", "规格"}
	_ = w.Write([]string{"id", "merchant_id", "title", "description", "category", "brand", "属性." + names[0], "属性." + names[1], "属性." + names[2]})
	for _, l := range c.All(0) {
		_ = w.Write([]string{l.ID, l.MerchantID, l.Title, l.Description, l.Category, l.Brand, l.Attributes[names[0]], l.Attributes[names[1]], l.Attributes[names[2]]})
	}
	w.Flush()
	if w.Error() != nil || buf.Flush() != nil || f.Close() != nil {
		b.Fatal("cannot write ", path)
	}
	return path
}

// importAlone imports a file into the open desk of an empty database and returns
// what it took.
func importAlone(b *testing.B, db, file string, rows int) spent {
	b.Helper()
	d, err := openDesk(b.Context(), databaseFlags{db: db}, true)
	if err != nil {
		b.Fatal(err)
	}
	var out strings.Builder
	p := &filePass{flags: &importFlags{kind: store.ImportListings, files: []string{file}, stdout: &out, stderr: io.Discard}, desk: d, options: intake.Options{}}
	s := heaped(b, func() {
		if err := p.all(b.Context(), today()); err != nil || !strings.Contains(out.String(), "新增 "+grouped(rows)) {
			b.Fatal(err, out.String())
		}
	})
	if err := d.close(); err != nil {
		b.Fatal(err)
	}
	return s
}

// processor is the time that the process has used of all processors.
func processor(b *testing.B) time.Duration {
	b.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
