package store

import (
	"context"
	"encoding/json"
	"time"

	"gorm.io/gorm/clause"

	"zhunru/screening"
)

// A ScheduleState says whether a schedule fires. The empty value is invalid.
type ScheduleState string

// The states of a schedule.
const (
	ScheduleActive ScheduleState = "active"
	SchedulePaused ScheduleState = "paused"
)

// A Schedule is a kept schedule, and the slot it waits for.
type Schedule struct {
	Key       int64 // 0: new
	Name      string
	Kind      string // a rescreen.Task
	Spec      string
	Zone      string
	Params    json.RawMessage
	State     ScheduleState
	NextRun   time.Time // zero: never again
	LastRun   time.Time // the slot that fired last
	Missed    int64     // slots that nobody was there for, in all
	Version   int64
	UpdatedAt time.Time
}

func (r *scheduleRow) schedule() Schedule {
	return Schedule{
		Key: r.Key, Name: r.Name, Kind: r.Kind, Spec: r.Spec, Zone: r.Zone, Params: json.RawMessage(value(r.Params)), State: ScheduleState(r.State),
		NextRun: fromOptMicros(r.NextRunAt), LastRun: fromOptMicros(r.LastRunAt), Missed: r.Missed, Version: r.Version, UpdatedAt: fromMicros(r.UpdatedAt),
	}
}

// Schedules returns all schedules, the oldest first.
func (s *Store) Schedules(ctx context.Context) ([]Schedule, error) {
	var rows []scheduleRow
	err := s.read.WithContext(ctx).Order("key").Find(&rows).Error
	out := make([]Schedule, len(rows))
	for i := range rows {
		out[i] = rows[i].schedule()
	}
	return out, wrap("schedules", err)
}

// Schedule returns a schedule by name, or screening.ErrNotFound.
func (s *Store) Schedule(ctx context.Context, name string) (Schedule, error) {
	var r scheduleRow
	err := s.read.WithContext(ctx).Where("name = ?", name).Take(&r).Error
	return r.schedule(), wrapKey("schedule", name, err)
}

// SaveSchedule keeps a schedule. One with a key replaces the one that is kept if
// its Version is still the same, or the answer is screening.ErrConflict. A new
// one whose name is taken leaves the kept one as it is and returns no error.
func (tx *Tx) SaveSchedule(x Schedule) (Schedule, error) {
	if err := checkEnum("state", x.State, ScheduleActive, SchedulePaused); err != nil {
		return x, err
	}
	row := scheduleRow{
		Key: x.Key, Name: x.Name, Kind: x.Kind, Spec: x.Spec, Zone: x.Zone, Params: optional(string(x.Params)), State: string(x.State),
		NextRunAt: optMicros(x.NextRun), LastRunAt: optMicros(x.LastRun), Missed: x.Missed, Version: x.Version + 1, UpdatedAt: tx.s.stamp(),
	}
	if x.Key == 0 {
		err := tx.g.Clauses(clause.OnConflict{Columns: []clause.Column{{Name: "name"}}, DoNothing: true}).Create(&row).Error
		return row.schedule(), wrapKey("save schedule", x.Name, err)
	}
	done := tx.g.Model(&scheduleRow{}).Select("*").Omit("key").Where("key = ? AND version = ?", x.Key, x.Version).Updates(&row)
	if done.Error == nil && done.RowsAffected == 0 {
		return x, wrapKey("save schedule", x.Name, screening.ErrConflict)
	}
	return row.schedule(), wrapKey("save schedule", x.Name, done.Error)
}

// DeleteSchedule removes a schedule if its version is still the same, or the
// answer is screening.ErrConflict. The runs that it began stay.
func (tx *Tx) DeleteSchedule(key, version int64) error {
	_, err := tx.exec("UPDATE runs SET schedule_key = NULL WHERE schedule_key = ?", key)
	n := int64(0)
	if err == nil {
		n, err = tx.exec("DELETE FROM schedules WHERE key = ? AND version = ?", key, version)
	}
	if err == nil && n == 0 {
		err = screening.ErrConflict
	}
	return wrapKey("delete schedule", key, err)
}

// FireSchedule moves a schedule from the slot it waits for to the next; ok is
// false where another process did so before, or the schedule was edited: then
// nothing may be set off.
func (tx *Tx) FireSchedule(x Schedule, slot, next time.Time, missed int) (ok bool, err error) {
	n, err := tx.exec(`UPDATE schedules SET next_run_at = ?, last_run_at = ?, missed = missed + ?, version = version + 1, updated_at = ?
 WHERE key = ? AND state = 'active' AND version = ? AND next_run_at = ?`,
		optMicros(next), micros(slot), missed, tx.s.stamp(), x.Key, x.Version, micros(x.NextRun))
	return n == 1, wrapKey("fire schedule", x.Name, err)
}
