package jobs

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/riverqueue/river"

	"zhunru/screening/qualification"
	"zhunru/screening/rescreen"
	"zhunru/store"
)

// watch looks at the clock until ctx ends: schedules that are due, events to be
// shared out, and runs whose seats are gone.
func (c *Client) watch(ctx context.Context) {
	tidied := time.Time{}
	for {
		if now := c.o.Now(); slices.Contains(c.o.Queues, QueueDeliveries) && now.Sub(tidied) > time.Hour {
			if err := c.tidy(ctx); err != nil && ctx.Err() == nil {
				c.o.Log.Error("tidy", "err", err)
			}
			tidied = now
		}
		if err := c.tick(ctx); err != nil && ctx.Err() == nil {
			c.o.Log.Error("tick", "err", err)
		}
		if wait(ctx, c.o.Tick) != nil {
			return
		}
	}
}

func (c *Client) tick(ctx context.Context) error {
	failed := []error{c.signDaily(ctx)} // no duty keeps another from being done
	if slices.Contains(c.o.Queues, QueueSchedules) {
		failed = append(failed, c.fireDue(ctx))
	}
	if slices.Contains(c.o.Queues, QueueDeliveries) {
		failed = append(failed, c.shareOut(ctx))
	}
	if slices.Contains(c.o.Queues, QueueReports) && c.o.Reports != "" {
		failed = append(failed, c.queueReports(ctx))
	}
	return errors.Join(append(failed, c.offerSeats(ctx))...)
}

// offerSeats puts the seats of active runs in the queue, those that are missing.
func (c *Client) offerSeats(ctx context.Context) error {
	active, err := c.store.ActiveRuns(ctx)
	if err != nil || len(active) == 0 {
		return err
	}
	first := make([]int, len(active))
	for i := range active {
		if first[i], err = c.firstSeat(ctx, &active[i]); err != nil {
			return err
		}
	}
	return c.store.Write(ctx, func(tx *store.Tx) error {
		for i := range active {
			r := &active[i]
			if r.State == store.RunPaused || r.Kind == store.RunImport {
				continue
			}
			if err := c.putSeats(ctx, tx, r, first[i]); err != nil {
				return err
			}
		}
		return nil
	})
}

// firstSeat is 0, but where a run stands still for long: then its seats are
// taken by workers that were killed, the queue will notice in minutes, and new
// ones are put up once in so long, by whoever looks first. A worker that is
// killed takes more seats with it than it worked on: those that it was about to
// give back. A run that waits for another has no heartbeat: it stands still when
// no seat waits with it. On SQLite takeOver has freed them all.
func (c *Client) firstSeat(ctx context.Context, r *store.Run) (int, error) {
	still, now, beat := c.planLease(), c.o.Now(), r.HeartbeatAt
	if beat.IsZero() {
		beat = r.CreatedAt
	}
	if c.store.Engine() == store.SQLite || now.Sub(beat) < still {
		return 0, nil
	}
	if r.HeartbeatAt.IsZero() {
		var waiting bool
		err := c.store.Pool().QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM river_job
 WHERE kind = $1 AND state IN ('available', 'pending', 'retryable', 'scheduled') AND (args->>'run')::bigint = $2)`, seatArgs{}.Kind(), r.Key).Scan(&waiting)
		if waiting || err != nil {
			return 0, err
		}
	}
	return int(now.UnixMilli()/still.Milliseconds()) * 1000, nil
}

// InstallSchedules keeps those of the default schedules whose names are free.
func InstallSchedules(ctx context.Context, s *store.Store, now time.Time) error {
	have, err := s.Schedules(ctx)
	if err != nil {
		return err
	}
	var missing []store.Schedule
	for _, d := range rescreen.Defaults() {
		if slices.ContainsFunc(have, func(x store.Schedule) bool { return x.Name == d.Name }) {
			continue
		}
		x, err := Scheduled(d, now)
		if err != nil {
			return err
		}
		missing = append(missing, x)
	}
	if len(missing) == 0 {
		return nil
	}
	return again(ctx, s, func(tx *store.Tx) error {
		for _, x := range missing {
			if _, err := tx.SaveSchedule(x); err != nil {
				return err
			}
		}
		return nil
	})
}

// Scheduled turns a schedule into one to be kept that waits for its next slot
// after now.
func Scheduled(d rescreen.Schedule, now time.Time) (store.Schedule, error) {
	x := store.Schedule{Name: d.Name, Kind: string(d.Task), Spec: d.Spec, Zone: d.Zone, State: store.ScheduleActive}
	if x.Zone == "" {
		x.Zone = rescreen.DefaultZone
	}
	if d.Paused {
		x.State = store.SchedulePaused
	}
	times, err := d.Next(now, 1)
	if len(times) > 0 {
		x.NextRun = times[0].UTC()
	}
	return x, err
}

// Planned is a kept schedule in the form that tells times.
func Planned(x store.Schedule) rescreen.Schedule {
	return rescreen.Schedule{Name: x.Name, Task: rescreen.Task(x.Kind), Spec: x.Spec, Zone: x.Zone, Paused: x.State == store.SchedulePaused}
}

// fireDue sets off every schedule whose slot has come. Of several processes one
// does: the others find that it does not wait for that slot any more.
func (c *Client) fireDue(ctx context.Context) error {
	list, err := c.store.Schedules(ctx)
	if err != nil {
		return err
	}
	now := c.o.Now()
	var failed []error // one that cannot be set off keeps no other from it
	for _, x := range list {
		if x.State != store.ScheduleActive || x.NextRun.IsZero() || x.NextRun.After(now) {
			continue
		}
		spec := Planned(x)
		f, due, err := spec.Due(x.NextRun, now)
		if err == nil && due {
			err = c.fire(ctx, x, f)
		}
		if err != nil {
			failed = append(failed, fmt.Errorf("schedule %s: %w", x.Name, err))
		}
	}
	return errors.Join(failed...)
}

// fire sets off a schedule for a slot.
func (c *Client) fire(ctx context.Context, x store.Schedule, f rescreen.Firing) error {
	last := x.LastRun
	if last.IsZero() {
		last = f.Slot.AddDate(0, 0, -1)
	}
	var run *store.Run
	task := rescreen.Task(x.Kind)
	if task == rescreen.TaskFull || task == rescreen.TaskExpiry {
		p, err := rescreen.ParseParams(task, x.Params)
		if err != nil {
			return err
		}
		r, err := c.draft(ctx, &Spec{Kind: store.RunKind(task), Rate: p.Rate, Actor: "schedule/" + x.Name, schedule: x.Key, slot: f.Slot})
		if err != nil {
			return err
		}
		run = &r
	}
	wanted, err := scheduled(&x, f.Slot)
	if err != nil {
		return err
	}
	return again(ctx, c.store, func(tx *store.Tx) error {
		ok, err := tx.FireSchedule(x, f.Slot, f.Next, f.Missed)
		if err != nil || !ok {
			return err
		}
		if run != nil {
			r := *run
			if r, err = tx.SaveRun(r); err != nil {
				return err
			}
			if err := c.seat(ctx, tx, &r); err != nil {
				return err
			}
		}
		if wanted != nil {
			if _, err := tx.SaveExport(*wanted); err != nil {
				return err
			}
		}
		if task == rescreen.TaskFull || task == rescreen.TaskReport {
			return nil
		}
		_, err = c.river.InsertTx(ctx, tx.SQL(), taskArgs{
			Task: string(task), Slot: f.Slot.UTC(), On: qualification.DateOf(f.Slot).String(), Last: qualification.DateOf(last).String(), Params: x.Params,
		}, &river.InsertOpts{Queue: QueueSchedules, MaxAttempts: 10, UniqueOpts: river.UniqueOpts{ByArgs: true}})
		return err
	})
}
