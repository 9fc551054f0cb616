package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"time"

	"github.com/spf13/cobra"

	"zhunru/api"
	"zhunru/screening"
	"zhunru/store"
	"zhunru/store/webhook"
)

// serveFlags are the flags of zhunru serve as they were given.
type serveFlags struct {
	reports  string
	uploads  string
	maxMB    int64
	database databaseFlags
	addr     string
	insecure bool
	rate     float64
	timeout  time.Duration
	workers  int
	webhooks webhookFlags
	metrics  string
	traces   traceFlags
	config   string
	unit     string
	stderr   io.Writer
}

func newServe() *cobra.Command {
	f := &serveFlags{}
	c := &cobra.Command{
		Use:   "serve",
		Short: "提供 HTTP 接口 / serve the API",
		Long: `在 --addr 上提供接口：/v1 下的各项资源，/openapi.json 接口文档（/docs 为网页），
/healthz 与 /readyz。日志是每行一个 JSON 对象，写到标准错误，不含密钥和所提交的内容。

新的数据库会在标准错误上打印一次管理员密钥，请立即保存；以后用 zhunru keys 管理。
--insecure-local 不要密钥，人人都是管理员，只能监听本机地址，且拒绝网页跨站请求。

同时在后台做运行、定时任务和各项投递，不必另开 zhunru worker；--workers 0 关掉（SQLite
上已有 worker 在跑时，或专门的机器做后台任务时）。

参数也可写在环境变量里（--metrics-addr 即 ZHUNRU_METRICS_ADDR）或 --config 指向的 YAML 文件里
（每行“参数名: 值”，不认识的键会被拒绝）；命令行优先于环境变量，环境变量优先于文件。含密码
的 --db 只收环境变量或别人读不到的文件（chmod 600），不收命令行。

/metrics 是 Prometheus 指标，要 auditor 或 admin 密钥；--metrics-addr 另开一个不要密钥的端口，
请只让监控系统连得到。/debug/pprof/ 是性能剖析，要 admin 密钥。

--print-unit systemd 和 --print-unit compose 打印收紧了权限、使用 PostgreSQL 的部署文件。

按 Ctrl-C 或收到 SIGTERM 时先让 /readyz 回答 503，做完手中的请求、放下手中的分块再退出。

Serves the API until it is stopped; requests in hand are finished.`,
		Example: `  zhunru serve
  zhunru serve --addr 0.0.0.0:8080 --db postgres://zhunru@db/zhunru
  zhunru serve --config /etc/zhunru/serve.yaml
  ZHUNRU_DB=postgres://zhunru:密码@db/zhunru zhunru serve
  zhunru serve --insecure-local --db demo.db`,
		Args: exactly(0),
		RunE: func(c *cobra.Command, _ []string) error {
			f.stderr = c.ErrOrStderr()
			if c.Flags().Changed("print-unit") {
				return printUnit(c.OutOrStdout(), f.unit)
			}
			if err := configure(c); err != nil {
				return err
			}
			return f.run(c.Context())
		},
	}
	f.database.register(c)
	f.database.registerDictionaries(c)
	c.Flags().StringVar(&f.addr, "addr", "127.0.0.1:8080", "监听地址 / address to listen on")
	c.Flags().BoolVar(&f.insecure, "insecure-local", false, "不要密钥，只限本机 / no keys, this machine only")
	c.Flags().Float64Var(&f.rate, "rate", 1000, "每个密钥每秒的请求数 / requests a second for each key")
	c.Flags().DurationVar(&f.timeout, "timeout", 30*time.Second, "单个请求的时限 / time for one request")
	f.webhooks.register(c)
	registerReports(c, &f.reports)
	c.Flags().StringVar(&f.uploads, "uploads", "", "暂存上传文件的文件夹，默认为数据库文件名加 .uploads；各进程各用各的 / folder of files sent in to be imported")
	c.Flags().Int64Var(&f.maxMB, "max-upload", 2048, "上传导入的文件最大多少 MB / largest file to import, in MB")
	c.Flags().StringVar(&f.config, "config", "", "配置文件（YAML）/ configuration file")
	c.Flags().StringVar(&f.unit, "print-unit", "", "打印 systemd 或 compose 文件后退出 / print a unit and exit")
	c.Flags().StringVar(&f.metrics, "metrics-addr", "", "指标另用的监听地址，不要密钥 / address for metrics without a key")
	f.traces.register(c)
	c.Flags().IntVar(&f.workers, "workers", 2, "后台同时做几个分块，0 不做 / chunks at once in the background, 0: none")
	return c
}

func (f *serveFlags) run(ctx context.Context) (err error) {
	if f.rate <= 0 || f.timeout <= 0 {
		return usagef("--rate 和 --timeout 必须大于 0")
	}
	if f.insecure && !loopback(f.addr) {
		return usagef("--insecure-local 只能监听本机地址，请把 --addr 改为 127.0.0.1:8080 这样的地址，或去掉 --insecure-local 改用密钥")
	}
	if f.maxMB < 1 || f.maxMB > 1<<20 {
		return usagef("--max-upload %d 不在 1 到 %d 之间", f.maxMB, 1<<20)
	}
	if f.workers < 0 || f.workers > 64 {
		return usagef("--workers %d 不在 0 到 64 之间", f.workers)
	}
	if err := f.traces.check(); err != nil {
		return err
	}
	guard, err := f.webhooks.guard()
	if err != nil {
		return err
	}
	d, err := openServing(ctx, f.database)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.close()) }()
	if !f.insecure {
		if err := f.firstKey(ctx, d.store); err != nil {
			return err
		}
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", f.addr)
	if err != nil {
		return fmt.Errorf("不能监听 %s，请换一个 --addr / cannot listen: %w", f.addr, err)
	}
	return f.serve(ctx, listener, d, guard)
}

// openServing opens a database whose answered requests outlive a power failure.
func openServing(ctx context.Context, f databaseFlags) (*desk, error) {
	if _, err := loadSegmenter(); err != nil {
		return nil, err
	}
	d, err := loadDesk(f.dictionaries, true)
	if err != nil {
		return nil, err
	}
	if d.store, err = openDatabase(ctx, f.db, store.Options{Migrate: true, FullSync: true}); err != nil {
		return nil, err
	}
	if err := d.store.Write(ctx, func(tx *store.Tx) error { return tx.SaveRevision(d.dictionary) }); err != nil {
		return nil, errors.Join(err, d.close())
	}
	// The words of the segmenter are loaded at the first text that needs them:
	// now, and not while somebody waits.
	d.engine.Screen(&screening.Listing{ID: "warm", Title: "催情香水 家用电子血压计"}, nil)
	return d, nil
}

// loopback reports whether an address can be reached from this machine only.
// Names are not looked up: only localhost is taken at its word.
func loopback(addr string) bool {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return false
	}
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.IsLoopback()
}

// firstKey makes and shows an admin key where there is no key at all.
func (f *serveFlags) firstKey(ctx context.Context, s *store.Store) error {
	token := ""
	err := s.Write(ctx, func(tx *store.Tx) error {
		has, err := tx.HasAccessKeys()
		if err != nil || has {
			return err
		}
		token, err = addKey(tx, "first admin", string(api.Admin), time.Time{})
		return err
	})
	if err == nil && token != "" {
		fmt.Fprintf(f.stderr, "新数据库的管理员密钥，只显示这一次，请立即保存 / admin key, shown only now:\n%s\n", token)
	}
	return err
}

// keyMemory is how long a revoked key may still open: on PostgreSQL, where every
// request would pay a round trip to a server, two seconds; on SQLite no time.
func keyMemory(e store.Engine) time.Duration {
	if e == store.Postgres {
		return 2 * time.Second
	}
	return 0
}

// Times of the server, beside that of a request.
const (
	headerTime   = 5 * time.Second
	idleTime     = 2 * time.Minute
	shutdownTime = 25 * time.Second
)

func (f *serveFlags) serve(ctx context.Context, l net.Listener, d *desk, guard webhook.Guard) (err error) {
	log := slog.New(slog.NewJSONHandler(f.stderr, nil))
	client, err := f.background(ctx, d, log, guard)
	if err != nil {
		return errors.Join(err, l.Close())
	}
	defer func() { err = errors.Join(err, stopClient(ctx, client)) }()
	b := newBackend(d, client)
	b.guard, b.reports = guard, reportFolder(f.reports, f.database.db)
	b.uploads = newUploads(uploadFolder(f.uploads, f.database.db), d, log)
	b.metrics = newMetrics(b)
	metrics, err := f.serveMetrics(ctx, b.metrics, log)
	if err != nil {
		return errors.Join(err, l.Close())
	}
	defer func() { err = errors.Join(err, metrics.Close()) }()
	secret, err := sealKey(ctx, d.store)
	if err != nil {
		return errors.Join(err, l.Close())
	}
	tracer, flush, err := f.traces.start(ctx, describeBuild().Version, log)
	if err != nil {
		return errors.Join(err, l.Close())
	}
	s := api.New(api.Options{
		Backend: b, Observer: b.metrics, Metrics: b.metrics.handler(), Dictionary: d.dictionary, Registry: d.registry, Version: describeBuild().Version, Tracer: tracer,
		InsecureLocal: f.insecure, Rate: f.rate, Timeout: f.timeout, MaxUpload: f.maxMB << 20, KeyMemory: keyMemory(d.store.Engine()), Log: log, Secret: secret,
	})
	server := &http.Server{
		Handler: s, ReadHeaderTimeout: headerTime, ReadTimeout: time.Minute, WriteTimeout: f.timeout + time.Minute,
		IdleTimeout: idleTime, MaxHeaderBytes: 32 << 10, ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelWarn),
	}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(l) }()
	defer sweepAnswers(ctx, d.store, log)()
	defer b.uploads.start(ctx)()
	log.Info("serving", "addr", l.Addr().String(), "revision", d.dictionary.Revision, "insecure_local", f.insecure)
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
	}
	s.Leave()
	end, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownTime)
	defer cancel()
	err = server.Shutdown(end)
	s.Wait()
	if lost := flush(end); lost != nil {
		log.Warn("traces", "err", lost)
	}
	log.Info("stopped")
	return err
}
