package store

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"time"
)

// A documentEntry is what the ledger's bodies keep of a document that was saved.
type documentEntry struct {
	Key        int64
	MerchantID string
	Decision   string
	Version    int64
	CreatedAt  time.Time
}

// documentEntries tells every document that an entry of the ledger is about, in
// order; an import's entry tells of many. Entries whose bodies are not kept any
// more are passed over: VerifyLedger and Reconcile tell of these.
func (s *Store) documentEntries(ctx context.Context, from queryer, each func(*Entry, *documentEntry) error) error {
	for after := int64(0); ; {
		var page []Entry
		err := queryEach(ctx, from, s.engine, "SELECT seq, at, actor, subject FROM ledger WHERE kind = 'document' AND seq > ? ORDER BY seq LIMIT ?",
			[]any{after, MaxBatch}, func(r *sql.Rows) error {
				e := Entry{Kind: EntryDocument}
				var at int64
				err := r.Scan(&e.Seq, &at, &e.Actor, &e.Subject)
				e.At = fromMicros(at)
				page = append(page, e)
				return err
			})
		if err == nil {
			err = s.documentBodies(ctx, from, page, each)
		}
		if err != nil || len(page) < MaxBatch {
			return err
		}
		after = page[len(page)-1].Seq
	}
}

func (s *Store) documentBodies(ctx context.Context, from queryer, page []Entry, each func(*Entry, *documentEntry) error) error {
	return blocks(page, func(block []Entry) error {
		seqs := make([]int64, len(block))
		for i := range block {
			seqs[i] = block[i].Seq
		}
		bodies, err := readPayloads(ctx, from, s.engine, seqs)
		if err != nil {
			return err
		}
		for i := range block {
			sealed, has := bodies[block[i].Seq]
			if !has {
				continue
			}
			body, err := s.openPayload(block[i].Seq, sealed)
			if err != nil {
				return err
			}
			list, err := readDocumentEntry(body)
			if err != nil {
				return wrapKey("body of entry", block[i].Seq, err)
			}
			for k := range list {
				if err := each(&block[i], &list[k]); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// readDocumentEntry reads a document or, of an import, a list of them.
func readDocumentEntry(body []byte) ([]documentEntry, error) {
	if bytes.HasPrefix(bytes.TrimSpace(body), []byte("[")) {
		var list []documentEntry
		return list, json.Unmarshal(body, &list)
	}
	var one documentEntry
	err := json.Unmarshal(body, &one)
	return []documentEntry{one}, err
}
