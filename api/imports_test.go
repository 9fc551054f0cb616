package api_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"zhunru/api"
)

func TestImportsAreRefusedWithReasons(t *testing.T) {
	t.Parallel()
	b := newBench(t, func(o *api.Options) { o.MaxUpload = 10 })
	for name, c := range map[string]struct {
		query, body string
		status      int
		code        string
	}{
		"no kind":               {"file=a.csv", "id", 422, "REQUIRED"},
		"no file":               {"kind=listings", "id", 422, "REQUIRED"},
		"a folder":              {"kind=listings&file=..%2Fa.csv", "id", 422, "BAD_FORMAT"},
		"a kind that is none":   {"kind=orders&file=a.csv", "id", 422, "NOT_ALLOWED"},
		"a day that is none":    {"kind=listings&file=a.csv&on=2026-02-30", "id", 422, "BAD_DATE"},
		"a day for merchants":   {"kind=merchants&file=a.csv&on=2026-02-03", "id", 422, "NOT_ALLOWED"},
		"larger than is taken":  {"kind=listings&file=a.csv", "0123456789a", 413, "BODY_TOO_LARGE"},
		"as large as is taken":  {"kind=listings&file=a.csv", "0123456789", 202, ""},
		"a NUL":                 {"kind=listings&file=a%00.csv", "id", 422, "NUL"},
		"a format that is none": {"kind=listings&file=a.csv&format=doc", "id", 422, "NOT_ALLOWED"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := b.want(t, c.status, http.MethodPost, "/v1/imports?"+c.query, c.body)
			if c.code != "" && !strings.Contains(w.Body.String(), `"`+c.code+`"`) {
				t.Errorf("%s", w.Body)
			}
		})
	}
}

func TestRejectsArePagedAndMasked(t *testing.T) {
	t.Parallel()
	b := newBench(t, nil)
	first := b.want(t, 200, http.MethodGet, "/v1/imports/1/rejects?limit=1", "").Body.String()
	if !strings.Contains(first, `"excerpt":"11010119900101001X"`) {
		t.Error(first)
	}
	var page api.RejectList
	if err := json.Unmarshal([]byte(first), &page); err != nil || page.Next == "" {
		t.Fatal(first, err)
	}
	second := b.want(t, 200, http.MethodGet, "/v1/imports/1/rejects?limit=1&cursor="+page.Next, "").Body.String()
	if !strings.Contains(second, `"n":2`) || strings.Contains(second, `"next"`) {
		t.Error(second)
	}
	masked := b.want(t, 200, http.MethodGet, "/v1/imports/1/rejects", "", "Authorization", b.key(api.Auditor)).Body.String()
	if strings.Contains(masked, "1101") || !strings.Contains(masked, `"line":3`) {
		t.Error(masked)
	}
}
