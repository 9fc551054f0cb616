// Package ahocorasick finds every occurrence of many patterns in one pass,
// overlapping ones included (Aho and Corasick, CACM 18(6), 1975).
//
// It works on sequences of runes and knows nothing of goods, of text
// normalisation or of word boundaries. Transitions are a double array over the
// characters that occur in patterns (Aoe, IEEE TSE 15(9), 1989), so memory is
// a few bytes a state and a step is two loads.
package ahocorasick

import (
	"errors"
	"iter"
)

// A Match is one occurrence of a pattern: text[Start:End] equals it. Offsets
// are runes of the scanned sequence.
type Match struct {
	Pattern    int // index in the slice given to Build
	Start, End int
}

// An Automaton is a set of patterns ready for scanning. It is immutable and
// safe for concurrent use; replace it as a whole to change the patterns.
type Automaton struct {
	alphabet [1 << 16]uint16 // rune → symbol; 0 = in no pattern
	astral   map[rune]uint16
	states   []state
	first    int32      // the root's children are the states up to this one
	pairs    pairFilter // first two symbols of patterns
	outputs  []output   // number 0 stands for none
	size     []int32    // length of a pattern in runes
}

// An output is a pattern that ends in a state, and what else ends there: the
// next pattern with the same text, or the longest shorter one.
type output struct {
	pattern, size int32
	next          int32 // another output, 0 if there is none
}

// A state keeps what one step of a scan needs side by side, in one cache line.
type state struct {
	base  int32 // first slot of its transitions
	check int32 // the state that owns this slot, -1 if free
	fail  int32 // longest proper suffix that is a state
	hit   int32 // the first output of this state or, failing that, of its links; 0 if none
}

// A pairFilter is a Bloom filter small enough to stay in the cache. It says of
// nearly all pairs of symbols that no pattern begins with them.
type pairFilter []uint64

const pairBits = 19

func (f pairFilter) slot(a, b int32) (int, uint64) {
	h := (uint64(uint32(a))<<32 | uint64(uint32(b))) * 0x9E3779B97F4A7C15 >> (64 - pairBits)
	return int(h / 64), 1 << (h % 64)
}

func (f pairFilter) add(a, b int32) {
	i, bit := f.slot(a, b)
	f[i] |= bit
}

func (f pairFilter) has(a, b int32) bool {
	i, bit := f.slot(a, b)
	return f[i]&bit != 0
}

// ErrEmptyPattern is returned by Build: an empty pattern would match
// everywhere.
var ErrEmptyPattern = errors.New("ahocorasick: empty pattern")

// Build makes an automaton of patterns. Equal patterns are all reported, in
// index order.
func Build(patterns [][]rune) (*Automaton, error) {
	b := newBuilder(patterns)
	for i, p := range patterns {
		if len(p) == 0 {
			return nil, ErrEmptyPattern
		}
		b.insert(i, p)
	}
	b.place()
	b.connect()
	return b.a, nil
}

// Len returns the number of patterns.
func (a *Automaton) Len() int { return len(a.size) }

// PatternLen returns the length in runes of a pattern.
func (a *Automaton) PatternLen(i int) int { return int(a.size[i]) }

func (a *Automaton) symbol(r rune) uint16 {
	if uint32(r) < 1<<16 {
		return a.alphabet[r]
	}
	return a.astral[r]
}

// Append appends every match in text to dst, overlapping ones included,
// ordered by End and then longest first, and returns the extended slice. It
// allocates only to grow dst. Time is linear in the text plus the matches.
func (a *Automaton) Append(dst []Match, text []rune) []Match {
	states := a.states
	at := int32(0)
	for i, r := range text {
		sym := int32(a.symbol(r))
		if sym == 0 {
			at = 0
			continue
		}
		if at <= a.first && at != 0 && !a.pairs.has(at, sym) {
			at = 0 // no pattern begins so: spare the look far away
		}
		for {
			next := states[at].base + sym
			if uint32(next) < uint32(len(states)) && states[next].check == at {
				at = next
				break
			}
			if at == 0 {
				break
			}
			at = states[at].fail
		}
		for hit := states[at].hit; hit != 0; {
			o := &a.outputs[hit]
			dst = append(dst, Match{Pattern: int(o.pattern), Start: i + 1 - int(o.size), End: i + 1})
			hit = o.next
		}
	}
	return dst
}

// All yields every match in haystack, overlapping ones included, ordered by
// End and then longest first. Offsets are runes. It is safe for concurrent use.
func (a *Automaton) All(haystack string) iter.Seq[Match] {
	return func(yield func(Match) bool) {
		for _, m := range a.Append(nil, []rune(haystack)) {
			if !yield(m) {
				return
			}
		}
	}
}
