package screening

import (
	"bytes"
	"regexp/syntax"
	"strings"
	"unicode/utf8"
)

// A prefilter is a word near which a pattern is tried. Folding drops
// punctuation, so a word written with some ("(美)") is looked for once more as
// it is.
type prefilter struct {
	pattern int32
	literal []byte // nil if folding kept the word whole
}

// factors returns sets of literals such that text the expression matches holds
// at least one of every set. They are cheap to look for, and a pattern that
// cannot match is not run at all. The result is a necessary condition only.
func factors(re *syntax.Regexp) [][]string {
	if re.Flags&syntax.FoldCase != 0 {
		return nil
	}
	switch re.Op {
	case syntax.OpLiteral:
		return [][]string{{string(re.Rune)}}
	case syntax.OpCharClass:
		return classFactor(re.Rune)
	case syntax.OpCapture, syntax.OpPlus:
		return factors(re.Sub[0])
	case syntax.OpRepeat:
		if re.Min >= 1 {
			return factors(re.Sub[0])
		}
	case syntax.OpConcat:
		var all [][]string
		for _, sub := range re.Sub {
			all = append(all, factors(sub)...)
		}
		return all
	case syntax.OpAlternate:
		return alternateFactor(re.Sub)
	}
	return nil
}

// maxFactor bounds the literals of a set: beyond it the check costs more than
// it saves.
const maxFactor = 48

func classFactor(ranges []rune) [][]string {
	var set []string
	for i := 0; i+1 < len(ranges); i += 2 {
		for r := ranges[i]; r <= ranges[i+1]; r++ {
			if len(set) == maxFactor || r < 0x80 { // digits and letters are everywhere
				return nil
			}
			set = append(set, string(r))
		}
	}
	if len(set) == 0 {
		return nil
	}
	return [][]string{set}
}

// alternateFactor joins the best set of every branch.
func alternateFactor(branches []*syntax.Regexp) [][]string {
	var joined []string
	for _, b := range branches {
		best := []string(nil)
		for _, set := range factors(b) {
			if best == nil || shortest(set) > shortest(best) || shortest(set) == shortest(best) && len(set) < len(best) {
				best = set
			}
		}
		if best == nil {
			return nil
		}
		joined = append(joined, best...)
	}
	if len(joined) > maxFactor {
		return nil
	}
	return [][]string{joined}
}

func shortest(set []string) int {
	n := len(set[0])
	for _, s := range set {
		n = min(n, len(s))
	}
	return n
}

// requiredLiterals prepares the factors of a pattern for holds.
func requiredLiterals(re string) ([][][]byte, error) {
	parsed, err := syntax.Parse(re, syntax.Perl)
	if err != nil {
		return nil, err
	}
	var out [][][]byte
	for _, set := range factors(parsed.Simplify()) {
		literals := make([][]byte, len(set))
		for i, s := range set {
			literals[i] = []byte(s)
		}
		out = append(out, literals)
	}
	return out, nil
}

// holds reports whether text holds at least one literal of every set.
func holds(text []byte, sets [][][]byte) bool {
next:
	for _, set := range sets {
		for _, literal := range set {
			if bytes.Contains(text, literal) {
				continue next
			}
		}
		return false
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
