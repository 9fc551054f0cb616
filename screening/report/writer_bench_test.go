package report

import (
	"encoding/csv"
	"io"
	"runtime"
	"strconv"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"
)

// benchRows is the size of the files of the benchmarks.
const benchRows = 1_000_000

// BenchmarkCSV and its like write a million rows of changes; Raw is what the
// library alone does with the same texts. peak-MB is the heap's largest size
// seen, every 100,000 rows.
func BenchmarkCSV(b *testing.B)     { benchmark(b, FormatCSV) }
func BenchmarkXLSX(b *testing.B)    { benchmark(b, FormatXLSX) }
func BenchmarkJSONL(b *testing.B)   { benchmark(b, FormatJSONL) }
func BenchmarkRawCSV(b *testing.B)  { benchmarkRaw(b, rawCSV) }
func BenchmarkRawXLSX(b *testing.B) { benchmarkRaw(b, rawXLSX) }

// BenchmarkCSVOfRaw writes the file and what the library alone does in turn, so
// that both meet the same noise: of-raw is the speed of the first in the second's.
func BenchmarkCSVOfRaw(b *testing.B) {
	k, _ := KindOf("changes")
	rows := made(&k, 1000)
	texts := shownRows(&k, rows)
	var ours, raw time.Duration
	for b.Loop() {
		start := time.Now()
		writeRows(b, FormatCSV, rows, func(int) {})
		between := time.Now()
		if err := rawCSV(texts); err != nil {
			b.Fatal(err)
		}
		ours, raw = ours+between.Sub(start), raw+time.Since(between)
	}
	b.ReportMetric(float64(raw)/float64(ours), "of-raw")
}

func writeRows(b *testing.B, f Format, rows [][]Cell, each func(i int)) {
	b.Helper()
	w, err := NewWriter(io.Discard, head("changes", f, nil))
	if err != nil {
		b.Fatal(err)
	}
	for i := range benchRows {
		if err := w.Add(rows[i%len(rows)]); err != nil {
			b.Fatal(err)
		}
		each(i)
	}
	if _, err := w.Finish(); err != nil {
		b.Fatal(err)
	}
	if err := w.Close(); err != nil {
		b.Fatal(err)
	}
}

func shownRows(k *Kind, rows [][]Cell) [][]string {
	texts := make([][]string, len(rows))
	for n, r := range rows {
		for i := range r {
			texts[n] = append(texts[n], string(k.Columns[i].shown(nil, &r[i], MaskPersonal)))
		}
	}
	return texts
}

func benchmark(b *testing.B, f Format) {
	k, _ := KindOf("changes")
	rows := made(&k, 1000)
	peak := uint64(0)
	for b.Loop() {
		writeRows(b, f, rows, func(i int) { peak = max(peak, heap(i)) })
	}
	b.ReportMetric(float64(peak)/1e6, "peak-MB")
}

func heap(i int) uint64 {
	if i%100_000 != 0 {
		return 0
	}
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapInuse
}

func benchmarkRaw(b *testing.B, write func([][]string) error) {
	k, _ := KindOf("changes")
	texts := shownRows(&k, made(&k, 1000))
	for b.Loop() {
		if err := write(texts); err != nil {
			b.Fatal(err)
		}
	}
}

func rawCSV(texts [][]string) error {
	w := csv.NewWriter(io.Discard)
	for i := range benchRows {
		if err := w.Write(texts[i%len(texts)]); err != nil {
			return err
		}
	}
	w.Flush()
	return w.Error()
}

func rawXLSX(texts [][]string) error {
	f := excelize.NewFile()
	w, err := f.NewStreamWriter("Sheet1")
	if err != nil {
		return err
	}
	values := make([]any, len(texts[0]))
	for i := range benchRows {
		for c, s := range texts[i%len(texts)] {
			values[c] = s
		}
		if err := w.SetRow("A"+strconv.Itoa(i+1), values); err != nil {
			return err
		}
	}
	if err := w.Flush(); err != nil {
		return err
	}
	if err := f.Write(io.Discard); err != nil {
		return err
	}
	return f.Close()
}
