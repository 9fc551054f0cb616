package segment

import (
	"math/bits"
	"unicode/utf8"
)

// A trie is a set of words as one open-addressing hash table of edges: the
// nodes are numbers, an edge is (node, character). It is small and builds in
// one pass, which a double array of this size does not.
type trie struct {
	keys  []uint64 // node<<21 | rune, plus one; 0 = free
	to    []int32
	words []int32 // by node: word number, 0 = none
	shift uint
}

func newTrie(edges int) trie {
	size := 1 << bits.Len(uint(edges+edges/2))
	return trie{keys: make([]uint64, size), to: make([]int32, size), words: make([]int32, 1, edges), shift: uint(64 - bits.Len(uint(size-1)))}
}

func (t *trie) slot(node int32, r rune) (int, bool) {
	key := uint64(node)<<21 | uint64(r) + 1
	i := int(key * 0x9E3779B97F4A7C15 >> t.shift)
	for t.keys[i] != 0 {
		if t.keys[i] == key {
			return i, true
		}
		i = (i + 1) & (len(t.keys) - 1)
	}
	return i, false
}

func (t *trie) insert(word string, id int32) {
	node := int32(0)
	for _, r := range word {
		i, ok := t.slot(node, r)
		if !ok {
			if len(t.words) > len(t.keys)*4/5 {
				t.grow()
				i, _ = t.slot(node, r)
			}
			t.keys[i] = uint64(node)<<21 | uint64(r) + 1
			t.to[i] = int32(len(t.words))
			t.words = append(t.words, 0)
		}
		node = t.to[i]
	}
	if t.words[node] == 0 {
		t.words[node] = id
	}
}

func (t *trie) grow() {
	old := *t
	*t = trie{keys: make([]uint64, len(old.keys)*2), to: make([]int32, len(old.to)*2), words: old.words, shift: old.shift - 1}
	for i, key := range old.keys {
		if key == 0 {
			continue
		}
		j := int(key * 0x9E3779B97F4A7C15 >> t.shift)
		for t.keys[j] != 0 {
			j = (j + 1) & (len(t.keys) - 1)
		}
		t.keys[j], t.to[j] = key, old.to[i]
	}
}

// walk follows the characters of unit from node, -1 if there is no way.
func (t *trie) walk(node int32, unit []byte) int32 {
	for len(unit) > 0 {
		r, size := utf8.DecodeRune(unit)
		i, ok := t.slot(node, r)
		if !ok {
			return -1
		}
		node = t.to[i]
		unit = unit[size:]
	}
	return node
}

func (t *trie) word(node int32) int32 { return t.words[node] }
