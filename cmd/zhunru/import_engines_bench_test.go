package main

import (
	"path/filepath"
	"testing"

	"zhunru/store/storetest/pg"
)

// BenchmarkImportEngines imports one file into SQLite and into PostgreSQL, whose
// server runs on the same processors, and tells how many times as long the
// second takes. ZHUNRU_BENCH_ROWS sets the number of listings.
func BenchmarkImportEngines(b *testing.B) {
	rows := benchRows(b, 50_000)
	file, server := goodsFile(b, rows), pg.Start(b)
	if _, err := loadSegmenter(); err != nil {
		b.Fatal(err)
	}
	var lite, post spent
	n := 0
	for b.Loop() {
		n++
		lite.add(importAlone(b, filepath.Join(b.TempDir(), "z.db"), file, rows))
		post.add(importAlone(b, server.Database(b), file, rows))
	}
	b.ReportMetric(post.wall.Seconds()/lite.wall.Seconds(), "ratio")
	b.ReportMetric(float64(n*rows)/lite.wall.Seconds(), "sqlite-rows/s")
	b.ReportMetric(float64(n*rows)/post.wall.Seconds(), "postgres-rows/s")
}
