package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"time"

	"zhunru/screening"
)

// A DeliveryState is how far a delivery is. The empty value is invalid.
type DeliveryState string

// The states of a delivery.
const (
	DeliveryPending   DeliveryState = "pending"
	DeliveryDelivered DeliveryState = "delivered"
	DeliveryDead      DeliveryState = "dead" // given up; it can be asked for again
)

// A Delivery is one event on its way to one webhook.
type Delivery struct {
	Key       int64
	Webhook   int64
	Event     Event
	State     DeliveryState
	Attempts  int       // since it was made or last asked for again
	NextAt    time.Time // of a pending one: when it is tried next
	TriedAt   time.Time // zero: not yet
	Status    int       // of the last answer; 0: there was none
	Problem   string    // a code: why the last attempt failed
	CreatedAt time.Time
}

type deliveryRow struct {
	Key        int64 `gorm:"primaryKey"`
	WebhookKey int64
	EventKey   int64
	State      string
	Attempts   int
	NextAt     int64
	TriedAt    *int64
	Status     int
	Problem    string
	CreatedAt  int64 `gorm:"autoCreateTime:false"`
}

func (deliveryRow) TableName() string { return "webhook_deliveries" }

type outboxRow struct {
	EventKey int64 `gorm:"primaryKey;autoIncrement:false"`
}

func (outboxRow) TableName() string { return "event_outbox" }

// ShareOut makes the deliveries of up to limit events that have none yet, for
// every webhook that wants them and is not disabled, and returns how many events
// it went through. wants tells whether a webhook is told of a kind of event.
// Each event is shared out once, in the transaction that does it.
func (tx *Tx) ShareOut(limit int, wants func(w *Webhook, kind string) bool) (int, error) {
	n, err := tx.shareOut(limit, wants)
	return n, wrap("share out events", err)
}

func (tx *Tx) shareOut(limit int, wants func(w *Webhook, kind string) bool) (int, error) {
	if err := checkBatch(limit); err != nil {
		return 0, err
	}
	lock := ""
	if tx.s.engine == Postgres {
		lock = " FOR UPDATE OF o SKIP LOCKED"
	}
	type waiting struct {
		key  int64
		kind string
	}
	var events []waiting
	err := tx.each("SELECT e.key, e.kind FROM event_outbox o JOIN events e ON e.key = o.event_key ORDER BY o.event_key LIMIT ?"+lock, []any{limit}, func(r *sql.Rows) error {
		var w waiting
		err := r.Scan(&w.key, &w.kind)
		events = append(events, w)
		return err
	})
	if err != nil || len(events) == 0 {
		return 0, err
	}
	var rows []webhookRow
	if err := tx.g.Where("state <> 'disabled'").Order("key").Find(&rows).Error; err != nil {
		return 0, err
	}
	keys := make([]int64, len(events))
	for i := range events {
		keys[i] = events[i].key
	}
	for i := range rows {
		w, err := rows[i].webhook()
		if err != nil {
			return 0, err
		}
		var wanted []int64
		for _, e := range events {
			if wants(&w, e.kind) {
				wanted = append(wanted, e.key)
			}
		}
		if err := tx.deliver(w.Key, wanted); err != nil {
			return 0, err
		}
	}
	_, err = tx.exec("DELETE FROM event_outbox WHERE event_key IN "+marks(len(keys)), anys(keys)...)
	return len(events), err
}

func (tx *Tx) deliver(webhook int64, events []int64) error {
	now := tx.s.stamp()
	return insertAll(tx, "webhook_deliveries (webhook_key, event_key, state, next_at, created_at)", 5, events, func(args []any, e int64) []any {
		return append(args, webhook, e, string(DeliveryPending), now, now)
	})
}

// DueWebhooks returns the active webhooks that have a delivery to be tried at a
// time.
func (s *Store) DueWebhooks(ctx context.Context, at time.Time) ([]int64, error) {
	var out []int64
	err := queryEach(ctx, s.reader(), s.engine, `SELECT w.key FROM webhooks w WHERE w.state = 'active'
 AND EXISTS (SELECT 1 FROM webhook_deliveries d WHERE d.webhook_key = w.key AND d.state = 'pending' AND d.next_at <= ?) ORDER BY w.key`,
		[]any{micros(at)}, func(r *sql.Rows) error {
			var key int64
			err := r.Scan(&key)
			out = append(out, key)
			return err
		})
	return out, wrap("due webhooks", err)
}

const deliveryViews = `SELECT d.key, d.webhook_key, d.state, d.attempts, d.next_at, COALESCE(d.tried_at, 0), d.status, d.problem, d.created_at,
 e.key, e.kind, e.subject, e.payload, e.created_at FROM webhook_deliveries d JOIN events e ON e.key = d.event_key WHERE `

func (s *Store) deliveries(ctx context.Context, where string, args ...any) ([]Delivery, error) {
	out := []Delivery{}
	err := queryEach(ctx, s.reader(), s.engine, deliveryViews+where, args, func(r *sql.Rows) error {
		var d Delivery
		var next, tried, created, happened int64
		var payload string
		err := r.Scan(&d.Key, &d.Webhook, &d.State, &d.Attempts, &next, &tried, &d.Status, &d.Problem, &created,
			&d.Event.Key, &d.Event.Kind, &d.Event.Subject, &payload, &happened)
		d.NextAt, d.CreatedAt, d.Event.CreatedAt, d.Event.Payload = fromMicros(next), fromMicros(created), fromMicros(happened), json.RawMessage(payload)
		if tried != 0 {
			d.TriedAt = fromMicros(tried)
		}
		out = append(out, d)
		return err
	})
	return out, err
}

// DueDeliveries returns up to limit deliveries of a webhook to be tried at a
// time, those that wait for longest first.
func (s *Store) DueDeliveries(ctx context.Context, webhook int64, at time.Time, limit int) ([]Delivery, error) {
	out, err := s.deliveries(ctx, "d.webhook_key = ? AND d.state = 'pending' AND d.next_at <= ? ORDER BY d.next_at, d.key LIMIT ?", webhook, micros(at), limit)
	return out, wrapKey("due deliveries of", webhook, err)
}

// Deliveries returns up to limit deliveries of a webhook before a key (0: from
// the latest), the latest first; state "" stands for all.
func (s *Store) Deliveries(ctx context.Context, webhook int64, state DeliveryState, before int64, limit int) ([]Delivery, error) {
	if err := checkBatch(limit); err != nil {
		return nil, err
	}
	if before == 0 {
		before = 1<<63 - 1
	}
	where, args := "d.webhook_key = ? AND d.key < ?", []any{webhook, before}
	if state != "" {
		where, args = where+" AND d.state = ?", append(args, string(state))
	}
	out, err := s.deliveries(ctx, where+" ORDER BY d.key DESC LIMIT ?", append(args, limit)...)
	return out, wrapKey("deliveries of", webhook, err)
}

// Delivery returns a delivery of a webhook, or screening.ErrNotFound.
func (s *Store) Delivery(ctx context.Context, webhook, key int64) (Delivery, error) {
	out, err := s.deliveries(ctx, "d.webhook_key = ? AND d.key = ?", webhook, key)
	if err == nil && len(out) == 0 {
		err = screening.ErrNotFound
	}
	if err != nil {
		return Delivery{}, wrapKey("delivery", key, err)
	}
	return out[0], nil
}

// Redeliver makes a delivery pending again, as if it had never been tried.
func (tx *Tx) Redeliver(webhook, key int64) error {
	n, err := tx.exec("UPDATE webhook_deliveries SET state = 'pending', attempts = 0, next_at = ?, problem = '' WHERE webhook_key = ? AND key = ?",
		tx.s.stamp(), webhook, key)
	if err == nil && n == 0 {
		err = screening.ErrNotFound
	}
	return wrapKey("redeliver", key, err)
}

// An Attempt is what became of one try to deliver.
type Attempt struct {
	Webhook, Delivery int64
	Tried             int // Delivery.Attempts before it
	Status            int
	Problem           string        // a code; "": it arrived
	Again             time.Duration // after which it is tried again; 0: never, it is dead
	Gone              bool          // the receiver said that it will never take anything
	DisableAfter      time.Duration // a webhook that failed for so long is disabled
}

// EventWebhookDisabled is the kind of event that says that a webhook was
// disabled.
const EventWebhookDisabled = "webhook_disabled"

// SaveAttempt notes what became of a try. A webhook that failed for too long, or
// is gone, is disabled with an event, and its pending deliveries are dead;
// disabled says so. Where the delivery was asked for again meanwhile nothing is
// noted; where the webhook was removed the answer is screening.ErrNotFound.
func (tx *Tx) SaveAttempt(a Attempt) (disabled bool, err error) {
	disabled, err = tx.saveAttempt(&a)
	return disabled, wrapKey("save attempt of delivery", a.Delivery, err)
}

func (tx *Tx) saveAttempt(a *Attempt) (bool, error) {
	var row webhookRow
	if err := tx.locking().Where("key = ?", a.Webhook).Take(&row).Error; err != nil {
		return false, err
	}
	now := tx.s.stamp()
	state, next := DeliveryDelivered, now
	switch {
	case a.Problem != "" && a.Again > 0:
		state, next = DeliveryPending, now+a.Again.Microseconds()
	case a.Problem != "":
		state = DeliveryDead
	}
	n, err := tx.exec(`UPDATE webhook_deliveries SET state = ?, attempts = attempts + 1, next_at = ?, tried_at = ?, status = ?, problem = ?
 WHERE key = ? AND state = 'pending' AND attempts = ?`, string(state), next, now, a.Status, a.Problem, a.Delivery, a.Tried)
	if err != nil || n == 0 {
		return false, err
	}
	if a.Problem == "" {
		if row.FailingSince != nil {
			_, err = tx.exec("UPDATE webhooks SET failing_since = NULL WHERE key = ?", a.Webhook)
		}
		return false, err
	}
	if row.FailingSince == nil {
		row.FailingSince = &now
		if _, err := tx.exec("UPDATE webhooks SET failing_since = ? WHERE key = ?", now, a.Webhook); err != nil {
			return false, err
		}
	}
	if row.State == string(WebhookDisabled) || !a.Gone && now-*row.FailingSince < a.DisableAfter.Microseconds() {
		return false, nil
	}
	return true, tx.disableWebhook(&row, a.Problem)
}

func (tx *Tx) disableWebhook(row *webhookRow, problem string) error {
	_, err := tx.exec("UPDATE webhooks SET state = 'disabled', problem = ?, updated_at = ?, version = version + 1 WHERE key = ?", problem, tx.s.stamp(), row.Key)
	if err == nil {
		_, err = tx.exec("UPDATE webhook_deliveries SET state = 'dead', problem = 'WEBHOOK_DISABLED' WHERE webhook_key = ? AND state = 'pending'", row.Key)
	}
	if err != nil {
		return err
	}
	return tx.SaveEvent(EventWebhookDisabled, fmt.Sprintf("webhook/%d", row.Key), struct {
		Webhook      int64     `json:"webhook"`
		Problem      string    `json:"problem"`
		FailingSince time.Time `json:"failing_since"`
	}{row.Key, problem, fromOptMicros(row.FailingSince)})
}

// DropDeliveries removes up to MaxBatch deliveries that arrived, and were made
// before a time, and returns how many.
func (tx *Tx) DropDeliveries(before time.Time) (int64, error) {
	n, err := tx.exec(`DELETE FROM webhook_deliveries WHERE key IN
 (SELECT key FROM webhook_deliveries WHERE state = 'delivered' AND created_at < ? ORDER BY key LIMIT ?)`, micros(before), MaxBatch)
	return n, wrap("drop deliveries", err)
}
