package screening_test

import (
	"strings"
	"testing"

	"zhunru/dictionaries"
	"zhunru/screening"
	"zhunru/screening/dictionary"
	"zhunru/screening/segment"
)

// benchTitles are the pass and hit samples of all classes: about as long as
// real titles and full of look-alikes, so a harder diet than a real catalogue.
func benchTitles(b *testing.B) []string {
	b.Helper()
	d := builtInDictionary(b)
	var titles []string
	for i := range d.Classes {
		titles = append(titles, d.Classes[i].Samples.Pass...)
		titles = append(titles, d.Classes[i].Samples.Hit[:1]...)
	}
	return titles
}

func BenchmarkScreen(b *testing.B) {
	e := builtIn(b)
	titles := benchTitles(b)
	clean := "新款大容量保温杯男女学生便携水杯304不锈钢创意杯子定制"
	description := strings.Repeat("本品采用优质材料精工制作，做工细致，尺寸齐全，支持七天无理由退换，欢迎选购。", 50)
	e.Screen(&screening.Listing{Title: "手枪"}, nil) // load gse
	for _, bb := range []struct {
		name     string
		listings []screening.Listing
	}{
		{"clean title", []screening.Listing{{ID: "b", Title: clean}}},
		{"samples", listings(titles)},
		{"description", []screening.Listing{{ID: "b", Title: clean, Description: description}}},
	} {
		b.Run(bb.name, func(b *testing.B) {
			size := 0
			for _, l := range bb.listings {
				size += len(l.Title) + len(l.Description)
			}
			b.SetBytes(int64(size / len(bb.listings)))
			b.ReportAllocs()
			i := 0
			for b.Loop() {
				e.Screen(&bb.listings[i%len(bb.listings)], nil)
				i++
			}
		})
	}
}

func listings(titles []string) []screening.Listing {
	out := make([]screening.Listing, len(titles))
	for i, t := range titles {
		out[i] = screening.Listing{ID: "b", Title: t}
	}
	return out
}

func BenchmarkNewEngine(b *testing.B) {
	d := builtInDictionary(b)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := screening.NewEngine(d, segment.Lazy{}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkLoadDictionary(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := dictionary.Load(dictionaries.FS); err != nil {
			b.Fatal(err)
		}
	}
}
