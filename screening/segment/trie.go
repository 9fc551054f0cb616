package segment

import (
	"math/bits"
	"unicode/utf8"
)

// A trie is a set of words as one open-addressing hash table of edges: the
// nodes are numbers, an edge is (node, character). It is small and builds in
// one pass, which a double array of this size does not.
//
// Every walk begins at the root and most end at the second character, so the
// root has a table of its own and a Bloom filter knows the pairs that words
// begin with: both stay in the cache, which the edges do not.
type trie struct {
	slots []slot
	nodes int32
	shift uint
	root  []slot   // by first character
	pairs []uint64 // Bloom filter of the first two characters
}

const pairBits = 21

func pairSlot(a, b rune) (int, uint64) {
	h := (uint64(a)<<32 | uint64(b)) * 0x9E3779B97F4A7C15 >> (64 - pairBits)
	return int(h / 64), 1 << (h % 64)
}

func (t *trie) begins(a, b rune) bool {
	i, bit := pairSlot(a, b)
	return t.pairs[i]&bit != 0
}

// index fills the root table and the filter once all words are in.
func (t *trie) index(words func(yield func(word string) bool)) {
	t.root = make([]slot, 1<<16)
	t.pairs = make([]uint64, 1<<pairBits/64)
	for r := range t.root {
		if s := t.find(0, rune(r)); s.key != 0 {
			t.root[r] = *s
		}
	}
	for word := range words {
		first, size := utf8.DecodeRuneInString(word)
		if size < len(word) {
			second, _ := utf8.DecodeRuneInString(word[size:])
			i, bit := pairSlot(first, second)
			t.pairs[i] |= bit
		}
	}
}

// A slot is an edge with all that a walk needs, in a quarter of a cache line.
type slot struct {
	key  uint64 // node<<21 | rune, plus one; 0 = free
	to   int32
	word int32 // word that ends at to, 0 = none
}

func newTrie(edges int) trie {
	size := 1 << bits.Len(uint(edges+edges/2))
	return trie{slots: make([]slot, size), nodes: 1, shift: uint(64 - bits.Len(uint(size-1)))}
}

func edgeKey(node int32, r rune) uint64 { return uint64(node)<<21 | uint64(r) + 1 }

func (t *trie) find(node int32, r rune) *slot {
	key := edgeKey(node, r)
	i := int(key * 0x9E3779B97F4A7C15 >> t.shift)
	for {
		s := &t.slots[i]
		if s.key == key || s.key == 0 {
			return s
		}
		i = (i + 1) & (len(t.slots) - 1)
	}
}

func (t *trie) insert(word string, id int32) {
	node, last := int32(0), (*slot)(nil)
	for _, r := range word {
		s := t.find(node, r)
		if s.key == 0 {
			if int(t.nodes) > len(t.slots)*4/5 {
				t.grow()
				s = t.find(node, r)
			}
			*s = slot{key: edgeKey(node, r), to: t.nodes}
			t.nodes++
		}
		node, last = s.to, s
	}
	if last != nil && last.word == 0 {
		last.word = id
	}
}

func (t *trie) grow() {
	old := *t
	*t = trie{slots: make([]slot, len(old.slots)*2), nodes: old.nodes, shift: old.shift - 1}
	for _, s := range old.slots {
		if s.key == 0 {
			continue
		}
		j := int(s.key * 0x9E3779B97F4A7C15 >> t.shift)
		for t.slots[j].key != 0 {
			j = (j + 1) & (len(t.slots) - 1)
		}
		t.slots[j] = s
	}
}

// walk follows the characters of unit from node: the node it leads to, -1 if
// there is no way, and the word that ends there, 0 if none.
func (t *trie) walk(node int32, unit []byte) (to, word int32) {
	for i := 0; i < len(unit); {
		r, size := rune(unit[i]), 1
		if r >= utf8.RuneSelf {
			r, size = utf8.DecodeRune(unit[i:])
		}
		s := t.find(node, r)
		if s.key == 0 {
			return -1, 0
		}
		node, word = s.to, s.word
		i += size
	}
	return node, word
}
