package main

import (
	"context"
	"log/slog"
	"net/url"

	"github.com/spf13/cobra"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
)

// tracerName names who makes the spans.
const tracerName = "zhunru"

// traceFlags say where traces go, if anywhere.
type traceFlags struct {
	endpoint string
	ratio    float64
}

func (f *traceFlags) register(c *cobra.Command) {
	c.Flags().StringVar(&f.endpoint, "otlp-endpoint", "", "OpenTelemetry 链路追踪发往何处（OTLP/HTTP），如 http://127.0.0.1:4318/v1/traces；默认不发 / where traces go, default nowhere")
	c.Flags().Float64Var(&f.ratio, "trace-ratio", 1, "追踪多大比例的请求，0 到 1；上游已决定的听上游 / share of requests that are traced")
}

func (f *traceFlags) check() error {
	if f.ratio < 0 || f.ratio > 1 {
		return usagef("--trace-ratio %g 不在 0 到 1 之间", f.ratio)
	}
	if f.endpoint == "" {
		return nil
	}
	u, err := url.Parse(f.endpoint)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return usagef("--otlp-endpoint 须是 http 或 https 的完整网址，如 http://127.0.0.1:4318/v1/traces")
	}
	return nil
}

// start returns what makes spans, and what sends the last of them. Without an
// endpoint the tracer is nil and nothing is done. Spans are sent in the
// background and given up where the collector is away: a request never waits.
func (f *traceFlags) start(ctx context.Context, version string, log *slog.Logger) (trace.Tracer, func(context.Context) error, error) {
	if f.endpoint == "" {
		return nil, func(context.Context) error { return nil }, nil
	}
	out, err := otlptracehttp.New(ctx, otlptracehttp.WithEndpointURL(f.endpoint))
	if err != nil {
		return nil, nil, err
	}
	otel.SetErrorHandler(otel.ErrorHandlerFunc(func(err error) { log.Warn("traces", "err", err) })) // it has no other way to tell
	who := resource.NewSchemaless(attribute.String("service.name", tracerName), attribute.String("service.version", version))
	p := sdktrace.NewTracerProvider(sdktrace.WithBatcher(out), sdktrace.WithResource(who),
		sdktrace.WithSampler(sdktrace.ParentBased(sdktrace.TraceIDRatioBased(f.ratio))))
	return p.Tracer(tracerName), p.Shutdown, nil
}

// span begins a part of a request that is traced, and does nothing where the
// request is not.
func span(ctx context.Context, name string) trace.Span {
	parent := trace.SpanFromContext(ctx)
	if !parent.IsRecording() {
		return trace.SpanFromContext(context.Background()) // its End does nothing
	}
	_, part := parent.TracerProvider().Tracer(tracerName).Start(ctx, name)
	return part
}
