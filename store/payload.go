package store

import (
	"context"
	"database/sql"
	"strconv"

	"zhunru/store/vault"
)

type payloadRow struct {
	Seq  int64 `gorm:"primaryKey;autoIncrement:false"`
	Body []byte
}

func (payloadRow) TableName() string { return "ledger_payloads" }

// savePayloads keeps the bodies of the entries that are being appended.
func (tx *Tx) savePayloads() error {
	rows := make([]payloadRow, 0, len(tx.entries))
	for i := range tx.entries {
		e := &tx.entries[i]
		if e.Body == nil {
			continue
		}
		body, err := tx.s.sealPayload(e)
		if err != nil {
			return err
		}
		rows = append(rows, payloadRow{e.Seq, body})
	}
	return insertAll(tx, "ledger_payloads (seq, body)", 2, rows, func(args []any, r payloadRow) []any { return append(args, r.Seq, r.Body) })
}

// Payloads returns the bodies of up to MaxBatch entries by sequence number: the
// bytes whose SHA-256 is the entry's Payload, if nobody touched them. Entries
// whose body is not kept are left out.
func (s *Store) Payloads(ctx context.Context, seqs []int64) (map[int64][]byte, error) {
	if err := checkBatch(len(seqs)); err != nil {
		return nil, err
	}
	out, err := readPayloads(ctx, s.reader(), s.engine, seqs)
	for seq, body := range out { // order does not matter: each is opened alone
		if err == nil {
			out[seq], err = s.openPayload(seq, body)
		}
	}
	return out, wrap("payloads", err)
}

// readPayloads returns bodies as they are kept, sealed or not.
func readPayloads(ctx context.Context, from queryer, e Engine, seqs []int64) (map[int64][]byte, error) {
	out := make(map[int64][]byte, len(seqs))
	if len(seqs) == 0 {
		return out, nil
	}
	err := queryEach(ctx, from, e, "SELECT seq, body FROM ledger_payloads WHERE seq IN "+marks(len(seqs)), anys(seqs), func(r *sql.Rows) error {
		var seq int64
		var body []byte
		err := r.Scan(&seq, &body)
		out[seq] = body
		return err
	})
	return out, err
}

// payloadPlace names the body of an entry for its seal.
func payloadPlace(seq int64) string { return "ledger_payloads/" + strconv.FormatInt(seq, 10) }

// sealPayload seals the bodies that may name a person: those of merchants and
// documents. The entry's hash is that of the open body.
func (s *Store) sealPayload(e *Entry) ([]byte, error) {
	if s.vault == nil || e.Kind != EntryMerchant && e.Kind != EntryDocument {
		return e.Body, nil
	}
	if keys, _ := s.vault.Keys(); keys == 0 { // without keys nothing personal is kept, nor in here
		return e.Body, nil
	}
	sealed, err := s.vault.Seal(payloadPlace(e.Seq), string(e.Body))
	return []byte(sealed), err
}

func (s *Store) openPayload(seq int64, body []byte) ([]byte, error) {
	if !vault.Sealed(string(body[:min(len(body), 16)])) {
		return body, nil
	}
	plain, err := s.vault.Open(payloadPlace(seq), string(body))
	if err != nil {
		return nil, &Error{Code: CodeDataKeys, Why: err.Error(), Err: err}
	}
	return []byte(plain), nil
}

// ResealPayloads does for the bodies of the ledger's entries what Reseal does
// for a table; last is a sequence number. The entries and their hashes stay.
func (s *Store) ResealPayloads(ctx context.Context, after int64, limit int) (sealed, looked int, last int64, err error) {
	if err := checkBatch(limit); err != nil {
		return 0, 0, after, err
	}
	err = s.Write(ctx, func(tx *Tx) error {
		sealed, last = 0, after
		var rows []payloadRow
		err := tx.each(`SELECT p.seq, p.body FROM ledger_payloads p JOIN ledger l ON l.seq = p.seq
 WHERE l.kind IN ('merchant', 'document') AND p.seq > ? ORDER BY p.seq LIMIT ?`, []any{after, limit}, func(r *sql.Rows) error {
			rows = append(rows, payloadRow{})
			return r.Scan(&rows[len(rows)-1].Seq, &rows[len(rows)-1].Body)
		})
		looked = len(rows)
		for i := 0; i < len(rows) && err == nil; i++ {
			r := &rows[i]
			if last = r.Seq; s.vault.Current(string(r.Body)) {
				continue
			}
			var plain []byte
			if plain, err = s.openPayload(r.Seq, r.Body); err != nil {
				break
			}
			var again string
			if again, err = s.vault.Seal(payloadPlace(r.Seq), string(plain)); err == nil {
				_, err = tx.exec("UPDATE ledger_payloads SET body = ? WHERE seq = ?", []byte(again), r.Seq)
			}
			sealed++
		}
		return err
	})
	return sealed, looked, last, wrap("reseal payloads", err)
}
