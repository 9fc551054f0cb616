package store

import (
	"database/sql"
	"errors"
	"time"
)

// A Claim is what a worker got that asked for work on a run.
type Claim struct {
	Chunk *Chunk   // to be worked on; nil: see below
	State RunState // of the run; only a running one has chunks to claim
	Busy  bool     // all that is left is in the hands of other workers
}

// ClaimChunk gives a worker a chunk of a running run for the time of lease: one
// that is planned, one whose worker let its lease end, or, where the run
// covers a range, the next size keys of it. A chunk whose worker is gone begins
// anew, and what it had counted is taken back.
func (tx *Tx) ClaimChunk(run int64, worker string, lease time.Duration, size int) (Claim, error) {
	var r runRow
	if err := tx.locking().Where("key = ?", run).Take(&r).Error; err != nil {
		return Claim{}, wrapKey("claim chunk of run", run, err)
	}
	claim := Claim{State: RunState(r.State)}
	if claim.State != RunRunning {
		return claim, nil
	}
	c, err := tx.openChunk(&r)
	if err == nil && c == nil {
		c, err = tx.planNext(&r, size)
	}
	if err != nil {
		return claim, wrapKey("claim chunk of run", run, err)
	}
	if c == nil {
		var left int64
		err := tx.g.Model(&chunkRow{}).Where("run_key = ? AND state <> 'done'", run).Count(&left).Error
		claim.Busy = left > 0
		return claim, wrapKey("claim chunk of run", run, err)
	}
	now := fromMicros(tx.s.stamp())
	c.State, c.Worker, c.LeaseAt, c.Attempt, c.Listings, c.Judged = ChunkRunning, worker, now.Add(lease), c.Attempt+1, 0, 0
	if c.StartedAt.IsZero() {
		c.StartedAt = now
	}
	claim.Chunk = c
	return claim, wrapKey("claim chunk of run", run, tx.SaveChunk(*c))
}

// openChunk returns the first chunk that waits or was let go.
func (tx *Tx) openChunk(r *runRow) (*Chunk, error) {
	var rows []chunkRow
	err := tx.g.Where("run_key = ? AND (state = 'planned' OR state = 'running' AND lease_at < ?)", r.Key, tx.s.stamp()).Order("n").Limit(1).Find(&rows).Error
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	c := rows[0].chunk()
	return &c, tx.takeBack(r, &c)
}

// takeBack subtracts from a run what a chunk had counted.
func (tx *Tx) takeBack(r *runRow, c *Chunk) error {
	if c.Listings == 0 || !counted(r, c) {
		return nil
	}
	_, err := tx.exec("UPDATE runs SET done = done - ?, judged = judged - ?, version = version + 1 WHERE key = ?", c.Listings, c.Judged, r.Key)
	return err
}

// counted reports whether a chunk's listings count as progress. The lane of a
// run over a range does not: the range covers its listings once more.
func counted(r *runRow, c *Chunk) bool { return r.ThroughKey == 0 || len(c.Keys) == 0 }

// planNext appends the next chunk of a run over a range. Keys that are not
// there are passed over by one look at the index.
func (tx *Tx) planNext(r *runRow, size int) (*Chunk, error) {
	if r.PlannedKey >= r.ThroughKey {
		return nil, nil
	}
	var first sql.NullInt64
	err := tx.each("SELECT MIN(key) FROM listings WHERE key > ?", []any{r.PlannedKey}, func(rows *sql.Rows) error { return rows.Scan(&first) })
	if err != nil {
		return nil, err
	}
	if !first.Valid || first.Int64 > r.ThroughKey {
		_, err := tx.exec("UPDATE runs SET planned_key = through_key, version = version + 1 WHERE key = ?", r.Key)
		return nil, err
	}
	var n int64
	if err := tx.each("SELECT COALESCE(MAX(n), 0) FROM chunks WHERE run_key = ?", []any{r.Key}, func(rows *sql.Rows) error { return rows.Scan(&n) }); err != nil {
		return nil, err
	}
	c := &Chunk{Run: r.Key, N: n + 1, After: Key(first.Int64 - 1), Last: Key(min(first.Int64-1+int64(size), r.ThroughKey))}
	_, err = tx.exec("UPDATE runs SET planned_key = ?, version = version + 1 WHERE key = ?", int64(c.Last), r.Key)
	return c, err
}

// ErrStopped is what Advance answers a worker that must put its chunk down: the
// run was cancelled or paused, or the chunk was given to another.
var ErrStopped = errors.New("运行已停止或分块已交给别的进程，请放下手中的分块（STOPPED）")

// A Step is what a worker has done of its chunk since the last step.
type Step struct {
	Run, N   int64
	Worker   string
	Attempt  int           // of the chunk, as it was claimed: another claim of the same worker is another's
	Lease    time.Duration // from now on
	Listings int64
	Judged   int64 // of them
	Changed  int64
	Flipped  int64
	Alarms   int64
	Root     *Hash // of the whole chunk: this is its last step
}

// Advance counts a step, in the transaction that keeps its verdicts, and holds
// the chunk for another lease. Where the run is not running any more, or the
// chunk is another worker's, the answer is ErrStopped and nothing of the
// transaction must be kept.
func (tx *Tx) Advance(p Step) error {
	now := tx.s.stamp()
	state, ended, root := ChunkRunning, any(nil), any(nil)
	if p.Root != nil {
		state, ended, root = ChunkDone, now, p.Root[:]
	}
	n, err := tx.exec(`UPDATE chunks SET listings = listings + ?, judged = judged + ?, changed = changed + ?, flipped = flipped + ?, lease_at = ?, state = ?, ended_at = ?, root = ?
 WHERE run_key = ? AND n = ? AND worker = ? AND attempt = ? AND state = 'running'`,
		p.Listings, p.Judged, p.Changed, p.Flipped, now+p.Lease.Microseconds(), string(state), ended, root, p.Run, p.N, p.Worker, p.Attempt)
	if err == nil && n == 0 {
		err = ErrStopped
	}
	if err != nil {
		return wrapKey("advance run", p.Run, err)
	}
	lane := "through_key <> 0 AND EXISTS (SELECT 1 FROM chunks WHERE run_key = ? AND n = ? AND listing_keys IS NOT NULL)" // see counted
	n, err = tx.exec(`UPDATE runs SET done = done + CASE WHEN `+lane+` THEN 0 ELSE ? END, judged = judged + CASE WHEN `+lane+` THEN 0 ELSE ? END,
 changed = changed + ?, flipped = flipped + ?, alarms = alarms + ?, heartbeat_at = ?, version = version + 1 WHERE key = ? AND state = 'running'`,
		p.Run, p.N, p.Listings, p.Run, p.N, p.Judged, p.Changed, p.Flipped, p.Alarms, now, p.Run)
	if err == nil && n == 0 {
		err = ErrStopped
	}
	return wrapKey("advance run", p.Run, err)
}

// ReleaseChunk gives a claimed chunk back, to be begun anew, or, with failed,
// for good; why says what went wrong with it. Where nothing did, the worker
// being told to stop or the database being away, the attempt does not count. A
// chunk that was claimed again since is left alone.
func (tx *Tx) ReleaseChunk(claimed *Chunk, why string, failed bool) error {
	run := claimed.Run
	var r runRow
	if err := tx.locking().Where("key = ?", run).Take(&r).Error; err != nil {
		return wrapKey("release chunk of run", run, err)
	}
	var row chunkRow
	found := tx.g.Where("run_key = ? AND n = ? AND worker = ? AND attempt = ? AND state = 'running'", run, claimed.N, claimed.Worker, claimed.Attempt).
		Limit(1).Find(&row)
	if found.Error != nil || found.RowsAffected == 0 {
		return wrapKey("release chunk of run", run, found.Error)
	}
	c := row.chunk()
	if err := tx.takeBack(&r, &c); err != nil {
		return wrapKey("release chunk of run", run, err)
	}
	c.State, c.Listings, c.Judged, c.Error = ChunkPlanned, 0, 0, why
	if why == "" {
		c.Attempt--
	}
	if failed {
		c.State = ChunkFailed
	}
	return tx.SaveChunk(c)
}

// FreeChunks makes every chunk that is being worked on claimable at once, and
// every run whose planning was begun, too. It is for a start at which no worker
// can be alive.
func (tx *Tx) FreeChunks() error {
	_, err := tx.exec("UPDATE chunks SET lease_at = 0 WHERE state = 'running'")
	if err == nil {
		_, err = tx.exec("UPDATE runs SET heartbeat_at = NULL WHERE state = 'planned'")
	}
	return wrap("free chunks", err)
}

// TakePlanning gives a worker the planning of a planned run for the time of
// lease, and drops what another one had planned; ok is false where another is
// at it or the run is not planned any more. The run is as it is now.
func (tx *Tx) TakePlanning(run int64, lease time.Duration) (r Run, ok bool, err error) {
	now := tx.s.stamp()
	n, err := tx.exec(`UPDATE runs SET heartbeat_at = ?, version = version + 1 WHERE key = ? AND state = 'planned'
 AND (heartbeat_at IS NULL OR heartbeat_at < ?)`, now, run, now-lease.Microseconds())
	if err != nil || n == 0 {
		return r, false, wrapKey("plan run", run, err)
	}
	if _, err := tx.exec("DELETE FROM chunks WHERE run_key = ?", run); err != nil {
		return r, false, wrapKey("plan run", run, err)
	}
	r, err = tx.Run(run)
	return r, err == nil, err
}
