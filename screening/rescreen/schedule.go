package rescreen

import (
	"fmt"
	"strings"
	"time"

	"github.com/robfig/cron/v3"
)

// A Task is what a schedule sets off. The empty value is invalid.
type Task string

// The tasks.
const (
	TaskFull           Task = "full"            // screen the whole catalogue again
	TaskExpiry         Task = "expiry"          // documents that end
	TaskReverify       Task = "reverify"        // merchants due for re-verification (网络交易监督管理办法 art. 24)
	TaskIdentityReport Task = "identity_report" // the report of January and July (art. 25)
	TaskCheck          Task = "check"           // does the database hold together
	TaskReport         Task = "report"          // a report, by the schedule's params
)

// Tasks are all tasks.
var Tasks = []Task{TaskFull, TaskExpiry, TaskReverify, TaskIdentityReport, TaskCheck, TaskReport}

// DefaultZone is the zone that specs are read in unless they say otherwise.
const DefaultZone = "Asia/Shanghai"

// shanghai has had no summer time since 1991, so schedules need no tzdata.
var shanghai = time.FixedZone(DefaultZone, 8*60*60)

// A Schedule sets off a task again and again.
type Schedule struct {
	Name   string `json:"name"`
	Task   Task   `json:"task"`
	Spec   string `json:"spec"` // five fields: minute hour day month weekday; or @daily, @every 6h
	Zone   string `json:"zone"`
	Paused bool   `json:"paused"`
}

// Defaults are the schedules of a new database: the whole catalogue at night,
// what ended in the morning, re-verification, the two months of the identity
// report, the database on Sunday.
func Defaults() []Schedule {
	return []Schedule{
		{Name: "nightly-full", Task: TaskFull, Spec: "0 2 * * *", Zone: DefaultZone},
		{Name: "daily-expiry", Task: TaskExpiry, Spec: "5 0 * * *", Zone: DefaultZone},
		{Name: "daily-reverify", Task: TaskReverify, Spec: "15 0 * * *", Zone: DefaultZone},
		{Name: "identity-report", Task: TaskIdentityReport, Spec: "0 9 1 1,7 *", Zone: DefaultZone},
		{Name: "weekly-check", Task: TaskCheck, Spec: "0 5 * * 0", Zone: DefaultZone},
	}
}

var parser = cron.NewParser(cron.Minute | cron.Hour | cron.Dom | cron.Month | cron.Dow | cron.Descriptor)

// Validate reports what is wrong with a schedule.
func (s *Schedule) Validate() error {
	_, err := s.times()
	return err
}

// times parses the spec. Zones other than that of China need the machine's
// zone database.
func (s *Schedule) times() (cron.Schedule, error) {
	if strings.Contains(s.Spec, "TZ=") {
		return nil, fmt.Errorf("时间表 %s：时区写在 zone 里，不写在 spec 里", s.Name)
	}
	zone, err := location(s.Zone)
	if err != nil {
		return nil, fmt.Errorf("时间表 %s：没有时区 %q", s.Name, s.Zone)
	}
	t, err := parser.Parse(s.Spec)
	if err != nil {
		return nil, fmt.Errorf("时间表 %s：%q 读不懂，应为“分 时 日 月 周”五项，例如 0 2 * * *（%w）", s.Name, s.Spec, err)
	}
	if spec, ok := t.(*cron.SpecSchedule); ok {
		spec.Location = zone
	}
	return t, nil
}

func location(zone string) (*time.Location, error) {
	if zone == "" || zone == DefaultZone {
		return shanghai, nil
	}
	return time.LoadLocation(zone)
}

// Next returns the next n times after a time, in order; fewer if the spec never
// fires again within five years (30 February).
func (s *Schedule) Next(after time.Time, n int) ([]time.Time, error) {
	t, err := s.times()
	if err != nil {
		return nil, err
	}
	var out []time.Time
	for range n {
		if after = t.Next(after); after.IsZero() {
			break
		}
		out = append(out, after)
	}
	return out, nil
}

// A Firing is a slot that has come, with those before it that were missed
// while nobody ran.
type Firing struct {
	Slot   time.Time // the last slot that is not after now
	Missed int       // slots before it: they are made good by this one
	Next   time.Time // the slot to wait for
}

// Due says what a schedule that waits for the slot next has to do now; ok is
// false while it has to wait. Missed slots are one firing, not many.
func (s *Schedule) Due(next, now time.Time) (f Firing, ok bool, err error) {
	t, err := s.times()
	if err != nil || next.After(now) {
		return Firing{}, false, err
	}
	f.Slot = next
	for {
		f.Next = t.Next(f.Slot)
		if f.Next.IsZero() || f.Next.After(now) {
			return f, true, nil
		}
		f.Slot = f.Next
		if f.Missed++; f.Missed >= maxMissed {
			return Firing{Slot: now, Missed: f.Missed, Next: t.Next(now)}, true, nil
		}
	}
}

// maxMissed bounds the count after a very long outage.
const maxMissed = 100_000
