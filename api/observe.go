package api

import (
	"errors"
	"net/http"
	"net/http/pprof"
	"time"

	"github.com/gin-gonic/gin"
)

// An Observer is told what goes on. Its methods are safe for concurrent use and
// fast; they must not keep what they are given.
type Observer interface {
	// Request tells of an answered request. Route is the pattern and never the
	// path, "(none)" where there is none.
	Request(route, method string, status int, took time.Duration)
	// Fault tells of an error that is ours, with the code that was answered.
	Fault(code string, cause error)
}

// Rights beside those of operations.
const (
	readMetrics  right = "read-metrics"
	readProfiles right = "read-profiles"
)

// serveInsides serves /metrics, where there are any, and the profiles of
// net/http/pprof. Neither is in the OpenAPI document.
func (s *Server) serveInsides(metrics http.Handler) {
	if metrics != nil {
		s.engine.GET("/metrics", s.only(readMetrics), gin.WrapH(metrics))
	}
	admin := s.engine.Group("/debug/pprof", s.only(readProfiles))
	admin.GET("/", gin.WrapF(pprof.Index))
	admin.GET("/cmdline", func(c *gin.Context) { // it may hold the address of a database
		s.refuse(c, &fault{status: http.StatusNotFound, code: "NOT_FOUND"})
	})
	admin.GET("/profile", gin.WrapF(pprof.Profile))
	admin.GET("/symbol", gin.WrapF(pprof.Symbol))
	admin.GET("/trace", gin.WrapF(pprof.Trace))
	for _, name := range [...]string{"allocs", "block", "goroutine", "heap", "mutex", "threadcreate"} {
		admin.GET("/"+name, gin.WrapH(pprof.Handler(name)))
	}
}

// only lets those pass who have a right, and the rate of their key.
func (s *Server) only(r right) gin.HandlerFunc {
	return func(c *gin.Context) {
		who := requestOf(c.Request.Context())
		if err := s.identify(c, who); err != nil {
			s.refuse(c, err)
			return
		}
		if wait := s.perKey.take(who.actor, s.now()); wait > 0 {
			s.refuse(c, &fault{status: http.StatusTooManyRequests, code: "RATE_LIMITED", wait: seconds(wait)})
			return
		}
		if !s.may(who.role, r) {
			s.refuse(c, &fault{status: http.StatusForbidden, code: "FORBIDDEN"})
		}
	}
}

// observeFault tells the observer, if there is one, of a fault.
func (s *Server) observeFault(f *fault) {
	if s.observer != nil {
		s.observer.Fault(f.code, errors.Unwrap(f))
	}
}
