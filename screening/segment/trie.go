package segment

import (
	"math/bits"
	"unicode/utf8"
)

// A trie is a set of words as one open-addressing hash table of edges. An edge
// is one number: the node it leaves (20 bits), the character (21 bits) and the
// node it leads to (20 bits); 0 is a free slot. Nodes where a word ends have
// the word's number, the others follow, so nothing more is kept.
//
// Every walk begins at the root and most end at the second character, so the
// root has a table of its own and a Bloom filter knows the pairs that words
// begin with: both stay in the cache, which the edges do not.
type trie struct {
	slots []uint64
	shift uint
	words int32    // nodes 1…words end words
	nodes int32    // nodes in use
	root  []int32  // by first character: the node, 0 for none
	pairs []uint64 // Bloom filter of the first two characters
}

const (
	nodeBits = 20
	maxNodes = 1<<nodeBits - 1
	pairBits = 21
)

// newTrie makes a trie for the given number of words.
func newTrie(words int) *trie {
	size := 1 << bits.Len(uint(words*4))
	return &trie{
		slots: make([]uint64, size), shift: uint(64 - bits.Len(uint(size-1))),
		words: int32(words), nodes: int32(words),
		root: make([]int32, 1<<16), pairs: make([]uint64, 1<<pairBits/64),
	}
}

func edgeKey(node int32, r rune) uint64 { return uint64(node)<<21 | uint64(r) }

// slot returns where the edge is, or where it would be.
func (t *trie) slot(key uint64) int {
	i := int((key + 1) * 0x9E3779B97F4A7C15 >> t.shift)
	for t.slots[i] != 0 && t.slots[i]>>nodeBits != key {
		i = (i + 1) & (len(t.slots) - 1)
	}
	return i
}

// child returns the node an edge leads to, 0 if there is none.
func (t *trie) child(node int32, r rune) int32 {
	if node == 0 && r < 1<<16 {
		return t.root[r]
	}
	return int32(t.slots[t.slot(edgeKey(node, r))] & maxNodes)
}

// add puts in a word that ends at node `word`, which must be a number from 1
// to the number of words, and no word twice. Words must come shortest first,
// so that the nodes on the way to longer ones are the words' own. It reports
// whether there was room.
func (t *trie) add(runes []rune, word int32) bool {
	node := int32(0)
	for i, r := range runes {
		next := t.child(node, r)
		if next == 0 {
			if next = word; i < len(runes)-1 {
				if t.nodes == maxNodes {
					return false
				}
				t.nodes++
				next = t.nodes
			}
			t.link(node, r, next)
		}
		node = next
	}
	if len(runes) > 1 {
		i, bit := pairSlot(runes[0], runes[1])
		t.pairs[i] |= bit
	}
	return true
}

func (t *trie) link(node int32, r rune, to int32) {
	if node == 0 && r < 1<<16 {
		t.root[r] = to
		return
	}
	key := edgeKey(node, r)
	t.slots[t.slot(key)] = key<<nodeBits | uint64(to)
}

func pairSlot(a, b rune) (int, uint64) {
	h := (uint64(a)<<32 | uint64(b)) * 0x9E3779B97F4A7C15 >> (64 - pairBits)
	return int(h / 64), 1 << (h % 64)
}

// begins reports whether a word can begin with two characters.
func (t *trie) begins(a, b rune) bool {
	i, bit := pairSlot(a, b)
	return t.pairs[i]&bit != 0
}

// walk follows the characters of unit from node: the node it leads to, 0 if
// there is no way.
func (t *trie) walk(node int32, unit []byte) int32 {
	for i := 0; i < len(unit); {
		r, size := rune(unit[i]), 1
		if r >= utf8.RuneSelf {
			r, size = utf8.DecodeRune(unit[i:])
		}
		if node = t.child(node, r); node == 0 {
			return 0
		}
		i += size
	}
	return node
}

// word returns the number of the word that ends at node, 0 if none does.
func (t *trie) word(node int32) int32 {
	if node > t.words {
		return 0
	}
	return node
}
