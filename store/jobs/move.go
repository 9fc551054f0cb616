package jobs

import (
	"context"
	"errors"

	"zhunru/store"
)

// Cancel ends a run for good, within a second: workers put their chunks down.
// What it judged so far stands. A run that ended is screening.ErrConflict, that
// of an import ErrImport.
func (c *Client) Cancel(ctx context.Context, run int64) (store.Run, error) {
	return c.move(ctx, run, store.RunCancelled, store.RunPlanned, store.RunRunning, store.RunPaused)
}

// Pause stops a run until Resume, within a second. A run that is neither
// planned nor running is screening.ErrConflict, that of an import ErrImport.
func (c *Client) Pause(ctx context.Context, run int64) (store.Run, error) {
	return c.move(ctx, run, store.RunPaused, store.RunPlanned, store.RunRunning)
}

func (c *Client) move(ctx context.Context, run int64, to store.RunState, from ...store.RunState) (r store.Run, err error) {
	if r, err = c.ours(ctx, run); err != nil {
		return r, err
	}
	err = again(ctx, c.store, func(tx *store.Tx) error {
		r, err = tx.MoveRun(run, to, "", from...)
		return err
	})
	return r, err
}

// ErrImport is what Cancel, Pause and Resume answer for the run of an import: no
// worker does it, but the command that reads the file.
var ErrImport = errors.New("这次运行属于导入，不能在这里取消、暂停或继续；要停下请中断 zhunru import，要接着做请再执行同一条 zhunru import 命令（RUN_IS_IMPORT）")

// ours returns a run that workers do.
func (c *Client) ours(ctx context.Context, run int64) (store.Run, error) {
	r, err := c.store.Run(ctx, run)
	if err == nil && r.Kind == store.RunImport {
		err = ErrImport
	}
	return r, err
}

// ErrOutdated is what Resume answers where a later run of another revision or
// day has begun: going on would bring old verdicts back.
var ErrOutdated = errors.New("之后已有按新词典或新日期的运行，不能再继续，请取消它并重新发起（RUN_OUTDATED）")

// Resume lets a paused run go on. One that is not paused is
// screening.ErrConflict, one that later runs have overtaken ErrOutdated, that of
// an import ErrImport.
func (c *Client) Resume(ctx context.Context, run int64) (r store.Run, err error) {
	if r, err = c.ours(ctx, run); err != nil {
		return r, err
	}
	for after := run; ; {
		list, err := c.store.RunsBetween(ctx, after, 1<<63-1)
		if err != nil {
			return r, err
		}
		if len(list) == 0 {
			break
		}
		for i := range list {
			after = list[i].Key
			if list[i].State != store.RunPlanned && !sameWorld(&r, &list[i]) {
				return r, ErrOutdated
			}
		}
	}
	err = again(ctx, c.store, func(tx *store.Tx) error {
		to := store.RunRunning
		if r.StartedAt.IsZero() {
			to = store.RunPlanned
		}
		if r, err = tx.MoveRun(run, to, "", store.RunPaused); err != nil {
			return err
		}
		return c.seat(ctx, tx, &r)
	})
	return r, err
}

// sameWorld reports whether two runs judge by the same revision and day.
func sameWorld(a, b *store.Run) bool { return a.Revision == b.Revision && a.On == b.On }

// blocked reports whether a run has to wait for an earlier one of another
// world. Imports keep their own verdicts and are nobody's business.
func (c *Client) blocked(ctx context.Context, r *store.Run) (bool, error) {
	active, err := c.store.ActiveRuns(ctx)
	for i := range active {
		a := &active[i]
		if a.Key < r.Key && a.State != store.RunPaused && a.Kind != store.RunImport && !sameWorld(a, r) {
			return true, err
		}
	}
	return false, err
}
