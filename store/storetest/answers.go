package storetest

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"zhunru/screening"
	"zhunru/store"
)

// answers keeps answers once, gives them again, and lets them end.
func answers(t *testing.T, s *store.Store) {
	now := time.Now().UTC().Truncate(time.Microsecond)
	first := store.Answer{
		Actor: "key:a", Name: "一", Request: store.Hash{1}, Status: 201, ETag: `"1"`, Body: []byte(`{"x":"<&>"}`), ExpiresAt: now.Add(time.Hour),
	}
	other := first
	other.Actor = "key:b"
	other.Body = []byte{}
	add := func(a store.Answer) error {
		return s.Write(t.Context(), func(tx *store.Tx) error { return tx.SaveAnswer(a) })
	}
	if err := errors.Join(add(first), add(other)); err != nil {
		t.Fatal(err)
	}
	for _, want := range []store.Answer{first, other} {
		got := must(t, func(ctx context.Context) (store.Answer, error) { return s.Answer(ctx, want.Actor, want.Name) })
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	}
	second := first
	second.Status = 200
	if err := add(second); !errors.Is(err, screening.ErrConflict) {
		t.Errorf("a second answer: %v", err)
	}
	ended := first
	ended.Name, ended.ExpiresAt = "二", now.Add(-time.Hour)
	if err := add(ended); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Answer(t.Context(), ended.Actor, ended.Name); !errors.Is(err, screening.ErrNotFound) {
		t.Errorf("an answer that ended: %v", err)
	}
	again := ended
	again.ExpiresAt = now.Add(time.Hour)
	if err := errors.Join(add(again), add(store.Answer{Actor: "x", Name: "三", Status: 200, ExpiresAt: now.Add(-time.Hour)})); err != nil {
		t.Fatal(err)
	}
	removed := must(t, s.RemoveExpiredAnswers)
	if left := count(t, s, "answers"); removed != 1 || left != 3 {
		t.Errorf("%d removed, %d left, want 1 and 3", removed, left)
	}
	if err := add(store.Answer{Actor: "x", Name: "四", Status: 500, ExpiresAt: now}); err == nil {
		t.Error("an answer that is no success was kept")
	}
}

// secrets are made once, each its own.
func secrets(t *testing.T, s *store.Store) {
	get := func(name string) store.Hash {
		return must(t, func(ctx context.Context) (store.Hash, error) { return s.Secret(ctx, name) })
	}
	a, b := get("a"), get("b")
	if a == b || a == (store.Hash{}) || a != get("a") {
		t.Errorf("secrets %x, %x", a[:2], b[:2])
	}
}
