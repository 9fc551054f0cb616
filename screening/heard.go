package screening

import (
	"zhunru/screening/ahocorasick"
	"zhunru/screening/textnorm"
)

type heardTerm struct {
	candidate
	term  int
	steps textnorm.Steps
}

// heard keeps the matches by sound that are disguises: something differs, and
// enough is the same.
func (s *scan) heard(matches []ahocorasick.Match) []heardTerm {
	var out []heardTerm
	for _, m := range matches {
		term := &s.e.sounds.terms[m.Pattern]
		steps, ok := s.disguise(term, s.sounds[m.Start:m.End])
		if !ok {
			continue
		}
		from, to := int(s.sounds[m.Start].From), int(s.sounds[m.End-1].To)
		steps |= s.text.StepsIn(from, to)
		if steps&s.e.classes[term.class].void != 0 {
			continue
		}
		out = append(out, heardTerm{candidate{class: term.class, kind: term.kind, phrase: term.phrase, start: from, end: to, cue: -1}, m.Pattern, steps})
	}
	return out
}

// disguise compares a term with the sounds that match it.
//
// Pinyin: at least one syllable is spelt and the Han characters are the term's
// own; all in pinyin only from three syllables on (shouqiang is a name, too).
// Homophone: one character of a short term differs, two from four characters
// on. Both at once: one of each, in three characters and more.
func (s *scan) disguise(term *soundTerm, sounds []textnorm.Sound) (textnorm.Steps, bool) {
	spelt, differ := 0, 0
	for i, sound := range sounds {
		switch {
		case sound.Latin:
			spelt++
		case s.text.Runes[sound.From] != term.runes[i]:
			differ++
		}
	}
	n := len(sounds)
	same := n - spelt - differ
	switch {
	case spelt == 0 && differ == 0, spelt == n && n < 3:
		return 0, false
	case spelt > 0 && differ > 0:
		return textnorm.StepPinyin | textnorm.StepHomophone, n >= 3 && differ == 1 && same >= 1
	case spelt > 0:
		return textnorm.StepPinyin, true
	case n < 4:
		return textnorm.StepHomophone, differ == 1
	}
	return textnorm.StepHomophone, differ <= 2
}

// judgeHeard weighs matches by sound with the words of the text: a match whose
// ends cut known words is chance, and so is one whose changed character
// belongs to a known word.
func (s *scan) judgeHeard(heard []heardTerm) {
	t := &s.text
	s.matches = s.e.automaton.Append(s.matches[:0], t.Runes)
	s.collect(t, func(entry) bool { return false })
	s.e.norm.Fold(&s.folded, t)
	s.cutWords(t)
	for i := range heard {
		h := &heard[i]
		term := &s.e.sounds.terms[h.term]
		h.boundary = s.boundaryOf(&h.candidate)
		if s.isWord(h) {
			continue
		}
		if h.steps&textnorm.StepHomophone != 0 && (s.chance(&h.candidate, term) || s.ordinary(&h.candidate)) || s.voided(t, &h.candidate) {
			continue
		}
		up, _ := s.cue(&h.candidate)
		h.cue, h.review = up, up < 0
		s.addHeard(t, h)
	}
}

// chance reports whether a match by sound is made of the text's own words. In
// a term of three characters and more only words that reach beyond the match
// say so; in one of two, every word that is more than its one character. Sound
// across a separator is always chance.
func (s *scan) chance(c *candidate, term *soundTerm) bool {
	if s.cutsKnownWord(c) || s.text.StepsIn(c.start, c.end)&textnorm.Gap != 0 {
		return true
	}
	return len(term.runes) == 2 && s.boundaryOf(c) == aligned && s.wordAt[c.start] == s.wordAt[c.end-1]
}

// ordinary reports whether the dictionary knows the very words as innocent:
// 大码 is a size.
func (s *scan) ordinary(c *candidate) bool {
	for i := endingFrom(s.voids, c.end); i < len(s.voids) && s.voids[i].end < c.end+reach; i++ {
		if v := &s.voids[i]; v.kind == kSoundsLike && v.class == c.class && v.start <= c.start {
			return true
		}
	}
	return false
}

// addHeard adds the finding of a match by sound, unless a finding of the class
// covers the same words already.
func (s *scan) addHeard(t *textnorm.Text, h *heardTerm) {
	start, end := t.Span(h.start, h.end)
	for i := range s.findings {
		f := &s.findings[i]
		if f.Class != s.e.classes[h.class].ID || f.Field != s.field {
			continue
		}
		covers := f.Span.Byte[0] <= start && end <= f.Span.Byte[1]
		touches := f.Span.Byte[0] < end && start < f.Span.Byte[1]
		if covers || touches && f.Outcome == OutcomeProhibited {
			return
		}
	}
	s.add(t, &h.candidate, h.steps)
}

// isWord reports whether the very characters of a match by sound are a word of
// its class: what was read as it is, and maybe dropped, is no disguise.
func (s *scan) isWord(h *heardTerm) bool {
	for _, m := range s.matches {
		if m.Start != h.start || m.End != h.end {
			continue
		}
		p := &s.e.phrases[m.Pattern]
		for _, x := range s.e.entries[p.first : p.first+int32(p.n)] {
			if x.class == h.class && x.kind <= kWeak {
				return true
			}
		}
	}
	return false
}
