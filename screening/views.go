package screening

import (
	"strings"

	"zhunru/screening/dictionary"
	"zhunru/screening/textnorm"
)

// readViews looks for prohibited goods in the views that the text's signals
// ask for: repeated characters as one, parts of characters put together, emoji
// as words. Only matches that needed the view count, the others were found
// before.
func (s *scan) readViews() {
	norm := s.e.norm
	if s.text.Signals&textnorm.SignalRepeat != 0 {
		norm.Collapse(&s.view, &s.text)
		s.readView(textnorm.StepRepeat)
	}
	if s.text.Signals&textnorm.SignalSplit != 0 && norm.Fuse(&s.view, &s.text) {
		s.readView(textnorm.StepSplitGlyph)
	}
	if s.text.Signals&textnorm.SignalEmoji != 0 {
		norm.Picture(&s.view, &s.text)
		s.readView(textnorm.StepEmoji)
	}
}

func (s *scan) readView(step textnorm.Steps) {
	t := &s.view
	s.matches = s.e.automaton.Append(s.matches[:0], t.Runes)
	if s.glance()&couldDecide == 0 {
		return
	}
	s.collect(t, func(x entry) bool { return s.e.classes[x.class].Disposition == dictionary.Prohibited })
	for i := range s.cands {
		c := &s.cands[i]
		c.dead = t.StepsIn(c.start, c.end)&step == 0 || s.e.classes[c.class].Disposition != dictionary.Prohibited || !s.alive(t, c)
		switch {
		case c.dead:
		case step == textnorm.StepRepeat:
			s.weighRepeat(t, c)
		case step == textnorm.StepEmoji:
			c.dead = brokenOff(t, c)
		}
	}
	s.bury()
	s.sortCandidates()
	s.nest()
	for i := range s.cands {
		c := &s.cands[i]
		s.add(t, c, t.StepsIn(c.start, c.end))
	}
}

// brokenOff reports whether a line ends inside the match: an emoji that closes
// one line makes no word with the next (🔥 / 棉…).
func brokenOff(t *textnorm.Text, c *candidate) bool {
	start, end := t.Span(c.start, c.end)
	return strings.ContainsAny(t.Source[start:end], "\n\r\u2028\u2029")
}

// weighRepeat judges a match with repeated characters. Chinese doubles
// characters naturally (天天, 宝宝), so one doubled character in a word of two
// is no disguise, and in a longer one it is for a person to see.
func (s *scan) weighRepeat(t *textnorm.Text, c *candidate) {
	doubled := 0
	for _, x := range t.Steps[c.start:c.end] {
		if x&textnorm.StepRepeat != 0 {
			doubled++
		}
	}
	if size := c.end - c.start; doubled*2 > size {
		return
	} else if size <= 2 {
		c.dead = true
		return
	}
	c.review = true
}
