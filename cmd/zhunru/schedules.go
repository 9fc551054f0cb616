package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"zhunru/screening"
	"zhunru/screening/rescreen"
	"zhunru/store"
	"zhunru/store/jobs"
)

// china is the zone that times are shown in.
func china() *time.Location { return time.FixedZone(rescreen.DefaultZone, 8*60*60) }

// schedulesFlags are the flags of the commands under zhunru schedules.
type schedulesFlags struct {
	database         databaseFlags
	json             bool
	task, spec, zone string
	params           string
	n                int
}

func newSchedules() *cobra.Command {
	c := &cobra.Command{
		Use:   "schedules",
		Short: "定时任务：每晚全量、证照到期、重新核验 / schedules",
		Long: `定时任务写在数据库里，由 zhunru worker（或 serve）触发；多个进程只触发一次，
停机期间错过的各次合并为一次并计数。任务：full 全量、expiry 证照到期清扫、
reverify 主体重新核验、identity_report 一月和七月的身份信息报送、check 数据库检查、report 生成报表（--params 给出要求）。`,
		Example: `  zhunru schedules list
  zhunru schedules next nightly-full -n 5
  zhunru schedules set nightly-full --spec "30 1 * * *"
  zhunru schedules set noon-full --task full --spec "0 12 * * 1-5"
  zhunru schedules pause nightly-full
  zhunru schedules resume nightly-full
  zhunru schedules delete noon-full`,
	}
	c.AddCommand(newSchedulesList(), newSchedulesSet(), newSchedulesNext(),
		newSchedulesState("pause", "暂停 / pause", store.SchedulePaused), newSchedulesState("resume", "恢复 / resume", store.ScheduleActive), newSchedulesDelete())
	return c
}

// with runs do over the database, whose default schedules are installed.
func (f *schedulesFlags) with(ctx context.Context, do func(*store.Store) error) error {
	s, err := openStore(ctx, f.database.db, true)
	if err != nil {
		return err
	}
	if err = jobs.InstallSchedules(ctx, s, time.Now()); err == nil {
		err = do(s)
	}
	return errors.Join(err, s.Close())
}

func (f *schedulesFlags) register(c *cobra.Command) {
	f.database.register(c)
	c.Flags().BoolVar(&f.json, "json", false, "输出 JSON")
}

// A scheduleView is a schedule as JSON shows it.
type scheduleView struct {
	rescreen.Schedule
	Params json.RawMessage `json:"params,omitempty"`
	Next   []time.Time     `json:"next"`
	Last   time.Time       `json:"last,omitzero"`
	Missed int64           `json:"missed"`
}

func viewSchedule(x store.Schedule, now time.Time, n int) (scheduleView, error) {
	v := scheduleView{Schedule: jobs.Planned(x), Params: x.Params, Last: x.LastRun, Missed: x.Missed, Next: []time.Time{}}
	if x.State == store.SchedulePaused {
		return v, nil
	}
	times, err := v.Schedule.Next(now, n)
	for _, t := range times {
		v.Next = append(v.Next, t.In(china()))
	}
	return v, err
}

func newSchedulesList() *cobra.Command {
	f := &schedulesFlags{}
	c := &cobra.Command{
		Use: "list", Short: "列出定时任务和今后五次时间 / list schedules", Args: exactly(0), Example: "  zhunru schedules list --json",
		RunE: func(c *cobra.Command, _ []string) error {
			return f.with(c.Context(), func(s *store.Store) error { return f.list(c, s) })
		},
	}
	f.register(c)
	return c
}

func (f *schedulesFlags) list(c *cobra.Command, s *store.Store) error {
	list, err := s.Schedules(c.Context())
	if err != nil {
		return err
	}
	views := make([]scheduleView, len(list))
	for i, x := range list {
		if views[i], err = viewSchedule(x, time.Now(), 5); err != nil {
			return err
		}
	}
	out := c.OutOrStdout()
	if f.json {
		return encodeJSON(out, views)
	}
	for i := range views {
		v := &views[i]
		state := "启用"
		if v.Paused {
			state = "暂停"
		}
		fmt.Fprintf(out, "%s  %s  %s（%s）  %s  错过 %d 次\n", v.Name, v.Task, v.Spec, v.Zone, state, v.Missed)
		for _, t := range v.Next {
			fmt.Fprintf(out, "    %s\n", t.Format("2006-01-02 15:04 Mon"))
		}
	}
	return nil
}

func newSchedulesSet() *cobra.Command {
	f := &schedulesFlags{}
	c := &cobra.Command{
		Use: "set NAME", Short: "修改或新建定时任务 / edit or add a schedule", Args: exactly(1),
		Example: "  zhunru schedules set nightly-full --spec \"30 1 * * *\"\n  zhunru schedules set noon-full --task full --spec \"0 12 * * 1-5\"",
		RunE: func(c *cobra.Command, args []string) error {
			return f.with(c.Context(), func(s *store.Store) error { return f.set(c, s, args[0]) })
		},
	}
	f.register(c)
	c.Flags().StringVar(&f.task, "task", "", "任务 full|expiry|reverify|identity_report|check|report")
	c.Flags().StringVar(&f.spec, "spec", "", "时间：分 时 日 月 周，例如 \"0 2 * * *\" / cron")
	c.Flags().StringVar(&f.params, "params", "", "任务 report 的要求，JSON：kind、format、mask、period（day|week|month|half_year）…")
	c.Flags().StringVar(&f.zone, "zone", "", "时区，默认 Asia/Shanghai / time zone")
	return c
}

func (f *schedulesFlags) set(c *cobra.Command, s *store.Store, name string) error {
	ctx := c.Context()
	old, err := s.Schedule(ctx, name)
	fresh := errors.Is(err, screening.ErrNotFound)
	if err != nil && !fresh {
		return err
	}
	d := jobs.Planned(old)
	if fresh {
		d = rescreen.Schedule{Name: name, Zone: rescreen.DefaultZone}
	}
	for _, x := range []struct {
		given string
		into  *string
	}{{f.task, (*string)(&d.Task)}, {f.spec, &d.Spec}, {f.zone, &d.Zone}} {
		if x.given != "" {
			*x.into = x.given
		}
	}
	if d.Task == "" || d.Spec == "" {
		return usagef("新建定时任务 %s 须给出 --task 和 --spec", name)
	}
	if err := knownTask(d.Task); err != nil {
		return err
	}
	x, err := jobs.Scheduled(d, time.Now())
	if err != nil {
		return &statusError{exitUsage, err}
	}
	x.Key, x.Version, x.LastRun, x.Missed, x.Params = old.Key, old.Version, old.LastRun, old.Missed, old.Params
	if x.Params, err = f.plan(d.Task, x.Params); err != nil {
		return err
	}
	return f.save(c, s, x)
}

// plan checks what a schedule of the task report makes.
func (f *schedulesFlags) plan(task rescreen.Task, old json.RawMessage) (json.RawMessage, error) {
	if f.params != "" {
		old = json.RawMessage(f.params)
	}
	if task != rescreen.TaskReport {
		return old, nil
	}
	var plan jobs.ReportPlan
	if err := json.Unmarshal(old, &plan); err != nil {
		return nil, usagef("--params 读不懂，请写成 {\"kind\":\"findings\",\"format\":\"xlsx\",\"mask\":\"personal\",\"period\":\"month\"} 这样的 JSON：%w", err)
	}
	return old, asUsage(plan.Check())
}

func knownTask(t rescreen.Task) error {
	for _, known := range rescreen.Tasks {
		if t == known {
			return nil
		}
	}
	return usagef("--task %q 不是 full、expiry、reverify、identity_report、check、report 之一", t)
}

// save keeps a schedule and notes it in the ledger.
func (f *schedulesFlags) save(c *cobra.Command, s *store.Store, x store.Schedule) error {
	err := s.Write(c.Context(), func(tx *store.Tx) error {
		var err error
		if x, err = tx.SaveSchedule(x); err != nil {
			return err
		}
		b, err := json.Marshal(jobs.Planned(x))
		if err != nil {
			return err
		}
		return tx.Record(store.Entry{Actor: "cli", Kind: store.EntrySchedule, Subject: x.Name, Body: b})
	})
	if errors.Is(err, screening.ErrConflict) {
		return errScheduleConflict(x.Name)
	}
	if err != nil {
		return err
	}
	v, err := viewSchedule(x, time.Now(), 5)
	if err != nil {
		return err
	}
	return f.print(c, v)
}

func (f *schedulesFlags) print(c *cobra.Command, v scheduleView) error {
	out := c.OutOrStdout()
	if f.json {
		return encodeJSON(out, v)
	}
	if v.Paused {
		fmt.Fprintf(out, "%s 已暂停\n", v.Name)
		return nil
	}
	fmt.Fprintf(out, "%s（%s）今后：\n", v.Name, v.Spec)
	for _, t := range v.Next {
		fmt.Fprintf(out, "    %s\n", t.Format("2006-01-02 15:04 Mon"))
	}
	return nil
}

func newSchedulesNext() *cobra.Command {
	f := &schedulesFlags{}
	c := &cobra.Command{
		Use: "next NAME", Short: "今后几次的时间 / next firing times", Args: exactly(1), Example: "  zhunru schedules next nightly-full -n 10",
		RunE: func(c *cobra.Command, args []string) error {
			if f.n < 1 || f.n > store.MaxBatch {
				return usagef("-n %d 不在 1 到 1000 之间", f.n)
			}
			return f.with(c.Context(), func(s *store.Store) error {
				x, err := s.Schedule(c.Context(), args[0])
				if err != nil {
					return noSchedule(args[0], err)
				}
				v, err := viewSchedule(x, time.Now(), f.n)
				if err != nil {
					return err
				}
				return f.print(c, v)
			})
		},
	}
	f.register(c)
	c.Flags().IntVarP(&f.n, "count", "n", 5, "几次 / how many")
	return c
}

func newSchedulesState(verb, short string, state store.ScheduleState) *cobra.Command {
	f := &schedulesFlags{}
	c := &cobra.Command{
		Use: verb + " NAME", Short: short, Args: exactly(1), Example: "  zhunru schedules " + verb + " nightly-full",
		RunE: func(c *cobra.Command, args []string) error {
			return f.with(c.Context(), func(s *store.Store) error {
				old, err := s.Schedule(c.Context(), args[0])
				if err != nil {
					return noSchedule(args[0], err)
				}
				d := jobs.Planned(old)
				d.Paused = state == store.SchedulePaused
				x, err := jobs.Scheduled(d, time.Now())
				if err != nil {
					return err
				}
				x.Key, x.Version, x.LastRun, x.Missed, x.Params = old.Key, old.Version, old.LastRun, old.Missed, old.Params
				return f.save(c, s, x)
			})
		},
	}
	f.register(c)
	return c
}

func errScheduleConflict(name string) error {
	return fmt.Errorf("定时任务 %s 刚被别人改动，请重新查看后再改（SCHEDULE_CONFLICT）", name)
}

func noSchedule(name string, err error) error {
	if errors.Is(err, screening.ErrNotFound) {
		return fmt.Errorf("没有定时任务 %s，请用 zhunru schedules list 核对名称（SCHEDULE_NOT_FOUND）", name)
	}
	return err
}
