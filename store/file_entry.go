package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"zhunru/screening"
)

// A FileEntry is an entry of the ledger that tells of merchants or documents.
type FileEntry struct {
	Seq     int64
	Kind    EntryKind // EntryMerchant or EntryDocument
	Subject string    // M-1, M-1/3 for a document of M-1, or an import's batch: import 4/1000
	Body    []byte    // the bytes that were hashed: JSON of one, of a batch a list; nil: not kept any more
}

// MaxFileEntries bounds FileEntries.
const MaxFileEntries = 20_000

// FileEntries returns the entries about a merchant and its documents, in order:
// those of an import's batches too, whose bodies tell of others as well. With ""
// they are of all merchants, made from a moment on and before another. More than
// MaxFileEntries are a *screening.InvalidError.
func (s *Store) FileEntries(ctx context.Context, merchant string, from, before time.Time) ([]FileEntry, error) {
	if merchant == "" {
		return s.fileEntries(ctx, "kind IN ('merchant', 'document') AND at >= ? AND at < ?", micros(from), micros(before))
	}
	documents, err := s.Documents(ctx, merchant)
	if err != nil {
		return nil, err
	}
	where, args := "kind = 'merchant' AND subject = ? OR kind IN ('merchant', 'document') AND subject LIKE 'import %'", []any{merchant}
	if len(documents) > 0 {
		where += " OR kind = 'document' AND subject IN " + marks(len(documents))
		for i := range documents {
			args = append(args, fmt.Sprintf("%s/%d", merchant, documents[i].Key))
		}
	}
	return s.fileEntries(ctx, where, args...)
}

func (s *Store) fileEntries(ctx context.Context, where string, args ...any) ([]FileEntry, error) {
	var out []FileEntry
	err := queryEach(ctx, s.reader(), s.engine, "SELECT seq, kind, subject FROM ledger WHERE "+where+" ORDER BY seq LIMIT ?", append(args, MaxFileEntries+1), func(r *sql.Rows) error {
		var e FileEntry
		err := r.Scan(&e.Seq, &e.Kind, &e.Subject)
		out = append(out, e)
		return err
	})
	if err == nil && len(out) > MaxFileEntries {
		err = &screening.InvalidError{Field: "scope", Reason: fmt.Sprintf("商家和证照的台账条目多于 %d 条，请缩小范围", MaxFileEntries)}
	}
	if err == nil {
		err = blocks(out, func(block []FileEntry) error { return s.fileBodies(ctx, block) })
	}
	return out, wrap("file entries", err)
}

func (s *Store) fileBodies(ctx context.Context, block []FileEntry) error {
	seqs := make([]int64, len(block))
	for i := range block {
		seqs[i] = block[i].Seq
	}
	bodies, err := s.Payloads(ctx, seqs)
	for i := range block {
		block[i].Body = bodies[block[i].Seq]
	}
	return err
}

// JudgedBetween returns up to limit ids of listings after a key, in order, that
// were given a verdict from a moment on and before another, and the key to go on
// from, 0 at the end. It reads the whole catalogue.
func (s *Store) JudgedBetween(ctx context.Context, from, before time.Time, after Key, limit int) (ids []string, next Key, err error) {
	if err := checkBatch(limit); err != nil {
		return nil, 0, err
	}
	a, b := micros(from), micros(before)
	err = queryEach(ctx, s.reader(), s.engine, `SELECT l.key, l.id FROM listings l WHERE l.key > ? AND (
 EXISTS (SELECT 1 FROM records r WHERE r.listing_key = l.key AND r.screened_at >= ? AND r.screened_at < ?) OR
 EXISTS (SELECT 1 FROM record_history h WHERE h.listing_key = l.key AND h.old_screened_at >= ? AND h.old_screened_at < ?))
 ORDER BY l.key LIMIT ?`, []any{int64(after), a, b, a, b, limit}, func(r *sql.Rows) error {
		var id string
		err := r.Scan(&next, &id)
		ids = append(ids, id)
		return err
	})
	if len(ids) < limit {
		next = 0
	}
	return ids, next, wrap("judged between", err)
}
