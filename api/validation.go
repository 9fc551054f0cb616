package api

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"
)

// The bounds of a JSON body, checked before anything is built from it.
const (
	maxValues = 150_000 // objects, lists and members
	maxDepth  = 32
)

var errMalformed = errors.New("malformed")

// decode reads strict JSON: valid UTF-8, no deeper and no richer than any
// honest request. It takes time in proportion to data.
func decode(data []byte, v any) error {
	if !utf8.Valid(data) || !modest(data) {
		return errMalformed
	}
	return json.Unmarshal(data, v)
}

// modest reports whether a body keeps to the bounds.
func modest(data []byte) bool {
	depth, values, quoted := 0, 0, false
	for i := 0; i < len(data); i++ {
		switch c := data[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{' || c == '[':
			depth++
			values++
		case c == '}' || c == ']':
			depth--
		case c == ',':
			values++
		}
		if depth > maxDepth || values > maxValues {
			return false
		}
	}
	return true
}

// problemOfHuma puts what the framework found into our form.
func problemOfHuma(ctx huma.Context, status int, _ string, errs ...error) huma.StatusError {
	r := &request{}
	if ctx != nil {
		r = requestOf(ctx.Context())
	}
	f := &fault{status: status, code: "INTERNAL"}
	switch status {
	case http.StatusBadRequest:
		f.code = "BODY_REQUIRED"
		if len(errs) > 0 {
			f.code = "BAD_JSON"
		}
	case http.StatusRequestTimeout:
		f.code = "BODY_UNREADABLE"
	case http.StatusRequestEntityTooLarge:
		f.code = "BODY_TOO_LARGE"
	case http.StatusUnsupportedMediaType:
		f.code = "UNSUPPORTED_MEDIA_TYPE"
	case http.StatusUnprocessableEntity:
		f = because(fieldsOf(errs)...)
	case http.StatusInternalServerError:
		if ctx != nil { // all else that fails goes through Server.problem
			f.status, f.code = http.StatusBadRequest, "BODY_UNREADABLE"
		}
	}
	return f.problem(r)
}

// fieldsOf sorts what was found, so that equal requests get equal answers.
func fieldsOf(errs []error) []FieldProblem {
	fields := make([]FieldProblem, 0, min(len(errs), maxFieldProblems))
	for _, err := range errs {
		d, ok := err.(huma.ErrorDetailer) //nolint:errorlint // the framework hands them over bare
		if !ok {
			fields = append(fields, inBody("", "INVALID"))
			continue
		}
		fields = append(fields, fieldOf(d.ErrorDetail()))
		if len(fields) >= 4*maxFieldProblems {
			break
		}
	}
	slices.SortStableFunc(fields, func(a, b FieldProblem) int {
		return cmp.Or(strings.Compare(a.In, b.In), strings.Compare(a.Pointer, b.Pointer), strings.Compare(a.Code, b.Code))
	})
	return slices.Compact(fields)
}

func fieldOf(d *huma.ErrorDetail) FieldProblem {
	code, member := classify(d.Message)
	in, path, _ := strings.Cut(d.Location, ".")
	if member != "" {
		path = strings.TrimPrefix(path+"."+member, ".")
	}
	if at := strings.IndexByte(in, '['); at >= 0 { // body[0]
		in, path = in[:at], in[at:]+path
	}
	if in != "body" {
		return FieldProblem{In: in, Pointer: shorten(path), Code: code}
	}
	return inBody(pointer(path), code)
}

// maxPointer bounds a pointer, in bytes: names in it may be the caller's.
const maxPointer = 120

func shorten(s string) string {
	if len(s) <= maxPointer {
		return s
	}
	return strings.ToValidUTF8(s[:maxPointer], "") + "…"
}

// pointer makes listings[0].title a JSON Pointer, /listings/0/title.
func pointer(path string) string {
	var b bytes.Buffer
	for part := range strings.FieldsFuncSeq(path, func(r rune) bool { return r == '.' || r == '[' || r == ']' }) {
		b.WriteByte('/')
		b.WriteString(strings.NewReplacer("~", "~0", "/", "~1").Replace(part))
		if b.Len() > maxPointer {
			break
		}
	}
	return shorten(b.String())
}

// classify turns a sentence of the validator into a code, and the member that
// is missing where that is what it says.
func classify(message string) (code, member string) {
	if rest, ok := strings.CutPrefix(message, "expected required property "); ok {
		return "REQUIRED", strings.TrimSuffix(rest, " to be present")
	}
	for _, k := range [...]struct{ start, code string }{
		{"required ", "REQUIRED"},
		{"unexpected property", "UNKNOWN_FIELD"},
		{"unknown query parameter", "UNKNOWN_PARAMETER"},
		{"expected length >=", "TOO_SHORT"},
		{"expected length <=", "TOO_LONG"},
		{"expected array length >=", "TOO_FEW"},
		{"expected array length <=", "TOO_MANY"},
		{"expected object with at least", "TOO_FEW"},
		{"expected object with at most", "TOO_MANY"},
		{"expected number >", "OUT_OF_RANGE"},
		{"expected number <", "OUT_OF_RANGE"},
		{"expected value to be one of", "NOT_ALLOWED"},
		{"expected string to ", "BAD_FORMAT"},
		{"expected ", "WRONG_TYPE"},
		{"invalid ", "WRONG_TYPE"},
	} {
		if strings.HasPrefix(message, k.start) {
			return k.code, ""
		}
	}
	return "INVALID", ""
}
