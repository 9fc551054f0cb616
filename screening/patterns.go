package screening

import "zhunru/screening/textnorm"

// patternReach is how many runes on either side of a prefilter word a pattern
// sees. It bounds the cost of a pattern in long text.
const patternReach = 40

// matchPatterns tries the patterns whose prefilter words occur and adds what
// they find to the candidates.
func (s *scan) matchPatterns(t *textnorm.Text) {
	for i := range s.tries {
		q := &s.tries[i]
		if s.seen(i) {
			continue
		}
		from, to := s.window(q)
		p := &s.e.patterns[q.ref]
		at := p.re.FindIndex(s.folded.Bytes[from:to])
		if at == nil || at[0] == at[1] {
			continue
		}
		start, end := s.folded.Runes(from+at[0], from+at[1])
		if start >= end {
			continue
		}
		c := candidate{class: q.class, kind: kPrefilter, phrase: -1, ref: q.ref, start: start, end: end, cue: -1, review: p.review}
		if !s.voided(t, &c) && !s.wordVoided(t, q, &c) {
			s.cands = append(s.cands, c)
		}
	}
}

// seen reports whether an earlier try of the same pattern looked at the same
// stretch of text.
func (s *scan) seen(i int) bool {
	q := &s.tries[i]
	for j := i - 1; j >= 0 && s.tries[j].end > q.end-patternReach; j-- {
		if o := &s.tries[j]; o.ref == q.ref && q.end-o.end < patternReach/2 {
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

// wordVoided reports whether an exception covers the word that set the pattern
// off: 胶囊咖啡机 is no capsule.
func (s *scan) wordVoided(t *textnorm.Text, q *place, c *candidate) bool {
	word := candidate{class: q.class, kind: kPrefilter, phrase: -1, ref: q.ref, start: q.start, end: q.end}
	if !s.voided(t, &word) {
		return false
	}
	_ = c
	return true
}
