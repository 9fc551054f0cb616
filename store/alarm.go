package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"time"

	"zhunru/screening"
)

// An Alarm is a verdict that a full run found to differ from what stood, though
// nothing that happened since explains it: a targeted run missed the listing.
type Alarm struct {
	Run       int64             `json:"run"`
	Key       Key               `json:"-"`
	ID        string            `json:"listing"`
	Old       screening.Verdict `json:"old"`
	New       screening.Verdict `json:"new"`
	CreatedAt time.Time         `json:"created_at"`
}

type alarmRow struct {
	RunKey     int64 `gorm:"primaryKey;autoIncrement:false"`
	ListingKey int64 `gorm:"primaryKey;autoIncrement:false"`
	OldVerdict string
	NewVerdict string
	CreatedAt  int64 `gorm:"autoCreateTime:false"`
}

func (alarmRow) TableName() string { return "alarms" }

// SaveAlarm keeps an alarm of a run; a second one of the same listing is
// dropped.
func (tx *Tx) SaveAlarm(a Alarm) error {
	was, err := json.Marshal(a.Old)
	if err != nil {
		return wrapKey("save alarm of", a.ID, err)
	}
	is, err := json.Marshal(a.New)
	if err != nil {
		return wrapKey("save alarm of", a.ID, err)
	}
	_, err = tx.exec("INSERT INTO alarms (run_key, listing_key, old_verdict, new_verdict, created_at) VALUES (?,?,?,?,?) ON CONFLICT DO NOTHING",
		a.Run, int64(a.Key), string(was), string(is), tx.s.stamp())
	return wrapKey("save alarm of", a.ID, err)
}

// Alarms returns up to limit alarms of a run after a listing's key, by key.
func (s *Store) Alarms(ctx context.Context, run int64, after Key, limit int) ([]Alarm, error) {
	if err := checkBatch(limit); err != nil {
		return nil, err
	}
	var out []Alarm
	err := queryEach(ctx, s.reader(), s.engine, `SELECT a.listing_key, l.id, a.old_verdict, a.new_verdict, a.created_at FROM alarms a
 JOIN listings l ON l.key = a.listing_key WHERE a.run_key = ? AND a.listing_key > ? ORDER BY a.listing_key LIMIT ?`,
		[]any{run, int64(after), limit}, func(r *sql.Rows) error {
			a := Alarm{Run: run}
			var was, is sql.RawBytes
			var at int64
			if err := r.Scan(&a.Key, &a.ID, &was, &is, &at); err != nil {
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
