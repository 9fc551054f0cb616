package api_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"zhunru/api"
	"zhunru/screening/report"
)

func TestVerdictsAreTheBytesOfTheCommandLine(t *testing.T) {
	t.Parallel()
	v := verdict("<L&1>\u2028")
	want := `{"verdicts":[` + string(report.AppendJSON(nil, &v)) + "]}\n"
	b := newBench(t, nil)
	body, err := json.Marshal(map[string]any{"listings": []map[string]string{{"id": v.ID, "title": "x"}}})
	if err != nil {
		t.Fatal(err)
	}
	if got := b.want(t, 200, http.MethodPost, "/v1/screenings", string(body)).Body.String(); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestHistoryIsPaged(t *testing.T) {
	t.Parallel()
	b := newBench(t, nil)
	b.seed(t)
	next := ""
	for _, step := range []struct{ query, want string }{{"?limit=3", "3 2 1"}, {"", "3 2 1"}, {"?limit=2", "3 2 next"}, {"?limit=2&cursor=NEXT", "1"}} {
		var page struct {
			Verdicts []struct{ N int64 }
			Next     string
		}
		if err := json.Unmarshal(b.want(t, 200, http.MethodGet, "/v1/listings/L%2F1/verdicts"+strings.Replace(step.query, "NEXT", next, 1), "").Body.Bytes(), &page); err != nil {
			t.Fatal(err)
		}
		words := make([]string, 0, 4)
		for _, r := range page.Verdicts {
			words = append(words, string(rune('0'+r.N)))
		}
		if page.Next != "" {
			words, next = append(words, "next"), page.Next
		}
		if s := strings.Join(words, " "); s != step.want {
			t.Errorf("%q gives %s, want %s", step.query, s, step.want)
		}
	}
}

func TestAnEditedDocumentWaitsForADecisionAgain(t *testing.T) {
	t.Parallel()
	b := newBench(t, nil)
	b.seed(t)
	for _, step := range []struct{ path, body, tag, decision, expires string }{
		{"/decision", `{"decision":"accepted"}`, `"1"`, "accepted", ""},
		{"", `{"type":"营业执照","valid_until":"2030年1月2日"}`, `"2"`, "pending", "2030-01-02"},
	} {
		w := b.want(t, 200, http.MethodPut, "/v1/merchants/M1/documents/1"+step.path, step.body, "If-Match", step.tag)
		var d api.DocumentAnswer
		if err := json.Unmarshal(w.Body.Bytes(), &d); err != nil || d.Decision != step.decision || d.ExpiresOn != step.expires {
			t.Errorf("%s: %+v, %v", step.path, d, err)
		}
	}
}

func TestRequestIDs(t *testing.T) {
	t.Parallel()
	b := newBench(t, nil)
	for given, kept := range map[string]bool{"abc-1.2_Z": true, "": false, "a b": false, "\"x": false, strings.Repeat("a", 65): false} {
		w := b.do(http.MethodGet, "/none", "", "X-Request-Id", given)
		id := w.Header().Get("X-Request-Id")
		if p, _ := problemOf(t, w); (id == given) != kept || id == "" || p.Instance != "urn:zhunru:request:"+id {
			t.Errorf("%.20q becomes %q, %q", given, id, p.Instance)
		}
	}
}

func TestPublicPagesNeedNoKeyAndNoOtherHost(t *testing.T) {
	t.Parallel()
	b := newBench(t, nil)
	for _, path := range []string{"/healthz", "/readyz", "/openapi.json", "/docs", "/docs/", "/docs/swagger-ui-bundle.js"} {
		w := b.want(t, 200, http.MethodGet, path, "", "Authorization", "")
		if strings.HasPrefix(path, "/docs") && !strings.Contains(w.Header().Get("Content-Security-Policy"), "default-src 'none'") {
			t.Errorf("%s may load from elsewhere", path)
		}
	}
	tag := b.do(http.MethodGet, "/openapi.json", "").Header().Get("ETag")
	b.want(t, 304, http.MethodGet, "/openapi.json", "", "If-None-Match", tag)
}

func TestReadiness(t *testing.T) {
	t.Parallel()
	b := newBench(t, nil)
	b.err = errDriver
	if w := b.want(t, 503, http.MethodGet, "/readyz", ""); strings.Contains(w.Body.String(), "hunter2") {
		t.Error(w.Body)
	}
	b.want(t, 200, http.MethodGet, "/healthz", "")
	b.err = nil
	b.want(t, 200, http.MethodGet, "/readyz", "")
	b.server.Leave()
	b.want(t, 503, http.MethodGet, "/readyz", "")
	b.want(t, 200, http.MethodGet, "/v1/dictionary", "")
}

// FuzzScreening sends any body; the answer is never a 500, and every refusal is
// a problem that does not hold the body.
func FuzzScreening(f *testing.F) {
	for _, seed := range []string{
		`{"listings":[{"id":"1","title":"茶杯"}]}`, `{"listings":[{"id":"1","title":"x","attributes":{"a":"b"}}],"store":false}`, `null`, `{}`, `{"listings":[null]}`,
		`{"store":null,"listings":[{}]}`, "\xff", `{"listings":[{"id":"1","title":"x","a.b[0]/~":1}]}`, `{"a":{"b":{"c":[[[[]]]]}}}`, `1e999`,
	} {
		f.Add(seed)
	}
	b := newBench(f, func(o *api.Options) { o.Rate = 1e8 })
	f.Fuzz(func(t *testing.T, body string) {
		w := httptest.NewRecorder()
		r := httptest.NewRequest(http.MethodPost, "/v1/screenings", strings.NewReader(body))
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Authorization", "Bearer "+b.tokens[api.Admin])
		b.log.Reset()
		switch b.server.ServeHTTP(w, r); {
		case w.Code == http.StatusOK:
		case w.Code >= 500:
			t.Errorf("%d for %q", w.Code, body)
		default:
			problemOf(t, w)
		}
	})
}
