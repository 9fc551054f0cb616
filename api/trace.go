package api

import (
	"context"
	"net/http"

	"github.com/gin-gonic/gin"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/trace"
)

// trace begins the span of a request, as a child of the caller's (W3C Trace
// Context), and returns what ends it. A span tells route, method, status, role,
// key and request id, by the names of OpenTelemetry's semantic conventions for
// HTTP servers where it has them; never a path, a query or a body, which may hold
// what was submitted.
func (s *Server) trace(ctx context.Context, c *gin.Context) (context.Context, func(*request)) {
	if s.tracer == nil {
		return ctx, func(*request) {}
	}
	route := c.FullPath()
	if route == "" {
		route = "(none)"
	}
	method := c.Request.Method
	if !knownMethod(method) {
		method = "_OTHER"
	}
	ctx = propagation.TraceContext{}.Extract(ctx, propagation.HeaderCarrier(c.Request.Header))
	ctx, span := s.tracer.Start(ctx, method+" "+route, trace.WithSpanKind(trace.SpanKindServer),
		trace.WithAttributes(attribute.String("http.request.method", method), attribute.String("http.route", route)))
	return ctx, func(r *request) {
		status := c.Writer.Status()
		span.SetAttributes(attribute.Int("http.response.status_code", status), attribute.String("zhunru.request_id", r.id),
			attribute.String("zhunru.actor", r.actor), attribute.String("zhunru.role", string(r.role)))
		if status >= http.StatusInternalServerError {
			span.SetStatus(codes.Error, http.StatusText(status))
		}
		span.End()
	}
}

// knownMethod keeps what anybody may invent out of the names of spans.
func knownMethod(method string) bool {
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions:
		return true
	}
	return false
}
