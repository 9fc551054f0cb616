package store

import (
	"context"
	"database/sql"
	"errors"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"zhunru/screening"
)

// A ProvedEntry is an entry and the hashes that lead from its own to the root of
// a tree head, for CheckLeaf with the entry's hash as the leaf Seq-1.
type ProvedEntry struct {
	Entry
	Hashes []Hash
}

// ProveEntries returns entries by sequence number, in the order asked for, with
// their proofs under the tree head over the first size entries. An entry that
// the head does not cover is screening.ErrNotFound.
func (s *Store) ProveEntries(ctx context.Context, seqs []int64, size int64) ([]ProvedEntry, error) {
	var out []ProvedEntry
	err := s.snapshot(ctx, func(from queryer) error {
		read := tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) { return readNodes(ctx, from, s.engine, indexes) })
		for _, seq := range seqs {
			page, err := readLedger(ctx, from, s.engine, seq-1, 1)
			if err != nil {
				return err
			}
			if len(page) == 0 || page[0].Seq != seq || seq > size {
				return screening.ErrNotFound
			}
			proof, err := tlog.ProveRecord(size, seq-1, read)
			if err != nil {
				return err
			}
			p := ProvedEntry{Entry: page[0], Hashes: make([]Hash, len(proof))}
			for i, h := range proof {
				p.Hashes[i] = Hash(h)
			}
			out = append(out, p)
		}
		return nil
	})
	return out, wrap("prove entries", err)
}

func readNodes(ctx context.Context, from queryer, e Engine, indexes []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(indexes))
	for i, x := range indexes {
		found := false
		err := queryEach(ctx, from, e, "SELECT hash FROM ledger_nodes WHERE idx = ?", []any{x}, func(r *sql.Rows) error {
			var h sql.RawBytes
			err := r.Scan(&h)
			out[i], found = tlog.Hash(hashOr(h, nil)), true
			return err
		})
		if err == nil && !found {
			err = errors.New("a hash of the tree is missing")
		}
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// Signed reports whether the head's note is signed by a public key and says what
// the head says.
func (h *TreeHead) Signed(publicKey string) bool {
	v, err := note.NewVerifier(publicKey)
	return err == nil && h.check(v)
}

// EntryOf returns the number of the last entry of a kind about a subject, or
// screening.ErrNotFound.
func (s *Store) EntryOf(ctx context.Context, kind EntryKind, subject string) (seq int64, err error) {
	err = queryEach(ctx, s.reader(), s.engine, "SELECT seq FROM ledger WHERE kind = ? AND subject = ? ORDER BY seq DESC LIMIT 1",
		[]any{string(kind), subject}, func(r *sql.Rows) error { return r.Scan(&seq) })
	if err == nil && seq == 0 {
		err = screening.ErrNotFound
	}
	return seq, wrapKey("entry of", subject, err)
}
