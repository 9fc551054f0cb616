package store

import (
	"context"
	"database/sql"
	"time"
	"unicode/utf8"

	"zhunru/screening"
)

// A Query selects listings by key. The zero value of a field asks for nothing.
type Query struct {
	After   Key       // only greater keys
	Through Key       // 0: to the end; otherwise no greater key
	Limit   int       // 1 to MaxBatch
	IDs     []string  // only these; Limit and the keys count too
	Since   time.Time // only listings edited at this time or later

	Merchant string // only this merchant's
	Class    string // only listings whose record has a finding of this class
	Outcome  screening.Outcome
	Deleted  bool // deleted listings too
	State    ListingState
	Category string    // declared: this path or one below it
	Until    time.Time // only listings last edited before this time
}

// Listings returns the listings of a query in the order of their keys, with the
// stamps of their records. Go on with After set to the last key; an answer
// shorter than Limit is the last. Its cost does not grow with the keys passed.
func (s *Store) Listings(ctx context.Context, q Query) ([]Row, error) {
	rows, err := listings(ctx, s.reader(), s.engine, &s.names, q)
	return rows, wrap("listings", err)
}

// Listings is Store.Listings inside the transaction.
func (tx *Tx) Listings(q Query) ([]Row, error) {
	rows, err := listings(tx.ctx, tx.sql, tx.s.engine, nil, q)
	return rows, wrap("listings", err)
}

// LastKey returns the greatest key of a listing, 0 where there is none.
func (s *Store) LastKey(ctx context.Context) (last Key, err error) {
	err = queryEach(ctx, s.reader(), s.engine, "SELECT COALESCE(MAX(key), 0) FROM listings", nil, func(r *sql.Rows) error { return r.Scan(&last) })
	return last, wrap("last listing", err)
}

// Listing returns one listing by id, deleted or not, or screening.ErrNotFound.
func (s *Store) Listing(ctx context.Context, id string) (Row, error) {
	rows, err := s.Listings(ctx, Query{IDs: []string{id}, Limit: 1, Deleted: true})
	if err == nil && len(rows) == 0 {
		err = screening.ErrNotFound
	}
	if err != nil {
		return Row{}, wrapKey("listing", id, err)
	}
	return rows[0], nil
}

// listingColumns is what a rowScan scans. Whose listings they are comes as keys
// for nameMerchants.
const listingColumns = `SELECT l.key, l.id, l.merchant_key, l.title, l.description, l.category, l.brand, l.attributes, l.content_hash,
 l.state, l.deleted, l.version, l.edited_at, r.outcome, r.listing_version, r.input_hash, r.verdict_hash
 FROM listings l LEFT JOIN records r ON r.listing_key = l.key`

func listings(ctx context.Context, from queryer, e Engine, names *merchantNames, q Query) ([]Row, error) {
	if err := checkBatch(q.Limit); err != nil {
		return nil, err
	}
	if err := checkBatch(len(q.IDs)); err != nil {
		return nil, err
	}
	if q.Limit < 1 {
		return nil, &screening.InvalidError{Field: "limit", Reason: "每页行数必须在 1 到 1000 之间，请修改"}
	}
	where, args := q.where()
	out := make([]Row, 0, q.Limit)
	scan := rowScan{bare: barePass(), merchants: make([]Key, 0, q.Limit)}
	err := queryEach(ctx, from, e, listingColumns+where+" ORDER BY l.key LIMIT ?", append(args, q.Limit), func(r *sql.Rows) error {
		out = append(out, Row{})
		return scan.into(r, &out[len(out)-1])
	})
	if err == nil {
		err = nameMerchants(ctx, from, e, names, out, scan.merchants)
	}
	return out, err
}

// where returns the end of the join with the records, and the conditions. The
// join says again after which key: PostgreSQL merges both tables by key, and
// would begin with the first record.
func (q *Query) where() (string, []any) {
	where, args := " AND r.listing_key > ? WHERE l.key > ?", []any{int64(q.After), int64(q.After)}
	add := func(condition string, values ...any) {
		where += " AND " + condition
		args = append(args, values...)
	}
	if q.Through != 0 {
		add("l.key <= ?", int64(q.Through))
	}
	if len(q.IDs) > 0 {
		add("l.id IN "+marks(len(q.IDs)), anys(q.IDs)...)
	}
	if !q.Since.IsZero() {
		add("l.edited_at >= ?", micros(q.Since))
	}
	if q.Merchant != "" {
		add("l.merchant_key = (SELECT key FROM merchants WHERE id = ?)", q.Merchant)
	}
	if q.Class != "" {
		add("EXISTS (SELECT 1 FROM findings f WHERE f.class = ? AND f.listing_key = l.key)", q.Class)
	}
	if q.Outcome != "" {
		add("r.outcome = ?", string(q.Outcome))
	}
	if q.State != "" {
		add("l.state = ?", string(q.State))
	}
	if q.Category != "" {
		add("(l.category = ? OR substr(l.category, 1, ?) = ?)", q.Category, utf8.RuneCountInString(q.Category)+1, q.Category+"/")
	}
	if !q.Until.IsZero() {
		add("l.edited_at < ?", micros(q.Until))
	}
	if !q.Deleted {
		add("NOT l.deleted")
	}
	return where, args
}

// A rowScan holds what scanning rows needs, so that it is made once, and the keys
// of their merchants, 0 for none.
type rowScan struct {
	bare                    Hash
	content, input, verdict sql.RawBytes
	state                   sql.RawBytes
	outcome                 sql.RawBytes
	merchant                sql.NullInt64
	merchants               []Key
	attributes              sql.NullString
	judged                  sql.NullInt64
	edited                  int64
}

func (s *rowScan) into(r *sql.Rows, row *Row) error {
	l := &row.Listing
	err := r.Scan(&row.Key, &l.ID, &s.merchant, &l.Title, &l.Description, &l.Category, &l.Brand, &s.attributes, &s.content,
		&s.state, &row.Deleted, &row.Version, &s.edited, &s.outcome, &s.judged, &s.input, &s.verdict)
	if err != nil {
		return err
	}
	s.merchants = append(s.merchants, Key(s.merchant.Int64))
	if s.attributes.Valid {
		if l.Attributes, err = decodeAttributes(&s.attributes.String); err != nil {
			return err
		}
	}
	copy(row.Content[:], s.content)
	row.State = ListingActive
	if string(s.state) != string(ListingActive) {
		row.State = ListingState(s.state)
	}
	row.EditedAt = fromMicros(s.edited)
	if s.judged.Valid {
		row.Stamp = Stamp{Outcome: internOutcome(s.outcome), Version: s.judged.Int64, Input: row.Content, Verdict: s.bare}
		if s.input != nil {
			copy(row.Stamp.Input[:], s.input)
		}
		if s.verdict != nil {
			copy(row.Stamp.Verdict[:], s.verdict)
		}
	}
	return nil
}

// internOutcome returns the constant for an outcome, without a copy.
func internOutcome(b []byte) screening.Outcome {
	for _, o := range screening.Outcomes {
		if string(o) == string(b) {
			return o
		}
	}
	return screening.Outcome(b)
}
