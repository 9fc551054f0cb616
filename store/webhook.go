package store

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"zhunru/screening"
)

// A WebhookState says whether a webhook is told of events. The empty value is
// invalid.
type WebhookState string

// The states of a webhook.
const (
	WebhookActive   WebhookState = "active"
	WebhookPaused   WebhookState = "paused"   // events are kept for it
	WebhookDisabled WebhookState = "disabled" // it failed for too long, or is gone: events pass it by
)

// MaxWebhooks is the largest number of webhooks.
const MaxWebhooks = 100

// ErrTooManyWebhooks is what AddWebhook answers where there are MaxWebhooks.
var ErrTooManyWebhooks = errors.New("webhook 最多 100 个，请先删除不用的（TOO_MANY_WEBHOOKS）")

// A Webhook is an address that is told of events. Its secret is not in it.
type Webhook struct {
	Key          int64 // 0: new
	Name         string
	URL          string
	Events       []string // the types it is told of; none: all
	State        WebhookState
	OldUntil     time.Time // so long the secret before the last rotation signs too; zero: there is none
	FailingSince time.Time // since then nothing arrived; zero: it works, or was never tried
	Problem      string    // a code: why it was disabled
	Version      int64
	CreatedAt    time.Time
	UpdatedAt    time.Time
}

type webhookRow struct {
	Key          int64 `gorm:"primaryKey"`
	Name         string
	URL          string `gorm:"column:url"`
	Events       string
	State        string
	Secret       []byte
	OldSecret    []byte
	OldUntil     *int64
	FailingSince *int64
	Problem      string
	Version      int64
	CreatedAt    int64 `gorm:"autoCreateTime:false"`
	UpdatedAt    int64 `gorm:"autoUpdateTime:false"`
}

func (webhookRow) TableName() string { return "webhooks" }

func (r *webhookRow) webhook() (Webhook, error) {
	w := Webhook{
		Key: r.Key, Name: r.Name, URL: r.URL, State: WebhookState(r.State), OldUntil: fromOptMicros(r.OldUntil),
		FailingSince: fromOptMicros(r.FailingSince), Problem: r.Problem, Version: r.Version,
		CreatedAt: fromMicros(r.CreatedAt), UpdatedAt: fromMicros(r.UpdatedAt),
	}
	return w, json.Unmarshal([]byte(r.Events), &w.Events)
}

func (w *Webhook) check() error {
	for _, f := range [...]struct{ name, value string }{{"name", w.Name}, {"url", w.URL}} {
		if err := checkText(f.name, f.value); err != nil {
			return err
		}
	}
	if w.URL == "" {
		return &screening.InvalidError{Field: "url", Reason: "地址不能为空，请填写"}
	}
	return checkEnum("state", w.State, WebhookActive, WebhookPaused, WebhookDisabled)
}

func eventsJSON(events []string) (string, error) {
	if events == nil {
		events = []string{}
	}
	b, err := json.Marshal(events)
	return string(b), err
}

// AddWebhook keeps a new webhook and its secret, and returns it with its key.
func (tx *Tx) AddWebhook(w Webhook, secret []byte) (Webhook, error) {
	if err := w.check(); err != nil {
		return w, err
	}
	var n int64
	if err := tx.g.Model(&webhookRow{}).Count(&n).Error; err != nil {
		return w, wrap("add webhook", err)
	}
	if n >= MaxWebhooks {
		return w, wrap("add webhook", ErrTooManyWebhooks)
	}
	sealed, err := tx.s.sealSecret(secret)
	if err != nil {
		return w, wrap("add webhook", err)
	}
	events, err := eventsJSON(w.Events)
	if err != nil {
		return w, wrap("add webhook", err)
	}
	now := tx.s.stamp()
	row := webhookRow{Name: w.Name, URL: w.URL, Events: events, State: string(w.State), Secret: sealed, Version: 1, CreatedAt: now, UpdatedAt: now}
	if err := tx.g.Create(&row).Error; err != nil {
		return w, wrap("add webhook", err)
	}
	return row.webhook()
}

// SaveWebhook replaces name, address, events and state of a webhook if its
// Version is still the same, or the answer is screening.ErrConflict. One that is
// made active begins anew: its failures are forgotten.
func (tx *Tx) SaveWebhook(w Webhook) (Webhook, error) {
	if err := w.check(); err != nil {
		return w, err
	}
	events, err := eventsJSON(w.Events)
	if err != nil {
		return w, wrapKey("save webhook", w.Key, err)
	}
	n, err := tx.exec(`UPDATE webhooks SET name = ?, url = ?, events = ?, state = ?, updated_at = ?, version = version + 1,
 failing_since = CASE WHEN ? = 'active' THEN NULL ELSE failing_since END, problem = CASE WHEN ? = 'active' THEN '' ELSE problem END
 WHERE key = ? AND version = ?`, w.Name, w.URL, events, string(w.State), tx.s.stamp(), string(w.State), string(w.State), w.Key, w.Version)
	return tx.changedWebhook("save webhook", w.Key, n, err)
}

// RotateWebhook gives a webhook a new secret; the one before signs beside it
// until a time. A version that is no longer the current one is
// screening.ErrConflict.
func (tx *Tx) RotateWebhook(key, version int64, secret []byte, until time.Time) (Webhook, error) {
	sealed, err := tx.s.sealSecret(secret)
	if err != nil {
		return Webhook{}, wrapKey("rotate webhook", key, err)
	}
	n, err := tx.exec(`UPDATE webhooks SET old_secret = secret, old_until = ?, secret = ?, updated_at = ?, version = version + 1 WHERE key = ? AND version = ?`,
		optMicros(until), sealed, tx.s.stamp(), key, version)
	return tx.changedWebhook("rotate webhook", key, n, err)
}

// changedWebhook returns a webhook after a change of n rows.
func (tx *Tx) changedWebhook(op string, key, n int64, err error) (Webhook, error) {
	if err != nil {
		return Webhook{}, wrapKey(op, key, err)
	}
	var row webhookRow
	if err := tx.g.Where("key = ?", key).Take(&row).Error; err != nil {
		return Webhook{}, wrapKey(op, key, err)
	}
	if n == 0 {
		return Webhook{}, wrapKey(op, key, screening.ErrConflict)
	}
	return row.webhook()
}

// DeleteWebhook removes a webhook and its deliveries if its version is still
// the same, or the answer is screening.ErrConflict.
func (tx *Tx) DeleteWebhook(key, version int64) error {
	var row webhookRow
	if err := tx.locking().Where("key = ?", key).Take(&row).Error; err != nil {
		return wrapKey("delete webhook", key, err)
	}
	if row.Version != version {
		return wrapKey("delete webhook", key, screening.ErrConflict)
	}
	_, err := tx.exec("DELETE FROM webhook_deliveries WHERE webhook_key = ?", key)
	if err == nil {
		_, err = tx.exec("DELETE FROM webhooks WHERE key = ?", key)
	}
	return wrapKey("delete webhook", key, err)
}

// Webhook returns a webhook, or screening.ErrNotFound.
func (s *Store) Webhook(ctx context.Context, key int64) (Webhook, error) {
	var row webhookRow
	if err := s.read.WithContext(ctx).Where("key = ?", key).Take(&row).Error; err != nil {
		return Webhook{}, wrapKey("webhook", key, err)
	}
	return row.webhook()
}

// Webhooks returns all webhooks, the oldest first.
func (s *Store) Webhooks(ctx context.Context) ([]Webhook, error) {
	var rows []webhookRow
	if err := s.read.WithContext(ctx).Order("key").Find(&rows).Error; err != nil {
		return nil, wrap("webhooks", err)
	}
	out := make([]Webhook, len(rows))
	for i := range rows {
		var err error
		if out[i], err = rows[i].webhook(); err != nil {
			return nil, wrapKey("webhook", rows[i].Key, err)
		}
	}
	return out, nil
}

// WebhookSecrets returns the secrets that sign for a webhook now: its own, then
// the one before while it is not past its time.
func (s *Store) WebhookSecrets(ctx context.Context, key int64) ([][]byte, error) {
	var row webhookRow
	if err := s.read.WithContext(ctx).Where("key = ?", key).Take(&row).Error; err != nil {
		return nil, wrapKey("secrets of webhook", key, err)
	}
	secret, err := s.openSecret(row.Secret)
	if err != nil {
		return nil, wrapKey("secrets of webhook", key, err)
	}
	out := [][]byte{secret}
	if row.OldUntil != nil && s.stamp() < *row.OldUntil {
		old, err := s.openSecret(row.OldSecret)
		if err != nil {
			return nil, wrapKey("secrets of webhook", key, err)
		}
		out = append(out, old)
	}
	return out, nil
}
