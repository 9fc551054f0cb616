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
