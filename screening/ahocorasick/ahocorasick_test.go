package ahocorasick_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"zhunru/screening/ahocorasick"
)

func build(tb testing.TB, patterns ...string) *ahocorasick.Automaton {
	tb.Helper()
	runes := make([][]rune, len(patterns))
	for i, p := range patterns {
		runes[i] = []rune(p)
	}
	a, err := ahocorasick.Build(runes)
	if err != nil {
		tb.Fatal(err)
	}
	return a
}

func TestAppend(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		rule     string
		patterns string
		text     string
		want     []ahocorasick.Match
	}{
		{"no match", "手枪 大麻", "手电钻", nil},
		{"whole text", "手枪", "手枪", []ahocorasick.Match{{0, 0, 2}}},
		{"longest first at one end", "枪钻 手枪钻 钻", "手枪钻", []ahocorasick.Match{{1, 0, 3}, {0, 1, 3}, {2, 2, 3}}},
		{"overlapping", "手枪 枪钻", "手枪钻", []ahocorasick.Match{{0, 0, 2}, {1, 1, 3}}},
		{"inside a longer one", "大麻 大麻哈鱼", "大麻哈鱼子酱", []ahocorasick.Match{{0, 0, 2}, {1, 0, 4}}},
		{"failure into another branch", "abcd bcx", "abcx", []ahocorasick.Match{{1, 1, 4}}},
		{"equal patterns both", "枪 枪", "枪", []ahocorasick.Match{{0, 0, 1}, {1, 0, 1}}},
		{"self overlap", "aa", "aaaa", []ahocorasick.Match{{0, 0, 2}, {0, 1, 3}, {0, 2, 4}}},
		{"beyond the basic plane", "𠮷野", "在𠮷野家", []ahocorasick.Match{{0, 1, 3}}},
		{"unknown character resets", "手枪", "手x枪手枪", []ahocorasick.Match{{0, 3, 5}}},
	} {
		t.Run(tt.rule, func(t *testing.T) {
			t.Parallel()
			a := build(t, strings.Fields(tt.patterns)...)
			got := a.Append(nil, []rune(tt.text))
			if d := cmp.Diff(tt.want, got); d != "" {
				t.Error(d)
			}
			if d := cmp.Diff(tt.want, slices.Collect(a.All(tt.text))); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestEmptyPatternIsRefused(t *testing.T) {
	t.Parallel()
	if _, err := ahocorasick.Build([][]rune{[]rune("枪"), nil}); err == nil {
		t.Error("no error")
	}
}

// oracle finds matches the slow way, in the documented order.
func oracle(patterns [][]rune, text []rune) []ahocorasick.Match {
	var all []ahocorasick.Match
	for i, p := range patterns {
		for s := 0; s+len(p) <= len(text); s++ {
			if slices.Equal(p, text[s:s+len(p)]) {
				all = append(all, ahocorasick.Match{Pattern: i, Start: s, End: s + len(p)})
			}
		}
	}
	slices.SortStableFunc(all, func(x, y ahocorasick.Match) int {
		if x.End != y.End {
			return x.End - y.End
		}
		if x.Start != y.Start {
			return x.Start - y.Start
		}
		return x.Pattern - y.Pattern
	})
	return all
}

func FuzzAutomatonEqualsOracle(f *testing.F) {
	f.Add("手枪,枪,大麻", "手枪大麻手")
	f.Add("aa,a,aaa", "aaaaaa")
	f.Add("abab,ba,b", "abababab")
	f.Fuzz(func(t *testing.T, list, text string) {
		var patterns [][]rune
		for p := range strings.SplitSeq(list, ",") {
			if p != "" {
				patterns = append(patterns, []rune(p))
			}
		}
		if len(patterns) > 200 || len(text) > 2000 {
			return
		}
		a, err := ahocorasick.Build(patterns)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(oracle(patterns, []rune(text)), a.Append(nil, []rune(text))); d != "" {
			t.Fatalf("%q in %q: %s", list, text, d)
		}
	})
}

// words makes n distinct pseudo-words over an alphabet of the size of a real
// dictionary's.
func words(n int) [][]rune {
	rng := rand.New(rand.NewPCG(1, 2))
	out := make([][]rune, n)
	for i := range out {
		w := make([]rune, 2+rng.IntN(5))
		for j := range w {
			w[j] = rune(0x4E00 + int(rng.ExpFloat64()*500))
		}
		out[i] = w
	}
	return out
}

func TestRandomDictionaryEqualsOracle(t *testing.T) {
	t.Parallel()
	patterns := words(3000)
	a, err := ahocorasick.Build(patterns)
	if err != nil {
		t.Fatal(err)
	}
	var text []rune
	for i := range 300 {
		text = append(text, patterns[i*7]...)
	}
	if d := cmp.Diff(oracle(patterns, text), a.Append(nil, text)); d != "" {
		t.Error(d)
	}
}

func BenchmarkBuild(b *testing.B) {
	for _, n := range []int{1_000, 20_000, 100_000} {
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			patterns := words(n)
			b.ReportAllocs()
			for b.Loop() {
				if _, err := ahocorasick.Build(patterns); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkAppend(b *testing.B) {
	patterns := words(20_000)
	a, err := ahocorasick.Build(patterns)
	if err != nil {
		b.Fatal(err)
	}
	var text []rune
	for i := range 10 {
		text = append(text, patterns[i*31][1:]...)
	}
	var dst []ahocorasick.Match
	b.SetBytes(int64(len(string(text))))
	b.ReportAllocs()
	for b.Loop() {
		dst = a.Append(dst[:0], text)
	}
}

func ExampleAutomaton_All() {
	a, _ := ahocorasick.Build([][]rune{[]rune("手枪"), []rune("手枪钻")})
	for m := range a.All("家用手枪钻") {
		fmt.Println(m.Pattern, m.Start, m.End)
	}
	// Output:
	// 0 2 4
	// 1 2 5
}
