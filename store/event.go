package store

import (
	"context"
	"encoding/json"
	"time"

	"zhunru/screening"
)

// An Event tells others that something happened: a run ended, a document will
// end. Events are kept in the order they were recorded in.
type Event struct {
	Key       int64           `json:"key"`
	Kind      string          `json:"kind"`
	Subject   string          `json:"subject"` // run/12, merchant/M-1, …
	Payload   json.RawMessage `json:"payload"`
	CreatedAt time.Time       `json:"created_at"`
}

type eventRow struct {
	Key       int64 `gorm:"primaryKey"`
	Kind      string
	Subject   string
	Payload   string
	CreatedAt int64 `gorm:"autoCreateTime:false"`
}

func (eventRow) TableName() string { return "events" }

// SaveEvent records an event; payload is anything that JSON can hold.
func (tx *Tx) SaveEvent(kind, subject string, payload any) error {
	if kind == "" || subject == "" {
		return &screening.InvalidError{Field: "kind", Reason: "事件的种类和对象不能为空，请填写"}
	}
	b, err := json.Marshal(payload)
	if err == nil {
		_, err = tx.exec("INSERT INTO events (kind, subject, payload, created_at) VALUES (?,?,?,?)", kind, subject, string(b), tx.s.stamp())
	}
	return wrapKey("save event", kind, err)
}

// Events returns up to limit events after a key, in order; kind "" stands for
// all kinds.
func (s *Store) Events(ctx context.Context, kind string, after int64, limit int) ([]Event, error) {
	if err := checkBatch(limit); err != nil {
		return nil, err
	}
	q := s.read.WithContext(ctx).Where("key > ?", after)
	if kind != "" {
		q = q.Where("kind = ?", kind)
	}
	var rows []eventRow
	err := q.Order("key").Limit(limit).Find(&rows).Error
	out := make([]Event, len(rows))
	for i, r := range rows {
		out[i] = Event{r.Key, r.Kind, r.Subject, json.RawMessage(r.Payload), fromMicros(r.CreatedAt)}
	}
	return out, wrap("events", err)
}
