package main

import (
	"bufio"
	"encoding/csv"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"gorm.io/driver/sqlite"
	"gorm.io/gorm"
	"gorm.io/gorm/logger"

	"zhunru/cmd/zhunru/catalogue"
	"zhunru/screening"
	"zhunru/screening/intake"
	"zhunru/store"
)

// BenchmarkImport compares reading a CSV file, screening its listings and
// keeping them with their verdicts, findings and ledger entries, with gorm
// inserting the same rows in batches of 1,000 and nothing else, on SQLite. The
// bound is a ratio of 1.6. ZHUNRU_BENCH_ROWS sets the number of rows.
func BenchmarkImport(b *testing.B) {
	rows := 100_000
	if n, err := strconv.Atoi(os.Getenv("ZHUNRU_BENCH_ROWS")); err == nil {
		rows = n
	}
	dictionary, err := loadDictionary("")
	if err != nil {
		b.Fatal(err)
	}
	c, err := catalogue.New(dictionary, catalogue.Options{Listings: rows, Merchants: 1000, Seed: 1, On: today()})
	if err != nil {
		b.Fatal(err)
	}
	file := goodsFile(b, c)
	var plain, whole, plainCPU, wholeCPU time.Duration
	var peak uint64
	n := 0
	for b.Loop() {
		n++
		took, cpu := insertAlone(b, c)
		plain, plainCPU = plain+took, plainCPU+cpu
		took, cpu, memory := importAlone(b, file, rows)
		whole, wholeCPU, peak = whole+took, wholeCPU+cpu, max(peak, memory)
	}
	b.ReportMetric(whole.Seconds()/plain.Seconds(), "ratio")
	b.ReportMetric(wholeCPU.Seconds()/plainCPU.Seconds(), "cpu-ratio") // what the machine's other work cannot distort
	b.ReportMetric(float64(n*rows)/plain.Seconds(), "gorm-rows/s")
	b.ReportMetric(float64(n*rows)/whole.Seconds(), "import-rows/s")
	b.ReportMetric(float64(peak)/(1<<20), "peak-MB")
}

// goodsFile writes a catalogue as CSV.
func goodsFile(b *testing.B, c *catalogue.Catalogue) string {
	b.Helper()
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

// plainRow is a row of listings.
type plainRow struct {
	Key                                 int64 `gorm:"primaryKey"`
	ID                                  string
	MerchantKey                         int64
	Title, Description, Category, Brand string
	Attributes                          *string
	ContentHash                         []byte
	State                               string
	Version, CreatedAt, EditedAt        int64
}

func (plainRow) TableName() string { return "listings" }

// insertAlone inserts the listings of a catalogue with gorm, and takes the
// time.
func insertAlone(b *testing.B, c *catalogue.Catalogue) (took, cpu time.Duration) {
	b.Helper()
	path := filepath.Join(b.TempDir(), "plain.db")
	if _, err := store.Migrate(b.Context(), path); err != nil {
		b.Fatal(err)
	}
	db, err := gorm.Open(sqlite.Open("file:"+path+"?_journal_mode=WAL&_synchronous=NORMAL&_txlock=immediate&_cache_size=-65536&_stmt_cache_size=128"), &gorm.Config{
		SkipDefaultTransaction: true, CreateBatchSize: 500, Logger: logger.Discard,
	})
	if err != nil {
		b.Fatal(err)
	}
	db.Exec("INSERT INTO merchants (key, id, kind, name, state, version, created_at, updated_at) VALUES (1, 'M', 'merchant', '', 'named', 1, 0, 0)")
	runtime.GC()
	started, used := time.Now(), processor(b)
	batch := make([]plainRow, 0, store.MaxBatch)
	flush := func() {
		if err := db.Transaction(func(tx *gorm.DB) error { return tx.Create(&batch).Error }); err != nil {
			b.Fatal(err)
		}
		batch = batch[:0]
	}
	for i, l := range c.All(0) {
		batch = append(batch, plain(i, &l))
		if len(batch) == cap(batch) {
			flush()
		}
	}
	if len(batch) > 0 {
		flush()
	}
	took, cpu = time.Since(started), processor(b)-used
	pool, err := db.DB()
	if err != nil || pool.Close() != nil || os.Remove(path) != nil {
		b.Fatal("cannot close ", path)
	}
	return took, cpu
}

func plain(i int, l *screening.Listing) plainRow {
	hash := store.ContentHash(l)
	r := plainRow{
		ID: l.ID, MerchantKey: 1, Title: l.Title, Description: l.Description, Category: l.Category, Brand: l.Brand, ContentHash: hash[:],
		State: "active", Version: 1, CreatedAt: int64(i), EditedAt: int64(i),
	}
	if len(l.Attributes) > 0 {
		text, err := json.Marshal(l.Attributes)
		if err != nil {
			panic(err)
		}
		s := string(text)
		r.Attributes = &s
	}
	return r
}

// importAlone imports a file into an open desk, and takes the time and the most
// memory of the heap.
func importAlone(b *testing.B, file string, rows int) (took, cpu time.Duration, memory uint64) {
	b.Helper()
	flags := databaseFlags{db: filepath.Join(b.TempDir(), "whole.db")}
	d, err := openDesk(b.Context(), flags, true)
	if err != nil {
		b.Fatal(err)
	}
	if _, err := loadSegmenter(); err != nil {
		b.Fatal(err)
	}
	var out strings.Builder
	p := &filePass{flags: &importFlags{kind: store.ImportListings, files: []string{file}, stdout: &out, stderr: io.Discard}, desk: d, options: intake.Options{}}
	runtime.GC()
	started, used := time.Now(), processor(b)
	if err := p.all(b.Context(), today()); err != nil || !strings.Contains(out.String(), "新增 "+grouped(rows)) {
		b.Fatal(err, out.String())
	}
	took, cpu = time.Since(started), processor(b)-used
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	if err := d.close(); err != nil {
		b.Fatal(err)
	}
	return took, cpu, m.HeapSys - m.HeapReleased
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
