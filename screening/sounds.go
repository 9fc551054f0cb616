package screening

import (
	"slices"

	"zhunru/screening/ahocorasick"
	"zhunru/screening/dictionary"
	"zhunru/screening/textnorm"
)

// A soundIndex finds prohibited terms by their syllables, and tells from three
// syllables in a row, at a few nanoseconds a character, whether a text can
// hold one at all.
type soundIndex struct {
	automaton *ahocorasick.Automaton
	terms     []soundTerm
	pairs     []uint64 // Bloom filter of the first two syllables of the terms, small enough for the first cache
	grams     []uint64 // Bloom filter of the first three, or of both
}

const syllablePairBits = 1 << 17

type soundTerm struct {
	class  int16
	kind   kind
	phrase int32
	runes  []rune
}

const gramBits = 1 << 20

// buildSounds indexes the Han terms of the prohibited classes from two
// characters on.
func (e *Engine) buildSounds(c *compiler) error {
	x := &e.sounds
	x.grams, x.pairs = make([]uint64, gramBits/64), make([]uint64, syllablePairBits/64)
	var patterns [][]rune
	var text textnorm.Text
	for i := range e.classes {
		k := &e.classes[i]
		if k.Disposition != dictionary.Prohibited {
			continue
		}
		for _, list := range []struct {
			words []string
			kind  kind
		}{{k.Terms, kTerm}, {k.Slang, kSlang}} {
			for _, w := range list.words {
				e.norm.Normalize(&text, w)
				sounds, ok := e.soundsOf(text.Runes)
				if !ok || len(sounds) < 2 {
					continue
				}
				runes := slices.Clone(text.Runes)
				patterns = append(patterns, sounds)
				x.terms = append(x.terms, soundTerm{int16(i), list.kind, c.ids[string(runes)], runes})
				x.mark(sounds)
			}
		}
	}
	if len(patterns) == 0 {
		return nil
	}
	var err error
	x.automaton, err = ahocorasick.Build(patterns)
	return err
}

// soundsOf returns the syllables of Han text; ok is false for any other.
func (e *Engine) soundsOf(runes []rune) ([]rune, bool) {
	out := make([]rune, len(runes))
	for i, r := range runes {
		syllable := e.norm.Syllable(r)
		if syllable == 0 {
			return nil, false
		}
		out[i] = rune(syllable)
	}
	return out, true
}

// mark notes how a term begins: its first three syllables, or its two.
func (x *soundIndex) mark(sounds []rune) {
	third := rune(0)
	if len(sounds) > 2 {
		third = sounds[2]
	}
	for _, h := range gram(sounds[0], sounds[1], third) {
		x.grams[h/64] |= 1 << (h % 64)
	}
	h := syllablePair(sounds[0], sounds[1])
	x.pairs[h/64] |= 1 << (h % 64)
}

func syllablePair(a, b rune) uint64 {
	return (uint64(a)*1543 + uint64(b)) % syllablePairBits
}

func (x *soundIndex) begins(a, b rune) bool {
	h := syllablePair(a, b)
	return x.pairs[h/64]>>(h%64)&1 == 1
}

func (x *soundIndex) has(a, b, c rune) bool {
	for _, h := range gram(a, b, c) {
		if x.grams[h/64]>>(h%64)&1 == 0 {
			return false
		}
	}
	return true
}

func gram(a, b, c rune) [2]uint64 {
	h := (uint64(a)<<24 ^ uint64(b)<<12 ^ uint64(c)) * 0x9E3779B97F4A7C15
	return [2]uint64{h >> 44, h >> 20 & (gramBits - 1)}
}

// readSounds looks for prohibited terms of which characters were replaced by
// pinyin or by others of the same sound. What is found only so is for a
// person to see, unless a cue of the class stands near.
func (s *scan) readSounds() {
	x := &s.e.sounds
	if x.automaton == nil {
		return
	}
	latin := s.text.Signals&textnorm.SignalLatin != 0
	if !latin {
		s.syllab = s.syllab[:0]
		for _, r := range s.text.Runes {
			s.syllab = append(s.syllab, rune(s.e.norm.Syllable(r)))
		}
		if !s.audible() {
			return
		}
	}
	s.sounds = s.e.norm.Sounds(s.sounds[:0], &s.text)
	s.syllab = s.syllab[:0]
	for _, sound := range s.sounds {
		s.syllab = append(s.syllab, rune(sound.Syllable))
	}
	if latin && !s.audible() {
		return
	}
	s.matches = x.automaton.Append(s.matches[:0], s.syllab)
	if len(s.matches) == 0 {
		return
	}
	heard := s.heard(s.matches)
	if len(heard) == 0 {
		return
	}
	s.judgeHeard(heard)
}

// audible is the cheap signal: somewhere the syllables begin like a term.
func (s *scan) audible() bool {
	x := &s.e.sounds
	a, b := rune(0), rune(0)
	for _, c := range s.syllab {
		if a != 0 && b != 0 && x.begins(a, b) && (c != 0 && x.has(a, b, c) || x.has(a, b, 0)) {
			return true
		}
		a, b = b, c
	}
	return a != 0 && b != 0 && x.has(a, b, 0)
}

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
