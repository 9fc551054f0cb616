package jobs

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"

	"zhunru/screening"
	"zhunru/screening/qualification"
	"zhunru/screening/report"
	"zhunru/screening/rescreen"
	"zhunru/store"
)

// reportArgs is a job of the queue: make the file of an export.
type reportArgs struct {
	Export int64 `json:"export" river:"unique"`
}

// Kind names the job in the queue.
func (reportArgs) Kind() string { return "report" }

// Bounds of reports.
const (
	reportTries   = 5
	reportBatch   = 20 // exports looked at in a tick
	progressEvery = 2 * time.Second
)

// A reportWorker makes one file.
type reportWorker struct {
	river.WorkerDefaults[reportArgs]
	c *Client
}

// Timeout bounds one report.
func (w *reportWorker) Timeout(*river.Job[reportArgs]) time.Duration { return taskTimeout }

// Work makes the file of an export that nobody made or cancelled meanwhile. What
// cannot be made is kept as failed, with the reason.
func (w *reportWorker) Work(ctx context.Context, job *river.Job[reportArgs]) error {
	x, err := w.c.store.Export(ctx, job.Args.Export)
	switch {
	case err != nil:
		return err
	case lost(&x):
		err = errLost
	case x.State != store.ExportWaiting && x.State != store.ExportRunning:
		return nil
	case x.Kind == store.ExportEvidence:
		err = w.c.makeEvidence(ctx, &x)
	default:
		err = w.c.makeReport(ctx, &x)
	}
	invalid := (*screening.InvalidError)(nil)
	switch {
	case err == nil || ctx.Err() != nil:
		return err
	case errors.Is(err, screening.ErrConflict):
		return nil // cancelled
	case !errors.As(err, &invalid) && job.Attempt < reportTries:
		return err
	}
	x.State, x.Error, x.EndedAt = store.ExportFailed, err.Error(), w.c.o.Now()
	return w.c.store.Write(ctx, func(tx *store.Tx) error {
		_, err := tx.SaveExport(x)
		return err
	})
}

// eventDiffers is the alarm of a reconciliation whose two counts differ.
const eventDiffers = "reconciliation_differs"

// ReportFile is where the file of an export lies in a folder of reports.
func ReportFile(folder string, x *store.Export) string {
	return filepath.Join(folder, fmt.Sprintf("%d.%s", x.Key, filepath.Base(x.Format)))
}

// makeReport writes the file of an export under another name, puts it in its
// place, and enters it in the ledger; before that nobody is given it.
func (c *Client) makeReport(ctx context.Context, x *store.Export) error {
	q, err := c.reportQuery(x)
	if err != nil {
		return err
	}
	if err := c.beginExport(ctx, x); err != nil {
		return err
	}
	file, err := os.CreateTemp(c.o.Reports, "half-*")
	if err != nil {
		return err
	}
	defer os.Remove(file.Name()) //nolint:errcheck // it has been renamed, or is half a file
	defer file.Close()           //nolint:errcheck // closed below where it matters
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	told := c.o.Now()
	written, err := c.store.WriteReport(ctx, q, file, func(rows int64) {
		if now := c.o.Now(); now.Sub(told) >= progressEvery {
			told, x.Rows = now, rows
			if err := c.saveExport(ctx, x); err != nil {
				stop(err) // it was cancelled, or cannot be entered
			}
		}
	})
	if err != nil {
		return errors.Join(err, context.Cause(ctx))
	}
	if err := errors.Join(file.Sync(), file.Close()); err != nil {
		return err
	}
	if err := os.Rename(file.Name(), ReportFile(c.o.Reports, x)); err != nil {
		return err
	}
	x.Rows, x.Bytes, x.FileHash = written.Totals.Rows, written.Bytes, written.Hash
	return c.store.Write(ctx, func(tx *store.Tx) error {
		if _, err := tx.RecordExport(*x); err != nil || written.Differences == 0 {
			return err
		}
		return tx.SaveEvent(eventDiffers, fmt.Sprintf("report/%d", x.Key), map[string]int64{"differences": written.Differences})
	})
}

// beginExport says that an export is being made, and until when its file will be
// kept.
func (c *Client) beginExport(ctx context.Context, x *store.Export) error {
	if err := os.MkdirAll(c.o.Reports, 0o700); err != nil {
		return err
	}
	now := c.o.Now()
	x.State, x.StartedAt, x.Rows, x.Kept, x.ExpiresAt = store.ExportRunning, now, 0, true, now.Add(c.o.KeepReports)
	return c.saveExport(ctx, x)
}

func (c *Client) saveExport(ctx context.Context, x *store.Export) error {
	return c.store.Write(ctx, func(tx *store.Tx) error {
		saved, err := tx.SaveExport(*x)
		if err == nil {
			*x = saved
		}
		return err
	})
}

func (c *Client) reportQuery(x *store.Export) (*store.ReportQuery, error) {
	q := &store.ReportQuery{Head: report.Head{Generated: c.o.Now(), Actor: x.Actor}, Laws: report.Laws{}}
	if err := json.Unmarshal(x.Spec, &q.Head.Spec); err != nil {
		return nil, &screening.InvalidError{Field: "spec", Reason: "报表的要求读不懂，请重新提交"}
	}
	if d := c.o.Rules.Dictionary; d != nil {
		q.Head.Revision = d.Revision
		for i := range d.Sources {
			q.Laws[d.Sources[i].ID] = d.Sources[i].Name
		}
	}
	return q, nil
}

// queueReports puts exports that wait into the queue, and removes the files
// whose time is over.
func (c *Client) queueReports(ctx context.Context) error {
	return errors.Join(c.queueExports(ctx, store.ExportReport), c.queueExports(ctx, store.ExportEvidence))
}

func (c *Client) queueExports(ctx context.Context, kind store.ExportKind) error {
	open, err := c.store.OpenExports(ctx, kind, reportBatch)
	if err == nil && len(open) > 0 {
		err = c.store.Write(ctx, func(tx *store.Tx) error {
			for i := range open {
				if _, err := c.river.InsertTx(ctx, tx.SQL(), reportArgs{open[i].Key}, reportInsert()); err != nil {
					return err
				}
			}
			return nil
		})
	}
	if err != nil {
		return err
	}
	ended, err := c.store.EndedExports(ctx, kind, c.o.Now(), reportBatch)
	for i := range ended {
		x := &ended[i]
		if gone := os.Remove(ReportFile(c.o.Reports, x)); gone != nil && !errors.Is(gone, os.ErrNotExist) {
			return gone
		}
		x.State = store.ExportRemoved
		if err := c.saveExport(ctx, x); err != nil && !errors.Is(err, screening.ErrConflict) {
			return err
		}
	}
	return err
}

func reportInsert() *river.InsertOpts {
	return &river.InsertOpts{Queue: QueueReports, MaxAttempts: reportTries, UniqueOpts: river.UniqueOpts{ByArgs: true, ByState: []rivertype.JobState{
		rivertype.JobStateAvailable, rivertype.JobStatePending, rivertype.JobStateRetryable, rivertype.JobStateRunning, rivertype.JobStateScheduled,
	}}}
}

// A ReportPlan is what a schedule of the task report makes, its params: a report
// over the whole days, weeks or months before the slot.
type ReportPlan struct {
	report.Spec
	Period string `json:"period,omitempty"` // day, week, month, half_year; "": none
}

// Check returns a *screening.InvalidError that says what is wrong with a plan.
func (p *ReportPlan) Check() error {
	_, err := p.on(0)
	return err
}

// on is the plan's spec for a slot on a day.
func (p *ReportPlan) on(day qualification.Date) (report.Spec, error) {
	s := p.Spec
	year, month, date := day.Civil()
	today := time.Date(year, time.Month(month), date, 0, 0, 0, 0, time.UTC)
	var from, before time.Time
	switch p.Period {
	case "":
		return s, s.Check()
	case "day":
		from, before = today.AddDate(0, 0, -1), today
	case "week": // the last whole one, from Monday
		before = today.AddDate(0, 0, -(int(today.Weekday())+6)%7)
		from = before.AddDate(0, 0, -7)
	case "month":
		before = today.AddDate(0, 0, 1-date)
		from = before.AddDate(0, -1, 0)
	case "half_year":
		before = time.Date(year, time.Month(1+(month-1)/6*6), 1, 0, 0, 0, 0, time.UTC)
		from = before.AddDate(0, -6, 0)
	default:
		return s, &screening.InvalidError{Field: "period", Reason: "没有期间“" + p.Period + "”，请改为 day、week、month、half_year 之一"}
	}
	s.From, s.To = from.Format(time.DateOnly), before.AddDate(0, 0, -1).Format(time.DateOnly)
	return s, s.Check()
}

// scheduled is the export that a schedule asks for in a slot; nil: none. The
// task of the identity report makes the whole list, which only those who are
// shown personal data can take.
func scheduled(x *store.Schedule, slot time.Time) (*store.Export, error) {
	var plan ReportPlan
	switch rescreen.Task(x.Kind) {
	case rescreen.TaskIdentityReport:
		plan.Spec = report.Spec{Kind: "identity", Format: report.FormatXLSX, Mask: report.MaskNone}
	case rescreen.TaskReport:
		if err := json.Unmarshal(x.Params, &plan); err != nil {
			return nil, fmt.Errorf("jobs: params of schedule %s: %w", x.Name, err)
		}
	default:
		return nil, nil //nolint:nilnil // most schedules make none
	}
	spec, err := plan.on(qualification.DateOf(slot))
	if err != nil {
		return nil, fmt.Errorf("jobs: params of schedule %s: %w", x.Name, err)
	}
	b, err := json.Marshal(spec)
	return &store.Export{
		Kind: store.ExportReport, Name: spec.Kind, Actor: "schedule/" + x.Name, Spec: b, Format: string(spec.Format), Mask: string(spec.Mask),
		State: store.ExportWaiting, Schedule: x.Key, Slot: slot, Kept: true,
	}, err
}
