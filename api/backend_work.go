package api

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"zhunru/screening"
)

// ErrState is what a Backend answers, wrapped, where the state of a thing does
// not allow what is asked of it.
var ErrState = errors.New("现在的状态不允许这样做，请重新读取后再决定（WRONG_STATE）")

// A FieldError is what a Backend answers, wrapped, where a field of the body
// cannot be accepted for a reason that has a code of its own.
type FieldError struct{ Field, Code string }

// Error returns field and code.
func (e *FieldError) Error() string { return e.Field + "：" + e.Code }

// Runs has what is screened again in the background. Pages go backwards from
// before (0: from the latest), or on from after.
type Runs interface {
	Runs(ctx context.Context, f RunFilter) ([]Run, error)
	Run(ctx context.Context, id int64) (Run, error)
	// Flips returns up to limit outcomes that a run changed, after a cursor, and
	// the cursor to go on from, 0 at the end. Alarms are pages alike.
	Flips(ctx context.Context, run, after int64, limit int) ([]Flip, int64, error)
	Alarms(ctx context.Context, run, after int64, limit int) ([]Alarm, int64, error)
	BeginRun(ctx context.Context, actor string, spec RunSpec) (Run, error)
	// PreviewRun tells what a run would do, with up to limit flips, and writes
	// nothing.
	PreviewRun(ctx context.Context, spec RunSpec, limit int) (RunPreview, error)
	CancelRun(ctx context.Context, actor string, id int64) (Run, error)
	PauseRun(ctx context.Context, actor string, id int64) (Run, error)
	ResumeRun(ctx context.Context, actor string, id int64) (Run, error)
}

// Schedules has what sets off runs and sweeps.
type Schedules interface {
	Schedules(ctx context.Context) ([]Schedule, error)
	Schedule(ctx context.Context, name string) (Schedule, error)
	// SaveSchedule keeps a schedule. With Version 0 it must be new; otherwise
	// Version must be that of the one it replaces.
	SaveSchedule(ctx context.Context, actor string, s Schedule) (Schedule, error)
	// DeleteSchedule removes the schedule of a version. One that is always there,
	// which can only be paused, is ErrState.
	DeleteSchedule(ctx context.Context, actor, name string, version int64) error
}

// Webhooks has who is told of events, and what is on its way to them. Where a
// version is given it must be the current one.
type Webhooks interface {
	Webhooks(ctx context.Context) ([]Webhook, error)
	Webhook(ctx context.Context, id int64) (Webhook, error)
	// AddWebhook keeps a new webhook and returns the secret it will sign with.
	AddWebhook(ctx context.Context, actor string, w Webhook) (Webhook, string, error)
	SaveWebhook(ctx context.Context, actor string, w Webhook) (Webhook, error)
	// RotateWebhook returns a new secret; the one before signs too for a while.
	RotateWebhook(ctx context.Context, actor string, id, version int64, overlap time.Duration) (Webhook, string, error)
	DeleteWebhook(ctx context.Context, actor string, id, version int64) error
	// Deliveries returns up to limit deliveries before an id (0: from the
	// latest), the latest first; state "" stands for all.
	Deliveries(ctx context.Context, webhook int64, state string, before int64, limit int) ([]Delivery, error)
	Delivery(ctx context.Context, webhook, id int64) (Delivery, error)
	Redeliver(ctx context.Context, actor string, webhook, id int64) (Delivery, error)
}

// A RunFilter chooses runs; empty fields choose all.
type RunFilter struct {
	Kind, State string
	Before      int64
	Limit       int
}

// A Run is one re-screening.
type Run struct {
	ID          int64      `json:"id"`
	Kind        string     `json:"kind" enum:"full,revision,merchant,listing,expiry,import"`
	State       string     `json:"state" enum:"planned,running,paused,done,failed,cancelled"`
	Revision    string     `json:"revision,omitempty" doc:"按哪个词典版本判断 / judged with"`
	From        string     `json:"from,omitempty" doc:"原来的版本 / the revision before"`
	On          string     `json:"on" doc:"判断的日期 / the day it judges for"`
	Actor       string     `json:"actor"`
	Total       int64      `json:"total"`
	Done        int64      `json:"done"`
	Changed     int64      `json:"changed" doc:"结论有变的商品 / listings whose verdict differs"`
	Flipped     int64      `json:"flipped" doc:"其中结论类别变了的 / of them, those whose outcome differs"`
	Alarms      int64      `json:"alarms" doc:"无法解释的差异 / differences that nothing explains"`
	Error       string     `json:"error,omitempty"`
	CreatedAt   time.Time  `json:"created_at"`
	StartedAt   *time.Time `json:"started_at,omitempty"`
	EndedAt     *time.Time `json:"ended_at,omitempty"`
	HeartbeatAt *time.Time `json:"heartbeat_at,omitempty"`
}

// A RunSpec asks for a run.
type RunSpec struct {
	Kind      string     `json:"kind" enum:"full,revision,merchant,listing,expiry"`
	On        string     `json:"on,omitempty" maxLength:"10" doc:"判断的日期 YYYY-MM-DD，默认今天（北京时间） / the day to judge on"`
	From      string     `json:"from,omitempty" maxLength:"100" doc:"revision：原来的词典版本，默认取上次完成的运行 / the revision that stands"`
	Merchants []string   `json:"merchants,omitempty" maxItems:"1000" doc:"merchant：哪些商家 / whose listings"`
	Listings  []string   `json:"listings,omitempty" maxItems:"1000" doc:"listing：哪些商品 / which listings"`
	Since     *time.Time `json:"since,omitempty" doc:"listing：此时以来改过的商品 / edited since"`
	Rate      int        `json:"rate,omitempty" minimum:"0" maximum:"1000000" doc:"每进程每秒件数，0 不限 / listings a second in each process"`
	Priority  int        `json:"priority,omitempty" minimum:"0" maximum:"100"`
}

// A Flip is an outcome that a run changed, or would change.
type Flip struct {
	Listing  string            `json:"listing"`
	Merchant string            `json:"merchant,omitempty"`
	Title    string            `json:"title"`
	Old      screening.Outcome `json:"old,omitempty" enum:"prohibited,needs_category,review,pass"`
	New      screening.Outcome `json:"new" enum:"prohibited,needs_category,review,pass"`
	Because  string            `json:"because,omitempty" enum:"rule,licence,listing,date,exemption"`
	Classes  []string          `json:"classes" nullable:"false"`
}

// An Alarm is a verdict that a targeted run missed.
type Alarm struct {
	Listing   string    `json:"listing"`
	Old       Verdict   `json:"old"`
	New       Verdict   `json:"new"`
	CreatedAt time.Time `json:"created_at"`
}

// A RunPreview is what a run would do.
type RunPreview struct {
	Revision string `json:"revision"`
	On       string `json:"on"`
	Read     int64  `json:"read" doc:"读了多少件 / listings read"`
	Judged   int64  `json:"judged"`
	Changed  int64  `json:"changed"`
	First    int64  `json:"first" doc:"首次判断的，不算翻转 / judged for the first time"`
	Flipped  int    `json:"flipped"`
	Flips    []Flip `json:"flips" nullable:"false" doc:"前若干条 / the first of them"`
}

// A Schedule sets off a task again and again.
type Schedule struct {
	Name      string          `json:"name"`
	Task      string          `json:"task" enum:"full,expiry,reverify,identity_report,check,report"`
	Spec      string          `json:"spec" doc:"分 时 日 月 周 / cron"`
	Zone      string          `json:"zone"`
	Params    json.RawMessage `json:"params,omitempty" doc:"任务的参数 / of the task"`
	State     string          `json:"state" enum:"active,paused"`
	Next      []time.Time     `json:"next" nullable:"false" doc:"今后五次；暂停的没有 / the next five times"`
	Last      *time.Time      `json:"last,omitempty" doc:"上次触发 / fired last"`
	Missed    int64           `json:"missed" doc:"停机期间错过的次数 / slots that nobody was there for"`
	Version   int64           `json:"version"`
	UpdatedAt time.Time       `json:"updated_at"`
}

// A Webhook is an address that is told of events.
type Webhook struct {
	ID           int64      `json:"id"`
	Name         string     `json:"name,omitempty"`
	URL          string     `json:"url"`
	Events       []string   `json:"events" nullable:"false" doc:"没有则为全部 / none: all"`
	State        string     `json:"state" enum:"active,paused,disabled" doc:"disabled：连续失败五天，或对方回答 410 / failed for five days, or 410"`
	Problem      string     `json:"problem,omitempty" doc:"为何停用 / why it was disabled"`
	FailingSince *time.Time `json:"failing_since,omitempty"`
	OldUntil     *time.Time `json:"old_secret_until,omitempty" doc:"旧密钥同时签名到此时 / so long the old secret signs too"`
	Version      int64      `json:"version"`
	CreatedAt    time.Time  `json:"created_at"`
	UpdatedAt    time.Time  `json:"updated_at"`
}

// A Delivery is one event on its way to one webhook.
type Delivery struct {
	ID        int64      `json:"id"`
	Message   string     `json:"message" doc:"webhook-id"`
	Type      string     `json:"type"`
	Subject   string     `json:"subject"`
	State     string     `json:"state" enum:"pending,delivered,dead"`
	Attempts  int        `json:"attempts"`
	NextAt    *time.Time `json:"next_at,omitempty" doc:"下一次尝试 / the next attempt"`
	TriedAt   *time.Time `json:"tried_at,omitempty"`
	Status    int        `json:"status,omitempty" doc:"对方的 HTTP 状态 / the receiver's answer"`
	Problem   string     `json:"problem,omitempty" doc:"上次为何失败 / why the last attempt failed"`
	CreatedAt time.Time  `json:"created_at"`
}
