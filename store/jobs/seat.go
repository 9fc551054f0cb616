package jobs

import (
	"context"
	"errors"
	"time"

	"github.com/riverqueue/river"

	"zhunru/screening"
	"zhunru/store"
)

const (
	sitting     = 20 * time.Second       // then the seat is offered again, so that runs take turns
	maxAttempts = 10                     // of a chunk; then it has failed
	planPoll    = 100 * time.Millisecond // until another look whether a run is planned
)

// A seatWorker works on runs, a chunk after the other.
type seatWorker struct {
	river.WorkerDefaults[seatArgs]
	c *Client
}

// Timeout bounds one sitting; a chunk that is under way then is given back.
func (w *seatWorker) Timeout(*river.Job[seatArgs]) time.Duration { return seatTimeout }

// Work takes a seat at a run until the run ends or it is somebody else's turn.
func (w *seatWorker) Work(ctx context.Context, job *river.Job[seatArgs]) error {
	again, err := w.c.sit(ctx, job.Args.Run)
	switch {
	case ctx.Err() != nil:
		return river.JobSnooze(0)
	case err != nil:
		w.c.o.Log.Error("run", "run", job.Args.Run, "err", err)
		w.c.blame(err)
		return river.JobSnooze(2 * time.Second)
	case again > 0:
		return river.JobSnooze(again)
	case again == 0:
		return river.JobSnooze(0)
	}
	return nil
}

const left = time.Duration(-1) // nothing is left to do here

// sit works on a run for a while, and returns after which time to sit down
// again.
func (c *Client) sit(ctx context.Context, key int64) (time.Duration, error) {
	r, err := c.store.Run(ctx, key)
	if errors.Is(err, screening.ErrNotFound) {
		return left, nil
	}
	if err != nil {
		return 0, err
	}
	if r.Kind == store.RunImport {
		return left, nil
	}
	if r.State == store.RunPlanned {
		if wait, err := c.prepare(ctx, &r); wait != 0 || err != nil {
			return wait, err
		}
	}
	if r.State != store.RunRunning {
		c.closeStation(key)
		return left, nil
	}
	s, err := c.station(ctx, &r)
	if err != nil {
		return left, c.fail(ctx, key, err)
	}
	for until := c.o.Now().Add(sitting); c.o.Now().Before(until); {
		wait, more, err := c.chunk(ctx, s)
		if err != nil || !more {
			return wait, err
		}
	}
	return 0, nil
}

// prepare plans a planned run; 0 and no error: the run is as it is now.
func (c *Client) prepare(ctx context.Context, r *store.Run) (time.Duration, error) {
	blocked, err := c.blocked(ctx, r)
	if blocked || err != nil {
		return 2 * time.Second, err
	}
	ok, err := c.plan(ctx, r.Key)
	if err != nil && ctx.Err() == nil && !isConflict(err) {
		return left, c.fail(ctx, r.Key, err)
	}
	if !ok || err != nil {
		return planPoll, err
	}
	*r, err = c.store.Run(ctx, r.Key)
	return 0, err
}

// fail ends a run that cannot be worked on, and says why. A database that is
// away is no reason: then it is tried again.
func (c *Client) fail(ctx context.Context, key int64, cause error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if passes(cause) {
		return cause
	}
	err := again(ctx, c.store, func(tx *store.Tx) error {
		_, err := tx.MoveRun(key, store.RunFailed, cause.Error(), store.RunPlanned, store.RunRunning)
		return err
	})
	c.closeStation(key)
	if isConflict(err) {
		return nil
	}
	return err
}

// chunk works on the next chunk of a run. more says to go on at once.
func (c *Client) chunk(ctx context.Context, s *station) (wait time.Duration, more bool, err error) {
	var claim store.Claim
	err = again(ctx, c.store, func(tx *store.Tx) error {
		var err error
		claim, err = tx.ClaimChunk(s.run.Key, c.id, c.o.Lease, c.o.Chunk)
		return err
	})
	switch {
	case err != nil:
		return 0, false, err
	case claim.State != store.RunRunning:
		c.closeStation(s.run.Key)
		return left, false, nil
	case claim.Chunk == nil && claim.Busy:
		return time.Second, false, c.finish(ctx, s)
	case claim.Chunk == nil:
		return left, false, c.finish(ctx, s)
	case claim.Chunk.Attempt > maxAttempts:
		return 0, true, c.release(ctx, claim.Chunk, errors.New("分块多次使进程中断"), true)
	}
	h := &shift{c: c, s: s, chunk: claim.Chunk}
	err = h.work(ctx)
	switch {
	case err == nil:
		c.fault.Store(nil)
		return 0, true, nil
	case errors.Is(err, store.ErrStopped):
		return 0, true, c.release(ctx, claim.Chunk, nil, false)
	case ctx.Err() != nil:
		return 0, false, c.release(ctx, claim.Chunk, nil, false)
	}
	c.o.Log.Warn("chunk", "run", s.run.Key, "chunk", claim.Chunk.N, "attempt", claim.Chunk.Attempt, "err", err)
	c.blame(err)
	if passes(err) { // it is not the chunk's fault, and must not use up its attempts
		return time.Second, false, errors.Join(err, c.release(ctx, claim.Chunk, nil, false))
	}
	return time.Second, false, c.release(ctx, claim.Chunk, err, claim.Chunk.Attempt >= maxAttempts)
}

// release gives a chunk back, even where the worker is told to stop.
func (c *Client) release(ctx context.Context, chunk *store.Chunk, cause error, failed bool) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	why := ""
	if cause != nil {
		why = cause.Error()
	}
	return again(ctx, c.store, func(tx *store.Tx) error {
		return tx.ReleaseChunk(chunk, why, failed)
	})
}

// finish ends a run of which nothing is left.
func (c *Client) finish(ctx context.Context, s *station) error {
	var ended bool
	err := again(ctx, c.store, func(tx *store.Tx) error {
		var err error
		_, ended, err = tx.FinishRun(s.run.Key)
		return err
	})
	if ended {
		c.closeStation(s.run.Key)
		if err := c.sign(ctx); err != nil {
			c.o.Log.Error("run ended", "err", err)
		}
	}
	return err
}
