package segment_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"

	"github.com/go-ego/gse"

	"zhunru/screening/segment"
)

func shared(tb testing.TB) *segment.Segmenter {
	tb.Helper()
	s, err := segment.Shared()
	if err != nil {
		tb.Fatal(err)
	}
	return s
}

var reference = sync.OnceValue(func() *gse.Segmenter {
	g := &gse.Segmenter{SkipLog: true, NotLoadHMM: true}
	if err := g.LoadDictEmbed("zh_s"); err != nil {
		panic(err)
	}
	return g
})

func cut(s *segment.Segmenter, text string) string {
	tokens := s.Words(nil, []byte(text))
	words := make([]string, 0, len(tokens))
	for _, t := range tokens {
		words = append(words, text[t.Start:t.End])
	}
	return strings.Join(words, "|")
}

func TestWordsOfKnownTraps(t *testing.T) {
	t.Parallel()
	s := shared(t)
	for text, want := range map[string]string{
		"k粉色连衣裙":            "k|粉色|连衣裙",
		"加大麻袋":              "加大|麻袋",
		"手枪钻":               "手枪|钻",
		"":                  "",
		"iphone15promax手机壳": "iphone15promax|手机|壳",
	} {
		if got := cut(s, text); got != want {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
	}
}

// TestEqualsGSE is the licence for walking our own trie: on generated text of
// dictionary words, single characters and Latin runs the cut is gse's own.
func TestEqualsGSE(t *testing.T) {
	t.Parallel()
	s, g := shared(t), reference()
	rng := rand.New(rand.NewPCG(7, 7))
	for range 20_000 {
		var b strings.Builder
		for range 1 + rng.IntN(12) {
			switch rng.IntN(6) {
			case 0:
				b.WriteRune(rune(0x4E00 + rng.IntN(0x5000)))
			case 1:
				b.WriteString([]string{"usb", " ", "3d", "t", "-", "é", "😀", "，", "5g", "а"}[rng.IntN(10)])
			default:
				b.WriteString(g.Dict.Tokens[rng.IntN(len(g.Dict.Tokens))].Text())
			}
		}
		same(t, s, g, b.String())
	}
}

func FuzzEqualsGSE(f *testing.F) {
	s, g := shared(f), reference()
	f.Add("大麻哈鱼子酱 usb接口\xff")
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) < 4096 {
			same(t, s, g, strings.ToLower(text))
		}
	})
}

func same(t *testing.T, s *segment.Segmenter, g *gse.Segmenter, text string) {
	t.Helper()
	got := s.Words(nil, []byte(text))
	want := g.Segment([]byte(text))
	if len(got) != len(want) {
		t.Fatalf("%q: %d words, gse has %d", text, len(got), len(want))
	}
	for i := range got {
		if got[i].Start != want[i].Start() || got[i].End != want[i].End() {
			t.Fatalf("%q: word %d is %d..%d, gse has %d..%d", text, i, got[i].Start, got[i].End, want[i].Start(), want[i].End())
		}
	}
}

func BenchmarkWords(b *testing.B) {
	text := []byte("新款大容量保温杯男女学生便携水杯304不锈钢创意杯子定制礼品")
	b.Run("ours", func(b *testing.B) {
		s := shared(b)
		var dst []segment.Token
		b.SetBytes(int64(len(text)))
		b.ReportAllocs()
		for b.Loop() {
			dst = s.Words(dst[:0], text)
		}
	})
	b.Run("gse", func(b *testing.B) {
		g := reference()
		b.SetBytes(int64(len(text)))
		b.ReportAllocs()
		for b.Loop() {
			g.Segment(text)
		}
	})
}

func BenchmarkNew(b *testing.B) {
	for b.Loop() {
		if _, err := segment.New(); err != nil {
			b.Fatal(err)
		}
	}
}

func ExampleSegmenter_Words() {
	s, err := segment.Shared()
	if err != nil {
		fmt.Println(err)
		return
	}
	text := "野生大麻哈鱼"
	for _, t := range s.Words(nil, []byte(text)) {
		fmt.Println(text[t.Start:t.End])
	}
	// Output:
	// 野生
	// 大麻哈鱼
}
