package screening_test

import (
	"strings"
	"testing"

	"zhunru/screening"
	"zhunru/screening/dictionary"
)

// TestSamples runs every sample of every class through the real engine. hit,
// review and pass samples must hold; known misses and known false alarms must
// still fail, so that one that was mended gets promoted.
func TestSamples(t *testing.T) {
	t.Parallel()
	e, d := builtIn(t), builtInDictionary(t)
	for i := range d.Classes {
		c := &d.Classes[i]
		t.Run(c.ID, func(t *testing.T) {
			t.Parallel()
			full := fullOutcome(c)
			for _, s := range c.Samples.Hit {
				if got := outcomeOf(e, c, s); got != full {
					t.Errorf("hit %q: %s, want %s", s, got, full)
				}
			}
			for _, s := range c.Samples.Review {
				if got := outcomeOf(e, c, s); got != screening.OutcomeReview {
					t.Errorf("review %q: %s", s, got)
				}
			}
			for _, s := range c.Samples.Pass {
				if got := outcomeOf(e, c, s); got != screening.OutcomePass {
					t.Errorf("pass %q: %s", s, got)
				}
			}
			for _, s := range c.Samples.KnownMiss {
				if got := outcomeOf(e, c, s); got == full {
					t.Errorf("known_miss %q is found now: promote it to hit", s)
				}
			}
			for _, s := range c.Samples.KnownFalseAlarm {
				if got := outcomeOf(e, c, s); got == screening.OutcomePass {
					t.Errorf("known_false_alarm %q passes now: promote it to pass", s)
				}
			}
		})
	}
}

func fullOutcome(c *dictionary.Class) screening.Outcome {
	switch c.Disposition {
	case dictionary.Prohibited:
		return screening.OutcomeProhibited
	case dictionary.NeedsCategory:
		return screening.OutcomeNeedsCategory
	case dictionary.Notice:
		return screening.OutcomeNotice
	}
	return screening.OutcomeReview
}

// outcomeOf returns the gravest finding of a class in a title, pass if there
// is none. What other classes make of the title is not this sample's business.
func outcomeOf(e *screening.Engine, c *dictionary.Class, title string) screening.Outcome {
	worst := screening.OutcomePass
	v := e.Screen(&screening.Listing{ID: "s", Title: title}, nil)
	for i := range v.Findings {
		if f := &v.Findings[i]; f.Class == c.ID && f.Outcome.AtLeast(worst) {
			worst = f.Outcome
		}
	}
	return worst
}

// TestDictionaryHasNoProblems lints the built-in dictionary.
func TestDictionaryHasNoProblems(t *testing.T) {
	t.Parallel()
	for _, p := range dictionary.Lint(builtInDictionary(t)) {
		t.Error(p)
	}
}

// TestDictionaryIsWide holds the breadth that the product promises, distinct
// after normalisation.
func TestDictionaryIsWide(t *testing.T) {
	t.Parallel()
	d := builtInDictionary(t)
	terms, exceptions, patterns := map[string]bool{}, map[string]bool{}, 0
	norm := sounds().norm
	for i := range d.Classes {
		c := &d.Classes[i]
		for _, list := range [][]string{c.Terms, c.Slang, c.Suspect, c.Weak} {
			for _, w := range list {
				terms[norm.String(w)] = true
			}
		}
		for _, w := range c.Exceptions {
			exceptions[norm.String(w)] = true
		}
		for w := range c.Reroute {
			exceptions[norm.String(w)] = true
		}
		patterns += len(c.Patterns)
	}
	t.Logf("%d classes, %d terms, %d patterns, %d exceptions and reroutes", len(d.Classes), len(terms), patterns, len(exceptions))
	for _, x := range []struct {
		what        string
		have, least int
	}{
		{"classes", len(d.Classes), 121}, {"terms", len(terms), 12_000},
		{"patterns", patterns, 200}, {"exceptions and reroutes", len(exceptions), 4_000},
	} {
		if x.have < x.least {
			t.Errorf("%d %s, want %d", x.have, x.what, x.least)
		}
	}
}

// TestFindingQuotesItsTerm holds that a span leads back to text that
// normalises to the term, on every hit sample.
func TestFindingQuotesItsTerm(t *testing.T) {
	t.Parallel()
	e, d, norm := builtIn(t), builtInDictionary(t), sounds().norm
	derived := []string{"repeat", "split_glyph", "pinyin", "homophone", "emoji"}
	for i := range d.Classes {
		for _, title := range d.Classes[i].Samples.Hit {
			v := e.Screen(&screening.Listing{ID: "q", Title: title}, nil)
			for _, f := range v.Findings {
				if got := title[f.Span.Byte[0]:f.Span.Byte[1]]; got != f.Quote {
					t.Fatalf("%q: span holds %q, quote is %q", title, got, f.Quote)
				}
				if f.Kind == screening.KindPattern || anyOf(f.Steps, derived) {
					continue
				}
				if got, want := norm.String(f.Quote), norm.String(f.Term); !strings.Contains(got, want) {
					t.Errorf("%q: quote %q is %q, not %q", title, f.Quote, got, want)
				}
			}
		}
	}
}

func anyOf(have, want []string) bool {
	for _, h := range have {
		for _, w := range want {
			if h == w {
				return true
			}
		}
	}
	return false
}
