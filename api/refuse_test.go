package api_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"zhunru/api"
	"zhunru/screening"
)

// problemOf decodes a problem and returns it with IN POINTER CODE of each field.
func problemOf(t testing.TB, w *httptest.ResponseRecorder) (api.Problem, []string) {
	t.Helper()
	var p api.Problem
	if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil || w.Header().Get("Content-Type") != "application/problem+json" {
		t.Fatalf("no problem but %s %q: %v", w.Header().Get("Content-Type"), w.Body, err)
	}
	if p.Status != w.Code || p.Type != "urn:zhunru:problem:"+p.Code || p.Detail == "" || p.Title == "" {
		t.Errorf("%d with %+v", w.Code, p)
	}
	if len(p.Errors) == 0 {
		return p, nil
	}
	fields := make([]string, 0, len(p.Errors))
	for _, f := range p.Errors {
		fields = append(fields, f.In+" "+f.Pointer+" "+f.Code)
	}
	return p, fields
}

func TestBodiesAreRefused(t *testing.T) {
	t.Parallel()
	const one = `{"id":"1","title":"茶杯"}`
	for name, test := range map[string]struct {
		body   string
		status int
		code   string
		fields []string
	}{
		"no body":                {"", 415, "UNSUPPORTED_MEDIA_TYPE", nil},
		"no JSON":                {`{"listings":`, 400, "BAD_JSON", nil},
		"more after the object":  {`{"listings":[` + one + `]} {}`, 400, "BAD_JSON", nil},
		"not UTF-8":              {"{\"listings\":[{\"id\":\"1\",\"title\":\"\xff\"}]}", 400, "BAD_JSON", nil},
		"deep nesting":           {`{"listings":` + strings.Repeat("[", 5000) + strings.Repeat("]", 5000) + `}`, 400, "BAD_JSON", nil},
		"very many values":       {`{"listings":[` + strings.Repeat("{},", 200_000) + `{}]}`, 400, "BAD_JSON", nil},
		"too large":              {`{"listings":["` + strings.Repeat("a", 9<<20) + `"]}`, 413, "BODY_TOO_LARGE", nil},
		"a list":                 {`[]`, 422, "VALIDATION_FAILED", []string{"body  WRONG_TYPE"}},
		"null for the list":      {`{"listings":null}`, 422, "VALIDATION_FAILED", []string{"body /listings WRONG_TYPE"}},
		"no listings":            {`{"listings":[]}`, 422, "VALIDATION_FAILED", []string{"body /listings TOO_FEW"}},
		"1,001 listings":         {`{"listings":[` + strings.Repeat(one+",", 1000) + one + `],"store":false}`, 422, "VALIDATION_FAILED", []string{"body /listings TOO_MANY"}},
		"a misspelt field":       {`{"listings":[{"id":"1","titel":"x"}]}`, 422, "VALIDATION_FAILED", []string{"body /listings/0/titel UNKNOWN_FIELD", "body /listings/0/title REQUIRED"}},
		"a field in other case":  {`{"listings":[{"id":"1","title":"茶杯","Title":"催情香水"}]}`, 422, "VALIDATION_FAILED", []string{"body /listings/0/Title UNKNOWN_FIELD"}},
		"a number for a text":    {`{"listings":[{"id":1,"title":"x"}]}`, 422, "VALIDATION_FAILED", []string{"body /listings/0/id WRONG_TYPE"}},
		"an empty title":         {`{"listings":[{"id":"1","title":""}]}`, 422, "VALIDATION_FAILED", []string{"body /listings/0/title TOO_SHORT"}},
		"a long title":           {`{"listings":[{"id":"1","title":"` + strings.Repeat("长", 1001) + `"}]}`, 422, "VALIDATION_FAILED", []string{"body /listings/0/title TOO_LONG"}},
		"an id twice":            {`{"listings":[` + one + `,` + one + `]}`, 422, "VALIDATION_FAILED", []string{"body /listings/1/id DUPLICATE_ID"}},
		"a NUL":                  {`{"listings":[{"id":"1","title":"a\u0000"}]}`, 422, "VALIDATION_FAILED", []string{"body /listings/0/title NUL"}},
		"an attribute too long":  {`{"listings":[{"id":"1","title":"a","attributes":{"x":"` + strings.Repeat("a", 5001) + `"}}]}`, 422, "VALIDATION_FAILED", []string{"body /listings/0/attributes TOO_LONG"}},
		"an attribute of number": {`{"listings":[{"id":"1","title":"a","attributes":{"x":1}}]}`, 422, "VALIDATION_FAILED", []string{"body /listings/0/attributes/x WRONG_TYPE"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t, nil)
			p, fields := problemOf(t, b.want(t, test.status, http.MethodPost, "/v1/screenings", test.body))
			if diff := cmp.Diff(test.fields, fields); diff != "" || p.Code != test.code {
				t.Errorf("%s, want %s\n%s", p.Code, test.code, diff)
			}
			if b.kept > 0 {
				t.Error("something was kept")
			}
		})
	}
}

func TestRequestsAreRefused(t *testing.T) {
	t.Parallel()
	const good = `{"listings":[{"id":"1","title":"茶杯"}]}`
	for name, test := range map[string]struct {
		method, path, body string
		headers            []string
		status             int
		code               string
	}{
		"no such path":            {"GET", "/v2", "", nil, 404, "NOT_FOUND"},
		"no such method":          {"DELETE", "/v1/screenings", "", nil, 405, "METHOD_NOT_ALLOWED"},
		"an unknown listing":      {"GET", "/v1/listings/none", "", nil, 404, "NOT_FOUND"},
		"an unknown verdict":      {"GET", "/v1/verdicts/L%2F1?n=9", "", nil, 404, "NOT_FOUND"},
		"an unknown merchant":     {"GET", "/v1/merchants/none/documents", "", nil, 404, "NOT_FOUND"},
		"an unknown class":        {"GET", "/v1/dictionary/classes/X", "", nil, 404, "NOT_FOUND"},
		"a form":                  {"POST", "/v1/screenings", good, []string{"Content-Type", "application/x-www-form-urlencoded"}, 415, "UNSUPPORTED_MEDIA_TYPE"},
		"JSON in GBK":             {"POST", "/v1/screenings", good, []string{"Content-Type", "application/json; charset=gbk"}, 415, "UNSUPPORTED_MEDIA_TYPE"},
		"a merchant known":        {"PUT", "/v1/merchants/M1", `{"name":"乙"}`, nil, 409, "CONFLICT"},
		"a merchant since edited": {"PUT", "/v1/merchants/M1", `{"name":"乙"}`, []string{"If-Match", `"9"`}, 409, "CONFLICT"},
		"a document since edited": {"PUT", "/v1/merchants/M1/documents/1/decision", `{"decision":"accepted"}`, []string{"If-Match", `"9"`}, 409, "CONFLICT"},
		"a tag that is none":      {"PUT", "/v1/merchants/M1", `{"name":"乙"}`, []string{"If-Match", "1"}, 422, "VALIDATION_FAILED"},
		"no tag for a decision":   {"PUT", "/v1/merchants/M1/documents/1/decision", `{"decision":"accepted"}`, nil, 422, "VALIDATION_FAILED"},
		"a decision not there":    {"PUT", "/v1/merchants/M1/documents/1/decision", `{"decision":"pending"}`, []string{"If-Match", `"1"`}, 422, "VALIDATION_FAILED"},
		"an unknown document":     {"POST", "/v1/merchants/M1/documents", `{"type":"没有这种证"}`, nil, 422, "VALIDATION_FAILED"},
		"a date that is none":     {"POST", "/v1/merchants/M1/documents", `{"type":"营业执照","valid_until":"2026-02-30"}`, nil, 422, "VALIDATION_FAILED"},
		"an unknown category":     {"POST", "/v1/qualifications/evaluate", `{"subject":{"name":"甲"},"apply_for":"没有"}`, nil, 422, "VALIDATION_FAILED"},
		"an unknown profile":      {"POST", "/v1/qualifications/evaluate", `{"subject":{"name":"甲"},"apply_for":"电商平台","profile":"x"}`, nil, 422, "VALIDATION_FAILED"},
		"a day that is none":      {"POST", "/v1/qualifications/evaluate?on=2026-02-30", `{"subject":{"name":"甲"},"apply_for":"电商平台"}`, nil, 422, "VALIDATION_FAILED"},
		"a NUL in a path":         {"GET", "/v1/listings/a%00", "", nil, 422, "VALIDATION_FAILED"},
		"a NUL in a query":        {"GET", "/v1/dictionary/terms?q=%00", "", nil, 422, "VALIDATION_FAILED"},
		"a NUL in a list":         {"POST", "/v1/runs", `{"kind":"merchant","merchants":["a","\u0000"]}`, nil, 422, "VALIDATION_FAILED"},
		"a NUL in an own type":    {"PUT", "/v1/merchants/M9", `{"name":"a\u0000"}`, nil, 422, "VALIDATION_FAILED"},
		"a page of nothing":       {"GET", "/v1/listings/L%2F1/verdicts?limit=0", "", nil, 422, "VALIDATION_FAILED"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t, nil)
			b.seed(t)
			if p, _ := problemOf(t, b.want(t, test.status, test.method, test.path, test.body, test.headers...)); p.Code != test.code {
				t.Errorf("%s, want %s", p.Code, test.code)
			}
		})
	}
}

// TestNothingInternalOrSubmittedIsSaid looks for what must not be there, in
// answers and in the log.
func TestNothingInternalOrSubmittedIsSaid(t *testing.T) {
	t.Parallel()
	const secret = "13800000000"
	for name, test := range map[string]struct {
		set    func(*bench)
		body   string
		status int
	}{
		"a driver's error":       {func(b *bench) { b.err = errDriver }, `{"listings":[{"id":"1","title":"13800000000"}]}`, 500},
		"a panic":                {func(b *bench) { b.panics = true }, `{"listings":[{"id":"1","title":"13800000000"}]}`, 500},
		"a value of wrong type":  {func(*bench) {}, `{"listings":[{"id":["13800000000"],"title":"x"}]}`, 422},
		"a body that is no JSON": {func(*bench) {}, `13800000000x`, 400},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t, nil)
			test.set(b)
			w := b.want(t, test.status, http.MethodPost, "/v1/screenings", test.body)
			if p, _ := problemOf(t, w); test.status == 500 && p.Code != "INTERNAL" {
				t.Errorf("code %s", p.Code)
			}
			log := b.log.String()
			for _, bad := range []string{secret, "hunter2"} {
				if strings.Contains(w.Body.String(), bad) {
					t.Errorf("the answer says %s: %s", bad, w.Body)
				}
			}
			if strings.Contains(log, secret) || strings.Contains(log, b.tokens[api.Admin]) || !strings.Contains(log, `"route":"/v1/screenings"`) {
				t.Errorf("the log is %s", log)
			}
		})
	}
}

func TestErrorsOfTheBackend(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		err    error
		status int
		retry  string
	}{
		"changed meanwhile": {screening.ErrConflict, 409, ""},
		"unavailable":       {api.ErrUnavailable, 503, "1"},
		"invalid":           {&screening.InvalidError{Field: "title", Reason: "“13800000000”不行"}, 422, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t, nil)
			b.err = test.err
			w := b.want(t, test.status, http.MethodPost, "/v1/screenings", `{"listings":[{"id":"1","title":"x"}]}`)
			if problemOf(t, w); w.Header().Get("Retry-After") != test.retry || strings.Contains(w.Body.String(), "138") {
				t.Errorf("Retry-After %q, %s", w.Header().Get("Retry-After"), w.Body)
			}
		})
	}
}

func TestProblemsSpeakTheLanguageAsked(t *testing.T) {
	t.Parallel()
	for accept, want := range map[string]string{
		"": "没有找到", "en-GB,en;q=0.9": "Not found", "zh-TW, en": "没有找到", "fr, en;q=0.5, zh;q=0.4": "Not found", "fr": "没有找到",
		";;;": "没有找到", "en;q=0.1, zh": "没有找到", strings.Repeat("en,", 1000): "没有找到",
	} {
		b := newBench(t, nil)
		p, _ := problemOf(t, b.want(t, 404, http.MethodGet, "/none", "", "Accept-Language", accept))
		if p.Title != want {
			t.Errorf("%.30q gets %q, want %q", accept, p.Title, want)
		}
	}
}
