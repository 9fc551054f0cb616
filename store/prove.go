package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"fmt"
)

// A LeafProof leads from a leaf of a chunk to its root.
type LeafProof struct {
	Index  int64
	Size   int64
	Hashes []Hash
}

// A Proof says which entry of the ledger stands for a verdict. Leaf is nil where
// the entry is the verdict's own, and leads to its payload where it is a
// chunk's.
type Proof struct {
	Seq  int64
	Leaf *LeafProof
}

// A prover finds the proofs of records. It remembers the chunks it met last.
type prover struct {
	ctx    context.Context
	from   queryer
	engine Engine
	chunks map[[2]int64]*provenChunk
}

// A provenChunk is the tree of a chunk, compared with the ledger.
type provenChunk struct {
	seq  int64  // 0: the ledger has no such chunk
	why  string // what is wrong with it, "" for nothing
	tree *PackedTree
	leaf map[Key]int // in tree.Kept
	data [][]byte    // by kept leaf
}

// A provable is a verdict to be proved: a current one, or an old one.
type provable struct {
	key            Key
	id             string
	input, verdict Hash
	run, chunk     sql.NullInt64
	current        bool
}

// prove returns the proof of a verdict, or a fault's code and why.
func (p *prover) prove(r *provable) (proof Proof, code, why string, err error) {
	if !r.run.Valid {
		return p.proveAlone(r)
	}
	c, err := p.chunk(r.run.Int64, r.chunk.Int64)
	if err != nil {
		return proof, "", "", err
	}
	at, has := 0, false
	if c.why == "" {
		at, has = c.leaf[r.key]
	}
	switch {
	case c.why != "":
		return proof, ChunkAltered, fmt.Sprintf("运行 %d 的第 %d 个分块与台账不符：%s，请与备份核对", r.run.Int64, r.chunk.Int64, c.why), nil
	case !has:
		return proof, ProofMissing, fmt.Sprintf("商品 %s 的结论不在它所说的运行 %d 第 %d 个分块里，请与备份核对", r.id, r.run.Int64, r.chunk.Int64), nil
	case string(c.data[at]) != string(LeafData(r.id, r.input, r.verdict)):
		return proof, RecordAltered, fmt.Sprintf("商品 %s 的结论与运行 %d 第 %d 个分块（台账第 %d 条）所记的不符，被改过，请与备份核对", r.id, r.run.Int64, r.chunk.Int64, c.seq), nil
	}
	index := c.tree.Kept[at].Index
	return Proof{c.seq, &LeafProof{int64(index), int64(c.tree.Leaves), c.tree.Proof(index)}}, "", "", nil
}

// proveAlone finds the entry of a verdict that was given to a caller. A current
// one must be the last of its listing, or an old verdict could be put back.
func (p *prover) proveAlone(r *provable) (proof Proof, code, why string, err error) {
	want := sha256.Sum256(LeafData(r.id, r.input, r.verdict))
	query, args := "SELECT seq, payload_hash FROM ledger WHERE kind = 'verdict' AND subject = ? ORDER BY seq DESC LIMIT 1", []any{r.id}
	if !r.current {
		query, args = "SELECT seq, payload_hash FROM ledger WHERE kind = 'verdict' AND subject = ? AND payload_hash = ? ORDER BY seq DESC LIMIT 1", append(args, want[:])
	}
	var got Hash
	err = queryEach(p.ctx, p.from, p.engine, query, args, func(rows *sql.Rows) error {
		var h sql.RawBytes
		err := rows.Scan(&proof.Seq, &h)
		got = hashOr(h, nil)
		return err
	})
	switch {
	case err != nil:
		return proof, "", "", err
	case proof.Seq == 0:
		return proof, ProofMissing, fmt.Sprintf("商品 %s 有结论，台账里没有对应的条目，请与备份核对", r.id), nil
	case got != want:
		return proof, RecordAltered, fmt.Sprintf("商品 %s 的结论与台账第 %d 条所记的不符，被改过，请与备份核对", r.id, proof.Seq), nil
	}
	return proof, "", "", nil
}

func (p *prover) chunk(run, n int64) (*provenChunk, error) {
	at := [2]int64{run, n}
	if c := p.chunks[at]; c != nil {
		return c, nil
	}
	const most = 64
	if len(p.chunks) >= most {
		clear(p.chunks)
	}
	c, err := p.load(run, n)
	if err == nil {
		p.chunks[at] = c
	}
	return c, err
}

func (p *prover) load(run, n int64) (*provenChunk, error) {
	c := &provenChunk{leaf: map[Key]int{}}
	var root Hash
	err := queryEach(p.ctx, p.from, p.engine, "SELECT seq, payload_hash FROM ledger WHERE kind = 'chunk' AND subject = ? ORDER BY seq DESC LIMIT 1",
		[]any{fmt.Sprintf("%d/%d", run, n)}, func(r *sql.Rows) error {
			var h sql.RawBytes
			err := r.Scan(&c.seq, &h)
			root = hashOr(h, nil)
			return err
		})
	if err != nil {
		return nil, err
	}
	packed, err := readChunkTree(p.ctx, p.from, p.engine, run, n)
	if err != nil {
		return nil, err
	}
	switch {
	case c.seq == 0:
		c.why = "台账里没有它的条目"
	case packed == nil:
		c.why = "没有留下它的摘要树"
	default:
		if c.tree, err = UnpackTree(packed); err != nil {
			c.why = "摘要树读不懂"
		}
	}
	if c.why != "" {
		return c, nil
	}
	return c, p.resolve(c, root)
}

// resolve computes a chunk's root from what is kept of its listings.
func (p *prover) resolve(c *provenChunk, root Hash) error {
	c.data = make([][]byte, len(c.tree.Kept))
	order := make([]int, len(c.tree.Kept))
	for i := range order {
		order[i] = i
		c.leaf[c.tree.Kept[i].Key] = i
	}
	err := blocks(order, func(block []int) error {
		keys := make([]any, len(block))
		for i, at := range block {
			keys[i] = int64(c.tree.Kept[at].Key)
		}
		contents, err := p.contents(keys)
		if err != nil {
			return err
		}
		for _, at := range block {
			leaf := &c.tree.Kept[at]
			of, has := contents[leaf.Key]
			content, kept := of.versions[leaf.Version]
			if !has || !kept && leaf.Input == nil {
				c.why = fmt.Sprintf("缺少其中第 %d 个商品的第 %d 版内容", leaf.Key, leaf.Version)
				continue
			}
			if leaf.Input != nil {
				content = *leaf.Input
			}
			c.data[at] = LeafData(of.id, content, leaf.Verdict)
		}
		return nil
	})
	if err == nil && c.why == "" && c.tree.Resolve(func(at int) []byte { return c.data[at] }) != root {
		c.why = "由现存内容和结论算不出所记的树根"
	}
	return err
}

type keptContents struct {
	id       string
	versions map[int64]Hash
}

// contents returns the content hashes of listings by version.
func (p *prover) contents(keys []any) (map[Key]keptContents, error) {
	out := make(map[Key]keptContents, len(keys))
	var hash sql.RawBytes
	scan := func(r *sql.Rows) error {
		var key Key
		var id string
		var version int64
		if err := r.Scan(&key, &id, &version, &hash); err != nil {
			return err
		}
		c, has := out[key]
		if !has {
			c = keptContents{id, map[int64]Hash{}}
			out[key] = c
		}
		c.versions[version] = hashOr(hash, nil)
		return nil
	}
	in := marks(len(keys))
	err := queryEach(p.ctx, p.from, p.engine, "SELECT key, id, version, content_hash FROM listings WHERE key IN "+in, keys, scan)
	if err == nil {
		err = queryEach(p.ctx, p.from, p.engine, `SELECT v.listing_key, l.id, v.version, v.content_hash FROM listing_versions v
 JOIN listings l ON l.key = v.listing_key WHERE v.listing_key IN `+in, keys, scan)
	}
	return out, err
}
