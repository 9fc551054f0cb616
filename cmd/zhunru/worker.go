package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"zhunru/store"
	"zhunru/store/jobs"
	"zhunru/store/webhook"
)

// workerFlags are the flags of zhunru worker as they were given.
type workerFlags struct {
	database  databaseFlags
	queues    []string
	workers   int
	chunk     int
	lease     time.Duration
	untilIdle bool
	reports   string
	webhooks  webhookFlags
	stderr    io.Writer
}

func newWorker() *cobra.Command {
	f := &workerFlags{}
	c := &cobra.Command{
		Use:   "worker",
		Short: "在后台做运行和定时任务 / work on runs and schedules",
		Long: `做数据库里排队的运行，触发定时任务，直到被停止（Ctrl-C 或 SIGTERM）：手中的分块
放下，由下一个进程接着做，不丢也不重。PostgreSQL 上可以在多台机器各开一个；SQLite
上同一时间只能有一个进程。队列：runs 运行，schedules 定时任务，
deliveries 投递 webhook。

Works on queued runs and fires schedules until it is stopped.`,
		Example: `  zhunru worker
  zhunru worker --queues runs --workers 4 --db postgres://zhunru@db/zhunru
  zhunru worker --queues runs --until-idle`,
		Args: exactly(0),
		RunE: func(c *cobra.Command, _ []string) error {
			f.stderr = c.ErrOrStderr()
			return f.run(c.Context())
		},
	}
	f.database.register(c)
	f.database.registerDictionaries(c)
	f.webhooks.register(c)
	c.Flags().StringSliceVar(&f.queues, "queues", jobs.Queues, "队列 runs,schedules,deliveries / queues to work on")
	c.Flags().IntVar(&f.workers, "workers", 2, "同时做几个分块 / chunks at once")
	c.Flags().IntVar(&f.chunk, "chunk", 5000, "一个分块几件 / listings in a chunk")
	c.Flags().DurationVar(&f.lease, "lease", 30*time.Second, "进程无声多久，它的分块归别的进程 / a silent worker's chunk is another's after")
	registerReports(c, &f.reports)
	c.Flags().BoolVar(&f.untilIdle, "until-idle", false, "没有等待和进行中的运行时退出 / end when no run is left")
	return c
}

func (f *workerFlags) run(ctx context.Context) error {
	if f.workers < 1 || f.workers > 64 {
		return usagef("--workers %d 不在 1 到 64 之间", f.workers)
	}
	if f.chunk < 100 || f.chunk > 1_000_000 {
		return usagef("--chunk %d 不在 100 到 1000000 之间", f.chunk)
	}
	if f.lease < 2*time.Second || f.lease > time.Hour {
		return usagef("--lease %s 不在 2s 到 1h 之间", f.lease)
	}
	guard, err := f.webhooks.guard()
	if err != nil {
		return err
	}
	if _, err := loadSegmenter(); err != nil {
		return err
	}
	d, err := openDesk(ctx, f.database, true)
	if err != nil {
		return err
	}
	return errors.Join(asUsage(f.work(ctx, d, guard)), d.close())
}

func (f *workerFlags) work(ctx context.Context, d *desk, guard webhook.Guard) (err error) {
	if slices.Contains(f.queues, jobs.QueueSchedules) {
		if err := jobs.InstallSchedules(ctx, d.store, time.Now()); err != nil {
			return err
		}
	}
	log := slog.New(slog.NewTextHandler(f.stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
	client, err := jobs.New(ctx, d.store, jobs.Options{
		LedgerKey: signingKey(ctx, d.store, f.database.db, log),
		Reports:   reportFolder(f.reports, f.database.db), Rules: d.rules(), Words: lazySegmenter{}, Queues: f.queues, Workers: f.workers, Chunk: f.chunk, Lease: f.lease, Post: webhook.NewSender(guard, nil),
		Log: log,
	})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, stopClient(ctx, client)) }()
	if err := client.Start(ctx); err != nil {
		return err
	}
	fmt.Fprintf(f.stderr, "开始处理队列 %v，按 Ctrl-C 停止\n", f.queues)
	return f.watch(ctx, d.store)
}

// watch shows the run that is worked on until the command is told to stop. A
// database that is away is waited for: the work goes on when it is back.
func (f *workerFlags) watch(ctx context.Context, s *store.Store) error {
	bar := newRunBar(f.stderr)
	defer bar.stop()
	tick := time.NewTicker(200 * time.Millisecond)
	defer tick.Stop()
	away := false
	for {
		active, err := s.ActiveRuns(ctx)
		if ctx.Err() != nil {
			return nil
		}
		var problem *store.Error
		if err != nil && (!errors.As(err, &problem) || !problem.Temporary()) {
			return err
		}
		if err != nil != away {
			away = !away
			f.tell(away, err)
		}
		active = slices.DeleteFunc(active, func(r store.Run) bool { return r.State == store.RunPaused || r.Kind == store.RunImport })
		if len(active) > 0 {
			bar.show(active[0])
		} else if f.untilIdle && !away {
			return nil
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return nil
		}
	}
}

// tell says that the database is away, or back.
func (f *workerFlags) tell(away bool, err error) {
	if away {
		fmt.Fprintf(f.stderr, "数据库暂时不可用，恢复后自动接着做：%v\n", err)
		return
	}
	fmt.Fprintln(f.stderr, "数据库已恢复，接着做")
}
