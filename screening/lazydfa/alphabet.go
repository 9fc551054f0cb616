package lazydfa

import (
	"regexp/syntax"
	"slices"
	"sort"
)

// An alphabet sorts the runes into classes that no instruction of a program
// tells apart. Class 0 is the one most Chinese characters are in.
type alphabet struct {
	ascii  [128]uint16
	hash   []uint32    // rune<<16 | class of what differs from its page, 0 if free
	shift  uint32      // of the hash
	page   [256]uint16 // class of the other runes of the page; mixed: ask ranges
	starts []rune      // where ranges of one class begin
	of     []uint16    // by range
	sample []rune      // by class: a rune of it
}

const (
	mixed    = 0xFFFF
	maxSpots = 32 // runes of a page that may differ before it counts as mixed
)

// end is the class of the end of the text, one more than those of runes.
func (a *alphabet) end() uint32 { return uint32(len(a.sample)) }

// class returns the class of a rune, an invalid one included.
func (a *alphabet) class(r rune) uint32 {
	if uint32(r) < uint32(len(a.ascii)) {
		return uint32(a.ascii[r])
	}
	if uint32(r) <= 0xFFFF {
		mask := uint32(len(a.hash) - 1)
		for h := spot(uint32(r), a.shift); ; h++ {
			x := a.hash[h&mask]
			if x>>16 == uint32(r) {
				return x & 0xFFFF
			}
			if x == 0 {
				break
			}
		}
		if k := a.page[r>>8]; k != mixed {
			return uint32(k)
		}
	}
	return uint32(a.search(r))
}

func spot(r, shift uint32) uint32 { return r * 0x9E3779B1 >> shift }

// search is class without its shortcuts.
func (a *alphabet) search(r rune) uint16 {
	return a.of[a.rangeAt(r)]
}

func (a *alphabet) rangeAt(r rune) int {
	return sort.Search(len(a.starts), func(i int) bool { return a.starts[i] > r }) - 1
}

// newAlphabet derives the classes of a program.
func newAlphabet(prog *syntax.Prog) *alphabet {
	a := &alphabet{}
	a.number(partition(runeSets(prog)))
	for r := range a.ascii {
		a.ascii[r] = a.search(rune(r))
	}
	var spots []uint32
	for p := range a.page {
		spots = a.index(p, spots)
	}
	size, bits := 2, uint32(1)
	for size < 2*len(spots)+1 {
		size, bits = 2*size, bits+1
	}
	a.hash, a.shift = make([]uint32, size), 32-bits
	for _, x := range spots {
		h := spot(x>>16, a.shift)
		for a.hash[h] != 0 {
			h = (h + 1) & uint32(size-1)
		}
		a.hash[h] = x
	}
	return a
}

// number takes over a partition: it joins neighbours of one class and numbers
// the classes by where they begin, but the common one first.
func (a *alphabet) number(starts []rune, class []int) {
	common := mostCommon(starts, class)
	fresh := map[int]uint16{common: 0}
	a.sample = []rune{starts[slices.Index(class, common)]}
	for i, start := range starts {
		k, ok := fresh[class[i]]
		if !ok {
			k = uint16(len(a.sample))
			fresh[class[i]] = k
			a.sample = append(a.sample, start)
		}
		if n := len(a.of); n == 0 || a.of[n-1] != k {
			a.starts, a.of = append(a.starts, start), append(a.of, k)
		}
	}
}

// mostCommon returns the class that holds most of the Chinese characters in
// everyday use, the first of several.
func mostCommon(starts []rune, class []int) int {
	const from, to = 0x4E00, 0xA000
	held := map[int]rune{}
	common := class[0]
	for i, k := range class {
		stop := rune(to)
		if i+1 < len(starts) {
			stop = min(stop, starts[i+1])
		}
		if held[k] += max(0, stop-max(starts[i], from)); held[k] > held[common] {
			common = k
		}
	}
	return common
}

// index sets the class of a page and appends what differs from it to spots.
func (a *alphabet) index(page int, spots []uint32) []uint32 {
	first, stop := rune(page<<8), rune(page<<8+0x100)
	from, to := a.rangeAt(first), a.rangeAt(stop-1)
	longest := rune(0)
	for i := from; i <= to; i++ {
		if n := a.stop(i, stop) - max(first, a.starts[i]); n > longest {
			a.page[page], longest = a.of[i], n
		}
	}
	known := len(spots)
	for i := from; i <= to; i++ {
		if a.of[i] == a.page[page] {
			continue
		}
		for r := max(first, a.starts[i], rune(len(a.ascii))); r < a.stop(i, stop); r++ {
			if len(spots) == known+maxSpots {
				a.page[page] = mixed
				return spots[:known]
			}
			spots = append(spots, uint32(r)<<16|uint32(a.of[i]))
		}
	}
	return spots
}

// stop returns where range i ends, or limit if that is before.
func (a *alphabet) stop(i int, limit rune) rune {
	if i+1 < len(a.starts) {
		return min(limit, a.starts[i+1])
	}
	return limit
}
