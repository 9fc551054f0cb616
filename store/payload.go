package store

import (
	"context"
	"database/sql"
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
		if e := &tx.entries[i]; e.Body != nil {
			rows = append(rows, payloadRow{e.Seq, e.Body})
		}
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
	return out, wrap("payloads", err)
}

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
