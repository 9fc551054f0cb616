package screening

import (
	"cmp"
	"slices"
	"unicode/utf8"

	"zhunru/screening/dictionary"
	"zhunru/screening/textnorm"
)

// emit turns what is left of the candidates into findings.
func (s *scan) emit(t *textnorm.Text) {
	for i := range s.cands {
		c := &s.cands[i]
		if s.counts(c) {
			s.add(t, c, t.StepsIn(c.start, c.end))
		}
	}
}

// counts reports whether a candidate matters in the field it stands in. What
// may be sold is named by the title; a description, brand or attribute that
// mentions it (口感像牛奶) is no reason to stop a listing, unless the title
// names nothing else, and then a person looks.
func (s *scan) counts(c *candidate) bool {
	if s.title || !s.e.classes[c.class].Restricted() {
		return true
	}
	for i := range s.findings {
		if f := &s.findings[i]; f.Field == "title" && f.Class == s.e.classes[c.class].ID {
			return true
		}
	}
	if s.field != "description" || s.titleHeads > 0 || !s.strong(c) {
		s.suppress(c, "field", s.field)
		return false
	}
	c.review = true
	return true
}

// add appends the finding of a candidate unless the same term of the field is
// there already.
func (s *scan) add(t *textnorm.Text, c *candidate, steps textnorm.Steps) {
	k := &s.e.classes[c.class]
	term := s.nameOf(c)
	outcome := findingOutcome(k.Disposition, !c.review, false)
	for i := range s.findings {
		f := &s.findings[i]
		if f.Class == k.ID && f.Term == term && f.Field == s.field && f.Outcome.AtLeast(outcome) {
			return
		}
	}
	start, end := t.Span(c.start, c.end)
	f := Finding{
		Class: k.ID, Name: k.Name, Outcome: outcome, Kind: kindOf(c), Term: term, Field: s.field,
		Span: spanOf(t.Source, start, end), Quote: t.Source[start:end], Steps: steps.Names(),
		Boundary: boundaryNames[c.boundary], Citations: k.citations, Remedy: k.remedy,
	}
	if c.boundary != unknownBoundary {
		f.Tokens = s.tokens(c)
	}
	if c.cue >= 0 {
		f.Cue = s.e.texts[c.cue]
	}
	switch k.Disposition {
	case dictionary.NeedsCategory:
		f.Missing = k.missing
	case dictionary.Notice:
		f.Notice = k.Notice
	}
	s.findings = append(s.findings, f)
}

func kindOf(c *candidate) Kind {
	switch c.kind {
	case kSlang:
		return KindSlang
	case kSuspect:
		return KindSuspect
	case kWeak:
		return KindWeak
	case kPrefilter:
		return KindPattern
	}
	return KindTerm
}

// tokens lists the words a match touches.
func (s *scan) tokens(c *candidate) []string {
	first, last := s.wordAt[c.start], s.wordAt[c.end-1]
	base := s.words[first].Start
	text := string(s.folded.Bytes[base:s.words[last].End])
	out := make([]string, 0, last-first+1)
	for w := first; w <= last; w++ {
		if r := s.runesOf[w]; r.from < r.to {
			out = append(out, text[s.words[w].Start-base:s.words[w].End-base])
		}
	}
	return out
}

// spanOf counts a byte range of source in bytes, runes and UTF-16 units. A
// byte that is not UTF-8 counts as one of each.
func spanOf(source string, start, end int) Span {
	r0, u0 := count(source[:start])
	r1, u1 := count(source[start:end])
	return Span{Byte: [2]int{start, end}, Rune: [2]int{r0, r0 + r1}, UTF16: [2]int{u0, u0 + u1}}
}

func count(s string) (runes, utf16 int) {
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		i += size
		runes++
		utf16++
		if r > 0xFFFF {
			utf16++
		}
	}
	return runes, utf16
}

// fieldOrder ranks fields in verdicts; attributes come last, by name.
func fieldOrder(field string) int {
	switch field {
	case "title":
		return 0
	case "description":
		return 1
	case "brand":
		return 2
	case "category":
		return 3
	}
	return 4
}

func sortFindings(findings []Finding) {
	slices.SortStableFunc(findings, func(a, b Finding) int {
		return cmp.Or(
			cmp.Compare(fieldOrder(a.Field), fieldOrder(b.Field)), cmp.Compare(a.Field, b.Field),
			cmp.Compare(a.Span.Byte[0], b.Span.Byte[0]), cmp.Compare(a.Span.Byte[1], b.Span.Byte[1]),
			cmp.Compare(a.Class, b.Class), cmp.Compare(a.Term, b.Term),
		)
	})
}
