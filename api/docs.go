package api

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/swaggest/swgui/v5emb"
)

// serveDocs serves the OpenAPI document that the registrations made, and a page
// that shows it, both without a key: they say nothing about anybody. The page
// needs nothing from another host.
func (s *Server) serveDocs() {
	spec, err := json.Marshal(s.api.OpenAPI())
	if err != nil {
		panic("api: encode the OpenAPI document: " + err.Error())
	}
	sum := sha256.Sum256(spec)
	tag := `"` + hex.EncodeToString(sum[:8]) + `"`
	s.engine.GET("/openapi.json", func(c *gin.Context) {
		c.Header("ETag", tag)
		c.Header("Cache-Control", "no-cache")
		if c.GetHeader("If-None-Match") == tag {
			c.Status(http.StatusNotModified)
			return
		}
		c.Data(http.StatusOK, "application/json", spec)
	})
	page := v5emb.New("准入 zhunru", "/openapi.json", "/docs")
	serve := func(c *gin.Context) {
		c.Header("Content-Security-Policy",
			"default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'")
		page.ServeHTTP(c.Writer, c.Request)
	}
	s.engine.GET("/docs", serve)
	s.engine.GET("/docs/*file", serve)
}

// serveHealth serves whether the process lives (/healthz) and whether it can
// take requests (/readyz), without a key.
func (s *Server) serveHealth() {
	s.engine.GET("/healthz", func(c *gin.Context) { c.JSON(http.StatusOK, gin.H{"status": "ok"}) })
	s.engine.GET("/readyz", func(c *gin.Context) {
		ctx, cancel := context.WithTimeout(c.Request.Context(), 2*time.Second)
		defer cancel()
		if s.leaving.Load() {
			s.refuse(c, &fault{status: http.StatusServiceUnavailable, code: "UNAVAILABLE", wait: 1})
			return
		}
		if err := s.backend.Ready(ctx); err != nil {
			s.refuse(c, &fault{status: http.StatusServiceUnavailable, code: "UNAVAILABLE", wait: 1, cause: err})
			return
		}
		c.JSON(http.StatusOK, gin.H{"status": "ready"})
	})
}
