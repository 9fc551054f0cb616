package qualification

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"zhunru/screening/textnorm"
)

func plainNormalizer(tb testing.TB) *textnorm.Normalizer {
	tb.Helper()
	n, err := textnorm.New(textnorm.Tables{})
	if err != nil {
		tb.Fatal(err)
	}
	return n
}

func TestSentencesEnd(t *testing.T) {
	t.Parallel()
	n := plainNormalizer(t)
	for _, tt := range []struct {
		rule, text string
		want       []string
	}{
		{"at a full stop", "甲。乙", []string{"甲", "乙"}},
		{"at marks of either width", "甲；乙;丙！丁!戊？己?庚", []string{"甲", "乙", "丙", "丁", "戊", "己", "庚"}},
		{"at an empty line", "甲\n \n乙", []string{"甲", "乙"}},
		{"at a paragraph separator", "甲\u2029乙", []string{"甲", "乙"}},
		{"not at one line break", "甲\n乙\r\n丙\r丁", []string{"甲乙丙丁"}},
		{"not at spaces, commas or a half-width point", "甲   乙，丙.丁", []string{"甲乙丙丁"}},
		{"not at a byte that is no text", "甲\xff乙", []string{"甲乙"}},
		{"and there is none without text", "。\n", []string{}},
	} {
		t.Run(tt.rule, func(t *testing.T) {
			t.Parallel()
			var r reading
			r.read(n, tt.text)
			list := r.sentences(nil)
			got := make([]string, 0, len(list))
			for _, x := range list {
				got = append(got, string(r.Runes[x.from:x.to]))
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("%q (-want +got):\n%s", tt.text, diff)
			}
		})
	}
}

func TestQuoteIsWhatItsSpanCovers(t *testing.T) {
	t.Parallel()
	n := plainNormalizer(t)
	text := "前\xff言。" + strings.Repeat("某Ĳ ", 100) + "要点" + strings.Repeat("，后", 100)
	var r reading
	r.read(n, text)
	for keep := range r.Runes {
		quote, span := r.quote(0, len(r.Runes), keep)
		if text[span.Byte[0]:span.Byte[1]] != quote || utf8.RuneCountInString(text[:span.Byte[0]]) != span.Rune[0] || utf8.RuneCountInString(text[:span.Byte[1]]) != span.Rune[1] {
			t.Fatalf("keep %d: span %+v does not cover %q", keep, *span, quote)
		}
		if k := int(r.Start[keep]); utf8.RuneCountInString(quote) > maxQuote || k < span.Byte[0] || k >= span.Byte[1] {
			t.Fatalf("keep %d: quote %q at %+v is too long or leaves it out", keep, quote, *span)
		}
	}
}

func TestLongerWordsComeFirst(t *testing.T) {
	t.Parallel()
	s := newWordScanner(plainNormalizer(t), []string{"不", "不需要", "不需", ""})
	var ids []int
	text := []rune("不需取得")
	for _, w := range s.from(text) {
		if w.starts(text) {
			ids = append(ids, w.id)
		}
	}
	if diff := cmp.Diff([]int{2, 0}, ids); diff != "" {
		t.Errorf("words at the start (-want +got):\n%s", diff)
	}
	if got := s.from([]rune("\U0001F600")); got != nil {
		t.Errorf("words beyond the basic plane: %v", got)
	}
}
