package store

import (
	"zhunru/screening"
)

// Run is Store.Run inside the transaction.
func (tx *Tx) Run(key int64) (Run, error) {
	var views []runView
	err := tx.g.Raw(runViews+"runs.key = ?", key).Scan(&views).Error
	if err == nil && len(views) == 0 {
		err = screening.ErrNotFound
	}
	if err != nil {
		return Run{}, wrapKey("run", key, err)
	}
	return views[0].run(), nil
}

// FinishRun ends a running run of which no chunk is left: done, or failed if a
// chunk failed. ended is false while something is left to do or the run ended
// before.
func (tx *Tx) FinishRun(key int64) (r Run, ended bool, err error) {
	var row runRow
	if err := tx.locking().Where("key = ?", key).Take(&row).Error; err != nil {
		return Run{}, false, wrapKey("finish run", key, err)
	}
	if row.State != string(RunRunning) || row.PlannedKey < row.ThroughKey {
		return Run{}, false, nil
	}
	var open, failed int64
	if open, err = tx.countChunks(key, "planned", "running"); err == nil {
		failed, err = tx.countChunks(key, "failed")
	}
	if err != nil || open > 0 {
		return Run{}, false, wrapKey("finish run", key, err)
	}
	state, why := RunDone, ""
	if failed > 0 {
		state, why = RunFailed, "有分块多次失败，请用 zhunru runs show 查看原因，修复后重新发起"
	}
	now := tx.s.stamp()
	_, err = tx.exec(`UPDATE runs SET state = ?, error = ?, total = done, ended_at = ?, heartbeat_at = ?, version = version + 1 WHERE key = ?`,
		string(state), why, now, now, key)
	if err != nil {
		return Run{}, false, wrapKey("finish run", key, err)
	}
	if r, err = tx.Run(key); err == nil {
		err = tx.runEnded(&r)
	}
	return r, err == nil, err
}

func (tx *Tx) countChunks(run int64, states ...string) (n int64, err error) {
	err = tx.g.Model(&chunkRow{}).Where("run_key = ? AND state IN ?", run, states).Count(&n).Error
	return n, err
}

// MoveRun takes a run from one of the states to another. A run in another state
// is screening.ErrConflict, an unknown one screening.ErrNotFound. A state that
// ends a run stamps its end and is an event.
func (tx *Tx) MoveRun(key int64, to RunState, why string, from ...RunState) (Run, error) {
	r, err := tx.Run(key)
	if err != nil {
		return r, err
	}
	now := tx.s.stamp()
	var ended any
	if to == RunDone || to == RunFailed || to == RunCancelled {
		ended = now
	}
	states := make([]string, len(from))
	for i, s := range from {
		states[i] = string(s)
	}
	args := append([]any{string(to), why, ended, key}, anys(states)...)
	n, err := tx.exec("UPDATE runs SET state = ?, error = ?, ended_at = ?, version = version + 1 WHERE key = ? AND state IN "+marks(len(states)), args...)
	if err == nil && n == 0 {
		err = screening.ErrConflict
	}
	if err != nil {
		return r, wrapKey("move run", key, err)
	}
	if r, err = tx.Run(key); err == nil && ended != nil {
		err = tx.runEnded(&r)
	}
	return r, err
}
