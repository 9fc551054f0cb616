package store

import (
	"context"
	"database/sql"
	"slices"
	"time"
)

// A Selection picks listings for a targeted run. Exactly one of its fields but
// Limit and After is set.
type Selection struct {
	IDs      []string  // these, up to MaxBatch
	Merchant string    // this merchant's, as far as its qualifications can touch them
	Since    time.Time // edited at this time or later
	After    Place
	Limit    int // 1 to MaxBatch
}

// A Place is where a page of a selection ended.
type Place struct {
	Edited int64
	Key    Key
}

// Select returns a page of the keys of the listings that are not deleted, and
// the place to go on from; a page shorter than Limit is the last. Of a merchant
// those are left out that pass without a finding and that asked nothing of its
// qualifications: whatever they are, the verdict is the same.
func (s *Store) Select(ctx context.Context, q Selection) ([]Key, Place, error) {
	if err := checkBatch(max(q.Limit, len(q.IDs))); err != nil {
		return nil, q.After, err
	}
	query, args := q.query()
	var out []Key
	at := q.After
	err := queryEach(ctx, s.reader(), s.engine, query, append(args, q.Limit), func(r *sql.Rows) error {
		err := r.Scan(&at.Key, &at.Edited)
		out = append(out, at.Key)
		return err
	})
	return out, at, wrap("select listings", err)
}

func (q *Selection) query() (string, []any) {
	switch {
	case len(q.IDs) > 0:
		return "SELECT key, 0 FROM listings WHERE NOT deleted AND id IN " + marks(len(q.IDs)) + " AND key > ? ORDER BY key LIMIT ?",
			append(anys(q.IDs), int64(q.After.Key))
	case q.Merchant != "":
		return `SELECT l.key, 0 FROM listings l LEFT JOIN records r ON r.listing_key = l.key
 WHERE l.merchant_key = (SELECT key FROM merchants WHERE id = ?) AND l.key > ? AND NOT l.deleted
 AND (r.listing_key IS NULL OR r.verdict_hash IS NOT NULL OR r.input_hash IS NOT NULL OR r.listing_version <> l.version)
 ORDER BY l.key LIMIT ?`, []any{q.Merchant, int64(q.After.Key)}
	}
	since := micros(q.Since)
	if q.After.Edited < since {
		q.After = Place{since, 0}
	}
	return `SELECT key, edited_at FROM listings WHERE (edited_at > ? OR edited_at = ? AND key > ?) AND NOT deleted ORDER BY edited_at, key LIMIT ?`,
		[]any{q.After.Edited, q.After.Edited, int64(q.After.Key)}
}

// Urgent returns up to limit keys, in order, of what a full run does first:
// listings of merchants that joined at or after a time, and the latest of those
// edited at or after another.
func (s *Store) Urgent(ctx context.Context, joined, edited time.Time, limit int) ([]Key, error) {
	var out []Key
	scan := func(r *sql.Rows) error {
		var k Key
		err := r.Scan(&k)
		out = append(out, k)
		return err
	}
	err := queryEach(ctx, s.reader(), s.engine, `SELECT l.key FROM merchants m JOIN listings l ON l.merchant_key = m.key
 WHERE m.joined_at >= ? AND NOT l.deleted ORDER BY m.joined_at DESC, m.key DESC LIMIT ?`, []any{micros(joined), limit / 2}, scan)
	if err == nil {
		err = queryEach(ctx, s.reader(), s.engine, `SELECT key FROM listings WHERE edited_at >= ? AND NOT deleted ORDER BY edited_at DESC, key DESC LIMIT ?`,
			[]any{micros(edited), limit - len(out)}, scan)
	}
	slices.Sort(out)
	return slices.Compact(out), wrap("urgent listings", err)
}

// Extent returns how many listings are kept, deleted ones too, and the greatest
// key.
func (s *Store) Extent(ctx context.Context) (n int64, last Key, err error) {
	err = queryEach(ctx, s.reader(), s.engine, "SELECT (SELECT COUNT(*) FROM listings), COALESCE((SELECT MAX(key) FROM listings), 0)", nil, func(r *sql.Rows) error {
		return r.Scan(&n, &last)
	})
	return n, last, wrap("extent of listings", err)
}

// RowsByKey returns those of up to MaxBatch listings that are not deleted, in
// the order of their keys, which must be that of the argument.
func (s *Store) RowsByKey(ctx context.Context, keys []Key) ([]Row, error) {
	if err := checkBatch(len(keys)); err != nil {
		return nil, err
	}
	out := make([]Row, 0, len(keys))
	scan := rowScan{bare: barePass()}
	err := blocks(keys, func(block []Key) error {
		query := listingColumns + " WHERE NOT l.deleted AND l.key IN " + marks(len(block)) + " ORDER BY l.key"
		return queryEach(ctx, s.reader(), s.engine, query, keyArgs(block), func(r *sql.Rows) error {
			out = append(out, Row{})
			return scan.into(r, &out[len(out)-1])
		})
	})
	if err == nil {
		err = nameMerchants(ctx, s.reader(), s.engine, &s.names, out, scan.merchants)
	}
	return out, wrap("listings by key", err)
}

// MerchantsChanged returns when each merchant changed last, or a document of it,
// for those that did at or after a time; all is false where there are more than
// limit changes and the answer is not complete.
func (s *Store) MerchantsChanged(ctx context.Context, since time.Time, limit int) (changed map[string]time.Time, all bool, err error) {
	n := 0
	changed = map[string]time.Time{}
	err = queryEach(ctx, s.reader(), s.engine, `SELECT id, updated_at FROM merchants WHERE updated_at >= ? AND state <> 'named'
 UNION ALL SELECT m.id, d.updated_at FROM documents d JOIN merchants m ON m.key = d.merchant_key WHERE d.updated_at >= ? LIMIT ?`,
		[]any{micros(since), micros(since), limit + 1}, func(r *sql.Rows) error {
			var id string
			var at int64
			err := r.Scan(&id, &at)
			if t := fromMicros(at); t.After(changed[id]) {
				changed[id] = t
			}
			n++
			return err
		})
	return changed, n <= limit, wrap("changed merchants", err)
}

// ActiveRuns returns the runs that are planned, running or paused, the oldest
// first.
func (s *Store) ActiveRuns(ctx context.Context) ([]Run, error) {
	list, err := s.runs(ctx, "runs.state IN ('planned', 'running', 'paused') ORDER BY runs.key")
	return list, wrap("active runs", err)
}

// LastDone returns the latest run of some kinds that was done before a run (0:
// ever); ok is false if there is none.
func (s *Store) LastDone(ctx context.Context, before int64, kinds ...RunKind) (r Run, ok bool, err error) {
	if before == 0 {
		before = 1<<63 - 1
	}
	names := make([]any, len(kinds))
	for i, k := range kinds {
		names[i] = string(k)
	}
	list, err := s.runs(ctx, "runs.state = 'done' AND runs.key < ? AND runs.kind IN ? ORDER BY runs.key DESC LIMIT 1", before, names)
	if err != nil || len(list) == 0 {
		return Run{}, false, wrap("last run", err)
	}
	return list[0], true, nil
}

// RunsBetween returns up to MaxBatch runs after one and before another, in
// order.
func (s *Store) RunsBetween(ctx context.Context, after, before int64) ([]Run, error) {
	list, err := s.runs(ctx, "runs.key > ? AND runs.key < ? ORDER BY runs.key LIMIT ?", after, before, MaxBatch)
	return list, wrap("runs", err)
}

// DossierStamps returns when each of up to MaxBatch merchants, or a document of
// it, changed last: KeptDossier.ChangedAt, as it is inside the transaction.
// Merchants known by name only are left out.
func (tx *Tx) DossierStamps(merchants []string) (map[string]time.Time, error) {
	out := make(map[string]time.Time, len(merchants))
	err := blocks(merchants, func(block []string) error {
		return tx.each(`SELECT m.id, m.updated_at, COALESCE((SELECT MAX(d.updated_at) FROM documents d WHERE d.merchant_key = m.key), 0)
 FROM merchants m WHERE m.state <> 'named' AND m.id IN `+marks(len(block)), anys(block), func(r *sql.Rows) error {
			var id string
			var own, documents int64
			err := r.Scan(&id, &own, &documents)
			out[id] = fromMicros(max(own, documents))
			return err
		})
	})
	return out, wrap("stamps of dossiers", err)
}
