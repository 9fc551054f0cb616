package main

import (
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"zhunru/cmd/zhunru/catalogue"
	"zhunru/screening"
)

// BenchmarkScreenFile screens a CSV of 1,000,000 titles with the built-in
// dictionary and writes JSON Lines. For what the command costs besides the
// engine, take a CPU profile and look at the share of Engine.Screen.
func BenchmarkScreenFile(b *testing.B) {
	const rows = 1_000_000
	words := strings.Fields("新款 春秋 加厚 纯棉 韩版 复古 便携 儿童 家用 户外 防水 无线 迷你 正品 包邮 厂家直销 同款 大容量 双层 静音")
	things := strings.Fields("连衣裙 保温杯 收纳盒 运动鞋 手机壳 双肩包 台灯 窗帘 瑜伽垫 充电宝 积木 钢笔 雨伞 键盘 茶具 羽毛球拍 电子血压计 白酒")
	random := rand.New(rand.NewPCG(1, 1))
	text := strings.Builder{}
	text.WriteString("商品编号,商家,标题,类目\n")
	for i := range rows {
		fmt.Fprintf(&text, "L-%d,M-%d,", i, i%1000)
		for range 3 + random.IntN(3) {
			text.WriteString(words[random.IntN(len(words))])
		}
		text.WriteString(things[random.IntN(len(things))] + ",\n")
	}
	file := write(b, "goods.csv", text.String())
	out := filepath.Join(b.TempDir(), "verdicts.jsonl")
	b.ReportAllocs()
	for b.Loop() {
		if status := run(b.Context(), []string{"screen", file, "-o", out}, nil, io.Discard, io.Discard); status != 0 {
			b.Fatal("status", status)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/rows, "ns/row")
}

// BenchmarkTitles screens titles one after the other, as a nightly run does:
// those of a generated catalogue, or the lines of the file that
// ZHUNRU_BENCH_TITLES names.
func BenchmarkTitles(b *testing.B) { benchScreen(b, benchTitles(b)) }

// BenchmarkListings screens the whole listings of a generated catalogue, with
// descriptions, categories, brands and attributes, as an import does.
func BenchmarkListings(b *testing.B) { benchScreen(b, benchListings(b)) }

func benchScreen(b *testing.B, listings []screening.Listing) {
	b.Helper()
	e, err := loadEngine("")
	if err != nil {
		b.Fatal(err)
	}
	for i := range listings { // gse's dictionary, the patterns' tables, the caches
		e.Screen(&listings[i], nil)
	}
	b.ReportAllocs()
	i, used := 0, processor(b)
	for b.Loop() {
		e.Screen(&listings[i%len(listings)], nil)
		i++
	}
	b.ReportMetric(float64((processor(b)-used).Nanoseconds())/float64(i), "cpu-ns/op") // what the machine's other work distorts least
}

func benchTitles(b *testing.B) []screening.Listing {
	b.Helper()
	if name := os.Getenv("ZHUNRU_BENCH_TITLES"); name != "" {
		data, err := os.ReadFile(name)
		if err != nil {
			b.Fatal(err)
		}
		var out []screening.Listing
		for line := range strings.Lines(string(data)) {
			out = append(out, screening.Listing{ID: "t", Title: strings.TrimRight(line, "\r\n")})
		}
		return out
	}
	out := benchListings(b)
	for i := range out {
		out[i] = screening.Listing{ID: out[i].ID, Title: out[i].Title}
	}
	return out
}

func benchListings(b *testing.B) []screening.Listing {
	b.Helper()
	d, err := loadDictionary("")
	if err != nil {
		b.Fatal(err)
	}
	c, err := catalogue.New(d, catalogue.Options{Listings: 100_000, Merchants: 1000, Seed: 1, On: today()})
	if err != nil {
		b.Fatal(err)
	}
	out := make([]screening.Listing, 0, 100_000)
	for _, l := range c.All(0) {
		out = append(out, l)
	}
	return out
}
