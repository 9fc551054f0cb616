package screening_test

import (
	"encoding/json"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"zhunru/dictionaries"
	"zhunru/screening"
	"zhunru/screening/dictionary"
	"zhunru/screening/segment"
)

// edited returns the built-in dictionary with one random change to a class.
func edited(t *testing.T, r *rand.Rand) (*dictionary.Dictionary, string) {
	t.Helper()
	d, err := dictionary.Load(dictionaries.FS)
	if err != nil {
		t.Fatal(err)
	}
	k := &d.Classes[r.IntN(len(d.Classes))]
	what := ""
	drop := func(list *[]string, name string) {
		if n := len(*list); n > 0 {
			i := r.IntN(n)
			what = k.ID + ": without " + name + " " + (*list)[i]
			*list = slices.Delete(slices.Clone(*list), i, i+1)
		}
	}
	switch r.IntN(9) {
	case 0, 1:
		drop(&k.Terms, "term")
	case 2:
		drop(&k.Slang, "slang")
	case 3:
		drop(&k.Weak, "weak word")
	case 4:
		drop(&k.Exceptions, "exception")
	case 5:
		drop(&k.Cues.Up, "cue")
	case 6:
		if n := len(k.Patterns); n > 0 {
			i := r.IntN(n)
			what = k.ID + ": without pattern " + k.Patterns[i].ID
			k.Patterns = slices.Delete(slices.Clone(k.Patterns), i, i+1)
		}
	case 7:
		what, k.Name = k.ID+": renamed", k.Name+"（改）"
	case 8:
		x := &d.Contexts[r.IntN(len(d.Contexts))]
		drop(&x.Words, "context word")
	}
	d.Revision = "sha256:edited"
	return d, what
}

// sampleListings are the samples of all classes.
func sampleListings(t *testing.T) []screening.Listing {
	t.Helper()
	d := builtInDictionary(t)
	var out []screening.Listing
	for i := range d.Classes {
		s := &d.Classes[i].Samples
		for _, title := range slices.Concat(s.Hit, s.Review, s.Pass, s.KnownMiss, s.KnownFalseAlarm) {
			out = append(out, screening.Listing{ID: "p", Title: title})
		}
		for _, w := range d.Classes[i].CategoryWords {
			out = append(out, screening.Listing{ID: "p", Title: "爆款包邮", Category: "其他/" + w})
		}
	}
	return out
}

func TestWhatAProbeDoesNotTouchKeepsItsFindings(t *testing.T) {
	t.Parallel()
	from := builtInDictionary(t)
	listings := sampleListings(t)
	old := builtIn(t)
	r := rand.New(rand.NewPCG(7, 8))
	all := 0
	for range 8 {
		to, what := edited(t, r)
		if what == "" {
			continue
		}
		probe, err := screening.NewProbe(from, to)
		if err != nil {
			t.Fatal(err)
		}
		now, err := screening.NewEngine(to, segment.Lazy{})
		if err != nil {
			t.Fatal(err)
		}
		touched := 0
		var s screening.ProbeScan
		for i := range listings {
			if probe.Touches(&s, &listings[i]) {
				touched++
				continue
			}
			was, is := old.Screen(&listings[i], nil), now.Screen(&listings[i], nil)
			if !reflect.DeepEqual(was.Findings, is.Findings) || was.Outcome != is.Outcome {
				a, _ := json.Marshal(was.Findings)
				b, _ := json.Marshal(is.Findings)
				t.Errorf("%s: %q not touched, yet\n%s\n%s", what, listings[i].Title, a, b)
			}
		}
		if touched == len(listings) {
			t.Errorf("%s: touches everything", what)
		}
		all += touched
		t.Logf("%s: touches %d of %d", what, touched, len(listings))
	}
	if all == 0 {
		t.Error("no change touched anything: the test shows nothing")
	}
}

func TestAProbeOfEqualDictionariesTouchesNothing(t *testing.T) {
	t.Parallel()
	d := builtInDictionary(t)
	p, err := screening.NewProbe(d, d)
	if err != nil {
		t.Fatal(err)
	}
	if !p.Nothing() || p.Touches(&screening.ProbeScan{}, &screening.Listing{Title: "手枪"}) {
		t.Error("equal dictionaries touch something")
	}
}
