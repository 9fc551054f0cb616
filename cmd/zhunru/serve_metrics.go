package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"zhunru/screening"
	"zhunru/store"
)

// metrics are what Prometheus reads of a server. Labels are routes, methods,
// statuses, outcomes, classes of the dictionary and codes: never what a caller
// wrote. It is an api.Observer and a prometheus.Collector.
type metrics struct {
	registry *prometheus.Registry
	backend  *backend

	requests *prometheus.HistogramVec
	faults   *prometheus.CounterVec
	verdicts *prometheus.CounterVec
	findings *prometheus.CounterVec
	gauges   map[string]*prometheus.Desc
}

// scrapeTime bounds the questions to the database of one scrape.
const scrapeTime = 2 * time.Second

// newMetrics returns the metrics of a backend, whose verdicts they count.
func newMetrics(b *backend) *metrics {
	const ours = "zhunru_"
	counter := func(name, help string, labels ...string) *prometheus.CounterVec {
		return prometheus.NewCounterVec(prometheus.CounterOpts{Name: ours + name, Help: help}, labels)
	}
	m := &metrics{
		registry: prometheus.NewRegistry(), backend: b,
		requests: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: ours + "request_seconds", Help: "Answered requests by route, method and status.",
			Buckets: []float64{.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 10, 30},
		}, []string{"route", "method", "status"}),
		faults:   counter("faults_total", "Requests answered with an error of ours, by the code of the database error or of the answer.", "code"),
		verdicts: counter("verdicts_total", "Verdicts of screenings by outcome.", "outcome", "stored"),
		findings: counter("findings_total", "Findings of screenings by class and outcome.", "class", "outcome"),
		gauges:   map[string]*prometheus.Desc{},
	}
	for _, g := range [...][2]string{
		{"ledger_entries", "Entries of the ledger."},
		{"runs_open", "Runs planned or running."},
		{"chunks_open", "Chunks planned or being worked on."},
		{"run_lag_seconds", "Since the running run that stood still longest was last heard of."},
		{"revision_age_seconds", "Since the newest revision of the dictionary was kept first."},
		{"submissions_waiting", "Screenings that wait for a transaction."},
		{"database_up", "1 if the database answered this scrape."},
	} {
		m.gauges[g[0]] = prometheus.NewDesc(ours+g[0], g[1], nil, nil)
	}
	m.gauges["engine"] = prometheus.NewDesc(ours+"engine", "Always 1; the revision in force.", []string{"revision"}, nil)
	m.registry.MustRegister(m.requests, m.faults, m.verdicts, m.findings, m,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// handler serves the metrics.
func (m *metrics) handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{MaxRequestsInFlight: 2, Timeout: 2 * scrapeTime})
}

// Request counts an answered request.
func (m *metrics) Request(route, method string, status int, took time.Duration) {
	switch method { // anybody may invent one
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions:
	default:
		method = "other"
	}
	m.requests.WithLabelValues(route, method, strconv.Itoa(status)).Observe(took.Seconds())
}

// Fault counts an error of ours.
func (m *metrics) Fault(code string, cause error) {
	var problem *store.Error
	if errors.As(cause, &problem) {
		code = problem.Code
	}
	m.faults.WithLabelValues(code).Inc()
}

// screened counts the verdicts of a request that is about to be answered.
func (m *metrics) screened(verdicts []screening.Verdict, kept bool) {
	if m == nil {
		return
	}
	for i := range verdicts {
		v := &verdicts[i]
		m.verdicts.WithLabelValues(string(v.Outcome), strconv.FormatBool(kept)).Inc()
		for n := range v.Findings {
			m.findings.WithLabelValues(v.Findings[n].Class, string(v.Findings[n].Outcome)).Inc()
		}
	}
}

// Describe names nothing: what Collect sends depends on the database.
func (m *metrics) Describe(chan<- *prometheus.Desc) {}

// Collect asks the database how it stands.
func (m *metrics) Collect(out chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), scrapeTime)
	defer cancel()
	send := func(name string, v float64, labels ...string) {
		out <- prometheus.MustNewConstMetric(m.gauges[name], prometheus.GaugeValue, v, labels...)
	}
	send("engine", 1, m.backend.dictionary.Revision)
	send("submissions_waiting", float64(m.backend.batches.depth()))
	g, err := m.backend.store.Gauges(ctx)
	if err != nil {
		m.Fault("DB_ERROR", err)
		send("database_up", 0)
		return
	}
	send("database_up", 1)
	send("ledger_entries", float64(g.Ledger))
	send("runs_open", float64(g.Runs))
	send("chunks_open", float64(g.Chunks))
	send("run_lag_seconds", g.Lag.Seconds())
	if !g.Revised.IsZero() {
		send("revision_age_seconds", m.backend.now().Sub(g.Revised).Seconds())
	}
}

// serveMetrics serves the metrics alone, without a key, on --metrics-addr if
// there is one. The caller closes the server.
func (f *serveFlags) serveMetrics(ctx context.Context, m *metrics, log *slog.Logger) (*http.Server, error) {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", m.handler())
	server := &http.Server{Handler: mux, ReadTimeout: headerTime, WriteTimeout: 3 * scrapeTime, IdleTimeout: idleTime, MaxHeaderBytes: 32 << 10}
	if f.metrics == "" {
		return server, nil
	}
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", f.metrics)
	if err != nil {
		return nil, fmt.Errorf("不能监听 %s，请换一个 --metrics-addr / cannot listen: %w", f.metrics, err)
	}
	log.Info("metrics", "metrics_addr", l.Addr().String())
	go func() {
		if err := server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			log.Error("metrics ended", "error", err.Error())
		}
	}()
	return server, nil
}
