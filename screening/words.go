package screening

import (
	"zhunru/screening/dictionary"
	"zhunru/screening/textnorm"
)

// boundary says how a match lies on the words of its text.
type boundary uint8

const (
	unknownBoundary boundary = iota
	aligned                  // it begins and ends with words
	contained                // it lies inside one word
	crossing                 // it begins or ends inside a word
)

var boundaryNames = [...]string{"", "aligned", "contained", "crossing"}

// cutWords segments the text and maps words to runes.
func (s *scan) cutWords(t *textnorm.Text) {
	s.words, s.wordAt, s.runesOf = s.words[:0], s.wordAt[:0], s.runesOf[:0]
	if s.e.segmenter != nil {
		s.words = s.e.segmenter.Words(s.words, s.folded.Bytes)
	}
	rune := 0
	for w := range s.words {
		from := rune
		for rune < len(t.Runes) && int(s.folded.At[rune]) < s.words[w].End {
			s.wordAt = append(s.wordAt, int32(w))
			rune++
		}
		s.runesOf = append(s.runesOf, span{from, rune})
	}
	for ; rune < len(t.Runes); rune++ { // no segmenter: every character is a word
		s.wordAt = append(s.wordAt, int32(len(s.runesOf)))
		s.runesOf = append(s.runesOf, span{rune, rune + 1})
		s.words = append(s.words, Word{Start: int(s.folded.At[rune]), End: int(s.folded.At[rune+1])})
	}
}

// word returns the runes of the word that rune i belongs to.
func (s *scan) word(i int) span { return s.runesOf[s.wordAt[i]] }

func (s *scan) boundaryOf(c *candidate) boundary {
	first, last := s.word(c.start), s.word(c.end-1)
	switch {
	case first.from == c.start && last.to == c.end:
		return aligned
	case s.wordAt[c.start] == s.wordAt[c.end-1]:
		return contained
	}
	return crossing
}

// weighBoundaries applies the boundary policies.
//
// A match read across separators whose ends lie inside words (上海 鲜花 for
// 海鲜) is nobody's word. Otherwise gse is only a witness: it is wrong as
// often as right about names, so three characters and more are believed.
func (s *scan) weighBoundaries(t *textnorm.Text) {
	for i := range s.cands {
		c := &s.cands[i]
		c.boundary = s.boundaryOf(c)
		k := &s.e.classes[c.class]
		if c.kind == kPrefilter || c.boundary == aligned || k.Boundary == dictionary.BoundaryIgnore {
			continue
		}
		gap := t.StepsIn(c.start, c.end)&textnorm.Gap != 0
		short := c.end-c.start <= 2
		switch {
		case gap && c.boundary == crossing && s.cutsKnownWord(c):
			s.drop(c, "boundary", s.wordsAround(c))
		case k.Boundary == dictionary.BoundaryStrict:
			s.drop(c, "boundary", s.wordsAround(c))
		case c.boundary == crossing && short && s.cutsKnownWord(c):
			if k.Disposition == dictionary.Prohibited && c.kind <= kSlang {
				c.review = true
			} else {
				s.drop(c, "boundary", s.wordsAround(c))
			}
		}
	}
	s.bury()
}

// cutsKnownWord reports whether the match ends or begins inside a word of the
// dictionary of two and more characters.
func (s *scan) cutsKnownWord(c *candidate) bool {
	first, last := s.word(c.start), s.word(c.end-1)
	return first.from < c.start && s.words[s.wordAt[c.start]].Known || last.to > c.end && s.words[s.wordAt[c.end-1]].Known
}

func (s *scan) wordsAround(c *candidate) string {
	out := ""
	for w := s.wordAt[c.start]; w <= s.wordAt[c.end-1]; w++ {
		if out != "" {
			out += "|"
		}
		out += string(s.folded.Bytes[s.words[w].Start:s.words[w].End])
	}
	return out
}

func (s *scan) drop(c *candidate, because, detail string) {
	c.dead = true
	s.suppress(c, because, detail)
}
