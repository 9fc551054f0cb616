package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"time"

	"zhunru/screening"
)

// An AlarmWhy says what an alarm is about. The empty value is invalid.
type AlarmWhy string

// The reasons of alarms.
const (
	AlarmMissed  AlarmWhy = "missed"  // nothing that happened explains the difference: a targeted run missed the listing
	AlarmAltered AlarmWhy = "altered" // the text was changed round the store; the verdict may be the same
	AlarmProgram AlarmWhy = "program" // nothing happened but that another program judges
)

// An Alarm is what a full run found that should not be: a verdict that differs
// from what stood, or a text that nobody saved.
type Alarm struct {
	Run       int64             `json:"run"`
	Key       Key               `json:"-"`
	ID        string            `json:"listing"`
	Why       AlarmWhy          `json:"why"`
	Old       screening.Verdict `json:"old"`
	New       screening.Verdict `json:"new"`
	CreatedAt time.Time         `json:"created_at"`
}

type alarmRow struct {
	RunKey     int64 `gorm:"primaryKey;autoIncrement:false"`
	ListingKey int64 `gorm:"primaryKey;autoIncrement:false"`
	Why        string
	OldVerdict string
	NewVerdict string
	CreatedAt  int64 `gorm:"autoCreateTime:false"`
}

func (alarmRow) TableName() string { return "alarms" }

// SaveAlarm keeps an alarm of a run; a second one of the same listing is
// dropped.
func (tx *Tx) SaveAlarm(a Alarm) error {
	if err := checkEnum("why", a.Why, AlarmMissed, AlarmAltered, AlarmProgram); err != nil {
		return wrapKey("save alarm of", a.ID, err)
	}
	was, err := json.Marshal(a.Old)
	if err != nil {
		return wrapKey("save alarm of", a.ID, err)
	}
	is, err := json.Marshal(a.New)
	if err != nil {
		return wrapKey("save alarm of", a.ID, err)
	}
	_, err = tx.exec("INSERT INTO alarms (run_key, listing_key, why, old_verdict, new_verdict, created_at) VALUES (?,?,?,?,?,?) ON CONFLICT DO NOTHING",
		a.Run, int64(a.Key), string(a.Why), string(was), string(is), tx.s.stamp())
	return wrapKey("save alarm of", a.ID, err)
}

// Alarms returns up to limit alarms of a run after a listing's key, by key.
func (s *Store) Alarms(ctx context.Context, run int64, after Key, limit int) ([]Alarm, error) {
	if err := checkBatch(limit); err != nil {
		return nil, err
	}
	var out []Alarm
	err := queryEach(ctx, s.reader(), s.engine, `SELECT a.listing_key, l.id, a.why, a.old_verdict, a.new_verdict, a.created_at FROM alarms a
 JOIN listings l ON l.key = a.listing_key WHERE a.run_key = ? AND a.listing_key > ? ORDER BY a.listing_key LIMIT ?`,
		[]any{run, int64(after), limit}, func(r *sql.Rows) error {
			a := Alarm{Run: run}
			var was, is sql.RawBytes
			var at int64
			if err := r.Scan(&a.Key, &a.ID, &a.Why, &was, &is, &at); err != nil {
				return err
			}
			a.CreatedAt = fromMicros(at)
			if err := json.Unmarshal(was, &a.Old); err != nil {
				return err
			}
			out = append(out, a)
			return json.Unmarshal(is, &out[len(out)-1].New)
		})
	return out, wrapKey("alarms of run", run, err)
}
