package screening

import (
	"bytes"

	"zhunru/screening/dictionary"
	"zhunru/screening/textnorm"
)

// patternReach is how many runes on either side of a prefilter word a pattern
// sees. It bounds the cost of a pattern in long text.
const patternReach = 40

// matchPatterns tries the patterns whose prefilter words occur and adds what
// they find to the candidates.
func (s *scan) matchPatterns(t *textnorm.Text) {
	for i := range s.tries {
		q := &s.tries[i]
		pre := &s.e.prefilters[q.ref]
		p := &s.e.patterns[pre.pattern]
		if s.seen(i, pre.pattern) || s.settled(q.class) {
			continue
		}
		from, to := s.window(q)
		text := s.folded.Bytes[from:to]
		if pre.literal != nil && !bytes.Contains(text, pre.literal) || !holds(text, p.needs) {
			continue
		}
		at := p.re.FindIndex(text)
		if at == nil || at[0] == at[1] {
			continue
		}
		start, end := s.folded.Runes(from+at[0], from+at[1])
		if start >= end {
			continue
		}
		c := candidate{class: q.class, kind: kPrefilter, phrase: -1, ref: pre.pattern, start: start, end: end, cue: -1, review: p.review}
		word := candidate{class: q.class, kind: kPrefilter, phrase: -1, ref: pre.pattern, start: q.start, end: q.end}
		// An exception may cover what was found, or the word that set the
		// pattern off: 胶囊咖啡机 is no capsule.
		if !s.voided(t, &c) && !s.voided(t, &word) {
			s.cands = append(s.cands, c)
		}
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
func (s *scan) seen(i int, pattern int32) bool {
	q := &s.tries[i]
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
