package store

import (
	"context"
	"database/sql"
	"encoding/binary"
	"errors"

	"golang.org/x/mod/sumdb/tlog"
)

// A Leaf is what a chunk judged of one listing.
type Leaf struct {
	Key     Key
	ID      string
	Version int64 // of the listing
	Content Hash  // of that version
	Input   Hash
	Verdict Hash
	Kept    bool // its record was written by this chunk
	Hash    Hash // zero: see LeafHash; a leaf that is not kept needs nothing else
}

func (l *Leaf) hash() tlog.Hash {
	if l.Hash != (Hash{}) {
		return tlog.Hash(l.Hash)
	}
	return tlog.Hash(LeafHash(l.ID, l.Input, l.Verdict))
}

// A leaf's flags, and what a subtree without a kept leaf is packed as.
const (
	packedPruned = 0 // 32 bytes follow: its root
	packedInner  = 1 // the left and the right half follow
	packedLeaf   = 2
	leafInput    = 4 // the input is not the content: 32 bytes
	leafVerdict  = 8 // the verdict is not a bare pass: 32 bytes
)

// maxLeaves bounds the leaves of one chunk.
const maxLeaves = 1 << 24

// PackLeaves returns the root over the leaves of a chunk, and the tree in a form
// that proves the kept ones: parts without any are cut down to their hash. The
// first import of a listing that passes costs four bytes.
func PackLeaves(leaves []Leaf) (tree []byte, root Hash) {
	var whole Tree
	for i := range leaves {
		whole.AddHash(Hash(leaves[i].hash()))
	}
	p := packer{leaves: leaves, bare: barePass(), out: binary.AppendUvarint(nil, uint64(len(leaves)))}
	p.kept = make([]int, len(leaves)+1)
	for i := range leaves {
		p.kept[i+1] = p.kept[i]
		if leaves[i].Kept {
			p.kept[i+1]++
		}
	}
	if len(leaves) > 0 {
		p.pack(0, len(leaves))
	}
	return p.out, whole.Root()
}

type packer struct {
	leaves []Leaf
	kept   []int // before each leaf
	bare   Hash
	out    []byte
	last   Key
}

func (p *packer) pack(from, to int) {
	switch {
	case p.kept[from] == p.kept[to]:
		h := p.subtree(from, to)
		p.out = append(append(p.out, packedPruned), h[:]...)
	case to-from == 1:
		p.leaf(&p.leaves[from])
	default:
		p.out = append(p.out, packedInner)
		middle := from + halve(to-from)
		p.pack(from, middle)
		p.pack(middle, to)
	}
}

func (p *packer) subtree(from, to int) Hash {
	var t Tree
	for i := from; i < to; i++ {
		t.AddHash(Hash(p.leaves[i].hash()))
	}
	return t.Root()
}

func (p *packer) leaf(l *Leaf) {
	flags := byte(packedLeaf)
	if l.Input != l.Content {
		flags |= leafInput
	}
	if l.Verdict != p.bare {
		flags |= leafVerdict
	}
	p.out = binary.AppendVarint(append(p.out, flags), int64(l.Key-p.last))
	p.out = binary.AppendUvarint(p.out, uint64(l.Version))
	if p.last = l.Key; flags&leafInput != 0 {
		p.out = append(p.out, l.Input[:]...)
	}
	if flags&leafVerdict != 0 {
		p.out = append(p.out, l.Verdict[:]...)
	}
}

// halve is how many of n leaves are in the left half of an RFC 6962 tree.
func halve(n int) int {
	k := 1
	for k*2 < n {
		k *= 2
	}
	return k
}

// A PackedTree is the tree of a chunk as PackLeaves packed it.
type PackedTree struct {
	Leaves int          // all of them
	Kept   []PackedLeaf // in the order of the leaves
	top    *packedNode
}

// A PackedLeaf is a kept leaf. Where Input is nil it is the content's hash of
// that version of the listing.
type PackedLeaf struct {
	Index   int
	Key     Key
	Version int64
	Input   *Hash
	Verdict Hash
}

type packedNode struct {
	hash        Hash // of a pruned one
	leaf        int  // in Kept, where there are no halves
	pruned      bool
	left, right *packedNode
}

var errPacked = errors.New("the tree of a chunk is not well-formed")

// UnpackTree reads a packed tree. It proves nothing before Prove does.
func UnpackTree(b []byte) (*PackedTree, error) {
	u := unpacker{in: b, bare: barePass()}
	n := u.uvarint()
	if u.bad || n > maxLeaves {
		return nil, errPacked
	}
	t := &PackedTree{Leaves: int(n)}
	if n > 0 {
		t.top = u.node(t, 0, int(n))
	}
	if u.bad || len(u.in) > 0 {
		return nil, errPacked
	}
	return t, nil
}

type unpacker struct {
	in   []byte
	bare Hash
	last Key
	bad  bool
}

func (u *unpacker) uvarint() uint64 {
	v, n := binary.Uvarint(u.in)
	if n <= 0 {
		u.bad = true
		return 0
	}
	u.in = u.in[n:]
	return v
}

func (u *unpacker) take(n int) []byte {
	if len(u.in) < n {
		u.bad = true
		return make([]byte, n)
	}
	b := u.in[:n]
	u.in = u.in[n:]
	return b
}

func (u *unpacker) node(t *PackedTree, from, to int) *packedNode {
	flags := u.take(1)[0]
	switch {
	case u.bad:
	case flags == packedPruned:
		return &packedNode{hash: Hash(u.take(len(Hash{}))), pruned: true}
	case flags == packedInner && to-from > 1:
		middle := from + halve(to-from)
		n := &packedNode{left: u.node(t, from, middle)}
		if !u.bad {
			n.right = u.node(t, middle, to)
		}
		return n
	case flags&packedLeaf != 0 && flags < 16 && flags&packedInner == 0 && to-from == 1:
		t.Kept = append(t.Kept, u.leaf(flags, from))
		return &packedNode{leaf: len(t.Kept) - 1}
	}
	u.bad = true
	return &packedNode{}
}

func (u *unpacker) leaf(flags byte, index int) PackedLeaf {
	delta, n := binary.Varint(u.in)
	if n <= 0 {
		u.bad = true
		return PackedLeaf{}
	}
	u.in = u.in[n:]
	u.last += Key(delta)
	l := PackedLeaf{Index: index, Key: u.last, Version: int64(u.uvarint()), Verdict: u.bare}
	if flags&leafInput != 0 {
		h := Hash(u.take(len(Hash{})))
		l.Input = &h
	}
	if flags&leafVerdict != 0 {
		l.Verdict = Hash(u.take(len(Hash{})))
	}
	return l
}

// Resolve computes the root. data returns what LeafData gives for a kept leaf;
// its index in Kept is handed to it.
func (t *PackedTree) Resolve(data func(kept int) []byte) Hash {
	if t.top == nil {
		var empty Tree
		return empty.Root()
	}
	return t.top.resolve(data)
}

func (n *packedNode) resolve(data func(int) []byte) Hash {
	switch {
	case n.pruned:
	case n.left == nil:
		n.hash = Hash(tlog.RecordHash(data(n.leaf)))
	default:
		n.hash = Hash(tlog.NodeHash(tlog.Hash(n.left.resolve(data)), tlog.Hash(n.right.resolve(data))))
	}
	return n.hash
}

// Proof returns the hashes that lead from a leaf to the root, for CheckLeaf; it
// needs Resolve before.
func (t *PackedTree) Proof(index int) []Hash {
	var out []Hash
	n, from, to := t.top, 0, t.Leaves
	for n != nil && n.left != nil {
		middle := from + halve(to-from)
		if index < middle {
			out, n, to = append(out, n.right.hash), n.left, middle
		} else {
			out, n, from = append(out, n.left.hash), n.right, middle
		}
	}
	for i, j := 0, len(out)-1; i < j; i, j = i+1, j-1 {
		out[i], out[j] = out[j], out[i]
	}
	return out
}

type chunkTreeRow struct {
	RunKey int64 `gorm:"primaryKey;autoIncrement:false"`
	N      int64 `gorm:"primaryKey;autoIncrement:false"`
	Tree   []byte
}

func (chunkTreeRow) TableName() string { return "chunk_trees" }

// SaveChunkTree keeps the packed tree of a chunk that wrote records; a second
// one of the same chunk replaces it.
func (tx *Tx) SaveChunkTree(run, n int64, tree []byte) error {
	_, err := tx.exec("INSERT INTO chunk_trees (run_key, n, tree) VALUES (?,?,?) ON CONFLICT (run_key, n) DO UPDATE SET tree = excluded.tree", run, n, tree)
	return wrapKey("save tree of chunk", n, err)
}

// ChunkTree returns the packed tree of a chunk, nil where none is kept.
func (s *Store) ChunkTree(ctx context.Context, run, n int64) ([]byte, error) {
	b, err := readChunkTree(ctx, s.reader(), s.engine, run, n)
	return b, wrapKey("tree of chunk", n, err)
}

func readChunkTree(ctx context.Context, from queryer, e Engine, run, n int64) (tree []byte, err error) {
	err = queryEach(ctx, from, e, "SELECT tree FROM chunk_trees WHERE run_key = ? AND n = ?", []any{run, n}, func(r *sql.Rows) error { return r.Scan(&tree) })
	return tree, err
}
