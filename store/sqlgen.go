package store

import (
	"context"
	"database/sql"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A queryer is a pool or a transaction.
type queryer interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
}

// blockSizes are the numbers of rows that statements are made for: few texts,
// so that the drivers' caches hold every prepared statement.
var blockSizes = [...]int{256, 64, 16, 4, 1}

// blocks cuts a batch into blocks of those sizes.
func blocks[T any](batch []T, f func(block []T) error) error {
	for _, size := range blockSizes {
		for len(batch) >= size {
			if err := f(batch[:size]); err != nil {
				return err
			}
			batch = batch[size:]
		}
	}
	return nil
}

// tuples returns rows times "(?,?)", with cols signs each.
func tuples(rows, cols int) string {
	one := "(" + strings.TrimSuffix(strings.Repeat("?,", cols), ",") + ")"
	return strings.TrimSuffix(strings.Repeat(one+",", rows), ",")
}

// marks returns "(?,?,?)".
func marks(n int) string { return tuples(1, n) }

// rebind numbers the question marks where the engine wants numbers. Our
// statements have no question mark in a literal.
func rebind(e Engine, query string) string {
	if e != Postgres {
		return query
	}
	var b strings.Builder
	b.Grow(len(query) + 512)
	for n := 1; ; n++ {
		i := strings.IndexByte(query, '?')
		if i < 0 {
			b.WriteString(query)
			return b.String()
		}
		b.WriteString(query[:i])
		b.WriteByte('$')
		b.WriteString(strconv.Itoa(n))
		query = query[i+1:]
	}
}

// queryEach runs a query and calls scan for each of its rows.
func queryEach(ctx context.Context, q queryer, e Engine, query string, args []any, scan func(*sql.Rows) error) error {
	rows, err := q.QueryContext(ctx, rebind(e, query), args...)
	if err != nil {
		return err
	}
	defer rows.Close() //nolint:errcheck // Err below tells of every failure
	for rows.Next() {
		if err := scan(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

func (tx *Tx) each(query string, args []any, scan func(*sql.Rows) error) error {
	return queryEach(tx.ctx, tx.sql, tx.s.engine, query, args, scan)
}

func (tx *Tx) exec(query string, args ...any) (int64, error) {
	r, err := tx.sql.ExecContext(tx.ctx, rebind(tx.s.engine, query), args...)
	if err != nil {
		return 0, err
	}
	return r.RowsAffected()
}

// insertAll inserts rows of cols values each into a table, in blocks.
func insertAll[T any](tx *Tx, into string, cols int, rows []T, values func(args []any, r T) []any) error {
	var args []any
	return blocks(rows, func(block []T) error {
		args = slices.Grow(args[:0], len(block)*cols)
		for _, r := range block {
			args = values(args, r)
		}
		_, err := tx.exec("INSERT INTO "+into+" VALUES "+tuples(len(block), cols), args...)
		return err
	})
}

// reader is the pool for reads outside a transaction.
func (s *Store) reader() *sql.DB { return s.pools[len(s.pools)-1] }

func micros(t time.Time) int64 { return t.UnixMicro() }

func fromMicros(n int64) time.Time { return time.UnixMicro(n).UTC() }

// optMicros keeps the zero time as NULL.
func optMicros(t time.Time) *int64 {
	if t.IsZero() {
		return nil
	}
	n := micros(t)
	return &n
}

func fromOptMicros(n *int64) time.Time {
	if n == nil {
		return time.Time{}
	}
	return fromMicros(*n)
}

// optional keeps the zero value as NULL.
func optional[T comparable](v T) *T {
	var zero T
	if v == zero {
		return nil
	}
	return &v
}

func value[T any](p *T) T {
	if p == nil {
		var zero T
		return zero
	}
	return *p
}
