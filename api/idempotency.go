package api

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humagin"
	"github.com/gin-gonic/gin"

	"zhunru/screening"
)

// AnswersLast is how long the answer to a request with an Idempotency-Key is
// kept.
const AnswersLast = 24 * time.Hour

// onceHeader names a request, so that sending it again does not do it again.
const onceHeader = "Idempotency-Key"

// maxOnceKey bounds the name of a request, in bytes.
const maxOnceKey = 200

// notOnce is the metadata of operations that take no Idempotency-Key: their
// answers hold a secret and must not be kept, or sending again does no harm.
const notOnce = "zhunru:not-once"

// A KeptAnswer is a success that is given again to the same request.
type KeptAnswer struct {
	Request [32]byte // of route, query and body
	Status  int
	ETag    string
	Body    []byte
}

// Answers keeps answers for AnswersLast.
type Answers interface {
	// Answer returns the answer to a request of an actor, or
	// screening.ErrNotFound.
	Answer(ctx context.Context, actor, name string) (KeptAnswer, error)
	// SaveAnswer keeps an answer; where one is kept already it is
	// screening.ErrConflict.
	SaveAnswer(ctx context.Context, actor, name string, a KeptAnswer) error
}

// once is a request with an Idempotency-Key, while it is in hand.
type once struct {
	actor, name string
	request     [32]byte
	render      func(v any) (any, string) // body and ETag of a success, from what the Backend has
	kept        bool
	status      int // of a success
}

type onceContext struct{}

func onceOf(ctx context.Context) *once {
	o, _ := ctx.Value(onceContext{}).(*once)
	return o
}

// rendering tells how the answer will look, so that Keep can keep it together
// with what the answer is about. Handlers that have something kept call it.
func rendering[T any](ctx context.Context, f func(T) (body any, etag string)) {
	if o := onceOf(ctx); o != nil {
		o.render = func(v any) (any, string) { return f(v.(T)) }
	}
}

// Keep gives the answer to the request of a context to save, to be called by a
// Backend inside the transaction that keeps v, with what its method will
// return. It does nothing for a request without an Idempotency-Key. An error of
// save must end the transaction.
func Keep[T any](ctx context.Context, v T, save func(actor, name string, a KeptAnswer) error) error {
	o := onceOf(ctx)
	if o == nil || o.render == nil {
		return nil
	}
	body, etag := o.render(v)
	var b bytes.Buffer
	if err := huma.DefaultJSONFormat.Marshal(&b, body); err != nil {
		return err
	}
	o.kept = true
	return save(o.actor, o.name, KeptAnswer{Request: o.request, Status: o.status, ETag: etag, Body: b.Bytes()})
}

// takesOnce reports whether an operation takes an Idempotency-Key.
func takesOnce(op *huma.Operation) bool {
	return op.Method == http.MethodPost && op.Metadata[notOnce] == nil && op.MaxBodyBytes <= batchBody
}

// onceParam documents the header.
func onceParam() *huma.Param {
	most := maxOnceKey
	return &huma.Param{
		Name: onceHeader, In: "header", Schema: &huma.Schema{Type: huma.TypeString, MaxLength: &most},
		Description: "请求的名字：24 小时内同名同文的请求得到同一回答而不再执行；只保存成功的回答。同名不同文或前一个还在处理时为 409。/ names the request: sent again it gets the same answer and is not done again",
	}
}

// doOnce lets a request with an Idempotency-Key be done once.
func (s *Server) doOnce(ctx huma.Context, next func(huma.Context)) {
	c, op := humagin.Unwrap(ctx), ctx.Operation()
	name := c.GetHeader(onceHeader)
	if name == "" {
		next(ctx)
		return
	}
	if !takesOnce(op) || len(name) > maxOnceKey || strings.ContainsFunc(name, func(r rune) bool { return r < ' ' || r > '~' }) {
		code := "BAD_FORMAT"
		if !takesOnce(op) {
			code = "NOT_ALLOWED"
		}
		s.refuse(c, because(FieldProblem{In: "header", Pointer: onceHeader, Code: code}))
		return
	}
	o := &once{actor: requestOf(ctx.Context()).actor, name: name, status: op.DefaultStatus}
	if err := o.read(c, op.MaxBodyBytes); err != nil {
		s.refuse(c, err)
		return
	}
	hand := o.actor + "\x00" + name
	if _, taken := s.inHand.LoadOrStore(hand, true); taken {
		s.refuse(c, &fault{status: http.StatusConflict, code: "IDEMPOTENCY_IN_HAND", wait: 1})
		return
	}
	defer s.inHand.Delete(hand)
	switch done, err := s.again(c, o); {
	case err != nil:
		s.refuse(c, err)
	case !done:
		s.first(c, o, func() { next(huma.WithValue(ctx, onceContext{}, o)) })
	}
}

// read takes the body in, and puts it back for the operation.
func (o *once) read(c *gin.Context, most int64) error {
	_ = http.NewResponseController(c.Writer).SetReadDeadline(time.Now().Add(bodyTime)) // where the connection has one
	body, err := io.ReadAll(http.MaxBytesReader(c.Writer, c.Request.Body, most))
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		return err
	case err != nil:
		return &fault{status: http.StatusRequestTimeout, code: "BODY_UNREADABLE"}
	}
	c.Request.Body = io.NopCloser(bytes.NewReader(body))
	h := sha256.New()
	for _, part := range [...]string{c.Request.Method, c.Request.URL.EscapedPath(), c.Request.URL.RawQuery, string(body)} {
		var size [8]byte
		binary.BigEndian.PutUint64(size[:], uint64(len(part)))
		h.Write(size[:])
		h.Write([]byte(part))
	}
	h.Sum(o.request[:0])
	return nil
}

// again gives the answer that is kept, if there is one.
func (s *Server) again(c *gin.Context, o *once) (done bool, err error) {
	a, err := s.backend.Answer(c.Request.Context(), o.actor, o.name)
	switch {
	case errors.Is(err, screening.ErrNotFound):
		return false, nil
	case err != nil:
		return false, err
	case a.Request != o.request:
		return false, &fault{status: http.StatusConflict, code: "IDEMPOTENCY_MISMATCH"}
	}
	if a.ETag != "" {
		c.Header("ETag", a.ETag)
	}
	c.Header("Idempotent-Replayed", "true")
	c.Header("Content-Type", "application/json") // a problem may have been begun
	c.Data(a.Status, "application/json", a.Body)
	return true, nil
}

// first does a request and keeps its answer before anybody sees it. Where
// another process was faster, what this one did came to nothing, and the other's
// answer is given.
func (s *Server) first(c *gin.Context, o *once, do func()) {
	held := &heldAnswer{ResponseWriter: c.Writer, status: http.StatusOK}
	c.Writer = held
	func() {
		defer func() { c.Writer = held.ResponseWriter }()
		do()
	}()
	var err error
	switch {
	case held.status == http.StatusConflict:
		if done, e := s.again(c, o); done || e != nil {
			err = e
			held.drop = done
		}
	case held.status/100 == 2 && !o.kept:
		err = s.backend.SaveAnswer(c.Request.Context(), o.actor, o.name, KeptAnswer{
			Request: o.request, Status: held.status, ETag: c.Writer.Header().Get("ETag"), Body: held.body.Bytes(),
		})
		if errors.Is(err, screening.ErrConflict) {
			if held.drop, err = s.again(c, o); err == nil && !held.drop {
				err = screening.ErrConflict
			}
		}
	}
	switch {
	case err != nil:
		s.refuse(c, err)
	case !held.drop:
		held.release()
	}
}

// A heldAnswer is an answer that is written and not yet sent.
type heldAnswer struct {
	gin.ResponseWriter
	status int
	body   bytes.Buffer
	drop   bool
}

// WriteHeader notes the status.
func (h *heldAnswer) WriteHeader(status int) { h.status = status }

// WriteHeaderNow sends nothing yet.
func (h *heldAnswer) WriteHeaderNow() {}

// Write notes a part of the body.
func (h *heldAnswer) Write(b []byte) (int, error) { return h.body.Write(b) }

// WriteString notes a part of the body.
func (h *heldAnswer) WriteString(s string) (int, error) { return h.body.WriteString(s) }

// Status returns the status that was noted.
func (h *heldAnswer) Status() int { return h.status }

// Written reports that nothing was sent.
func (h *heldAnswer) Written() bool { return false }

// Size returns the size of what was noted.
func (h *heldAnswer) Size() int { return h.body.Len() }

// release sends the answer.
func (h *heldAnswer) release() {
	h.ResponseWriter.WriteHeader(h.status)
	_, _ = h.ResponseWriter.Write(h.body.Bytes()) // the caller went away: nobody is left to tell
}
