package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"

	"golang.org/x/mod/sumdb/note"
)

// The codes of a LedgerFault.
const (
	LedgerAltered   = "LEDGER_ALTERED"   // an entry's fields do not give its hash, or it does not follow the one before
	LedgerDropped   = "LEDGER_DROPPED"   // entries are missing in the middle
	LedgerReordered = "LEDGER_REORDERED" // an entry stands in another's place
	LedgerTruncated = "LEDGER_TRUNCATED" // entries are missing at the end
	LedgerRewritten = "LEDGER_REWRITTEN" // the entries agree with one another, but not with a signed tree head
	HeadForged      = "HEAD_FORGED"      // a tree head is not signed by the key, or says something else than its note
)

// A LedgerFault is one thing that is wrong with the ledger. Seq is the entry, for
// a tree head its size.
type LedgerFault struct {
	Seq  int64
	Code string
	Why  string
}

// A LedgerReport is what a verification found. Faults holds at most MaxBatch of
// them, Total counts all.
type LedgerReport struct {
	Entries int64
	Heads   int
	Signed  bool // tree heads were checked against a public key
	Root    Hash
	Faults  []LedgerFault
	Total   int64

	Unproved int64 // verdicts older than the proofs; see VerifyRecords
}

// OK reports whether nothing is wrong.
func (r *LedgerReport) OK() bool { return r.Total == 0 }

func (r *LedgerReport) fault(seq int64, code, format string, args ...any) {
	r.Total++
	if len(r.Faults) < MaxBatch {
		r.Faults = append(r.Faults, LedgerFault{seq, code, fmt.Sprintf(format, args...)})
	}
}

// VerifyLedger reads the whole ledger once, in constant memory, and names what
// is wrong, in order. publicKey verifies the tree heads; "" leaves their
// signatures unchecked and says so in the report. progress, if not nil, is
// called now and then with the entries read and all there should be. An error
// means that the ledger could not be read, not that it is wrong.
func (s *Store) VerifyLedger(ctx context.Context, publicKey string, progress func(done, all int64)) (LedgerReport, error) {
	v := verification{s: s, progress: progress}
	if publicKey != "" {
		key, err := note.NewVerifier(publicKey)
		if err != nil {
			return v.LedgerReport, &Error{Code: CodeBadKey, Why: "验证公钥无效，请检查公钥是否完整", Err: err}
		}
		v.key, v.Signed = key, true
	}
	heads, err := s.TreeHeads(ctx)
	if err != nil {
		return v.LedgerReport, err
	}
	v.heads, v.Heads = heads, len(heads)
	err = s.snapshot(ctx, func(from queryer) error { return v.run(ctx, from, s.engine) })
	return v.LedgerReport, wrap("verify ledger", err)
}

// A verification is on its way through the ledger.
type verification struct {
	LedgerReport
	s        *Store // opens what is sealed
	key      note.Verifier
	heads    []TreeHead // still to be compared
	progress func(done, all int64)
	tree     Tree
	next     int64 // expected sequence number
	prev     Hash
	searched int

	payloadsFrom int64
	told         map[string]bool // faults of chunks that were named
}

func (v *verification) run(ctx context.Context, from queryer, e Engine) error {
	var size int64
	var last Hash
	err := queryEach(ctx, from, e, "SELECT size, hash, payloads_from FROM ledger_head WHERE id = 1", nil, func(r *sql.Rows) error {
		var h sql.RawBytes
		err := r.Scan(&size, &h, &v.payloadsFrom)
		last = hashOr(h, nil)
		return err
	})
	if err != nil {
		return err
	}
	v.checkNotes()
	v.next = 1
	for after := int64(0); ; {
		page, err := readLedger(ctx, from, e, after, MaxBatch)
		if err != nil {
			return err
		}
		for i := range page {
			v.entry(&page[i])
		}
		if err := v.payloads(ctx, from, e, page); err != nil {
			return err
		}
		if len(page) < MaxBatch {
			break
		}
		after = page[len(page)-1].Seq
		if v.progress != nil {
			v.progress(v.Entries, size)
		}
	}
	v.end(size, last)
	return nil
}

// checkNotes judges the signatures of the tree heads.
func (v *verification) checkNotes() {
	for i := range v.heads {
		h := &v.heads[i]
		if v.key != nil && !h.check(v.key) {
			v.fault(h.Size, HeadForged, "第 %d 条处的树头签名与公钥不符，树头被伪造或换了密钥，请与机外留存的树头核对", h.Size)
		}
	}
}

// entry judges one entry by the one before.
func (v *verification) entry(e *Entry) {
	v.Entries++
	gap := e.Seq > v.next
	if gap {
		v.fault(v.next, LedgerDropped, "第 %d 至 %d 条被删除，请从备份或证据包恢复", v.next, e.Seq-1)
	}
	switch was := v.origin(e); {
	case was == e.Seq && !gap && e.Prev != v.prev && !v.faultyBefore(e.Seq):
		v.fault(e.Seq, LedgerAltered, "第 %d 条与前一条接不上，前一条或这一条被改写，请与备份核对", e.Seq)
	case was == 0:
		v.fault(e.Seq, LedgerAltered, "第 %d 条（%s %s）的内容与其哈希不符，被修改过，请与备份核对", e.Seq, e.Kind, e.Subject)
	case was != e.Seq:
		v.fault(e.Seq, LedgerReordered, "第 %d 条原在第 %d 条的位置，顺序被调换，请与备份核对", e.Seq, was)
	}
	v.next, v.prev = e.Seq+1, e.Hash
	v.tree.Add(e.Hash[:])
	v.compare(e.Seq)
}

// faultyBefore reports whether the entry before has been named already, so that
// a broken link to it is no news.
func (v *verification) faultyBefore(seq int64) bool {
	n := len(v.Faults)
	return n > 0 && v.Faults[n-1].Seq == seq-1 && v.Faults[n-1].Code != HeadForged
}

// origin returns the sequence number that the entry's hash was made with: its
// own, that of a neighbour if it was moved, or 0 if its fields were changed.
func (v *verification) origin(e *Entry) int64 {
	const near, most = 1024, 256
	if e.Digest() == e.Hash {
		return e.Seq
	}
	if v.searched++; v.searched > most {
		return 0
	}
	moved := *e
	for d := int64(1); d <= near; d++ {
		for _, seq := range [...]int64{e.Seq - d, e.Seq + d} {
			if moved.Seq = seq; seq > 0 && moved.Digest() == e.Hash {
				return seq
			}
		}
	}
	return 0
}

// named reports whether an entry has been named already.
func (v *verification) named() bool {
	return slices.ContainsFunc(v.Faults, func(f LedgerFault) bool { return f.Code != HeadForged })
}

// compare holds the tree so far against the tree heads that end here.
func (v *verification) compare(seq int64) {
	for len(v.heads) > 0 && v.heads[0].Size <= seq {
		h := v.heads[0]
		v.heads = v.heads[1:]
		if h.Size == v.tree.Size() && h.Size == seq && h.Root == v.tree.Root() {
			continue
		}
		if v.named() { // the tree cannot agree then
			continue
		}
		v.fault(h.Size, LedgerRewritten, "前 %d 条与该处签名的树头不符，其中有条目被改写，请与备份核对", h.Size)
	}
}

// end judges what should come after the last entry.
func (v *verification) end(size int64, last Hash) {
	v.Root = v.tree.Root()
	want := size
	if n := len(v.heads); n > 0 {
		want = max(want, v.heads[n-1].Size)
	}
	switch {
	case v.next <= want:
		v.fault(v.next, LedgerTruncated, "第 %d 至 %d 条在末尾被截去，请从备份恢复", v.next, want)
	case size != v.next-1 || last != v.prev:
		v.fault(v.next-1, LedgerAltered, "末尾第 %d 条与台账的头部记录不符，被改写，请与备份核对", v.next-1)
	}
	if v.progress != nil {
		v.progress(v.Entries, max(size, v.Entries))
	}
}
