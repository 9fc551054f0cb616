package screening

import (
	"regexp/syntax"
	"slices"
	"strings"
)

// A factorer derives from an expression sets of literals such that text it
// matches holds at least one of every set. They are cheap to look for, and a
// pattern that cannot match is not run at all. The result is a necessary
// condition only. Sets that hold one of the pattern's own prefilter words say
// little new, so others are preferred.
type factorer struct{ known map[string]bool }

func (f factorer) sets(re *syntax.Regexp) [][]string {
	if re.Flags&syntax.FoldCase != 0 {
		return nil
	}
	switch re.Op {
	case syntax.OpLiteral:
		return f.one([]string{string(re.Rune)})
	case syntax.OpCharClass:
		return f.class(re.Rune)
	case syntax.OpCapture, syntax.OpPlus:
		return f.sets(re.Sub[0])
	case syntax.OpRepeat:
		if re.Min >= 1 {
			return f.sets(re.Sub[0])
		}
	case syntax.OpConcat:
		var all [][]string
		for _, sub := range re.Sub {
			all = append(all, f.sets(sub)...)
		}
		return all
	case syntax.OpAlternate:
		return f.alternate(re.Sub)
	}
	return nil
}

// maxFactor bounds the literals of a set: beyond it the check costs more than
// it saves.
const maxFactor = 128

func (f factorer) class(ranges []rune) [][]string {
	var set []string
	for i := 0; i+1 < len(ranges); i += 2 {
		for r := ranges[i]; r <= ranges[i+1]; r++ {
			if len(set) == maxFactor || r < 0x80 { // digits and letters are everywhere
				return nil
			}
			set = append(set, string(r))
		}
	}
	return f.one(set)
}

func (f factorer) one(set []string) [][]string {
	if len(set) == 0 {
		return nil
	}
	return [][]string{set}
}

// knows reports whether set holds one of the prefilter words.
func (f factorer) knows(set []string) bool {
	return slices.ContainsFunc(set, func(s string) bool { return f.known[s] })
}

// implied reports whether every prefilter word holds a literal of set, so that
// looking for it is a waste.
func (f factorer) implied(set []string) bool {
	for w := range f.known {
		if !slices.ContainsFunc(set, func(s string) bool { return strings.Contains(w, s) }) {
			return false
		}
	}
	return true
}

// better reports whether set a tells more than set b.
func (f factorer) better(a, b []string) bool {
	switch {
	case b == nil:
		return true
	case f.knows(a) != f.knows(b):
		return !f.knows(a)
	case shortest(a) != shortest(b):
		return shortest(a) > shortest(b)
	}
	return len(a) < len(b)
}

// alternate joins the sets of the branches: whichever branch matches, one of
// the joined literals is there. Sets that share literals are joined first, so
// that A.*B|B.*A needs both A and B.
func (f factorer) alternate(branches []*syntax.Regexp) [][]string {
	all := make([][][]string, len(branches))
	for i, b := range branches {
		if all[i] = f.sets(b); len(all[i]) == 0 {
			return nil
		}
	}
	var out [][]string
	for _, set := range all[0] {
		joined := slices.Clone(set)
		for _, other := range all[1:] {
			joined = append(joined, f.mostLike(set, other)...)
		}
		slices.Sort(joined)
		if joined = slices.Compact(joined); len(joined) <= maxFactor {
			out = append(out, joined)
		}
	}
	return out
}

// mostLike returns the set that shares most literals with set, the one that
// tells most if none does.
func (f factorer) mostLike(set []string, sets [][]string) []string {
	best, most := []string(nil), 0
	for _, s := range sets {
		common := 0
		for _, literal := range s {
			if slices.Contains(set, literal) {
				common++
			}
		}
		if common > most || common == most && f.better(s, best) {
			best, most = s, common
		}
	}
	return best
}

func shortest(set []string) int {
	n := len(set[0])
	for _, s := range set {
		n = min(n, len(s))
	}
	return n
}
