package store

import (
	"context"
	"database/sql"
)

// Check reports what is wrong with the database's own structure: "" for
// nothing. PostgreSQL checks itself; on SQLite every page is read.
func (s *Store) Check(ctx context.Context) (string, error) {
	if s.engine != SQLite {
		return "", nil
	}
	said := ""
	err := queryEach(ctx, s.reader(), s.engine, "PRAGMA quick_check(1)", nil, func(r *sql.Rows) error { return r.Scan(&said) })
	if said == "ok" {
		said = ""
	}
	return said, wrap("check", err)
}
