package api

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"strconv"

	"github.com/gin-gonic/gin"

	"zhunru/screening"
	"zhunru/screening/qualification"
)

// A Problem is the body of every answer that is no success (RFC 9457). Code is
// stable; texts are in the language that was asked for, and never repeat what
// was submitted.
type Problem struct {
	Type     string         `json:"type" doc:"urn:zhunru:problem:CODE"`
	Title    string         `json:"title"`
	Status   int            `json:"status"`
	Code     string         `json:"code" doc:"稳定的代码 / stable code"`
	Detail   string         `json:"detail" doc:"出了什么问题、怎么办 / what is wrong and what to do"`
	Instance string         `json:"instance,omitempty" doc:"urn:zhunru:request:ID"`
	Errors   []FieldProblem `json:"errors,omitempty" maxItems:"50"`
}

// A FieldProblem is what is wrong with one field or parameter.
type FieldProblem struct {
	In      string `json:"in" enum:"body,query,path,header"`
	Pointer string `json:"pointer" doc:"正文内的 JSON Pointer，或参数名 / JSON Pointer into the body, or the parameter's name"`
	Code    string `json:"code"`
	Detail  string `json:"detail"`

	text text
}

// maxFieldProblems bounds the list of a problem.
const maxFieldProblems = 50

// Error returns the code and the detail.
func (p *Problem) Error() string { return p.Code + ": " + p.Detail }

// GetStatus returns the HTTP status.
func (p *Problem) GetStatus() int { return p.Status }

// ContentType returns the media type of problems.
func (p *Problem) ContentType(string) string { return "application/problem+json" }

// A fault is a problem before it is put into a language.
type fault struct {
	status int
	code   string
	text   text // empty: that of the code
	fields []FieldProblem
	wait   int // seconds for Retry-After
	cause  error
}

func (f *fault) Error() string { return f.code }
func (f *fault) Unwrap() error { return f.cause }

// because returns a fault of fields.
func because(fields ...FieldProblem) *fault {
	return &fault{status: http.StatusUnprocessableEntity, code: "VALIDATION_FAILED", fields: fields}
}

// inBody is a fault of one field of the body.
func inBody(pointer, code string) FieldProblem {
	return FieldProblem{In: "body", Pointer: pointer, Code: code}
}

// faultOf says what an error is to the caller. What is not foreseen is internal.
func faultOf(err error) *fault {
	var f *fault
	var field *FieldError
	var invalid *screening.InvalidError
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &f):
		return f
	case errors.As(err, &field):
		return because(inBody("/"+field.Field, field.Code))
	case errors.As(err, &invalid):
		return because(inBody("/"+invalid.Field, "INVALID"))
	case errors.Is(err, screening.ErrNotFound):
		return &fault{status: http.StatusNotFound, code: "NOT_FOUND"}
	case errors.Is(err, ErrState):
		return &fault{status: http.StatusConflict, code: "WRONG_STATE"}
	case errors.Is(err, screening.ErrConflict):
		return &fault{status: http.StatusConflict, code: "CONFLICT"}
	case errors.Is(err, qualification.ErrUnknownCategory):
		return because(inBody("/apply_for", "UNKNOWN_CATEGORY"))
	case errors.Is(err, qualification.ErrUnknownProfile):
		return because(inBody("/profile", "UNKNOWN_PROFILE"))
	case errors.Is(err, qualification.ErrNoName):
		return because(inBody("/subject/name", "REQUIRED"))
	case errors.As(err, &large):
		return &fault{status: http.StatusRequestEntityTooLarge, code: "BODY_TOO_LARGE"}
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		return &fault{status: http.StatusServiceUnavailable, code: "TIMEOUT", wait: 1, cause: err}
	case errors.Is(err, ErrUnavailable):
		return &fault{status: http.StatusServiceUnavailable, code: "UNAVAILABLE", wait: 1, cause: err}
	}
	return &fault{status: http.StatusInternalServerError, code: "INTERNAL", cause: err}
}

// problem puts an error into the language of a request. Errors that are ours
// and not the caller's are logged here, and only here.
func (s *Server) problem(ctx context.Context, err error) *Problem {
	f, r := faultOf(err), requestOf(ctx)
	if f.status >= http.StatusInternalServerError && f.cause != nil {
		s.observeFault(f)
		s.log.LogAttrs(ctx, slog.LevelError, "problem",
			slog.String("request_id", r.id), slog.String("code", f.code), slog.String("error", f.cause.Error()))
	}
	return f.problem(r)
}

func (f *fault) problem(r *request) *Problem {
	t := textOf(f.code)
	detail := f.text
	if detail == (text{}) {
		detail = t.detail
	}
	p := &Problem{
		Type: "urn:zhunru:problem:" + f.code, Title: r.lang.pick(t.title), Status: f.status, Code: f.code, Detail: r.lang.pick(detail),
	}
	if r.id != "" {
		p.Instance = "urn:zhunru:request:" + r.id
	}
	for _, e := range f.fields[:min(len(f.fields), maxFieldProblems)] {
		if e.text == (text{}) {
			e.text = textOf(e.Code).detail
		}
		e.Detail = r.lang.pick(e.text)
		p.Errors = append(p.Errors, e)
	}
	return p
}

// refuse answers a request with a problem and ends it.
func (s *Server) refuse(c *gin.Context, err error) {
	p := s.problem(c.Request.Context(), err)
	if f := faultOf(err); f.wait > 0 {
		c.Header("Retry-After", strconv.Itoa(f.wait))
	}
	if p.Status == http.StatusUnauthorized {
		c.Header("WWW-Authenticate", `Bearer realm="zhunru"`)
	}
	body, err := json.Marshal(p)
	if err != nil {
		panic("api: encode a problem: " + err.Error())
	}
	c.Abort()
	c.Data(p.Status, p.ContentType(""), append(body, '\n'))
}
