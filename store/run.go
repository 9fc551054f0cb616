package store

import (
	"context"
	"encoding/json"
	"time"

	"zhunru/screening"
)

// A RunKind says why listings are screened again. The empty value is invalid.
type RunKind string

// The kinds of runs.
const (
	RunFull     RunKind = "full"
	RunRevision RunKind = "revision"
	RunMerchant RunKind = "merchant"
	RunListing  RunKind = "listing"
	RunExpiry   RunKind = "expiry"
	RunImport   RunKind = "import"
)

// A RunState is how far a run is. The empty value is invalid.
type RunState string

// The states of a run.
const (
	RunPlanned   RunState = "planned"
	RunRunning   RunState = "running"
	RunPaused    RunState = "paused"
	RunDone      RunState = "done"
	RunFailed    RunState = "failed"
	RunCancelled RunState = "cancelled"
)

// Ended reports whether a run in this state is over for good.
func (s RunState) Ended() bool { return s == RunDone || s == RunFailed || s == RunCancelled }

// A Run is one re-screening.
type Run struct {
	Key         int64 // 0: new
	Kind        RunKind
	State       RunState
	Revision    string // judged with; must be kept
	From        string // revision run: the one before
	Schedule    int64  // 0: started by hand
	Slot        time.Time
	On          string // the day it judges for, YYYY-MM-DD
	Actor       string
	Params      json.RawMessage
	Priority    int
	Total, Done int64  // listings
	Judged      int64  // of those done; the others were proved unchanged, or a change cannot touch them
	Program     string // full run: of those who judged, see jobs.Options.Program
	Changed     int64
	Flipped     int64
	Cursor      Key // listings up to here are done
	Planned     Key // chunks are planned up to here
	Through     Key // the last listing it covers; 0: its chunks list their listings
	Alarms      int64
	Error       string
	Version     int64
	CreatedAt   time.Time
	StartedAt   time.Time
	EndedAt     time.Time
	HeartbeatAt time.Time
}

type runRow struct {
	Key             int64 `gorm:"primaryKey"`
	Kind            string
	State           string
	RevisionKey     *int64
	FromRevisionKey *int64
	ScheduleKey     *int64
	SlotAt          *int64
	JudgedOn        string
	Actor           string
	Params          *string
	Priority        int
	Total           int64
	Done            int64
	Judged          int64
	Program         string
	Changed         int64
	Flipped         int64
	CursorKey       int64
	PlannedKey      int64
	ThroughKey      int64
	Alarms          int64
	Error           string
	Version         int64
	CreatedAt       int64 `gorm:"autoCreateTime:false"`
	StartedAt       *int64
	EndedAt         *int64
	HeartbeatAt     *int64
}

func (runRow) TableName() string { return "runs" }

// A runView is a run with its revisions by name.
type runView struct {
	Row          runRow `gorm:"embedded"`
	Revision     string
	FromRevision string
}

func (v *runView) run() Run {
	r := &v.Row
	return Run{
		Key: r.Key, Kind: RunKind(r.Kind), State: RunState(r.State), Revision: v.Revision, From: v.FromRevision,
		Schedule: value(r.ScheduleKey), Slot: fromOptMicros(r.SlotAt), On: r.JudgedOn, Actor: r.Actor,
		Params: json.RawMessage(value(r.Params)), Priority: r.Priority, Total: r.Total, Done: r.Done, Judged: r.Judged, Program: r.Program, Changed: r.Changed,
		Flipped: r.Flipped, Cursor: Key(r.CursorKey), Planned: Key(r.PlannedKey), Through: Key(r.ThroughKey), Alarms: r.Alarms,
		Error: r.Error, Version: r.Version, CreatedAt: fromMicros(r.CreatedAt), StartedAt: fromOptMicros(r.StartedAt), EndedAt: fromOptMicros(r.EndedAt),
		HeartbeatAt: fromOptMicros(r.HeartbeatAt),
	}
}

func (tx *Tx) runToRow(r *Run) (runRow, error) {
	row := runRow{
		Key: r.Key, Kind: string(r.Kind), State: string(r.State), ScheduleKey: optional(r.Schedule), SlotAt: optMicros(r.Slot),
		JudgedOn: r.On, Actor: r.Actor, Params: optional(string(r.Params)), Priority: r.Priority, Total: r.Total, Done: r.Done, Judged: r.Judged, Program: r.Program,
		Changed: r.Changed, Flipped: r.Flipped, CursorKey: int64(r.Cursor), PlannedKey: int64(r.Planned),
		ThroughKey: int64(r.Through), Alarms: r.Alarms, Error: r.Error,
		Version: r.Version + 1, CreatedAt: micros(r.CreatedAt), StartedAt: optMicros(r.StartedAt), EndedAt: optMicros(r.EndedAt),
		HeartbeatAt: optMicros(r.HeartbeatAt),
	}
	for _, v := range []struct {
		hash string
		into **int64
	}{{r.Revision, &row.RevisionKey}, {r.From, &row.FromRevisionKey}} {
		if v.hash == "" {
			continue
		}
		key, err := tx.revisionKey(v.hash)
		if err != nil {
			return row, err
		}
		*v.into = &key
	}
	return row, nil
}

// SaveRun keeps a run and returns it with its key and new version. A run with a
// key replaces the one that is kept if its Version is still the same, or the
// answer is screening.ErrConflict; so is a second run of one schedule and slot.
func (tx *Tx) SaveRun(r Run) (Run, error) {
	err := checkEnum("kind", r.Kind, RunFull, RunRevision, RunMerchant, RunListing, RunExpiry, RunImport)
	if err == nil {
		err = checkEnum("state", r.State, RunPlanned, RunRunning, RunPaused, RunDone, RunFailed, RunCancelled)
	}
	if err == nil {
		err = checkDay("on", r.On, false)
	}
	if err == nil && r.Actor == "" {
		err = &screening.InvalidError{Field: "actor", Reason: "发起人不能为空，请填写"}
	}
	if err != nil {
		return r, wrap("save run", err)
	}
	if r.Key == 0 {
		r.CreatedAt, r.Version = fromMicros(tx.s.stamp()), 0
	}
	row, err := tx.runToRow(&r)
	if err != nil {
		return r, wrap("save run", err)
	}
	if r.Key == 0 {
		err = tx.g.Create(&row).Error
		r.Key, r.Version = row.Key, row.Version
		return r, wrap("save run", err)
	}
	done := tx.g.Model(&runRow{}).Select("*").Omit("key", "created_at").Where("key = ? AND version = ?", r.Key, r.Version).Updates(&row)
	if done.Error == nil && done.RowsAffected == 0 {
		return r, wrapKey("save run", r.Key, screening.ErrConflict)
	}
	r.Version = row.Version
	err = done.Error
	if err == nil && r.State.Ended() {
		err = tx.runEnded(&r)
	}
	return r, wrapKey("save run", r.Key, err)
}

const runViews = `SELECT runs.*, COALESCE(v.hash, '') AS revision, COALESCE(f.hash, '') AS from_revision FROM runs
 LEFT JOIN revisions v ON v.key = runs.revision_key LEFT JOIN revisions f ON f.key = runs.from_revision_key WHERE `

// Run returns a run, or screening.ErrNotFound.
func (s *Store) Run(ctx context.Context, key int64) (Run, error) {
	list, err := s.runs(ctx, "runs.key = ?", key)
	if err == nil && len(list) == 0 {
		err = screening.ErrNotFound
	}
	if err != nil {
		return Run{}, wrapKey("run", key, err)
	}
	return list[0], nil
}

// Runs returns up to limit runs before a key (0: from the latest), the latest
// first.
func (s *Store) Runs(ctx context.Context, before int64, limit int) ([]Run, error) {
	return s.FindRuns(ctx, "", "", before, limit)
}

// FindRuns is Runs for those of a kind and in a state; empty ones stand for all.
func (s *Store) FindRuns(ctx context.Context, kind RunKind, state RunState, before int64, limit int) ([]Run, error) {
	if err := checkBatch(limit); err != nil {
		return nil, err
	}
	if before == 0 {
		before = 1<<63 - 1
	}
	where, args := "runs.key < ?", []any{before}
	if kind != "" {
		where, args = where+" AND runs.kind = ?", append(args, string(kind))
	}
	if state != "" {
		where, args = where+" AND runs.state = ?", append(args, string(state))
	}
	list, err := s.runs(ctx, where+" ORDER BY runs.key DESC LIMIT ?", append(args, limit)...)
	return list, wrap("runs", err)
}

func (s *Store) runs(ctx context.Context, where string, args ...any) ([]Run, error) {
	var views []runView
	err := s.read.WithContext(ctx).Raw(runViews+where, args...).Scan(&views).Error
	out := make([]Run, len(views))
	for i := range views {
		out[i] = views[i].run()
	}
	return out, err
}
