package report

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"strings"
	"testing"

	"zhunru/screening"
	"zhunru/screening/dictionary"
)

func standard(tb testing.TB, v *screening.Verdict) string {
	tb.Helper()
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		tb.Fatal(err)
	}
	return strings.TrimSuffix(b.String(), "\n")
}

func sameJSON(tb testing.TB, v *screening.Verdict) {
	tb.Helper()
	if got, want := string(AppendJSON(nil, v)), standard(tb, v); got != want {
		tb.Fatalf("got  %s\nwant %s", got, want)
	}
}

// oddStrings are strings that encoders get wrong.
var oddStrings = []string{
	"", "a", "催情香水", "\"\\/", "<b>&amp;</b>", "\b\f\n\r\t\x00\x1f\x7f", "\u2028\u2029", "\xff", "a\xc3", "\xe6\x88", "\xed\xa0\x80", "\ufffd", "😀\u200d", "\u0080",
}

func TestAppendJSONEqualsStandard(t *testing.T) {
	t.Parallel()
	for _, r := range []Row{disguised(), restricted(), passing()} {
		sameJSON(t, r.Verdict)
	}
	for _, s := range oddStrings {
		sameJSON(t, &screening.Verdict{ID: s, Findings: []screening.Finding{}, Suppressed: []screening.Suppressed{}})
	}
	for b := range 256 {
		sameJSON(t, &screening.Verdict{ID: "x" + string([]byte{byte(b)}) + "y"})
	}
	random := rand.New(rand.NewPCG(1, 2))
	for range 20_000 {
		sameJSON(t, randomVerdict(random))
	}
}

func FuzzAppendJSON(f *testing.F) {
	for _, s := range oddStrings {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		sameJSON(t, &screening.Verdict{ID: s, Findings: []screening.Finding{{Quote: s, Tokens: []string{s}}}})
	})
}

func randomString(r *rand.Rand) string {
	var s strings.Builder
	for range r.IntN(3) {
		s.WriteString(oddStrings[r.IntN(len(oddStrings))])
	}
	return s.String()
}

// list gives nil, an empty and longer slices.
func list[T any](r *rand.Rand, one func() T) []T {
	n := r.IntN(4)
	if n == 0 {
		return nil
	}
	out := []T{}
	for range n - 1 {
		out = append(out, one())
	}
	return out
}

func randomVerdict(r *rand.Rand) *screening.Verdict {
	text := func() string { return randomString(r) }
	texts := func() []string { return list(r, text) }
	pair := func() [2]int { return [2]int{r.IntN(1e6) - 10, r.IntN(1e6)} }
	return &screening.Verdict{
		ID: text(), Outcome: screening.Outcome(text()), Revision: text(),
		Findings: list(r, func() screening.Finding {
			f := screening.Finding{
				Class: text(), Name: text(), Outcome: screening.Outcome(text()), Kind: screening.Kind(text()), Term: text(), Field: text(),
				Span: screening.Span{Byte: pair(), Rune: pair(), UTF16: pair()}, Quote: text(), Steps: texts(), Boundary: text(), Tokens: texts(), Cue: text(),
				Citations: list(r, func() screening.Citation {
					return screening.Citation{Source: text(), Article: text(), Verified: r.IntN(2) == 0}
				}),
				Held: r.IntN(2) == 0, Notice: text(), Remedy: dictionary.Remedy{Code: text(), Merchant: text(), Operator: text()},
			}
			if r.IntN(2) == 0 {
				f.Missing = &screening.Missing{Category: text(), AnyOf: list(r, texts)}
			}
			return f
		}),
		Suppressed: list(r, func() screening.Suppressed {
			return screening.Suppressed{Class: text(), Term: text(), Field: text(), Because: text(), Detail: text()}
		}),
	}
}

func TestAppendJSONAllocatesNothing(t *testing.T) {
	buf := make([]byte, 0, 1<<14)
	for _, r := range []Row{passing(), disguised()} {
		if n := testing.AllocsPerRun(100, func() { buf = AppendJSON(buf[:0], r.Verdict) }); n > 0 {
			t.Errorf("%s: %.0f allocations", r.Verdict.Outcome, n)
		}
	}
}

func BenchmarkAppendJSON(b *testing.B) {
	buf := make([]byte, 0, 1<<14)
	for _, r := range []Row{passing(), disguised()} {
		b.Run(string(r.Verdict.Outcome), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				buf = AppendJSON(buf[:0], r.Verdict)
			}
		})
	}
}
