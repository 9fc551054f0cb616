package api

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

// tagged is the answer of what can change: with its tag, and without a body for
// a caller that has it already.
type tagged[T any] struct {
	Status int
	ETag   string `header:"ETag" doc:"改动时用作 If-Match，再读时用作 If-None-Match"`
	Body   T
}

func tag[T any](etag string, body T) *tagged[T] { return &tagged[T]{http.StatusOK, etag, body} }

// unless leaves the body out for a caller that has this tag.
func (t *tagged[T]) unless(ifNoneMatch string) {
	for part := range strings.SplitSeq(ifNoneMatch, ",") {
		if part = strings.TrimPrefix(strings.TrimSpace(part), "W/"); part != "" && (part == "*" || part == t.ETag) {
			t.Status = http.StatusNotModified
		}
	}
}

// An unlesser is a tagged.
type unlesser interface{ unless(ifNoneMatch string) }

// documentTags adds to an operation that its answers have tags.
func documentTags(op *huma.Operation) {
	most := 1000
	op.Parameters = append(op.Parameters, &huma.Param{
		Name: "If-None-Match", In: "header", Schema: &huma.Schema{Type: huma.TypeString, MaxLength: &most},
		Description: "已有版本的 ETag；没有变化时回答 304，不带正文",
	})
	if op.Responses == nil {
		op.Responses = map[string]*huma.Response{}
	}
	op.Responses[strconv.Itoa(http.StatusNotModified)] = &huma.Response{Description: "没有变化 / not modified"}
}

// etag is the tag of a version; version reads it back, 0 where there is none.
func etag(version int64) string { return `"` + strconv.FormatInt(version, 10) + `"` }

func version(ifMatch string) (int64, error) {
	if ifMatch == "" {
		return 0, nil
	}
	inner, ok := strings.CutPrefix(ifMatch, `"`)
	inner, closed := strings.CutSuffix(inner, `"`)
	n, err := strconv.ParseInt(inner, 10, 64)
	if !ok || !closed || err != nil || n < 1 || etag(n) != ifMatch {
		return 0, because(FieldProblem{In: "header", Pointer: "If-Match", Code: "BAD_ETAG"})
	}
	return n, nil
}
