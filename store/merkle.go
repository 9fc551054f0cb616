package store

import (
	"crypto/sha256"
	"math/bits"

	"golang.org/x/mod/sumdb/tlog"

	"zhunru/screening"
)

// A Tree computes the root of an RFC 6962 Merkle tree over leaves that are
// added in order. The zero value is an empty tree. It keeps one hash a level,
// so its memory does not grow with the leaves.
type Tree struct {
	size   int64
	levels [64]tlog.Hash // levels[k] is a complete subtree where bit k of size is set
}

// Add appends a leaf.
func (t *Tree) Add(data []byte) { t.AddHash(leafHash(data)) }

// AddHash appends a leaf by its hash, that of LeafHash.
func (t *Tree) AddHash(leaf Hash) {
	h := tlog.Hash(leaf)
	level := 0
	for ; t.size>>level&1 == 1; level++ {
		h = nodeHash(t.levels[level], h)
	}
	t.levels[level] = h
	t.size++
}

// leafHash is tlog.RecordHash, without an allocation.
func leafHash(data []byte) Hash {
	var buf [512]byte
	return sha256.Sum256(append(append(buf[:0], 0), data...))
}

// nodeHash is tlog.NodeHash, without an allocation.
func nodeHash(left, right tlog.Hash) tlog.Hash {
	var buf [1 + 2*len(tlog.Hash{})]byte
	buf[0] = 1
	copy(buf[1:], left[:])
	copy(buf[1+len(left):], right[:])
	return sha256.Sum256(buf[:])
}

// Size returns the number of leaves.
func (t *Tree) Size() int64 { return t.size }

// Root returns the root over the leaves so far; that of an empty tree is the
// SHA-256 of nothing.
func (t *Tree) Root() Hash {
	if t.size == 0 {
		h, err := tlog.TreeHash(0, nil)
		if err != nil {
			panic("store: the root of an empty tree: " + err.Error())
		}
		return Hash(h)
	}
	level := bits.TrailingZeros64(uint64(t.size))
	root := t.levels[level]
	for level++; level < 64; level++ {
		if t.size>>level&1 == 1 {
			root = nodeHash(t.levels[level], root)
		}
	}
	return Hash(root)
}

// ProveLeaf returns the hashes that lead from leaf i to the root over all the
// leaves. It is how one listing is shown to have been in a chunk.
func ProveLeaf(leaves [][]byte, i int) ([]Hash, error) {
	if i < 0 || i >= len(leaves) {
		return nil, &screening.InvalidError{Field: "leaf", Reason: "序号超出了分块的范围，请核对商品是否在这个分块里"}
	}
	var stored []tlog.Hash
	read := tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		out := make([]tlog.Hash, len(indexes))
		for k, x := range indexes {
			out[k] = stored[x]
		}
		return out, nil
	})
	for n, leaf := range leaves {
		more, err := tlog.StoredHashes(int64(n), leaf, read)
		if err != nil {
			return nil, wrap("prove leaf", err)
		}
		stored = append(stored, more...)
	}
	proof, err := tlog.ProveRecord(int64(len(leaves)), int64(i), read)
	if err != nil {
		return nil, wrap("prove leaf", err)
	}
	out := make([]Hash, len(proof))
	for k, h := range proof {
		out[k] = Hash(h)
	}
	return out, nil
}

// CheckLeaf reports whether proof leads from the leaf data, the i-th of size,
// to root.
func CheckLeaf(data []byte, i, size int64, root Hash, proof []Hash) bool {
	p := make(tlog.RecordProof, len(proof))
	for k, h := range proof {
		p[k] = tlog.Hash(h)
	}
	if i < 0 || i >= size {
		return false
	}
	return tlog.CheckRecord(p, size, tlog.Hash(root), i, tlog.RecordHash(data)) == nil
}
