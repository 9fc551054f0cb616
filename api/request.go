package api

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strings"
	"time"

	"github.com/gin-gonic/gin"
)

// A request is what is known of a request beside its content.
type request struct {
	id    string
	lang  tongue
	actor string // for the ledger and the log; "" before the key is known
	role  Role
	have  string // If-None-Match
}

type requestKey struct{}

// requestOf returns what is known of the request of a context.
func requestOf(ctx context.Context) *request {
	if r, ok := ctx.Value(requestKey{}).(*request); ok {
		return r
	}
	return &request{}
}

// idHeader carries the request's id, the caller's own if it sent a plain one.
const idHeader = "X-Request-Id"

func requestID(given string) string {
	if given != "" && len(given) <= 64 && strings.Trim(given, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-") == "" {
		return given
	}
	return strings.ToLower(rand.Text())
}

// begin gives a request its id, language and time, and writes one line to the
// log when it is over. The line has the route and not the path, and nothing
// that was submitted.
func (s *Server) begin(c *gin.Context) {
	r := &request{id: requestID(c.GetHeader(idHeader)), lang: tongueOf(c.GetHeader("Accept-Language")), have: c.GetHeader("If-None-Match")}
	ctx, cancel := context.WithTimeout(context.WithValue(c.Request.Context(), requestKey{}, r), s.timeout)
	defer cancel()
	ctx, traced := s.trace(ctx, c)
	defer traced(r)
	c.Request = c.Request.WithContext(ctx)
	h := c.Writer.Header()
	h.Set(idHeader, r.id)
	h.Set("Content-Language", r.lang.name())
	h.Set("Vary", "Accept-Language")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
	start := s.now()
	defer func() { s.write(c, r, s.now().Sub(start)) }()
	defer s.recover(c)
	c.Next()
}

func (s *Server) write(c *gin.Context, r *request, took time.Duration) {
	route := c.FullPath()
	if route == "" {
		route = "(none)"
	}
	if s.observer != nil {
		s.observer.Request(route, c.Request.Method, c.Writer.Status(), took)
	}
	s.log.LogAttrs(c.Request.Context(), slog.LevelInfo, "request",
		slog.String("request_id", r.id), slog.String("method", c.Request.Method), slog.String("route", route),
		slog.Int("status", c.Writer.Status()), slog.Int("bytes", max(c.Writer.Size(), 0)),
		slog.Float64("ms", float64(took.Microseconds())/1000), slog.String("actor", r.actor), slog.String("role", string(r.role)))
}

// recover answers a request whose handler panicked: it has no verdict.
func (s *Server) recover(c *gin.Context) {
	v := recover()
	if v == nil {
		return
	}
	if err, ok := v.(error); ok && errors.Is(err, http.ErrAbortHandler) {
		panic(v)
	}
	s.log.LogAttrs(c.Request.Context(), slog.LevelError, "panic",
		slog.String("request_id", requestOf(c.Request.Context()).id), slog.String("stack", string(debug.Stack())))
	if c.Writer.Written() {
		panic(http.ErrAbortHandler) // the answer broke off: let the caller see that it did
	}
	s.refuse(c, &fault{status: http.StatusInternalServerError, code: "INTERNAL", cause: fmt.Errorf("panic: %T", v)})
}
