package jobs

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverdatabasesql"
	"github.com/riverqueue/river/riverdriver/riversqlite"

	"zhunru/screening/qualification"
	"zhunru/screening/rescreen"
	"zhunru/store"
)

// taskArgs is a job of the queue that a schedule sets off beside runs.
type taskArgs struct {
	Task string    `json:"task" river:"unique"`
	Slot time.Time `json:"slot" river:"unique"`
	On   string    `json:"on"`
	Last string    `json:"last"` // the day of the slot before

	Params json.RawMessage `json:"params,omitempty"` // of the schedule
}

// Kind names the job in the queue.
func (taskArgs) Kind() string { return "task" }

// A taskWorker carries out tasks. What a task found is kept as events, in the
// transaction that completes its job: once, or not at all.
type taskWorker struct {
	river.WorkerDefaults[taskArgs]
	c *Client
}

// Timeout bounds a task.
func (w *taskWorker) Timeout(*river.Job[taskArgs]) time.Duration { return taskTimeout }

// Work carries out one task.
func (w *taskWorker) Work(ctx context.Context, job *river.Job[taskArgs]) error {
	found, err := w.c.task(ctx, &job.Args)
	if err != nil {
		return err
	}
	return w.c.store.Write(ctx, func(tx *store.Tx) error {
		for _, e := range found {
			if err := tx.SaveEvent(e.kind, e.subject, e.payload); err != nil {
				return err
			}
		}
		return complete(ctx, w.c, tx.SQL(), job)
	})
}

// complete completes a job of the queue in a transaction.
func complete[A river.JobArgs](ctx context.Context, c *Client, tx *sql.Tx, job *river.Job[A]) error {
	var err error
	if c.store.Engine() == store.SQLite {
		_, err = river.JobCompleteTx[*riversqlite.Driver](ctx, tx, job)
	} else {
		_, err = river.JobCompleteTx[*riverdatabasesql.Driver](ctx, tx, job)
	}
	return err
}

// An eventDraft is an event that is not kept yet.
type eventDraft struct {
	kind, subject string
	payload       any
}

func (c *Client) task(ctx context.Context, a *taskArgs) ([]eventDraft, error) {
	on, _, flaw := qualification.ParseDate(a.On)
	last, _, bad := qualification.ParseDate(a.Last)
	if flaw != nil || bad != nil {
		return nil, river.JobCancel(errors.New("任务里的日期读不懂"))
	}
	p, err := rescreen.ParseParams(rescreen.Task(a.Task), a.Params)
	if err != nil {
		return nil, river.JobCancel(err)
	}
	switch rescreen.Task(a.Task) {
	case rescreen.TaskExpiry, rescreen.TaskReverify:
		return c.notices(ctx, rescreen.Task(a.Task), last, on, &p)
	case rescreen.TaskIdentityReport:
		return c.identityReport(ctx, on, &p)
	case rescreen.TaskCheck:
		return c.check(ctx, on)
	}
	return nil, river.JobCancel(fmt.Errorf("没有任务“%s”", a.Task))
}

// notices sweeps the dossiers of all merchants: documents for the expiry task,
// identities for the other.
func (c *Client) notices(ctx context.Context, task rescreen.Task, last, on qualification.Date, p *rescreen.Params) ([]eventDraft, error) {
	leads := rescreen.Leads
	if len(p.Leads) > 0 {
		leads = p.Leads
	}
	var out []eventDraft
	err := c.eachDossier(ctx, func(id string, d *store.KeptDossier) error {
		for _, n := range rescreen.SweepAt(&d.Dossier, last, on, leads) {
			identity := n.Kind == rescreen.NoticeReverify || n.Kind == rescreen.NoticeOverdue || n.Index < 0
			if identity == (task == rescreen.TaskReverify) {
				out = append(out, eventDraft{string(n.Kind), "merchant/" + id, n})
			}
		}
		return nil
	})
	return out, err
}

// identityReport tells that the window of January or July has opened, until when
// it is open, and how many merchants the report is about.
func (c *Client) identityReport(ctx context.Context, on qualification.Date, p *rescreen.Params) ([]eventDraft, error) {
	n := 0
	err := c.eachDossier(ctx, func(string, *store.KeptDossier) error { n++; return nil })
	return []eventDraft{{"identity_report_window", "platform", map[string]any{"on": on.String(), "until": p.Window(on).String(), "merchants": n}}}, err
}

// maxDifferences bounds the differences that an event names.
const maxDifferences = 20

// check looks whether the database, the ledger and the records hold together,
// and whether both count the same. Signatures are checked where this process
// has the key.
func (c *Client) check(ctx context.Context, on qualification.Date) ([]eventDraft, error) {
	public := ""
	if c.o.LedgerKey != "" {
		var err error
		if public, err = store.PublicKey(c.o.LedgerKey); err != nil {
			return nil, err
		}
	}
	ledger, err := c.store.VerifyLedger(ctx, public, nil)
	if err != nil {
		return nil, err
	}
	records, err := c.store.VerifyRecords(ctx, nil)
	if err != nil {
		return nil, err
	}
	differ := []store.Reconciled{}
	differences := 0
	err = c.store.Reconcile(ctx, func(r store.Reconciled) error {
		if !r.Agrees() {
			if differences++; len(differ) < maxDifferences {
				differ = append(differ, r)
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	said, err := c.store.Check(ctx)
	if err != nil {
		return nil, err
	}
	kind := "check_passed"
	if said != "" || !ledger.OK() || !records.OK() || differences > 0 {
		kind = "check_failed"
	}
	return []eventDraft{{kind, "database", map[string]any{
		"on": on.String(), "database": said, "ledger_entries": ledger.Entries, "ledger_faults": ledger.Total, "signed": ledger.Signed,
		"verdicts": records.Entries, "record_faults": records.Total, "unproved": records.Unproved, "differences": differences, "differ": differ,
	}}}, nil
}
