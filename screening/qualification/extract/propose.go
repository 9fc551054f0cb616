package extract

import (
	"cmp"
	"slices"

	"zhunru/screening/qualification"
)

// A Field is a field of qualification.Document by its JSON name.
type Field string

// The fields that are looked for.
const (
	Type       Field = "type"
	Number     Field = "number"
	Holder     Field = "holder"
	USCC       Field = "uscc"
	Scope      Field = "scope"
	Issuer     Field = "issuer"
	IssuedOn   Field = "issued_on"
	ValidUntil Field = "valid_until"
)

// A Proposal is what a field may hold, to be confirmed by a person who sees
// Line. Nothing may be judged on it before that.
type Proposal struct {
	Field Field  `json:"field"`
	Value string `json:"value"` // as written, without spaces of the layout; a unified code in half width
	Page  int    `json:"page"`
	Line  string `json:"line"` // the line the value begins on, at most 200 characters
	// Confidence is how sure the label, the layout and the shape of the value
	// make us, times the confidence of the page's text: 0 to 1. It orders
	// proposals; it is not a probability.
	Confidence float64            `json:"confidence"`
	Span       qualification.Span `json:"span"` // of the value in the page's text, line breaks included
}

const (
	maxProposals = 500
	maxLine      = 200
	maxValue     = 2000 // characters
)

// What the layout takes from the certainty of a label.
const (
	factorNoColon = 0.9
	factorTight   = 0.7
	factorNear    = 0.8
	factorBelow   = 0.85
	factorGuess   = 0.5 // no label: known by shape or place
	factorOdd     = 0.4 // the value does not look like one of its field
)

// Propose returns what the fields of a document may hold, in the order of the
// text; several proposals may name one field. A text without labels or known
// shapes yields none. It takes time linear in the text, and returns at most
// 500 proposals.
func Propose(d Document) []Proposal {
	ix := newIndex(labels())
	var out []Proposal
	for i, p := range d.Pages {
		f := finder{page: p, lines: linesOf(p.Text), first: i == 0}
		f.labelled(ix)
		f.titled()
		f.unlabelled()
		out = append(out, f.sorted()...)
		if len(out) >= maxProposals {
			return out[:maxProposals]
		}
	}
	return out
}

// A finder gathers the proposals of one page.
type finder struct {
	page  Page
	lines []line
	first bool
	hits  [][]hit // of each line
	found []Proposal
}

// add proposes the glyphs gs, which begin on line i.
func (f *finder) add(field Field, value string, i int, gs []glyph, sure float64) {
	if len(gs) == 0 || value == "" || len(f.found) > maxProposals {
		return
	}
	last := gs[len(gs)-1]
	f.found = append(f.found, Proposal{
		Field: field, Value: value, Page: f.page.Number, Line: head(f.lines[i].text, maxLine),
		Confidence: sure * f.page.Confidence,
		Span: qualification.Span{
			Byte: [2]int{int(gs[0].at), int(last.at) + int(last.size)},
			Rune: [2]int{int(gs[0].rune), int(last.rune) + 1},
		},
	})
}

// has tells whether a label gave the field.
func (f *finder) has(field Field) bool {
	return slices.ContainsFunc(f.found, func(p Proposal) bool { return p.Field == field })
}

// sorted returns the proposals in the order of the text; of equal ones, the
// surest.
func (f *finder) sorted() []Proposal {
	slices.SortStableFunc(f.found, func(a, b Proposal) int {
		return cmp.Or(a.Span.Byte[0]-b.Span.Byte[0], cmp.Compare(a.Field, b.Field), cmp.Compare(b.Confidence, a.Confidence))
	})
	type key struct {
		field Field
		at    int
	}
	seen := map[key]bool{}
	return slices.DeleteFunc(f.found, func(p Proposal) bool {
		k := key{p.Field, p.Span.Byte[0]}
		again := seen[k]
		seen[k] = true
		return again
	})
}

func head(s string, runes int) string {
	for i := range s {
		if runes == 0 {
			return s[:i]
		}
		runes--
	}
	return s
}
