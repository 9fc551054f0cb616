package main

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"github.com/spf13/cobra"

	"zhunru/screening"
	"zhunru/store"
	"zhunru/store/jobs"
)

// runsFlags are the flags of the commands under zhunru runs.
type runsFlags struct {
	database databaseFlags
	json     bool
	limit    int
}

func newRuns() *cobra.Command {
	c := &cobra.Command{
		Use:   "runs",
		Short: "查看和控制重新筛查的运行 / list and control runs",
		Long: `列出运行、查看一次运行改变了什么、取消、暂停、继续。取消和暂停在一秒内生效，
已经写入的结论保留；暂停的运行可以继续，取消的不能。导入的运行（import）不归这里管：
中断 zhunru import 就停下，再执行同一条命令就接着做。`,
		Example: `  zhunru runs list
  zhunru runs show 12 --show -1
  zhunru runs pause 12
  zhunru runs resume 12
  zhunru runs cancel 12`,
	}
	c.AddCommand(newRunsList(), newRunsShow(),
		newRunsMove("cancel", "取消一次运行 / cancel a run", "已取消", (*jobs.Client).Cancel),
		newRunsMove("pause", "暂停一次运行 / pause a run", "已暂停", (*jobs.Client).Pause),
		newRunsMove("resume", "继续暂停的运行 / resume a paused run", "已继续，由 zhunru worker 去做", (*jobs.Client).Resume))
	return c
}

func newRunsList() *cobra.Command {
	f := &runsFlags{}
	c := &cobra.Command{
		Use: "list", Short: "列出最近的运行 / list runs", Args: exactly(0), Example: "  zhunru runs list --limit 50 --json",
		RunE: func(c *cobra.Command, _ []string) error {
			return f.withStore(c.Context(), func(s *store.Store) error { return f.list(c, s) })
		},
	}
	f.register(c)
	c.Flags().IntVar(&f.limit, "limit", 20, "最多几条，1 到 1000 / at most")
	return c
}

func (f *runsFlags) register(c *cobra.Command) {
	f.database.register(c)
	c.Flags().BoolVar(&f.json, "json", false, "输出 JSON")
}

// withStore runs f over the database, for reading.
func (f *runsFlags) withStore(ctx context.Context, do func(*store.Store) error) error {
	s, err := openDatabase(ctx, f.database.db, store.Options{ReadOnly: true})
	if err != nil {
		return err
	}
	return errors.Join(do(s), s.Close())
}

func (f *runsFlags) list(c *cobra.Command, s *store.Store) error {
	if f.limit < 1 || f.limit > store.MaxBatch {
		return usagef("--limit %d 不在 1 到 1000 之间", f.limit)
	}
	runs, err := s.Runs(c.Context(), 0, f.limit)
	if err != nil {
		return err
	}
	out := c.OutOrStdout()
	if f.json {
		views := make([]runView, len(runs))
		for i := range runs {
			views[i] = viewOf(&runs[i])
		}
		return encodeJSON(out, views)
	}
	if len(runs) == 0 {
		fmt.Fprintln(out, "还没有运行；发起一次：zhunru rescreen")
	}
	for i := range runs {
		r := &runs[i]
		fmt.Fprintf(out, "%6d  %s  %s  %s  %s/%s 件  翻转 %s  报警 %s  %s  %s\n", r.Key, r.CreatedAt.In(china()).Format("2006-01-02 15:04"), kindName(r.Kind),
			stateName(r.State), grouped(int(r.Done)), grouped(int(r.Total)), grouped(int(r.Flipped)), grouped(int(r.Alarms)), r.Actor, r.Error)
	}
	return nil
}

func newRunsShow() *cobra.Command {
	f := &runsFlags{}
	var show int
	c := &cobra.Command{
		Use: "show RUN", Short: "一次运行的进度、翻转和报警 / show a run", Args: exactly(1),
		Long:    "退出状态：0 正常；1 有报警（定向运行漏判）；3 运行失败。",
		Example: "  zhunru runs show 12\n  zhunru runs show 12 --show -1 --json",
		RunE: func(c *cobra.Command, args []string) error {
			key, err := runKey(args[0])
			if err != nil {
				return err
			}
			return f.withStore(c.Context(), func(s *store.Store) error {
				r, err := s.Run(c.Context(), key)
				if err != nil {
					return noRun(key, err)
				}
				p := runReport{store: s, run: r, show: show, json: f.json, out: c.OutOrStdout()}
				return p.write(c.Context())
			})
		},
	}
	f.register(c)
	c.Flags().IntVar(&show, "show", 20, "列出多少条翻转，-1 为全部 / flips to list")
	return c
}

func newRunsMove(verb, short, said string, move func(*jobs.Client, context.Context, int64) (store.Run, error)) *cobra.Command {
	f := &runsFlags{}
	c := &cobra.Command{
		Use: verb + " RUN", Short: short, Args: exactly(1), Example: "  zhunru runs " + verb + " 12",
		RunE: func(c *cobra.Command, args []string) error {
			key, err := runKey(args[0])
			if err != nil {
				return err
			}
			r, err := f.move(c.Context(), key, move)
			if err != nil {
				return noRun(key, err)
			}
			if f.json {
				return encodeJSON(c.OutOrStdout(), viewOf(&r))
			}
			fmt.Fprintf(c.OutOrStdout(), "运行 %d %s\n", key, said)
			return nil
		},
	}
	f.register(c)
	return c
}

func (f *runsFlags) move(ctx context.Context, key int64, move func(*jobs.Client, context.Context, int64) (store.Run, error)) (r store.Run, err error) {
	s, err := openStore(ctx, f.database.db, false)
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	client, err := jobs.New(ctx, s, jobs.Options{})
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, stopClient(ctx, client)) }()
	return move(client, ctx, key)
}

func runKey(s string) (int64, error) {
	key, err := strconv.ParseInt(s, 10, 64)
	if err != nil || key < 1 {
		return 0, usagef("%q 不是运行的编号，请写正整数；列出编号：zhunru runs list", s)
	}
	return key, nil
}

// noRun says in one sentence what the vocabulary of errors means for a run.
func noRun(key int64, err error) error {
	switch {
	case errors.Is(err, screening.ErrNotFound):
		return fmt.Errorf("没有运行 %d，请用 zhunru runs list 核对编号（RUN_NOT_FOUND）", key)
	case errors.Is(err, screening.ErrConflict):
		return fmt.Errorf("运行 %d 的状态不允许这样做，请用 zhunru runs show %d 查看（RUN_CONFLICT）", key, key)
	}
	return err
}
