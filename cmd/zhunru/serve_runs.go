package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"zhunru/api"
	"zhunru/screening"
	"zhunru/screening/qualification"
	"zhunru/screening/rescreen"
	"zhunru/store"
	"zhunru/store/jobs"
)

// Runs returns a page of runs.
func (b *backend) Runs(ctx context.Context, f api.RunFilter) ([]api.Run, error) {
	list, err := b.store.FindRuns(ctx, store.RunKind(f.Kind), store.RunState(f.State), f.Before, f.Limit)
	out := make([]api.Run, len(list))
	for i := range list {
		out[i] = toAPIRun(&list[i])
	}
	return answer(out, err)
}

// Run returns a run.
func (b *backend) Run(ctx context.Context, id int64) (api.Run, error) {
	r, err := b.store.Run(ctx, id)
	return answer(toAPIRun(&r), err)
}

func toAPIRun(r *store.Run) api.Run {
	return api.Run{
		ID: r.Key, Kind: string(r.Kind), State: string(r.State), Revision: r.Revision, From: r.From, On: r.On, Actor: r.Actor,
		Total: r.Total, Done: r.Done, Changed: r.Changed, Flipped: r.Flipped, Alarms: r.Alarms, Error: r.Error,
		CreatedAt: r.CreatedAt, StartedAt: optTime(r.StartedAt), EndedAt: optTime(r.EndedAt), HeartbeatAt: optTime(r.HeartbeatAt),
	}
}

// optTime is nil for the zero time.
func optTime(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

// Flips returns a page of what a run flipped.
func (b *backend) Flips(ctx context.Context, run, after int64, limit int) ([]api.Flip, int64, error) {
	list, err := b.store.Flips(ctx, run, store.Key(after), limit, true)
	if err != nil {
		return nil, 0, unavailable(err)
	}
	out := make([]api.Flip, len(list))
	for i := range list {
		x := &list[i]
		out[i] = toAPIFlip(&jobs.Flip{Listing: x.ID, Merchant: x.Merchant, Title: x.Title, Old: x.Old, New: x.New, Because: x.Because, Classes: x.Classes})
	}
	if len(list) < limit {
		return out, 0, nil
	}
	return out, int64(list[len(list)-1].Key), nil
}

func toAPIFlip(f *jobs.Flip) api.Flip {
	out := api.Flip{Listing: f.Listing, Merchant: f.Merchant, Title: f.Title, Old: f.Old, New: f.New, Because: string(f.Because), Classes: f.Classes}
	if out.Classes == nil {
		out.Classes = []string{}
	}
	return out
}

// Alarms returns a page of a run's alarms.
func (b *backend) Alarms(ctx context.Context, run, after int64, limit int) ([]api.Alarm, int64, error) {
	list, err := b.store.Alarms(ctx, run, store.Key(after), limit)
	if err != nil {
		return nil, 0, unavailable(err)
	}
	out := make([]api.Alarm, len(list))
	for i := range list {
		a := &list[i]
		out[i] = api.Alarm{Listing: a.ID, Old: api.Verdict{Verdict: a.Old}, New: api.Verdict{Verdict: a.New}, CreatedAt: a.CreatedAt}
	}
	if len(list) < limit {
		return out, 0, nil
	}
	return out, int64(list[len(list)-1].Key), nil
}

// specOf turns what was asked for into a spec of the jobs.
func specOf(actor string, s *api.RunSpec) (jobs.Spec, error) {
	out := jobs.Spec{
		Kind: store.RunKind(s.Kind), From: s.From, Merchants: s.Merchants, IDs: s.Listings, Rate: s.Rate, Priority: s.Priority, Actor: actor,
	}
	if s.Since != nil {
		out.Since = *s.Since
	}
	if s.On != "" {
		day, _, flaw := qualification.ParseDate(s.On)
		if flaw != nil {
			return out, &api.FieldError{Field: "on", Code: "BAD_DATE"}
		}
		out.On = day
	}
	return out, nil
}

// ofSpec names the field of a spec that the jobs refuse.
func ofSpec(err error) error {
	var invalid *screening.InvalidError
	switch {
	case !errors.As(err, &invalid):
		return unavailable(err)
	case invalid.Field == "rate":
		return &api.FieldError{Field: "rate", Code: "OUT_OF_RANGE"}
	}
	return &api.FieldError{Field: "kind", Code: "RUN_TARGETS"}
}

// BeginRun puts a run in the queue.
func (b *backend) BeginRun(ctx context.Context, actor string, s api.RunSpec) (api.Run, error) {
	spec, err := specOf(actor, &s)
	if err != nil {
		return api.Run{}, err
	}
	r, err := b.jobs.Begin(ctx, spec)
	if err != nil {
		return api.Run{}, ofSpec(err)
	}
	return b.Run(ctx, r.Key)
}

// PreviewRun tells what a run would do.
func (b *backend) PreviewRun(ctx context.Context, s api.RunSpec, limit int) (api.RunPreview, error) {
	spec, err := specOf("", &s)
	if err != nil {
		return api.RunPreview{}, err
	}
	var out api.RunPreview
	p := jobs.NewPreviewer(b.store, jobs.Options{Rules: b.rules(), Words: lazySegmenter{}})
	sum, err := p.Preview(ctx, spec, func(f *jobs.Flip) error {
		if len(out.Flips) < limit {
			out.Flips = append(out.Flips, toAPIFlip(f))
		}
		return nil
	}, nil)
	if err != nil {
		return out, ofSpec(err)
	}
	out.Revision, out.On, out.Read, out.Judged = sum.Revision, sum.On, sum.Read, sum.Judged
	out.Changed, out.First, out.Flipped = sum.Changed, sum.First, sum.Summary.Flips
	return out, nil
}

// CancelRun ends a run for good.
func (b *backend) CancelRun(ctx context.Context, _ string, id int64) (api.Run, error) {
	return moved(b.jobs.Cancel(ctx, id))
}

// PauseRun stops a run until it is resumed.
func (b *backend) PauseRun(ctx context.Context, _ string, id int64) (api.Run, error) {
	return moved(b.jobs.Pause(ctx, id))
}

// ResumeRun lets a paused run go on.
func (b *backend) ResumeRun(ctx context.Context, _ string, id int64) (api.Run, error) {
	return moved(b.jobs.Resume(ctx, id))
}

func moved(r store.Run, err error) (api.Run, error) {
	if errors.Is(err, screening.ErrConflict) || errors.Is(err, jobs.ErrOutdated) || errors.Is(err, jobs.ErrImport) {
		err = fmt.Errorf("%w: %w", api.ErrState, err)
	}
	return answer(toAPIRun(&r), err)
}

// Schedules returns all schedules.
func (b *backend) Schedules(ctx context.Context) ([]api.Schedule, error) {
	list, err := b.store.Schedules(ctx)
	out := make([]api.Schedule, len(list))
	for i := range list {
		if err == nil {
			out[i], err = b.toAPISchedule(list[i])
		}
	}
	return answer(out, err)
}

// Schedule returns a schedule.
func (b *backend) Schedule(ctx context.Context, name string) (api.Schedule, error) {
	x, err := b.store.Schedule(ctx, name)
	if err != nil {
		return api.Schedule{}, unavailable(err)
	}
	return b.toAPISchedule(x)
}

func (b *backend) toAPISchedule(x store.Schedule) (api.Schedule, error) {
	v, err := viewSchedule(x, b.now(), 5)
	return api.Schedule{
		Name: x.Name, Task: x.Kind, Spec: x.Spec, Zone: x.Zone, Params: x.Params, State: string(x.State), Next: v.Next,
		Last: optTime(x.LastRun), Missed: x.Missed, Version: x.Version, UpdatedAt: x.UpdatedAt,
	}, err
}

// SaveSchedule keeps a schedule and records that in the ledger.
func (b *backend) SaveSchedule(ctx context.Context, actor string, s api.Schedule) (api.Schedule, error) {
	x, err := b.replaced(ctx, &s)
	if err != nil {
		return api.Schedule{}, unavailable(err)
	}
	err = b.store.Write(ctx, func(tx *store.Tx) (err error) {
		if x, err = tx.SaveSchedule(x); err != nil {
			return err
		}
		if x.Key == 0 { // somebody else took the name at this moment
			return screening.ErrConflict
		}
		return recordPayload(tx, actor, store.EntrySchedule, x.Name, jobs.Planned(x))
	})
	if err != nil {
		return api.Schedule{}, unavailable(err)
	}
	return b.toAPISchedule(x)
}

// DeleteSchedule removes a schedule.
func (b *backend) DeleteSchedule(ctx context.Context, actor, name string, version int64) error {
	err := deleteSchedule(ctx, b.store, actor, name, version)
	if errors.Is(err, errDefaultSchedule) {
		err = api.ErrState
	}
	return unavailable(err)
}

// replaced is the row of a schedule that was sent in, in place of the kept one.
func (b *backend) replaced(ctx context.Context, s *api.Schedule) (store.Schedule, error) {
	old, err := b.store.Schedule(ctx, s.Name)
	fresh := errors.Is(err, screening.ErrNotFound)
	switch {
	case err != nil && (!fresh || s.Version != 0):
		return old, err
	case old.Version != s.Version:
		return old, screening.ErrConflict
	}
	d := jobs.Planned(store.Schedule{Name: s.Name, Kind: s.Task, Spec: s.Spec, Zone: s.Zone, State: store.ScheduleState(s.State)})
	if checkParams(d.Task, s.Params) != nil {
		return old, &api.FieldError{Field: "params", Code: "BAD_PARAMS"}
	}
	x, err := jobs.Scheduled(d, b.now())
	if err != nil {
		return old, &api.FieldError{Field: "spec", Code: "BAD_SCHEDULE"}
	}
	x.Key, x.Version, x.LastRun, x.Missed, x.Params = old.Key, old.Version, old.LastRun, old.Missed, s.Params
	return x, nil
}

// checkParams refuses parameters that a task does not take.
func checkParams(task rescreen.Task, params json.RawMessage) error {
	if task != rescreen.TaskReport {
		_, err := rescreen.ParseParams(task, params)
		return err
	}
	var plan jobs.ReportPlan
	if err := json.Unmarshal(params, &plan); err != nil {
		return err
	}
	return plan.Check()
}
