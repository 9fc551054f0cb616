package lazydfa

import (
	"regexp/syntax"
	"slices"
	"unicode"
)

// A runeSet is the runes an instruction takes: pairs of first and last.
type runeSet []rune

// runeSets returns the sets that a program tells apart, each slice of runes
// once: copies of a repeated part share theirs.
func runeSets(prog *syntax.Prog) []runeSet {
	var sets []runeSet
	shared := map[*rune]bool{}
	literal := map[rune]bool{}
	add := func(r rune) {
		if !literal[r] {
			literal[r] = true
			sets = append(sets, runeSet{r, r})
		}
	}
	empty := syntax.EmptyOp(0)
	for i := range prog.Inst {
		in := &prog.Inst[i]
		switch in.Op {
		case syntax.InstRuneAnyNotNL:
			add('\n')
		case syntax.InstEmptyWidth:
			empty |= syntax.EmptyOp(in.Arg)
		case syntax.InstRune1, syntax.InstRune:
			if len(in.Rune) == 0 || shared[&in.Rune[0]] {
				continue
			}
			shared[&in.Rune[0]] = true
			switch {
			case len(in.Rune) > 1:
				sets = append(sets, in.Rune)
			case in.Op == syntax.InstRune && syntax.Flags(in.Arg)&syntax.FoldCase != 0:
				sets = append(sets, orbit(in.Rune[0]))
			default:
				add(in.Rune[0])
			}
		}
	}
	if empty&lineOps != 0 {
		add('\n')
	}
	if empty&wordOps != 0 {
		sets = append(sets, runeSet{'0', '9', 'A', 'Z', '_', '_', 'a', 'z'})
	}
	return sets
}

// orbit returns the runes that equal r but for case.
func orbit(r rune) runeSet {
	set := runeSet{r, r}
	for x := unicode.SimpleFold(r); x != r; x = unicode.SimpleFold(x) {
		set = append(set, x, x)
	}
	return set
}

// partition cuts the runes into ranges, each of which lies in or outside every
// set as a whole, and gives ranges that lie in the same sets the same class.
func partition(sets []runeSet) (starts []rune, class []int) {
	starts = []rune{0}
	for _, set := range sets {
		for i := 0; i+1 < len(set); i += 2 {
			starts = append(starts, set[i])
			if set[i+1] < unicode.MaxRune {
				starts = append(starts, set[i+1]+1)
			}
		}
	}
	slices.Sort(starts)
	starts = slices.Compact(starts)
	class = make([]int, len(starts))
	used := 0
	for _, set := range sets {
		at, _ := slices.BinarySearch(starts, set[0])
		if len(set) == 2 && set[0] == set[1] { // no other set divides it
			used++
			class[at] = used
		}
	}
	for _, set := range sets {
		if len(set) > 2 || set[0] != set[1] {
			used = divide(starts, class, used, set)
		}
	}
	return starts, class
}

// divide parts what lies inside a set from what lies outside, and returns the
// highest class in use.
func divide(starts []rune, class []int, used int, set runeSet) int {
	inside := map[int]int{} // class → its part inside the set
	for i := 0; i+1 < len(set); i += 2 {
		at, _ := slices.BinarySearch(starts, set[i])
		for ; at < len(starts) && starts[at] <= set[i+1]; at++ {
			k, ok := inside[class[at]]
			if !ok {
				used++
				k = used
				inside[class[at]] = k
			}
			class[at] = k
		}
	}
	return used
}
