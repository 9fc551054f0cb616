package jobs

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"zhunru/screening"
	"zhunru/screening/dictionary"
	"zhunru/screening/qualification"
	"zhunru/store"
	"zhunru/store/webhook"
)

// The queues that a client may work on.
const (
	QueueRuns       = "runs"       // chunks of runs
	QueueSchedules  = "schedules"  // the clock, and the tasks it sets off
	QueueDeliveries = "deliveries" // webhooks
	QueueReports    = "reports"    // files of reports
)

// Queues are all queues.
var Queues = []string{QueueRuns, QueueSchedules, QueueDeliveries, QueueReports}

// Rules are a dictionary and what is built from it.
type Rules struct {
	Dictionary *dictionary.Dictionary
	Engine     *screening.Engine
	Registry   *qualification.Registry
}

// Options tune a Client. Rules and Words are required to begin or work on runs,
// not to pause, resume or cancel them; the rest may be zero.
type Options struct {
	Rules       Rules                                                    // those in use; their revision must be kept in the store
	Words       screening.Segmenter                                      // for engines of other revisions
	Queues      []string                                                 // to work on; none: the client only begins and controls runs
	Workers     int                                                      // chunks at once in this process; 0: 2
	Profile     string                                                   // of the qualification rules; "": the default one
	Chunk       int                                                      // listings in a chunk; 0: 5000
	Lease       time.Duration                                            // a chunk whose worker is silent for so long is another's; 0: 30 s
	Poll        time.Duration                                            // how often the queue is looked at where nobody tells; 0: 300 ms
	Tick        time.Duration                                            // how often the schedules are looked at; 0: 2 s
	Post        Post                                                     // to webhooks; nil: one that reaches public addresses only
	Retry       func(attempts int, random float64) (time.Duration, bool) // when to try a delivery again; nil: webhook.Retry
	Reports     string                                                   // the folder that files of reports are kept in; with it "" none is made
	KeepReports time.Duration                                            // how long; 0: 30 days
	Program     string                                                   // names the code that judges; "": the hash of this executable
	Now         func() time.Time                                         // nil: time.Now
	LedgerKey   string                                                   // signs the ledger each day and at the end of each run; "": nothing does
	Log         *slog.Logger                                             // nil: nothing is logged
}

// program tells, once it is asked, what names the code.
func (o *Options) program() func() (string, error) {
	if name := o.Program; name != "" {
		return func() (string, error) { return name, nil }
	}
	return sync.OnceValues(programID)
}

func (o *Options) fill() {
	set := func(d *time.Duration, to time.Duration) {
		if *d <= 0 {
			*d = to
		}
	}
	set(&o.Lease, 30*time.Second)
	set(&o.Poll, 300*time.Millisecond)
	set(&o.Tick, 2*time.Second)
	set(&o.KeepReports, 30*24*time.Hour)
	if o.Workers <= 0 {
		o.Workers = 2
	}
	if o.Chunk <= 0 {
		o.Chunk = 5000
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Post == nil {
		o.Post = webhook.NewSender(webhook.Guard{}, o.Now)
	}
	if o.Retry == nil {
		o.Retry = webhook.Retry
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
}

// rulesOf returns the rules of a kept revision. Those in use cost nothing;
// others are built from the kept dictionary, and the last of them is
// remembered.
func (c *Client) rulesOf(ctx context.Context, revision string) (*Rules, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if revision == c.o.Rules.Engine.Revision() {
		return &c.o.Rules, nil
	}
	if c.other != nil && c.other.Engine.Revision() == revision {
		return c.other, nil
	}
	d, err := c.store.Revision(ctx, revision)
	if err != nil {
		return nil, err
	}
	r := &Rules{Dictionary: d}
	if r.Engine, err = screening.NewEngine(d, c.o.Words); err == nil {
		r.Registry, err = qualification.NewRegistry(d)
	}
	if err != nil {
		return nil, fmt.Errorf("jobs: rules of %s: %w", revision, err)
	}
	c.other = r
	return r, nil
}

// dictionaryOf returns the dictionary of a kept revision.
func (c *Client) dictionaryOf(ctx context.Context, revision string) (*dictionary.Dictionary, error) {
	if revision == c.o.Rules.Engine.Revision() {
		return c.o.Rules.Dictionary, nil
	}
	return c.store.Revision(ctx, revision)
}

// today is the day in China by the client's clock.
func (c *Client) today() qualification.Date { return qualification.DateOf(c.o.Now()) }

// again writes until no other transaction is in the way.
func again(ctx context.Context, s *store.Store, f func(tx *store.Tx) error) error {
	var err error
	for round := range 8 {
		if err = s.Write(ctx, f); !isConflict(err) {
			return err
		}
		if wait(ctx, time.Duration(round+1)*5*time.Millisecond) != nil {
			return ctx.Err()
		}
	}
	return err
}

// wait waits, or returns the context's error.
func wait(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
