package store

import (
	"crypto/sha256"
	"encoding/json"
	"math/rand"
	"reflect"
	"testing"
	"testing/quick"

	"zhunru/screening"
)

// marshal is encoding/json, which the functions under test must equal: the
// hashes of kept verdicts were made of it.
func marshal(t *testing.T, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// madeUp returns values whose fields are all filled at random, those that are
// added to a type some day too.
func madeUp[T any](t *testing.T, n int) []T {
	t.Helper()
	random := rand.New(rand.NewSource(1))
	out := make([]T, n)
	for i := range out {
		v, ok := quick.Value(reflect.TypeFor[T](), random)
		if !ok {
			t.Fatal("no value of ", reflect.TypeFor[T]())
		}
		out[i] = v.Interface().(T)
	}
	return out
}

func TestFindingsAreEncodedAsBefore(t *testing.T) {
	t.Parallel()
	plain := screening.Finding{Class: "C", Field: "title", Steps: []string{}, Citations: []screening.Citation{}}
	for _, f := range append(madeUp[screening.Finding](t, 300), plain, screening.Finding{}) {
		if got, want := string(appendFinding(nil, &f)), marshal(t, f); got != want {
			t.Fatalf("finding\n%s\nwant\n%s", got, want)
		}
		rule := ruleBody{f.Class, f.Name, f.Citations, f.Missing, f.Notice, f.Remedy}
		if got, want := string(appendRule(nil, &f)), marshal(t, rule); got != want {
			t.Fatalf("shared part\n%s\nwant\n%s", got, want)
		}
		own := findingBody{
			Term: f.Term, Field: f.Field, Span: f.Span, Quote: f.Quote, Steps: f.Steps, NoSteps: f.Steps == nil,
			Boundary: f.Boundary, Tokens: f.Tokens, Cue: f.Cue, Held: f.Held,
		}
		if got, want := string(appendOwn(nil, &f)), marshal(t, own); got != want {
			t.Fatalf("own part\n%s\nwant\n%s", got, want)
		}
		joined, err := joinFinding(string(f.Outcome), string(f.Kind), appendRule(nil, &f), appendOwn(nil, &f))
		if err != nil || marshal(t, joined) != marshal(t, f) {
			t.Fatalf("%+v comes back as %+v, %v", f, joined, err)
		}
	}
}

func TestVerdictHashIsThatOfEncodingJSON(t *testing.T) {
	t.Parallel()
	verdicts := append(madeUp[screening.Verdict](t, 30), screening.Verdict{Outcome: screening.OutcomePass, Findings: []screening.Finding{}})
	for _, v := range verdicts {
		want := sha256.Sum256([]byte(verdictV1 + marshal(t, struct {
			Outcome    screening.Outcome      `json:"outcome"`
			Findings   []screening.Finding    `json:"findings"`
			Suppressed []screening.Suppressed `json:"suppressed,omitempty"`
		}{v.Outcome, v.Findings, v.Suppressed})))
		if got, err := VerdictHash(&v); err != nil || got != want {
			t.Fatalf("hash of %+v: %x, %v", v, got, err)
		}
	}
}

func TestAttributesAreEncodedAsBefore(t *testing.T) {
	t.Parallel()
	for _, m := range append(madeUp[map[string]string](t, 100), map[string]string{"规格": "<1>", "材质": "a&b", "颜色": "\"\\"}) {
		want := any(nil)
		if len(m) > 0 {
			want = marshal(t, m)
		}
		if got := encodeAttributes(m); got != want {
			t.Fatalf("%v, want %v", got, want)
		}
	}
}

func FuzzQuoted(f *testing.F) {
	for _, s := range []string{"", "商品<b>&\"\\\b\f\n\r\t\x00\x1f\x7f", "\u2028\u2029\ufffd", "a\xff\xe2\x80", "\xed\xa0\x80"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if got, want := string(appendQuoted(nil, s)), marshal(t, s); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	})
}
