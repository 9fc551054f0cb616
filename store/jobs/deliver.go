package jobs

import (
	"context"
	"encoding/json"
	"errors"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"

	"zhunru/screening"
	"zhunru/store"
	"zhunru/store/webhook"
)

// A Post carries messages to webhooks; *webhook.Sender is one.
type Post interface {
	Send(ctx context.Context, m webhook.Message) (webhook.Result, error)
}

// roundArgs is a job of the queue: somebody may deliver what is due to a
// webhook. What that is, and how often it was tried, is in the database.
type roundArgs struct {
	Webhook int64 `json:"webhook" river:"unique"`
	After   int64 `json:"after,omitempty" river:"unique"` // the job whose worker is gone
}

// Kind names the job in the queue.
func (roundArgs) Kind() string { return "webhook_round" }

// Bounds of a round. One webhook has one round at a time, so that a receiver
// that is slow or away holds up nobody else. With its last attempt a round takes
// less than two leases (30 s).
const (
	roundTime    = 20 * time.Second
	roundLanes   = 4
	roundBatch   = 64
	roundFails   = 8 // then the others have their turn
	disableAfter = 5 * 24 * time.Hour
	keepArrived  = 30 * 24 * time.Hour
	shareBatch   = 500
)

// A roundWorker delivers what is due to one webhook.
type roundWorker struct {
	river.WorkerDefaults[roundArgs]
	c *Client
}

// Timeout bounds one round.
func (w *roundWorker) Timeout(*river.Job[roundArgs]) time.Duration { return seatTimeout }

// Work carries out one round. What is left over is due again, and the clock
// puts the next round in the queue.
func (w *roundWorker) Work(ctx context.Context, job *river.Job[roundArgs]) error {
	err := w.c.round(ctx, job.Args.Webhook)
	if err != nil && ctx.Err() == nil && !errors.Is(err, screening.ErrNotFound) {
		w.c.o.Log.Error("webhook", "webhook", job.Args.Webhook, "err", err)
	}
	// At once, and not when the queue finds time: a process that is killed
	// leaves fewer jobs behind that seem to be worked on.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	return again(ctx, w.c.store, func(tx *store.Tx) error { return complete(ctx, w.c, tx.SQL(), job) })
}

// round tries deliveries that are due until none is left, the time is over, or
// too many failed.
func (c *Client) round(ctx context.Context, key int64) error {
	failed := 0
	for until := c.o.Now().Add(roundTime); failed < roundFails && c.o.Now().Before(until); {
		w, err := c.store.Webhook(ctx, key)
		if err != nil || w.State != store.WebhookActive {
			return err
		}
		secrets, err := c.store.WebhookSecrets(ctx, key)
		if err != nil {
			return err
		}
		due, err := c.store.DueDeliveries(ctx, key, c.o.Now(), roundBatch)
		if err != nil || len(due) == 0 {
			return err
		}
		l := lanes{c: c, w: &w, secrets: secrets, until: until, failed: failed}
		if err := l.work(ctx, due); err != nil {
			return err
		}
		failed = l.failed
	}
	return nil
}

// lanes try a batch, some of it at the same time.
type lanes struct {
	c       *Client
	w       *store.Webhook
	secrets [][]byte
	until   time.Time

	mu     sync.Mutex
	next   int
	failed int
	err    error
}

func (l *lanes) work(ctx context.Context, due []store.Delivery) error {
	var all sync.WaitGroup
	for range min(roundLanes, len(due)) {
		all.Go(func() {
			for d := l.take(due); d != nil; d = l.take(due) {
				arrived, err := l.c.deliver(ctx, l.w, l.secrets, d)
				l.note(arrived, err)
			}
		})
	}
	all.Wait()
	return l.err
}

// take returns the next delivery, nil where the round is over.
func (l *lanes) take(due []store.Delivery) *store.Delivery {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.err != nil || l.next == len(due) || l.failed >= roundFails || !l.c.o.Now().Before(l.until) {
		return nil
	}
	l.next++
	return &due[l.next-1]
}

func (l *lanes) note(arrived bool, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.err == nil {
		l.err = err
	}
	if !arrived {
		l.failed++
	}
}

// deliver makes one attempt and notes what became of it. A process that dies
// between the two tries again: a receiver may have a message twice, never not.
func (c *Client) deliver(ctx context.Context, w *store.Webhook, secrets [][]byte, d *store.Delivery) (arrived bool, err error) {
	event := webhook.Event{Key: d.Event.Key, Kind: d.Event.Kind, Subject: d.Event.Subject, Payload: d.Event.Payload, At: d.Event.CreatedAt}
	attempt := store.Attempt{Webhook: w.Key, Delivery: d.Key, Tried: d.Attempts, DisableAfter: disableAfter}
	body, err := event.Body()
	if err != nil {
		c.o.Log.Error("webhook", "webhook", w.Key, "err", err)
		attempt.Problem = "UNREADABLE_EVENT"
		return false, c.noteAttempt(ctx, &attempt)
	}
	r, err := c.o.Post.Send(ctx, webhook.Message{URL: w.URL, ID: event.ID(), Body: body, Secrets: secrets})
	if err != nil {
		return false, err
	}
	attempt.Status, attempt.Problem, attempt.Gone = r.Status, r.Problem, r.Problem == webhook.ProblemGone
	if r.Problem != "" {
		if wait, ok := c.o.Retry(d.Attempts+1, rand.Float64()); ok {
			attempt.Again = max(wait, r.Wait)
		}
	}
	return r.Problem == "", c.noteAttempt(ctx, &attempt)
}

// noteAttempt keeps an attempt even where the worker is told to stop.
func (c *Client) noteAttempt(ctx context.Context, a *store.Attempt) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	disabled := false
	err := again(ctx, c.store, func(tx *store.Tx) (err error) {
		disabled, err = tx.SaveAttempt(*a)
		return err
	})
	if disabled {
		c.o.Log.Error("webhook disabled", "webhook", a.Webhook, "problem", a.Problem)
	}
	return err
}

// shareOut makes the deliveries of events that have none yet, and puts a round
// in the queue for every webhook with something to be tried.
func (c *Client) shareOut(ctx context.Context) error {
	for {
		n := 0
		err := again(ctx, c.store, func(tx *store.Tx) (err error) {
			n, err = tx.ShareOut(shareBatch, func(w *store.Webhook, kind string) bool { return webhook.Wants(w.Events, kind) })
			return err
		})
		if err != nil {
			return err
		}
		if n < shareBatch {
			break
		}
	}
	due, err := c.store.DueWebhooks(ctx, c.o.Now())
	if err != nil || len(due) == 0 {
		return err
	}
	gone, err := c.goneRounds(ctx)
	if err != nil {
		return err
	}
	params := make([]river.InsertManyParams, len(due))
	for i, key := range due {
		params[i] = river.InsertManyParams{Args: roundArgs{key, gone[key]}, InsertOpts: &river.InsertOpts{
			Queue: QueueDeliveries, UniqueOpts: river.UniqueOpts{ByArgs: true, ByState: []rivertype.JobState{
				rivertype.JobStateAvailable, rivertype.JobStatePending, rivertype.JobStateRetryable, rivertype.JobStateRunning, rivertype.JobStateScheduled,
			}},
		}}
	}
	return again(ctx, c.store, func(tx *store.Tx) error {
		_, err := c.river.InsertManyTx(ctx, tx.SQL(), params)
		return err
	})
}

// goneRounds returns the last job of each webhook whose round goes on for longer
// than any does: its worker was killed. The queue itself notices in minutes.
func (c *Client) goneRounds(ctx context.Context) (map[int64]int64, error) {
	list, err := c.river.JobList(ctx, river.NewJobListParams().Kinds(roundArgs{}.Kind()).States(rivertype.JobStateRunning).First(store.MaxBatch))
	if err != nil {
		return nil, err
	}
	out := map[int64]int64{}
	for _, job := range list.Jobs {
		var a roundArgs
		if err := json.Unmarshal(job.EncodedArgs, &a); err != nil {
			return nil, err
		}
		switch {
		case job.AttemptedAt == nil || time.Since(*job.AttemptedAt) < 2*c.o.Lease: // at work
			out[a.Webhook] = -1
		case out[a.Webhook] >= 0:
			out[a.Webhook] = max(out[a.Webhook], job.ID)
		}
	}
	for key, job := range out {
		out[key] = max(job, 0)
	}
	return out, nil
}

// tidy drops deliveries that arrived long ago.
func (c *Client) tidy(ctx context.Context) error {
	for {
		var n int64
		err := again(ctx, c.store, func(tx *store.Tx) (err error) {
			n, err = tx.DropDeliveries(c.o.Now().Add(-keepArrived))
			return err
		})
		if err != nil || n < store.MaxBatch {
			return err
		}
	}
}
