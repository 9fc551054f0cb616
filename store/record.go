package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"time"

	"zhunru/screening"
)

// A Record is a listing's current verdict, stamped.
type Record struct {
	Key        Key
	Verdict    screening.Verdict // Revision is that of its last change: a later run may have confirmed it
	Listing    int64             // version of the listing that was judged
	Version    int64             // 1 and one more for every difference since
	Run        int64             // the run that wrote it, 0: none
	ScreenedAt time.Time
	Stamp      Stamp
}

type recordRow struct {
	ListingKey     int64 `gorm:"primaryKey;autoIncrement:false"`
	ListingVersion int64
	Outcome        string
	RevisionKey    int64
	InputHash      []byte
	VerdictHash    []byte
	Suppressed     *string
	RunKey         *int64
	Version        int64
	ScreenedAt     int64
	ProofRun       *int64
	ProofChunk     *int64
}

func (recordRow) TableName() string { return "records" }

// Record returns the current verdict of a listing by its id, in the form it was
// saved in. A listing that is unknown or was never screened is
// screening.ErrNotFound.
func (s *Store) Record(ctx context.Context, id string) (Record, error) {
	row, err := s.Listing(ctx, id)
	if err != nil {
		return Record{}, err
	}
	list, err := s.Records(ctx, []Key{row.Key})
	if err == nil && len(list) == 0 {
		err = screening.ErrNotFound
	}
	if err != nil {
		return Record{}, wrapKey("record", id, err)
	}
	return list[0], nil
}

// Records returns the current verdicts of up to MaxBatch listings, by key; those
// never screened are left out.
func (s *Store) Records(ctx context.Context, keys []Key) ([]Record, error) {
	if err := checkBatch(len(keys)); err != nil {
		return nil, err
	}
	if len(keys) == 0 {
		return nil, nil
	}
	var out []Record
	err := s.snapshot(ctx, func(from queryer) (err error) {
		if out, err = readRecords(ctx, from, s.engine, keys); err == nil {
			err = attachFindings(ctx, from, s.engine, keys, out)
		}
		return err
	})
	return out, wrap("records", err)
}

// snapshot runs several reads that see one state of the database.
func (s *Store) snapshot(ctx context.Context, f func(queryer) error) error {
	var o *sql.TxOptions // SQLite's reading transactions are snapshots
	if s.engine == Postgres {
		o = &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true}
	}
	tx, err := s.reader().BeginTx(ctx, o)
	if err != nil {
		return err
	}
	defer tx.Rollback() //nolint:errcheck // nothing was written
	return f(tx)
}

func readRecords(ctx context.Context, from queryer, e Engine, keys []Key) ([]Record, error) {
	query := `SELECT l.key, l.id, COALESCE(x.content_hash, l.content_hash), r.listing_version, r.outcome, v.hash, r.input_hash, r.verdict_hash, r.suppressed,
 COALESCE(r.run_key, 0), r.version, r.screened_at
 FROM records r JOIN listings l ON l.key = r.listing_key JOIN revisions v ON v.key = r.revision_key
 LEFT JOIN listing_versions x ON x.listing_key = r.listing_key AND x.version = r.listing_version
 WHERE r.listing_key IN ` + marks(len(keys)) + ` ORDER BY r.listing_key`
	bare := barePass()
	var out []Record
	err := queryEach(ctx, from, e, query, keyArgs(keys), func(rows *sql.Rows) error {
		var rec Record
		var content, input, verdict sql.RawBytes
		var suppressed sql.NullString
		var at int64
		err := rows.Scan(&rec.Key, &rec.Verdict.ID, &content, &rec.Listing, &rec.Verdict.Outcome, &rec.Verdict.Revision,
			&input, &verdict, &suppressed, &rec.Run, &rec.Version, &at)
		if err != nil {
			return err
		}
		rec.ScreenedAt = fromMicros(at)
		rec.Stamp = Stamp{Outcome: rec.Verdict.Outcome, Version: rec.Listing, Input: hashOr(input, content), Verdict: hashOr(verdict, bare[:])}
		rec.Verdict.Findings = []screening.Finding{}
		if suppressed.Valid {
			err = json.Unmarshal([]byte(suppressed.String), &rec.Verdict.Suppressed)
		}
		out = append(out, rec)
		return err
	})
	return out, err
}

// attachFindings gives each record its findings, in their order.
func attachFindings(ctx context.Context, from queryer, e Engine, keys []Key, records []Record) error {
	at := make(map[Key]*Record, len(records))
	for i := range records {
		at[records[i].Key] = &records[i]
	}
	query := `SELECT f.listing_key, f.outcome, f.kind, f.body, g.body FROM findings f JOIN finding_rules g ON g.key = f.rule_key
 WHERE f.listing_key IN ` + marks(len(keys)) + ` ORDER BY f.listing_key, f.n`
	return queryEach(ctx, from, e, query, keyArgs(keys), func(rows *sql.Rows) error {
		var key Key
		var outcome, kind string
		var own, rule sql.RawBytes
		if err := rows.Scan(&key, &outcome, &kind, &own, &rule); err != nil {
			return err
		}
		f, err := joinFinding(outcome, kind, rule, own)
		if r := at[key]; r != nil && err == nil {
			r.Verdict.Findings = append(r.Verdict.Findings, f)
		}
		return err
	})
}

func hashOr(b, otherwise []byte) (h Hash) {
	if b == nil {
		b = otherwise
	}
	copy(h[:], b)
	return h
}

func keyArgs(keys []Key) []any {
	args := make([]any, len(keys))
	for i, k := range keys {
		args[i] = int64(k)
	}
	return args
}
