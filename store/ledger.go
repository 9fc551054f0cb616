package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"time"

	"zhunru/screening"
)

// An EntryKind says what an entry of the ledger is about. The empty value is
// invalid.
type EntryKind string

// The kinds of entries.
const (
	EntryVerdict   EntryKind = "verdict"
	EntryChunk     EntryKind = "chunk"
	EntryDecision  EntryKind = "decision"
	EntryAppeal    EntryKind = "appeal"
	EntryRelease   EntryKind = "release"
	EntryExemption EntryKind = "exemption"
	EntryDocument  EntryKind = "document"
	EntryMerchant  EntryKind = "merchant"
	EntrySchedule  EntryKind = "schedule"
	EntryKey       EntryKind = "key"    // a key was made or revoked
	EntryExport    EntryKind = "export" // see Tx.RecordExport
	EntryRun       EntryKind = "run"    // a full run is over
	EntryWebhook   EntryKind = "webhook"
	EntryListing   EntryKind = "listing" // removed from the catalogue
	EntryImport    EntryKind = "import"
)

// An Entry is one line of the ledger. Seq, At, Prev and Hash are given when the
// transaction ends; Record ignores what a caller put there.
type Entry struct {
	Seq      int64 // 1, 2, 3, … without a gap
	At       time.Time
	Actor    string // who did it; required
	Kind     EntryKind
	Subject  string // what it is about: a listing's id, RUN/CHUNK, …; required
	Payload  Hash   // SHA-256 of what was recorded; for a chunk the root of its tree
	Body     []byte // what was recorded; where given, Payload is its hash and it is kept. Not read back: see Payloads
	Revision string // of the dictionary, "" if none took part
	Prev     Hash   // hash of the entry before, zeros for the first
	Hash     Hash
}

// Digest returns the hash that the entry must have: SHA-256 over the line
// "zhunru-ledger-v1\n", Seq and At (microseconds since 1970, UTC), 8 bytes each,
// big endian; Actor, Kind, Subject and Revision, each with its length in bytes
// before it (8 bytes, big endian); Payload and Prev.
func (e *Entry) Digest() Hash {
	b := append(make([]byte, 0, 512), entryV1...)
	b = binary.BigEndian.AppendUint64(b, uint64(e.Seq))
	b = binary.BigEndian.AppendUint64(b, uint64(micros(e.At)))
	for _, s := range [...]string{e.Actor, string(e.Kind), e.Subject, e.Revision} {
		b = appendString(b, s)
	}
	b = append(b, e.Payload[:]...)
	b = append(b, e.Prev[:]...)
	return sha256.Sum256(b)
}

type ledgerRow struct {
	Seq         int64 `gorm:"primaryKey;autoIncrement:false"`
	At          int64
	Actor       string
	Kind        string
	Subject     string
	PayloadHash []byte
	Revision    string
	PrevHash    []byte
	Hash        []byte
}

func (ledgerRow) TableName() string { return "ledger" }

type ledgerHeadRow struct {
	ID   int64 `gorm:"primaryKey;autoIncrement:false"`
	Size int64
	Hash []byte

	PayloadsFrom int64
}

func (ledgerHeadRow) TableName() string { return "ledger_head" }

// Record appends an entry to the ledger when the transaction ends; if that fails
// the transaction does.
func (tx *Tx) Record(e Entry) error {
	err := checkEnum("kind", e.Kind, EntryVerdict, EntryChunk, EntryDecision, EntryAppeal, EntryRelease, EntryExemption,
		EntryDocument, EntryMerchant, EntrySchedule, EntryKey, EntryExport, EntryRun, EntryWebhook, EntryListing, EntryImport)
	for _, f := range [...]struct{ name, value string }{{"actor", e.Actor}, {"subject", e.Subject}} {
		if err == nil && f.value == "" {
			err = &screening.InvalidError{Field: f.name, Reason: "台账条目的这一项不能为空，请填写"}
		}
		if err == nil {
			err = checkText(f.name, f.value)
		}
	}
	if err != nil {
		return wrap("record in ledger", err)
	}
	if e.Body != nil {
		e.Payload = sha256.Sum256(e.Body)
	}
	tx.entries = append(tx.entries, e)
	return nil
}

// flushLedger chains the entries to the head, whose row it locks: transactions
// append one after the other.
func (tx *Tx) flushLedger() error {
	if len(tx.entries) == 0 {
		return nil
	}
	size, prev, err := tx.ledgerHead()
	if err != nil {
		return wrap("record in ledger", err)
	}
	at := fromMicros(tx.s.stamp())
	for i := range tx.entries {
		e := &tx.entries[i]
		e.Seq, e.At, e.Prev = size+int64(i)+1, at, prev
		e.Hash = e.Digest()
		prev = e.Hash
	}
	err = insertAll(tx, "ledger (seq, at, actor, kind, subject, payload_hash, revision, prev_hash, hash)", 9, tx.entries, func(args []any, e Entry) []any {
		return append(args, e.Seq, micros(e.At), e.Actor, string(e.Kind), e.Subject, e.Payload[:], e.Revision, e.Prev[:], e.Hash[:])
	})
	if err == nil {
		err = tx.savePayloads()
	}
	if err == nil {
		_, err = tx.exec("UPDATE ledger_head SET size = ?, hash = ? WHERE id = 1", size+int64(len(tx.entries)), prev[:])
	}
	return wrap("record in ledger", err)
}

// ledgerHead returns the number of entries and the hash of the last one, and
// keeps others from appending until the transaction ends.
func (tx *Tx) ledgerHead() (size int64, last Hash, err error) {
	query := "SELECT size, hash FROM ledger_head WHERE id = 1"
	if tx.s.engine == Postgres {
		query += " FOR UPDATE"
	}
	found := false
	err = tx.each(query, nil, func(r *sql.Rows) error {
		var hash sql.RawBytes
		err := r.Scan(&size, &hash)
		last, found = hashOr(hash, nil), true
		return err
	})
	if err == nil && !found {
		err = &Error{Code: CodeLedgerDamaged, Why: "台账的头部记录丢失，请停止写入并运行 zhunru ledger verify"}
	}
	return size, last, err
}

// Ledger returns up to limit entries after a sequence number, in order.
func (s *Store) Ledger(ctx context.Context, after int64, limit int) ([]Entry, error) {
	if err := checkBatch(limit); err != nil {
		return nil, err
	}
	out, err := readLedger(ctx, s.reader(), s.engine, after, limit)
	return out, wrap("ledger", err)
}

func readLedger(ctx context.Context, from queryer, e Engine, after int64, limit int) ([]Entry, error) {
	var out []Entry
	var payload, prev, hash sql.RawBytes
	err := queryEach(ctx, from, e, `SELECT seq, at, actor, kind, subject, payload_hash, revision, prev_hash, hash FROM ledger
 WHERE seq > ? ORDER BY seq LIMIT ?`, []any{after, limit}, func(r *sql.Rows) error {
		var e Entry
		var at int64
		err := r.Scan(&e.Seq, &at, &e.Actor, &e.Kind, &e.Subject, &payload, &e.Revision, &prev, &hash)
		e.At, e.Payload, e.Prev, e.Hash = fromMicros(at), hashOr(payload, nil), hashOr(prev, nil), hashOr(hash, nil)
		out = append(out, e)
		return err
	})
	return out, err
}
