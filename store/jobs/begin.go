package jobs

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"

	"zhunru/screening"
	"zhunru/screening/qualification"
	"zhunru/store"
)

// A Spec asks for a run.
type Spec struct {
	Kind      store.RunKind
	Revision  string             // to judge by, kept; "": that of the rules in use
	From      string             // revision run: what stands; "": what the last runs left
	On        qualification.Date // to judge for; 0: today in China
	Merchants []string           // merchant run: whose listings; up to 1000
	IDs       []string           // listing run: these; up to 1000
	Since     time.Time          // listing run: or those edited at this time or later
	Thorough  bool               // full run: judge what is proved, too
	Rate      int                // listings a second in each process; 0: no limit
	Priority  int                // the greater the sooner
	Actor     string             // who asks

	schedule int64 // what set it off, 0: a person
	slot     time.Time
}

// params is what a run keeps of its spec beyond the columns.
type params struct {
	Merchants []string  `json:"merchants,omitempty"`
	IDs       []string  `json:"ids,omitempty"`
	Since     time.Time `json:"since,omitzero"`
	Thorough  bool      `json:"thorough,omitempty"`
	Rate      int       `json:"rate,omitempty"`
	Before    []string  `json:"before,omitempty"`    // revision run: every revision that may stand
	SweptOn   string    `json:"swept_on,omitempty"`  // expiry run: the day of the last sweep
	Everybody bool      `json:"everybody,omitempty"` // no sweep ever: all merchants with documents
}

func paramsOf(r *store.Run) (p params, err error) {
	if len(r.Params) > 0 {
		if err = json.Unmarshal(r.Params, &p); err != nil {
			err = fmt.Errorf("jobs: parameters of run %d: %w", r.Key, err)
		}
	}
	return p, err
}

// check refuses a spec that says too little or too much.
func (p *Spec) check() error {
	invalid := func(field, why string) error { return &screening.InvalidError{Field: field, Reason: why} }
	switch p.Kind {
	case store.RunFull, store.RunRevision, store.RunExpiry:
		if len(p.IDs)+len(p.Merchants) > 0 || !p.Since.IsZero() {
			return invalid("kind", "这种运行针对全部商品，请去掉商品、商家和起始时间，或改用 listing、merchant")
		}
	case store.RunMerchant:
		if len(p.Merchants) == 0 || len(p.IDs) > 0 || !p.Since.IsZero() {
			return invalid("merchant", "商家运行须且只须给出商家编号，请填写")
		}
	case store.RunListing:
		if (len(p.IDs) == 0) == p.Since.IsZero() || len(p.Merchants) > 0 {
			return invalid("listing", "商品运行须给出商品编号或起始时间之一，请填写其中一个")
		}
	default:
		return invalid("kind", "“"+string(p.Kind)+"”不是可用的种类，请改为 full、revision、merchant、listing、expiry 之一")
	}
	if max(len(p.Merchants), len(p.IDs)) > store.MaxBatch {
		return invalid("batch", "一次最多 1000 个编号，请分批提交")
	}
	if p.Thorough && p.Kind != store.RunFull {
		return invalid("thorough", "只有全量运行能逐件重判，请去掉 thorough 或改用 full")
	}
	if p.Rate < 0 {
		return invalid("rate", "速率不能为负，请填 0（不限）或每秒件数")
	}
	return nil
}

// Begin keeps a planned run and puts it in the queue, in one transaction. Runs
// of one world (revision and day) go on at the same time; a run of another waits
// until those before it ended, so that no old verdict overwrites a new one.
func (c *Client) Begin(ctx context.Context, spec Spec) (store.Run, error) {
	r, err := c.draft(ctx, &spec)
	if err != nil {
		return r, err
	}
	err = again(ctx, c.store, func(tx *store.Tx) error {
		var err error
		r.Key = 0
		if r, err = tx.SaveRun(r); err != nil {
			return err
		}
		return c.seat(ctx, tx, &r)
	})
	return r, err
}

// draft turns a spec into a run that is not kept yet.
func (c *Client) draft(ctx context.Context, spec *Spec) (store.Run, error) {
	if err := spec.check(); err != nil {
		return store.Run{}, err
	}
	if spec.Revision == "" {
		spec.Revision = c.o.Rules.Engine.Revision()
	}
	if spec.On == 0 {
		spec.On = c.today()
	}
	if spec.Actor == "" {
		spec.Actor = "zhunru"
	}
	r := store.Run{
		Kind: spec.Kind, State: store.RunPlanned, Revision: spec.Revision, Schedule: spec.schedule, Slot: spec.slot,
		On: spec.On.String(), Actor: spec.Actor, Priority: spec.Priority,
	}
	p := params{Merchants: spec.Merchants, IDs: spec.IDs, Since: spec.Since, Thorough: spec.Thorough, Rate: spec.Rate}
	if err := c.history(ctx, spec, &r, &p); err != nil {
		return r, err
	}
	var err error
	r.Params, err = json.Marshal(p)
	return r, err
}

// history fills in what follows from earlier runs.
func (c *Client) history(ctx context.Context, spec *Spec, r *store.Run, p *params) error {
	switch spec.Kind {
	case store.RunRevision:
		before, err := c.standing(ctx, spec.From)
		if err != nil {
			return err
		}
		p.Before = slices.DeleteFunc(before, func(revision string) bool { return revision == spec.Revision })
		if spec.From != "" {
			r.From = spec.From
		} else if len(before) > 0 {
			r.From = before[0]
		}
	case store.RunExpiry:
		last, ok, err := c.store.LastDone(ctx, 0, store.RunExpiry, store.RunFull)
		if err != nil {
			return err
		}
		p.SweptOn, p.Everybody = last.On, !ok
	}
	return nil
}

// standing lists the revisions that verdicts may have been made by: that of the
// last run that covered everything (or from), and those of the runs since that
// did not end well.
func (c *Client) standing(ctx context.Context, from string) ([]string, error) {
	base, ok, err := c.store.LastDone(ctx, 0, store.RunFull, store.RunRevision)
	if err != nil {
		return nil, err
	}
	var out []string
	add := func(revision string) {
		if revision != "" && !slices.Contains(out, revision) {
			out = append(out, revision)
		}
	}
	add(from)
	if ok {
		add(base.Revision)
	}
	if len(out) == 0 {
		return nil, nil
	}
	for after := base.Key; ; {
		list, err := c.store.RunsBetween(ctx, after, 1<<63-1)
		if err != nil || len(list) == 0 {
			return out, err
		}
		for i := range list {
			after = list[i].Key
			add(list[i].Revision)
			add(list[i].From)
		}
	}
}

// seatArgs is a job of the queue: somebody may sit down and work on a run. It
// says neither which chunk nor how far: that is in the database.
type seatArgs struct {
	Run  int64 `json:"run" river:"unique"`
	Seat int   `json:"seat" river:"unique"`
}

// Kind names the job in the queue.
func (seatArgs) Kind() string { return "run_seat" }

// seats is how many processes' workers can be busy with one run.
func (c *Client) seats(r *store.Run) int {
	switch {
	case c.store.Engine() == store.SQLite:
		return max(c.o.Workers, 2)
	case r.Kind == store.RunMerchant, r.Kind == store.RunListing:
		return 2
	}
	return 16
}

// seat puts the seats of a run in the queue; those that are there stay.
func (c *Client) seat(ctx context.Context, tx *store.Tx, r *store.Run) error {
	return c.putSeats(ctx, tx, r, 0)
}

// putSeats puts the seats numbered from first in the queue.
func (c *Client) putSeats(ctx context.Context, tx *store.Tx, r *store.Run, first int) error {
	priority := 3
	if r.Kind != store.RunFull {
		priority = 2
	}
	if r.Priority > 0 {
		priority = 1
	}
	n := c.seats(r)
	jobs := make([]river.InsertManyParams, 0, n)
	for n := range n {
		jobs = append(jobs, river.InsertManyParams{Args: seatArgs{r.Key, first + n}, InsertOpts: &river.InsertOpts{
			Queue: QueueRuns, MaxAttempts: 1000, Priority: priority, UniqueOpts: river.UniqueOpts{ByArgs: true, ByState: []rivertype.JobState{
				rivertype.JobStateAvailable, rivertype.JobStatePending, rivertype.JobStateRetryable, rivertype.JobStateRunning, rivertype.JobStateScheduled,
			}},
		}})
	}
	_, err := c.river.InsertManyTx(ctx, tx.SQL(), jobs)
	return err
}
