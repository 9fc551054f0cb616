package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"time"

	"zhunru/api"
	"zhunru/store"
	"zhunru/store/webhook"
)

func toAPIWebhook(w *store.Webhook) api.Webhook {
	return api.Webhook{
		ID: w.Key, Name: w.Name, URL: w.URL, Events: w.Events, State: string(w.State), Problem: w.Problem, FailingSince: optTime(w.FailingSince),
		OldUntil: optTime(w.OldUntil), Version: w.Version, CreatedAt: w.CreatedAt, UpdatedAt: w.UpdatedAt,
	}
}

func toRow(w *api.Webhook) store.Webhook {
	return store.Webhook{Key: w.ID, Name: w.Name, URL: w.URL, Events: w.Events, State: store.WebhookState(w.State), Version: w.Version}
}

// Webhooks returns all webhooks.
func (b *backend) Webhooks(ctx context.Context) ([]api.Webhook, error) {
	list, err := b.store.Webhooks(ctx)
	out := make([]api.Webhook, len(list))
	for i := range list {
		out[i] = toAPIWebhook(&list[i])
	}
	return answer(out, err)
}

// Webhook returns a webhook.
func (b *backend) Webhook(ctx context.Context, id int64) (api.Webhook, error) {
	w, err := b.store.Webhook(ctx, id)
	return answer(toAPIWebhook(&w), err)
}

// address refuses a URL that webhooks may not have.
func (b *backend) address(to string) error {
	var problem *webhook.AddressError
	if err := b.guard.Check(to); errors.As(err, &problem) {
		return &api.FieldError{Field: "url", Code: problem.Code}
	}
	return nil
}

// AddWebhook keeps a webhook with a secret of its own.
func (b *backend) AddWebhook(ctx context.Context, actor string, w api.Webhook) (api.Webhook, string, error) {
	if err := b.address(w.URL); err != nil {
		return w, "", err
	}
	row, secret, err := addWebhook(ctx, b.store, actor, toRow(&w))
	return toAPIWebhook(&row), secret, err
}

func addWebhook(ctx context.Context, s *store.Store, actor string, w store.Webhook) (store.Webhook, string, error) {
	secret := webhook.NewSecret()
	err := s.Write(ctx, func(tx *store.Tx) (err error) {
		if w, err = tx.AddWebhook(w, secret); err != nil {
			return err
		}
		return enterWebhook(tx, actor, "added", &w)
	})
	if errors.Is(err, store.ErrTooManyWebhooks) {
		err = fmt.Errorf("%w: %w", &api.FieldError{Field: "url", Code: "TOO_MANY_WEBHOOKS"}, err)
	}
	return w, webhook.ShowSecret(secret), unavailable(err)
}

// SaveWebhook replaces a webhook.
func (b *backend) SaveWebhook(ctx context.Context, actor string, w api.Webhook) (api.Webhook, error) {
	if err := b.address(w.URL); err != nil {
		return w, err
	}
	row, err := saveWebhook(ctx, b.store, actor, toRow(&w))
	return answer(toAPIWebhook(&row), err)
}

func saveWebhook(ctx context.Context, s *store.Store, actor string, w store.Webhook) (store.Webhook, error) {
	err := s.Write(ctx, func(tx *store.Tx) (err error) {
		if w, err = tx.SaveWebhook(w); err != nil {
			return err
		}
		return enterWebhook(tx, actor, "changed", &w)
	})
	return w, err
}

// RotateWebhook gives a webhook a new secret.
func (b *backend) RotateWebhook(ctx context.Context, actor string, id, version int64, overlap time.Duration) (api.Webhook, string, error) {
	row, secret, err := rotateWebhook(ctx, b.store, actor, id, version, b.now().Add(overlap))
	return toAPIWebhook(&row), secret, unavailable(err)
}

func rotateWebhook(ctx context.Context, s *store.Store, actor string, id, version int64, until time.Time) (store.Webhook, string, error) {
	secret, row := webhook.NewSecret(), store.Webhook{}
	err := s.Write(ctx, func(tx *store.Tx) (err error) {
		if row, err = tx.RotateWebhook(id, version, secret, until); err != nil {
			return err
		}
		return enterWebhook(tx, actor, "secret rotated", &row)
	})
	return row, webhook.ShowSecret(secret), err
}

// DeleteWebhook removes a webhook and its deliveries.
func (b *backend) DeleteWebhook(ctx context.Context, actor string, id, version int64) error {
	return unavailable(deleteWebhook(ctx, b.store, actor, id, version))
}

func deleteWebhook(ctx context.Context, s *store.Store, actor string, id, version int64) error {
	w, err := s.Webhook(ctx, id)
	if err != nil {
		return err
	}
	return s.Write(ctx, func(tx *store.Tx) error {
		if err := tx.DeleteWebhook(id, version); err != nil {
			return err
		}
		return enterWebhook(tx, actor, "removed", &w)
	})
}

// enterWebhook records in the ledger what was done to a webhook: where the
// platform's verdicts are told is an auditor's business. A query or a password in
// the address may be a secret and is left out.
func enterWebhook(tx *store.Tx, actor, done string, w *store.Webhook) error {
	to := ""
	if u, err := url.Parse(w.URL); err == nil {
		to = (&url.URL{Scheme: u.Scheme, Host: u.Host, Path: u.Path}).String()
	}
	return recordPayload(tx, actor, store.EntryWebhook, fmt.Sprintf("webhook/%d", w.Key), struct {
		Done   string   `json:"done"`
		Name   string   `json:"name"`
		To     string   `json:"to"`
		Events []string `json:"events"`
		State  string   `json:"state"`
	}{done, w.Name, to, w.Events, string(w.State)})
}

func toAPIDelivery(d *store.Delivery) api.Delivery {
	event := webhook.Event{Key: d.Event.Key}
	name, _ := webhook.TypeOf(d.Event.Kind) // what was shared out has one
	out := api.Delivery{
		ID: d.Key, Message: event.ID(), Type: name, Subject: d.Event.Subject, State: string(d.State), Attempts: d.Attempts,
		TriedAt: optTime(d.TriedAt), Status: d.Status, Problem: d.Problem, CreatedAt: d.CreatedAt,
	}
	if d.State == store.DeliveryPending {
		out.NextAt = optTime(d.NextAt)
	}
	return out
}

// Deliveries returns a page of deliveries.
func (b *backend) Deliveries(ctx context.Context, hook int64, state string, before int64, limit int) ([]api.Delivery, error) {
	list, err := b.store.Deliveries(ctx, hook, store.DeliveryState(state), before, limit)
	out := make([]api.Delivery, len(list))
	for i := range list {
		out[i] = toAPIDelivery(&list[i])
	}
	return answer(out, err)
}

// Delivery returns a delivery.
func (b *backend) Delivery(ctx context.Context, hook, id int64) (api.Delivery, error) {
	d, err := b.store.Delivery(ctx, hook, id)
	return answer(toAPIDelivery(&d), err)
}

// Redeliver makes a delivery due again.
func (b *backend) Redeliver(ctx context.Context, _ string, hook, id int64) (api.Delivery, error) {
	w, err := b.store.Webhook(ctx, hook)
	if err != nil {
		return api.Delivery{}, unavailable(err)
	}
	if w.State == store.WebhookDisabled {
		return api.Delivery{}, api.ErrState
	}
	if err := b.store.Write(ctx, func(tx *store.Tx) error { return tx.Redeliver(hook, id) }); err != nil {
		return api.Delivery{}, unavailable(err)
	}
	return b.Delivery(ctx, hook, id)
}
