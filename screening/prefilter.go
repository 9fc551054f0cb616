package screening

import (
	"bytes"
	"regexp/syntax"
	"slices"
	"strings"
	"unicode/utf8"

	"zhunru/screening/textnorm"
)

// A prefilter is a word near which a pattern is tried. Folding drops
// punctuation, so a word written with some ("(美)") is looked for once more as
// it is.
type prefilter struct {
	pattern int32
	literal []byte // nil if folding kept the word whole
}

// A literalSet looks for any of some literals in one pass over a text.
type literalSet struct {
	leads  leadSet // of all literals
	short  bool    // a literal is too short to have a lead
	byLead map[uint32][][]byte
	few    [][]byte // instead, if there are only a few
}

const fewLiterals = 4

func newLiteralSet(words []string) literalSet {
	var s literalSet
	for _, w := range words {
		if len(w) < 3 {
			s.short = true
		} else {
			s.leads.add(lead([]byte(w)))
		}
		if len(words) <= fewLiterals || len(w) < 3 {
			s.few = append(s.few, []byte(w))
			continue
		}
		if s.byLead == nil {
			s.byLead = map[uint32][][]byte{}
		}
		key := lead([]byte(w))
		s.byLead[key] = append(s.byLead[key], []byte(w))
	}
	return s
}

// A leadSet is a Bloom filter of the first three bytes of literals, or of any
// three bytes from the start of a character of a text.
type leadSet [16]uint64

func lead(b []byte) uint32 { return uint32(b[0])<<16 | uint32(b[1])<<8 | uint32(b[2]) }

func (s *leadSet) add(lead uint32) {
	h := lead * 0x9E3779B1 >> 22
	s[h/64] |= 1 << (h % 64)
}

func (s *leadSet) has(lead uint32) bool {
	h := lead * 0x9E3779B1 >> 22
	return s[h/64]>>(h%64)&1 == 1
}

// meets reports whether the sets may have a lead in common.
func (s *leadSet) meets(o *leadSet) bool {
	for i := range s {
		if s[i]&o[i] != 0 {
			return true
		}
	}
	return false
}

// read makes s the set of all leads of a text.
func (s *leadSet) read(text []byte) {
	*s = leadSet{}
	for i := 0; i+3 <= len(text); i += runeSize(text[i]) {
		s.add(lead(text[i:]))
	}
}

// in reports whether text holds a literal of the set.
func (s *literalSet) in(text []byte) bool {
	for _, literal := range s.few {
		if bytes.Contains(text, literal) {
			return true
		}
	}
	if s.byLead == nil {
		return false
	}
	for i := 0; i+3 <= len(text); i += runeSize(text[i]) {
		key := lead(text[i:])
		if !s.leads.has(key) {
			continue
		}
		for _, literal := range s.byLead[key] {
			if bytes.HasPrefix(text[i:], literal) {
				return true
			}
		}
	}
	return false
}

// runeSize returns the length of the UTF-8 sequence that b begins.
func runeSize(b byte) int {
	switch {
	case b < 0xC0:
		return 1
	case b < 0xE0:
		return 2
	case b < 0xF0:
		return 3
	}
	return 4
}

// prefiltered returns the words to look for a pattern by, and the other
// literals that it cannot do without. The author's words are used unless the
// expression itself has rarer ones: a set without single characters.
func prefiltered(re string, words []string) (any []string, needs []literalSet, err error) {
	parsed, err := syntax.Parse(re, syntax.Perl)
	if err != nil {
		return nil, nil, err
	}
	f := factorer{known: map[string]bool{}}
	for _, w := range words {
		f.known[w] = true
	}
	sets := slices.DeleteFunc(f.sets(parsed.Simplify()), f.implied)
	any = words
	if common(words) {
		for i, set := range sets {
			if !common(set) {
				any, sets = set, slices.Delete(sets, i, i+1)
				sets = append(sets, words)
				break
			}
		}
	}
	for _, set := range sets {
		needs = append(needs, newLiteralSet(set))
	}
	return any, needs, nil
}

// common reports whether a word of the set is so short that it is everywhere.
func common(words []string) bool {
	return slices.ContainsFunc(words, func(w string) bool {
		return utf8.RuneCountInString(w) < 2 || w[0] < 0x80 && len(w) < 4
	})
}

// holds reports whether text, a stretch of the one whose leads are given, holds
// a literal of every set. The leads rule out most sets at once.
func holds(text []byte, leads *leadSet, sets []literalSet) bool {
	for i := range sets {
		if !sets[i].short && !sets[i].leads.meets(leads) {
			return false
		}
	}
	for i := range sets {
		if !sets[i].in(text) {
			return false
		}
	}
	return true
}

// literalOf returns word as it must stand in folded text if it has characters
// that folding drops, nil otherwise.
func literalOf(word, folded string) []byte {
	word = strings.ToLower(strings.TrimSpace(word))
	if utf8.RuneCountInString(word) == utf8.RuneCountInString(folded) {
		return nil
	}
	return []byte(word)
}

// A marker is a prefilter word of punctuation only (《), which the automaton
// cannot hold.
type marker struct {
	text  string
	class int16
	ref   int32 // prefilter
}

// marked reports whether source holds a marker.
func (e *Engine) marked(source string) bool {
	for i := range e.markers {
		if strings.Contains(source, e.markers[i].text) {
			return true
		}
	}
	return false
}

// markers adds the first place of every marker in the text to the tries.
func (s *scan) markers(t *textnorm.Text) {
	for i := range s.e.markers {
		m := &s.e.markers[i]
		if at := strings.Index(t.Source, m.text); at >= 0 {
			r := t.RuneAt(at)
			s.tries = append(s.tries, place{class: m.class, kind: kPrefilter, ref: m.ref, phrase: -1, start: r, end: r})
		}
	}
}
