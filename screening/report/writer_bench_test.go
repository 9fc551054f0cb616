package report

import (
	"encoding/csv"
	"io"
	"runtime"
	"strconv"
	"testing"

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

func benchmark(b *testing.B, f Format) {
	k, _ := KindOf("changes")
	rows := made(&k, 1000)
	peak := uint64(0)
	for b.Loop() {
		w, err := NewWriter(io.Discard, head("changes", f, nil))
		if err != nil {
			b.Fatal(err)
		}
		for i := range benchRows {
			if err := w.Add(rows[i%len(rows)]); err != nil {
				b.Fatal(err)
			}
			peak = max(peak, heap(i))
		}
		if _, err := w.Finish(); err != nil {
			b.Fatal(err)
		}
		if err := w.Close(); err != nil {
			b.Fatal(err)
		}
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
	texts := make([][]string, 0, 1000)
	for _, r := range made(&k, 1000) {
		var cells []string
		for i := range r {
			cells = append(cells, string(k.Columns[i].shown(nil, &r[i], MaskPersonal)))
		}
		texts = append(texts, cells)
	}
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
