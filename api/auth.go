package api

import (
	"context"
	"log/slog"
	"mime"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humagin"
	"github.com/gin-gonic/gin"
)

// admit lets an operation begin: for a key that is in force, whose role has the
// right, that asks no faster than it may, and sends JSON if it sends anything.
func (s *Server) admit(ctx huma.Context, next func(huma.Context)) {
	c, op := humagin.Unwrap(ctx), ctx.Operation()
	r := requestOf(ctx.Context())
	if err := s.identify(c, r); err != nil {
		s.refuse(c, err)
		return
	}
	if wait := s.perKey.take(r.actor, s.now()); wait > 0 {
		s.refuse(c, &fault{status: http.StatusTooManyRequests, code: "RATE_LIMITED", wait: seconds(wait)})
		return
	}
	if !s.may(r.role, right(op.OperationID)) {
		s.refuse(c, &fault{status: http.StatusForbidden, code: "FORBIDDEN"})
		return
	}
	if op.RequestBody != nil && !isJSON(c.GetHeader("Content-Type")) {
		s.refuse(c, &fault{status: http.StatusUnsupportedMediaType, code: "UNSUPPORTED_MEDIA_TYPE"})
		return
	}
	next(ctx)
}

func isJSON(contentType string) bool {
	kind, params, err := mime.ParseMediaType(contentType)
	return err == nil && kind == "application/json" && (params["charset"] == "" || strings.EqualFold(params["charset"], "utf-8"))
}

// identify finds out who asks. Wrong keys are answered alike, whatever is wrong
// with them.
func (s *Server) identify(c *gin.Context, r *request) error {
	if s.insecure {
		if !fromHere(c.Request) {
			return &fault{status: http.StatusForbidden, code: "FORBIDDEN"}
		}
		r.actor, r.role = "insecure-local", Admin
		return nil
	}
	k, err := s.find(c)
	if err != nil {
		return err
	}
	r.actor, r.role = "key:"+k.Prefix, k.Role
	s.used(k.Prefix)
	return nil
}

func (s *Server) find(c *gin.Context) (Key, error) {
	token, ok := strings.CutPrefix(c.GetHeader("Authorization"), "Bearer ")
	prefix, plausible := tokenPrefix(token)
	if !ok || !plausible {
		return Key{}, s.unknown(c)
	}
	k, opens, err := s.opens(c.Request.Context(), prefix, token)
	if err == nil && !opens {
		err = s.unknown(c)
	}
	return k, err
}

// unknown is the answer to a wrong key, and to the many of one address that it
// should ask less.
func (s *Server) unknown(c *gin.Context) error {
	host, _, err := net.SplitHostPort(c.Request.RemoteAddr)
	if err != nil {
		host = c.Request.RemoteAddr
	}
	if wait := s.strangers.take(host, s.now()); wait > 0 {
		return &fault{status: http.StatusTooManyRequests, code: "RATE_LIMITED", wait: seconds(wait)}
	}
	return &fault{status: http.StatusUnauthorized, code: "UNAUTHENTICATED"}
}

// used notes, at most once a minute and behind the request's back, that a key
// was used.
func (s *Server) used(prefix string) {
	now := s.now()
	if s.uses.take(prefix, now) > 0 {
		return
	}
	s.behind.Go(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		if err := s.backend.UseKey(ctx, prefix, now); err != nil {
			s.log.LogAttrs(ctx, slog.LevelWarn, "key use not noted", slog.String("actor", "key:"+prefix), slog.String("error", err.Error()))
		}
	})
}

// fromHere reports whether a request without a key comes from this machine and
// not from a web page that a browser here shows: its peer and its Host are
// loopback, and it is not cross-origin.
func fromHere(r *http.Request) bool {
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil || !peer.Addr().Unmap().IsLoopback() {
		return false
	}
	host := r.Host
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	host = strings.Trim(host, "[]")
	if ip, err := netip.ParseAddr(host); host != "localhost" && (err != nil || !ip.IsLoopback()) {
		return false
	}
	return http.NewCrossOriginProtection().Check(r) == nil
}
