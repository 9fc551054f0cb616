package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
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

// SaveEvent records an event, to be shared out to webhooks; payload is anything
// that JSON can hold.
func (tx *Tx) SaveEvent(kind, subject string, payload any) error {
	if kind == "" || subject == "" {
		return &screening.InvalidError{Field: "kind", Reason: "事件的种类和对象不能为空，请填写"}
	}
	var key int64
	b, err := json.Marshal(payload)
	if err == nil {
		err = tx.each("INSERT INTO events (kind, subject, payload, created_at) VALUES (?,?,?,?) RETURNING key", []any{kind, subject, string(b), tx.s.stamp()}, func(r *sql.Rows) error {
			return r.Scan(&key)
		})
	}
	if err == nil {
		_, err = tx.exec("INSERT INTO event_outbox (event_key) VALUES (?)", key)
	}
	return wrapKey("save event", kind, err)
}

// EventVerdictChanged is the kind of events that name listings whose outcome
// changed; their payload is a ChangedVerdicts.
const EventVerdictChanged = "verdict_changed"

// ChangedVerdicts are listings whose outcome a transaction changed, by key.
type ChangedVerdicts struct {
	Run      int64            `json:"run,omitempty"` // 0: no run
	Revision string           `json:"revision"`
	Changes  []ChangedVerdict `json:"changes"` // up to changesInEvent
}

// A ChangedVerdict is a listing whose outcome changed.
type ChangedVerdict struct {
	Listing string            `json:"listing"`
	Old     screening.Outcome `json:"old"`
	New     screening.Outcome `json:"new"`
	Because Because           `json:"because"`
}

// changesInEvent bounds an event, so that a run that flips a million listings
// is ten thousand events of some kilobytes.
const changesInEvent = 100

// verdictsChanged records the changes whose outcome differs.
func (tx *Tx) verdictsChanged(j Judging, changes []Change) error {
	flips := make([]ChangedVerdict, 0, len(changes))
	for _, c := range changes {
		if c.Flipped() {
			flips = append(flips, ChangedVerdict{c.ID, c.Old, c.New, c.Because})
		}
	}
	for some := range slices.Chunk(flips, changesInEvent) {
		subject := "listing/" + some[0].Listing
		if j.Run != 0 {
			subject = fmt.Sprintf("run/%d", j.Run)
		}
		if err := tx.SaveEvent(EventVerdictChanged, subject, ChangedVerdicts{j.Run, j.Revision, some}); err != nil {
			return err
		}
	}
	return nil
}

// runEnded records that a run is over: kind run_done, run_failed or
// run_cancelled. The ledger gets the hash of what is said of a full run that is
// done: how many listings it judged, and how many were proved before.
func (tx *Tx) runEnded(r *Run) error {
	said := struct {
		Run      int64    `json:"run"`
		Kind     RunKind  `json:"kind"`
		State    RunState `json:"state"`
		Revision string   `json:"revision"`
		On       string   `json:"on"`
		Done     int64    `json:"done"`
		Judged   int64    `json:"judged"`
		Changed  int64    `json:"changed"`
		Flipped  int64    `json:"flipped"`
		Alarms   int64    `json:"alarms"`
		Error    string   `json:"error,omitempty"`
	}{r.Key, r.Kind, r.State, r.Revision, r.On, r.Done, r.Judged, r.Changed, r.Flipped, r.Alarms, r.Error}
	subject := fmt.Sprintf("run/%d", r.Key)
	err := tx.SaveEvent("run_"+string(r.State), subject, said)
	if err != nil || r.Kind != RunFull || r.State != RunDone {
		return err
	}
	body, err := json.Marshal(said)
	if err != nil {
		return err
	}
	return tx.Record(Entry{Actor: r.Actor, Kind: EntryRun, Subject: subject, Body: body, Revision: r.Revision})
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
