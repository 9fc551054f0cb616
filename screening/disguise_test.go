package screening_test

import (
	"fmt"
	"strings"
	"testing"
	"unicode"

	"zhunru/screening"
	"zhunru/screening/dictionary"
)

// A disguise is a way sellers hide a word. ok is false where it does not apply.
type disguise struct {
	name  string
	least float64 // share of terms that must still have a good outcome
	apply func(term string) (hidden string, ok bool)
}

func between(sep ...string) func(string) (string, bool) {
	return func(term string) (string, bool) {
		runes := []rune(term)
		if len(runes) < 2 {
			return "", false
		}
		var b strings.Builder
		for i, r := range runes {
			if i > 0 {
				b.WriteString(sep[i%len(sep)])
			}
			b.WriteRune(r)
		}
		return b.String(), true
	}
}

func mapRunes(f func(rune) rune, want func(rune) bool) func(string) (string, bool) {
	return func(term string) (string, bool) {
		if !strings.ContainsFunc(term, want) {
			return "", false
		}
		return strings.Map(f, term), true
	}
}

func latin(r rune) bool { return r < 0x80 && unicode.IsLetter(r) }

var tableDriven = []disguise{
	{"spaces", 0.98, between(" ")},
	{"asterisks", 0.98, between("*")},
	{"mixed punctuation", 0.98, between("·", "、", "|", ".", "-", "_", "~")},
	{"brackets", 0.98, func(term string) (string, bool) {
		var b strings.Builder
		for _, r := range term {
			b.WriteString("【" + string(r) + "】")
		}
		return b.String(), true
	}},
	{"emoji", 0.98, between("😊", "🌸", "👍🏻")},
	{"zero width", 0.98, between("\u200b", "\u200d", "\ufeff")},
	{"newline", 0.98, between("\n", "\r\n")},
	{"combining mark", 0.98, between("\u0335", "\u0301")},
	{"traditional", 0.98, mapRunes(traditional, func(r rune) bool { return traditional(r) != r })},
	{"upper case", 0.98, mapRunes(unicode.ToUpper, latin)},
	{"full width", 0.98, mapRunes(func(r rune) rune {
		if r > ' ' && r < 0x7F {
			return r - '!' + '！'
		}
		return r
	}, func(r rune) bool { return r < 0x80 })},
	{"circled", 0.98, mapRunes(func(r rune) rune {
		if l := unicode.ToLower(r); latin(r) {
			return 'ⓐ' + l - 'a'
		}
		return r
	}, latin)},
	{"mathematical", 0.98, mapRunes(func(r rune) rune {
		if l := unicode.ToLower(r); latin(r) {
			return '𝐚' + l - 'a'
		}
		return r
	}, latin)},
	{"repeated", 0.95, func(term string) (string, bool) {
		if !allHan(term) {
			return "", false
		}
		var b strings.Builder
		for _, r := range term {
			b.WriteString(string(r) + string(r))
		}
		return b.String(), true
	}},
}

func allHan(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return !unicode.Is(unicode.Han, r) })
}

// TestDisguisedTermsStayProhibited hides every term of every prohibited class
// in every table-driven way and counts what the engine still prohibits, of
// the terms that it prohibits undisguised in the same frame.
func TestDisguisedTermsStayProhibited(t *testing.T) {
	t.Parallel()
	e := builtIn(t)
	for _, d := range tableDriven {
		t.Run(d.name, func(t *testing.T) {
			t.Parallel()
			d.measure(t, e, func(o screening.Outcome) bool { return o == screening.OutcomeProhibited })
		})
	}
}

// measure hides every prohibited term that the engine prohibits undisguised
// and asks that at least the share d.least of them still has a good outcome.
func (d disguise) measure(t *testing.T, e *screening.Engine, good func(screening.Outcome) bool) {
	t.Helper()
	all, held := 0, 0
	var missed []string
	forProhibitedTerms(t, func(c *dictionary.Class, term string) {
		hidden, ok := d.apply(term)
		if !ok || outcome(e, frame(term)) != screening.OutcomeProhibited {
			return
		}
		all++
		if good(outcome(e, frame(hidden))) {
			held++
		} else if len(missed) < 15 {
			missed = append(missed, fmt.Sprintf("%s %q", c.ID, hidden))
		}
	})
	if all == 0 {
		t.Fatal("no term can be hidden so: the test tests nothing")
	}
	share := float64(held) / float64(all)
	t.Logf("%d of %d (%.3f); missed %s", held, all, share, strings.Join(missed, ", "))
	if share < d.least {
		t.Errorf("%.3f, want %.2f", share, d.least)
	}
}

func frame(term string) string { return "正品" + term + "，包邮" }

func outcome(e *screening.Engine, title string) screening.Outcome {
	v := e.Screen(&screening.Listing{ID: "t", Title: title}, nil)
	return v.Outcome
}

func forProhibitedTerms(t *testing.T, f func(c *dictionary.Class, term string)) {
	t.Helper()
	d := builtInDictionary(t)
	for i := range d.Classes {
		c := &d.Classes[i]
		if c.Disposition != dictionary.Prohibited {
			continue
		}
		for _, term := range c.Terms {
			f(c, term)
		}
	}
}
