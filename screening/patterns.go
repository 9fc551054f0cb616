package screening

import (
	"bytes"
	"slices"

	"zhunru/screening/dictionary"
	"zhunru/screening/textnorm"
)

// patternReach is how many runes on either side of a prefilter word a pattern
// sees. It bounds the cost of a pattern in long text.
const patternReach = 40

// matchPatterns tries the patterns whose prefilter words occur and adds what
// they find to the candidates. Patterns of classes that stand on words already
// wait for matchLate.
func (s *scan) matchPatterns(t *textnorm.Text) {
	s.late = s.late[:0]
	if len(s.tries) > 0 {
		s.leads.read(s.folded.Bytes)
	}
	for i := range s.tries {
		if q := &s.tries[i]; s.settled(q.class) {
			s.late = append(s.late, i)
		} else if !s.seen(i) {
			s.try(t, q)
		}
	}
}

// matchLate tries the patterns that waited, for the classes whose words turned
// out to only describe. It reports whether it found anything.
func (s *scan) matchLate(t *textnorm.Text) bool {
	before := len(s.cands)
	for _, i := range s.late {
		q := &s.tries[i]
		if !slices.ContainsFunc(s.cands, func(c candidate) bool { return c.class == q.class }) {
			s.try(t, q)
		}
	}
	return len(s.cands) > before
}

// try runs a pattern near one of its prefilter words.
func (s *scan) try(t *textnorm.Text, q *place) {
	pre := &s.e.prefilters[q.ref]
	p := &s.e.patterns[pre.pattern]
	from, to := s.window(q)
	text := s.folded.Bytes[from:to]
	if pre.literal != nil && !bytes.Contains(text, pre.literal) || !holds(text, &s.leads, p.needs) {
		return
	}
	start, end := p.re.Find(&s.states, text)
	if start == end { // nothing, or nothing at all of the text
		return
	}
	if start, end = s.folded.Runes(from+start, from+end); start >= end {
		return
	}
	c := candidate{class: q.class, kind: kPrefilter, phrase: -1, ref: pre.pattern, start: start, end: end, cue: -1, review: p.review}
	word := candidate{class: q.class, kind: kPrefilter, phrase: -1, ref: pre.pattern, start: q.start, end: q.end}
	// An exception may cover what was found, or the word that set the pattern
	// off: 胶囊咖啡机 is no capsule.
	if !s.voided(t, &c) && !s.voided(t, &word) && !s.elsewhere(&c) {
		s.cands = append(s.cands, c)
	}
}

// settled reports whether the class stands on words already, so that a pattern
// could add nothing to the outcome: one for prohibited goods and for a mere
// notice, two for goods that may yet be dropped for what the title sells.
func (s *scan) settled(class int16) bool {
	need := 1
	if s.e.classes[class].Disposition == dictionary.NeedsCategory {
		need = 2
	}
	last := int32(-1)
	for i := range s.cands {
		if c := &s.cands[i]; c.class == class && c.kind <= kSuspect && !c.review && c.phrase != last {
			if need--; need == 0 {
				return true
			}
			last = c.phrase
		}
	}
	return false
}

// seen reports whether an earlier try of the same pattern looked at nearly the
// same stretch of text. A word with punctuation of its own does not vouch for
// the others.
func (s *scan) seen(i int) bool {
	q := &s.tries[i]
	pattern := s.e.prefilters[q.ref].pattern
	for j := i - 1; j >= 0 && s.tries[j].end > q.end-patternReach/2; j-- {
		if o := &s.e.prefilters[s.tries[j].ref]; o.pattern == pattern && o.literal == nil {
			return true
		}
	}
	return false
}

// window returns the bytes of the folded text that the pattern sees.
func (s *scan) window(q *place) (from, to int) {
	n := len(s.folded.At) - 1
	from = int(s.folded.At[max(0, q.start-patternReach)])
	if q.end+patternReach >= n {
		return from, len(s.folded.Bytes)
	}
	return from, int(s.folded.At[q.end+patternReach])
}
