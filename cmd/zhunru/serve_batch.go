package main

import (
	"context"
	"fmt"
	"runtime/debug"
	"sync"
	"time"

	"zhunru/screening"
	"zhunru/store"
)

// A submission is the screening of one request on its way into the database.
type submission struct {
	ctx      context.Context // of the request, for its answer; never waited on //nolint:containedctx // as said
	verdicts []screening.Verdict
	version  int64 // of the one listing that is replaced; 0: any
	actor    string
	listings []screening.Listing
	judged   []store.Judged
	known    map[string]time.Time // stamps of the dossiers they were judged by, see jobs.Judge.ScreenStamped

	err  error
	done chan struct{} // closed when err is the answer
}

// A batcher gathers what requests want kept while another transaction is being
// made durable, and hands it on together: many requests, one commit, one fsync.
// Who waits alone does not wait for company. It is safe for concurrent use.
type batcher struct {
	write func([]*submission) // answers each in err

	mu      sync.Mutex
	waiting []*submission
	busy    bool
}

// submit returns when the submission is durable or cannot be. One that is not in
// a transaction yet when ctx ends is withdrawn: nothing of it is kept.
func (b *batcher) submit(ctx context.Context, s *submission) error {
	s.done = make(chan struct{})
	b.mu.Lock()
	b.waiting = append(b.waiting, s)
	if !b.busy {
		b.busy = true
		go b.drain()
	}
	b.mu.Unlock()
	select {
	case <-s.done:
	case <-ctx.Done():
		if b.withdraw(s) {
			return ctx.Err()
		}
		<-s.done
	}
	return s.err
}

// drain writes until nobody waits.
func (b *batcher) drain() {
	for {
		batch := b.take()
		if len(batch) == 0 {
			return
		}
		b.guarded(batch)
		for _, s := range batch {
			close(s.done)
		}
	}
}

// guarded writes a batch. A panic here has no request to end; it becomes the
// answer to all of them.
func (b *batcher) guarded(batch []*submission) {
	defer func() {
		if v := recover(); v != nil {
			for _, s := range batch {
				s.err = fmt.Errorf("serve: keep screenings: panic: %T\n%s", v, debug.Stack())
			}
		}
	}()
	b.write(batch)
}

// take removes from the queue what fits in one transaction, in order. A listing
// that is in it already waits for the next one, and so does whatever comes
// after it for that listing.
func (b *batcher) take() []*submission {
	b.mu.Lock()
	defer b.mu.Unlock()
	var batch, rest []*submission
	ids, room := map[string]bool{}, store.MaxBatch
	for _, s := range b.waiting {
		fits := len(s.listings) <= room && !s.meets(ids)
		for i := range s.listings {
			ids[s.listings[i].ID] = true
		}
		if !fits {
			rest = append(rest, s)
			continue
		}
		batch, room = append(batch, s), room-len(s.listings)
	}
	b.waiting, b.busy = rest, len(batch) > 0
	return batch
}

func (s *submission) meets(ids map[string]bool) bool {
	for i := range s.listings {
		if ids[s.listings[i].ID] {
			return true
		}
	}
	return false
}

// withdraw removes a submission that was not taken yet.
func (b *batcher) withdraw(s *submission) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	for i, w := range b.waiting {
		if w == s {
			b.waiting = append(b.waiting[:i:i], b.waiting[i+1:]...)
			return true
		}
	}
	return false
}

// depth returns how many submissions wait for a transaction.
func (b *batcher) depth() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return len(b.waiting)
}
