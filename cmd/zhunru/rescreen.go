package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"time"

	"github.com/spf13/cobra"

	"zhunru/screening"
	"zhunru/screening/report"
	"zhunru/store"
	"zhunru/store/jobs"
)

// rescreenFlags are the flags of zhunru rescreen as they were given.
type rescreenFlags struct {
	database          databaseFlags
	kind, on, from    string
	merchants, ids    []string
	since             string
	rate, show        int
	dry, json, noWait bool
	thorough          bool
	stdout, stderr    io.Writer
}

func newRescreen() *cobra.Command {
	f := &rescreenFlags{}
	c := &cobra.Command{
		Use:   "rescreen",
		Short: "重新筛查已入库的商品 / screen kept listings again",
		Long: `按现在的词典、资质和日期重新判断已入库的商品，只写有变化的结论，并列出翻转
（结论变了的商品：原结论、新结论、原因）。种类：

  full      全部商品；与各次定向运行留下的结论逐件比对，无法解释的差异报警。
            上次全量运行已证明、其后未变的商品只核对不重判（每件至少四周重判
            一次；--thorough 全部重判）；绕过本系统改动的内容报警
  revision  词典变了：只判断变动的词能碰到的商品
  merchant  商家资质变了：只判断它的、资质能影响的商品（--merchant）
  listing   指定商品，或某时刻以来改过的商品（--listing、--since）
  expiry    日期变了：上次清扫以来有证照生效、到期的商家的商品

--dry-run 只预演，不写任何数据。中断或断电后，由 zhunru worker 从断点接着做。

退出状态：0 完成；1 有报警；2 用法错误；3 运行失败、被取消或数据库不可用。

Judges kept listings again by today's dictionary, licences and date.`,
		Example: `  zhunru rescreen
  zhunru rescreen --thorough
  zhunru rescreen --kind revision --dictionaries ./dictionaries --dry-run
  zhunru rescreen --kind merchant --merchant M-1 --merchant M-2
  zhunru rescreen --kind listing --since 24h --json
  zhunru rescreen --kind expiry --on 2027-01-02
  zhunru rescreen --no-wait --rate 5000 --db postgres://zhunru@db/zhunru`,
		Args: exactly(0),
		RunE: func(c *cobra.Command, _ []string) error {
			f.stdout, f.stderr = c.OutOrStdout(), c.ErrOrStderr()
			return f.run(c.Context())
		},
	}
	s := c.Flags()
	f.database.register(c)
	f.database.registerDictionaries(c)
	s.StringVar(&f.kind, "kind", "full", "种类 full|revision|merchant|listing|expiry / kind of run")
	s.StringArrayVar(&f.merchants, "merchant", nil, "商家编号，可重复 / merchant id, repeatable")
	s.StringArrayVar(&f.ids, "listing", nil, "商品编号，可重复 / listing id, repeatable")
	s.StringVar(&f.since, "since", "", "改于此时之后：2026-11-23、2026-11-23T08:00:00+08:00 或 24h / edited since")
	s.StringVar(&f.on, "on", "", "判断的日期，默认今天（北京时间） / the day to judge on")
	s.StringVar(&f.from, "from", "", "revision：原来的词典版本，默认取上次完成的运行 / revision that stands")
	s.IntVar(&f.rate, "rate", 0, "每进程每秒件数上限，0 不限 / listings a second in each process")
	s.IntVar(&f.show, "show", 20, "列出多少条翻转，-1 为全部 / flips to list")
	s.BoolVar(&f.thorough, "thorough", false, "full：连已证明未变的商品也重判 / judge what is proved, too")
	s.BoolVar(&f.dry, "dry-run", false, "只预演，不写 / preview, write nothing")
	s.BoolVar(&f.json, "json", false, "输出 JSON")
	s.BoolVar(&f.noWait, "no-wait", false, "只排队，由 zhunru worker 去做 / queue only")
	s.Bool("wait", true, "在本进程里做完再退出（默认） / work here until it ends")
	c.MarkFlagsMutuallyExclusive("wait", "no-wait")
	c.MarkFlagsMutuallyExclusive("dry-run", "no-wait")
	return c
}

// spec checks the flags.
func (f *rescreenFlags) spec(now time.Time) (jobs.Spec, error) {
	s := jobs.Spec{
		Kind: store.RunKind(f.kind), From: f.from, Merchants: f.merchants, IDs: f.ids, Thorough: f.thorough, Rate: f.rate, Actor: "cli", Priority: 1,
	}
	if s.Kind == store.RunFull {
		s.Priority = 0
	}
	var err error
	if s.On, err = parseDay(f.on); err != nil {
		return s, err
	}
	if s.Since, err = parseSince(f.since, now); err != nil {
		return s, err
	}
	return s, nil
}

// parseSince reads a day in China, an instant, or how long ago.
func parseSince(s string, now time.Time) (time.Time, error) {
	if s == "" {
		return time.Time{}, nil
	}
	if ago, err := time.ParseDuration(s); err == nil && ago > 0 {
		return now.Add(-ago), nil
	}
	if t, err := time.Parse(time.RFC3339, s); err == nil {
		return t, nil
	}
	if t, err := time.ParseInLocation(time.DateOnly, s, time.FixedZone("Asia/Shanghai", 8*60*60)); err == nil {
		return t, nil
	}
	return time.Time{}, usagef("--since %q 读不懂，请写成 2026-11-23、2026-11-23T08:00:00+08:00 或 24h", s)
}

// rules are the desk's, for the jobs.
func (d *desk) rules() jobs.Rules {
	return jobs.Rules{Dictionary: d.dictionary, Engine: d.engine, Registry: d.registry}
}

func (f *rescreenFlags) run(ctx context.Context) error {
	spec, err := f.spec(time.Now())
	if err != nil {
		return err
	}
	if f.dry {
		return f.preview(ctx, spec)
	}
	if _, err := loadSegmenter(); err != nil {
		return err
	}
	d, err := openDesk(ctx, f.database, true)
	if err != nil {
		return err
	}
	return errors.Join(asUsage(f.work(ctx, d, spec)), d.close())
}

// asUsage makes a refused spec a usage error.
func asUsage(err error) error {
	var invalid *screening.InvalidError
	if errors.As(err, &invalid) {
		return &statusError{exitUsage, err}
	}
	return err
}

// work begins the run and, unless told otherwise, works on it here.
func (f *rescreenFlags) work(ctx context.Context, d *desk, spec jobs.Spec) (err error) {
	o := jobs.Options{Rules: d.rules(), Words: lazySegmenter{}}
	if !f.noWait {
		o.LedgerKey = signingKey(ctx, d.store, f.database.db, slog.New(slog.NewTextHandler(f.stderr, nil)))
		o.Queues = []string{jobs.QueueRuns}
	}
	client, err := jobs.New(ctx, d.store, o)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, stopClient(ctx, client)) }()
	r, err := client.Begin(ctx, spec)
	if err != nil {
		return err
	}
	if f.noWait {
		return f.queued(r)
	}
	if err := client.Start(ctx); errors.Is(err, jobs.ErrWorkerRunning) {
		fmt.Fprintf(f.stderr, "运行 %d 由正在处理这个数据库的另一个进程去做\n", r.Key)
	} else if err != nil {
		return err
	}
	r, err = f.await(ctx, d.store, client, r.Key)
	if ctx.Err() != nil {
		return fmt.Errorf("已中断：运行 %d 做到 %s 件，由 zhunru worker 从断点接着做，或 zhunru runs cancel %d 取消", r.Key, grouped(int(r.Done)), r.Key)
	}
	if err != nil {
		return err
	}
	return f.report(ctx, d.store, r)
}

// await waits for the run, but not for a database that refuses what this
// process judged: the run stays, and is gone on with when that is mended.
func (f *rescreenFlags) await(ctx context.Context, s *store.Store, client *jobs.Client, key int64) (store.Run, error) {
	bar := newRunBar(f.stderr)
	defer bar.stop()
	waiting, leave := context.WithCancelCause(ctx)
	defer leave(nil)
	r, err := jobs.Await(waiting, s, key, func(r store.Run) {
		bar.show(r)
		if fault := client.Fault(); fault != nil {
			leave(fault)
		}
	})
	if err != nil && ctx.Err() == nil {
		if waiting.Err() != nil {
			err = context.Cause(waiting)
		}
		return r, fmt.Errorf("运行 %d 停在 %s 件，处理后由 zhunru worker 从断点接着做：%w", key, grouped(int(r.Done)), err)
	}
	return r, err
}

func (f *rescreenFlags) queued(r store.Run) error {
	if f.json {
		return encodeJSON(f.stdout, viewOf(&r))
	}
	fmt.Fprintf(f.stdout, "已排队：运行 %d（%s），查看进度：zhunru runs show %d\n", r.Key, kindName(r.Kind), r.Key)
	return nil
}

// report prints what the run changed.
func (f *rescreenFlags) report(ctx context.Context, s *store.Store, r store.Run) error {
	p := runReport{store: s, run: r, show: f.show, json: f.json, out: f.stdout}
	return p.write(ctx)
}

// preview tells what a run would do.
func (f *rescreenFlags) preview(ctx context.Context, spec jobs.Spec) error {
	d, err := openReadingDesk(ctx, f.database)
	if err != nil {
		return err
	}
	defer d.close() //nolint:errcheck // only read from
	p := jobs.NewPreviewer(d.store, jobs.Options{Rules: d.rules(), Words: lazySegmenter{}})
	flips := []jobs.Flip{}
	bar := newRunBar(f.stderr)
	sum, err := p.Preview(ctx, spec, func(x *jobs.Flip) error {
		if f.show < 0 || len(flips) < f.show {
			flips = append(flips, *x)
		}
		return nil
	}, func(read, all int64) { bar.show(store.Run{Total: all, Done: read, Kind: spec.Kind}) })
	bar.stop()
	if err != nil {
		return asUsage(err)
	}
	if f.json {
		return encodeJSON(f.stdout, struct {
			jobs.Preview
			List []jobs.Flip `json:"flips"`
		}{sum, flips})
	}
	fmt.Fprintf(f.stdout, "预演（没有写入）：读 %s 件，判断 %s 件，结论有变 %s 件，其中翻转 %s 件；首次判断 %s 件\n",
		grouped(int(sum.Read)), grouped(int(sum.Judged)), grouped(int(sum.Changed)), grouped(sum.Summary.Flips), grouped(int(sum.First)))
	printSummary(f.stdout, &sum.Summary)
	printFlips(f.stdout, flips, sum.Summary.Flips)
	return nil
}

// stopClient stops a client even where the command was interrupted.
func stopClient(ctx context.Context, c *jobs.Client) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 15*time.Second)
	defer cancel()
	return c.Stop(ctx)
}

// outcomeName is an outcome in Chinese; "" is that of a listing never judged.
func outcomeName(o screening.Outcome) string {
	if o == "" {
		return "未判断"
	}
	return report.OutcomeName(o, report.Chinese)
}
