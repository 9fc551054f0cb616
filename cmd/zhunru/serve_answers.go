package main

import (
	"context"
	"log/slog"
	"time"

	"zhunru/api"
	"zhunru/store"
)

// keepAnswer keeps the answer to the request of a context, if it is one that
// may be sent again, with what the transaction does.
func keepAnswer[T any](ctx context.Context, tx *store.Tx, v T) error {
	return api.Keep(ctx, v, func(actor, name string, a api.KeptAnswer) error {
		return tx.SaveAnswer(toAnswer(actor, name, a, time.Now()))
	})
}

func toAnswer(actor, name string, a api.KeptAnswer, now time.Time) store.Answer {
	return store.Answer{
		Actor: actor, Name: name, Request: a.Request, Status: a.Status, ETag: a.ETag, Body: a.Body, ExpiresAt: now.Add(api.AnswersLast),
	}
}

// Answer returns the answer to a request that was made before.
func (b *backend) Answer(ctx context.Context, actor, name string) (api.KeptAnswer, error) {
	a, err := b.store.Answer(ctx, actor, name)
	return answer(api.KeptAnswer{Request: a.Request, Status: a.Status, ETag: a.ETag, Body: a.Body}, err)
}

// SaveAnswer keeps an answer of a request that keeps nothing else.
func (b *backend) SaveAnswer(ctx context.Context, actor, name string, a api.KeptAnswer) error {
	return unavailable(b.store.Write(ctx, func(tx *store.Tx) error { return tx.SaveAnswer(toAnswer(actor, name, a, b.now())) }))
}

// sweepEvery is how often answers that expired are removed.
const sweepEvery = 10 * time.Minute

// sweepAnswers removes answers that expired, now and from time to time, until
// the function it returns is called, which waits for it.
func sweepAnswers(ctx context.Context, s *store.Store, log *slog.Logger) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		tick := time.NewTicker(sweepEvery)
		defer tick.Stop()
		for {
			for {
				n, err := s.RemoveExpiredAnswers(ctx)
				if err != nil && ctx.Err() == nil {
					log.Warn("expired answers not removed", "error", err.Error())
				}
				if err != nil || n < store.MaxBatch {
					break
				}
			}
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
			}
		}
	}()
	return func() { cancel(); <-ended }
}
