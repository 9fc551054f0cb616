package storetest

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"zhunru/screening"
	"zhunru/store"
)

func addWebhook(t *testing.T, s *store.Store, events ...string) (w store.Webhook) {
	t.Helper()
	write(t, s, func(tx *store.Tx) (err error) {
		w, err = tx.AddWebhook(store.Webhook{Name: "甲", URL: "https://example.com/", Events: events, State: store.WebhookActive}, []byte("first"))
		return err
	})
	return w
}

func webhooks(t *testing.T, s *store.Store) {
	w := addWebhook(t, s, "run.finished")
	if got := must(t, func(ctx context.Context) (store.Webhook, error) { return s.Webhook(ctx, w.Key) }); !cmp.Equal(w, got) {
		t.Error(cmp.Diff(w, got))
	}
	old := w
	w.State, w.URL, w.Events = store.WebhookPaused, "https://example.org/", nil
	write(t, s, func(tx *store.Tx) (err error) { w, err = tx.SaveWebhook(w); return err })
	if w.Version != 2 || w.URL != "https://example.org/" || len(w.Events) != 0 || w.State != store.WebhookPaused {
		t.Errorf("%+v", w)
	}
	until := time.Now().Add(time.Hour)
	for what, f := range map[string]func(tx *store.Tx) error{
		"save":   func(tx *store.Tx) error { _, err := tx.SaveWebhook(old); return err },
		"rotate": func(tx *store.Tx) error { _, err := tx.RotateWebhook(w.Key, 1, []byte("x"), until); return err },
		"delete": func(tx *store.Tx) error { return tx.DeleteWebhook(w.Key, 1) },
	} {
		if err := s.Write(t.Context(), f); !errors.Is(err, screening.ErrConflict) {
			t.Errorf("%s an old version: %v", what, err)
		}
	}
	secrets := func() (out []string) {
		for _, b := range must(t, func(ctx context.Context) ([][]byte, error) { return s.WebhookSecrets(ctx, w.Key) }) {
			out = append(out, string(b))
		}
		return out
	}
	write(t, s, func(tx *store.Tx) (err error) {
		w, err = tx.RotateWebhook(w.Key, 2, []byte("second"), until)
		return err
	})
	if diff := cmp.Diff([]string{"second", "first"}, secrets()); diff != "" {
		t.Error(diff)
	}
	write(t, s, func(tx *store.Tx) (err error) {
		w, err = tx.RotateWebhook(w.Key, 3, []byte("third"), time.Now().Add(-time.Second))
		return err
	})
	if diff := cmp.Diff([]string{"third"}, secrets()); diff != "" {
		t.Error(diff)
	}
	write(t, s, func(tx *store.Tx) error { return tx.DeleteWebhook(w.Key, 4) })
	if _, err := s.Webhook(t.Context(), w.Key); !errors.Is(err, screening.ErrNotFound) {
		t.Error(err)
	}
	if err := s.Write(t.Context(), func(tx *store.Tx) error { _, err := tx.AddWebhook(old, nil); return err }); err == nil {
		t.Error("a webhook without a secret")
	}
}

// everything wants all kinds but check_passed.
func everything(_ *store.Webhook, kind string) bool { return kind != "check_passed" }

// tell records events and shares them out.
func tell(t *testing.T, s *store.Store, kinds ...string) (n int) {
	t.Helper()
	write(t, s, func(tx *store.Tx) error {
		for _, kind := range kinds {
			if err := tx.SaveEvent(kind, "run/1", map[string]int{"run": 1}); err != nil {
				return err
			}
		}
		return nil
	})
	write(t, s, func(tx *store.Tx) (err error) { n, err = tx.ShareOut(100, everything); return err })
	return n
}

func due(t *testing.T, s *store.Store, key int64) []store.Delivery {
	t.Helper()
	return must(t, func(ctx context.Context) ([]store.Delivery, error) {
		return s.DueDeliveries(ctx, key, time.Now().Add(time.Second), 100)
	})
}

func shareOut(t *testing.T, s *store.Store) {
	a, b := addWebhook(t, s), addWebhook(t, s)
	b.State = store.WebhookPaused
	write(t, s, func(tx *store.Tx) (err error) { b, err = tx.SaveWebhook(b); return err })
	if n := tell(t, s, "run_done", "check_passed", "run_failed"); n != 3 {
		t.Errorf("%d events went through, want 3", n)
	}
	if err := s.Write(t.Context(), func(tx *store.Tx) error {
		if err := tx.SaveEvent("run_done", "run/2", map[string]int{}); err != nil {
			return err
		}
		return errors.New("not kept")
	}); err == nil {
		t.Fatal("kept")
	}
	if n := tell(t, s); n != 0 {
		t.Errorf("%d events once more", n)
	}
	list := due(t, s, a.Key)
	if len(list) != 2 || list[0].Event.Kind != "run_done" || list[1].Event.Kind != "run_failed" || string(list[0].Event.Payload) != `{"run":1}` {
		t.Errorf("%+v", list)
	}
	if n := count(t, s, "webhook_deliveries"); n != 4 {
		t.Errorf("%d deliveries, want 4: they are kept for a paused webhook", n)
	}
	keys := must(t, func(ctx context.Context) ([]int64, error) { return s.DueWebhooks(ctx, time.Now().Add(time.Second)) })
	if diff := cmp.Diff([]int64{a.Key}, keys); diff != "" {
		t.Error(diff)
	}
}

func attempts(t *testing.T, s *store.Store) {
	w := addWebhook(t, s)
	tell(t, s, "run_done", "run_done")
	d := due(t, s, w.Key)[0]
	note := func(a store.Attempt) (disabled bool) {
		t.Helper()
		a.Webhook, a.Delivery = w.Key, d.Key
		write(t, s, func(tx *store.Tx) (err error) { disabled, err = tx.SaveAttempt(a); return err })
		d = must(t, func(ctx context.Context) (store.Delivery, error) { return s.Delivery(ctx, w.Key, d.Key) })
		w = must(t, func(ctx context.Context) (store.Webhook, error) { return s.Webhook(ctx, w.Key) })
		return disabled
	}
	const ever = 24 * time.Hour
	note(store.Attempt{Problem: "TIMEOUT", Again: time.Hour, DisableAfter: ever})
	if d.State != store.DeliveryPending || d.Attempts != 1 || !d.NextAt.After(time.Now().Add(time.Minute)) || d.Problem != "TIMEOUT" || w.FailingSince.IsZero() {
		t.Errorf("%+v of %+v", d, w)
	}
	note(store.Attempt{Problem: "TIMEOUT", Again: time.Hour, DisableAfter: ever}) // it says that it was not tried yet
	if d.Attempts != 1 {
		t.Errorf("an attempt that another process noted: %+v", d)
	}
	note(store.Attempt{Tried: 1, Status: 500, Problem: "HTTP_STATUS", DisableAfter: ever})
	if d.State != store.DeliveryDead || d.Status != 500 {
		t.Errorf("%+v", d)
	}
	write(t, s, func(tx *store.Tx) error { return tx.Redeliver(w.Key, d.Key) })
	note(store.Attempt{Status: 200, DisableAfter: ever})
	if d.State != store.DeliveryDelivered || d.Attempts != 1 || d.Problem != "" || !w.FailingSince.IsZero() {
		t.Errorf("%+v of %+v", d, w)
	}
	d = due(t, s, w.Key)[0]
	if note(store.Attempt{Problem: "TIMEOUT", Again: time.Hour, DisableAfter: time.Hour}) {
		t.Error("disabled at once")
	}
	if !note(store.Attempt{Tried: 1, Problem: "TIMEOUT", Again: time.Hour}) || w.State != store.WebhookDisabled || w.Problem != "TIMEOUT" {
		t.Errorf("not disabled: %+v", w)
	}
	if d.State != store.DeliveryDead || d.Problem != "WEBHOOK_DISABLED" {
		t.Errorf("%+v", d)
	}
	events := must(t, func(ctx context.Context) ([]store.Event, error) {
		return s.Events(ctx, store.EventWebhookDisabled, 0, 10)
	})
	if len(events) != 1 || !strings.Contains(string(events[0].Payload), `"problem":"TIMEOUT"`) {
		t.Errorf("%v", events)
	}
	if tell(t, s, "run_done"); count(t, s, "webhook_deliveries") != 2 {
		t.Error("a disabled webhook is told")
	}
	w.State = store.WebhookActive
	write(t, s, func(tx *store.Tx) (err error) { w, err = tx.SaveWebhook(w); return err })
	if !w.FailingSince.IsZero() || w.Problem != "" {
		t.Errorf("%+v", w)
	}
	if err := s.Write(t.Context(), func(tx *store.Tx) error { return tx.Redeliver(w.Key, 999) }); !errors.Is(err, screening.ErrNotFound) {
		t.Error(err)
	}
	write(t, s, func(tx *store.Tx) error {
		n, err := tx.DropDeliveries(time.Now().Add(time.Hour))
		if n != 1 {
			t.Errorf("%d deliveries dropped, want the one that arrived", n)
		}
		return err
	})
}
