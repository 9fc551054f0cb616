package store

import (
	"context"
	"database/sql"
	"time"
)

// Gauges are numbers that say how the database stands, for monitoring.
type Gauges struct {
	Ledger  int64         // entries
	Runs    int64         // planned or running
	Chunks  int64         // planned or being worked on
	Lag     time.Duration // since the running run that stood still longest was last heard of; 0 without one
	Revised time.Time     // when the newest revision of the dictionary was kept first; zero without one
}

// Gauges reads a few short answers; it scans no table that grows with listings.
func (s *Store) Gauges(ctx context.Context) (Gauges, error) {
	var g Gauges
	var heard, revised int64
	err := queryEach(ctx, s.reader(), s.engine, `SELECT (SELECT size FROM ledger_head WHERE id = 1),
 (SELECT COUNT(*) FROM runs WHERE state IN ('planned', 'running')),
 (SELECT COUNT(*) FROM chunks WHERE state IN ('planned', 'running') AND run_key IN (SELECT key FROM runs WHERE state IN ('planned', 'running'))),
 (SELECT COALESCE(MIN(COALESCE(heartbeat_at, created_at)), 0) FROM runs WHERE state = 'running'),
 COALESCE((SELECT loaded_at FROM revisions ORDER BY key DESC LIMIT 1), 0)`, nil, func(r *sql.Rows) error {
		return r.Scan(&g.Ledger, &g.Runs, &g.Chunks, &heard, &revised)
	})
	if heard > 0 {
		g.Lag = max(0, fromMicros(s.stamp()).Sub(fromMicros(heard)))
	}
	if revised > 0 {
		g.Revised = fromMicros(revised)
	}
	return g, wrap("gauges", err)
}
