package api_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"

	"zhunru/api"
	"zhunru/screening"
)

func (f *fake) Answer(_ context.Context, actor, name string) (api.KeptAnswer, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	a, ok := f.answers[actor+" "+name]
	if !ok {
		return a, screening.ErrNotFound
	}
	return a, nil
}

func (f *fake) SaveAnswer(_ context.Context, actor, name string, a api.KeptAnswer) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.saveAnswer(actor, name, a)
}

// saveAnswer is SaveAnswer inside the transaction.
func (f *fake) saveAnswer(actor, name string, a api.KeptAnswer) error {
	if _, ok := f.answers[actor+" "+name]; ok {
		return screening.ErrConflict
	}
	f.answers[actor+" "+name] = a
	return nil
}

const oneListing = `{"listings":[{"id":"1","title":"茶杯"}]}`

func TestARequestWithANameIsDoneOnce(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ path, body string }{
		"kept":                   {"/v1/screenings", oneListing},
		"not kept":               {"/v1/screenings", `{"listings":[{"id":"1","title":"茶杯"}],"store":false}`},
		"a document":             {"/v1/merchants/M1/documents", `{"type":"营业执照"}`},
		"evaluated and not kept": {"/v1/qualifications/evaluate", `{"subject":{"name":"甲"},"apply_for":"电商平台"}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t, nil)
			b.seed(t)
			first := b.want(t, 200, http.MethodPost, test.path, test.body, "Idempotency-Key", "a-1")
			done := b.screened + len(b.documents)
			again := b.want(t, 200, http.MethodPost, test.path, test.body, "Idempotency-Key", "a-1")
			if first.Body.String() != again.Body.String() || first.Header().Get("ETag") != again.Header().Get("ETag") ||
				first.Header().Get("Content-Type") != again.Header().Get("Content-Type") {
				t.Errorf("first %v %s\nthen %v %s", first.Header(), first.Body, again.Header(), again.Body)
			}
			if again.Header().Get("Idempotent-Replayed") != "true" || first.Header().Get("Idempotent-Replayed") != "" {
				t.Error("which answer is the first does not show")
			}
			if b.screened+len(b.documents) != done {
				t.Error("it was done twice")
			}
			b.want(t, 200, http.MethodPost, test.path, test.body, "Idempotency-Key", "a-1", "Authorization", "Bearer "+b.tokens[api.Operator])
			if again := b.do(http.MethodPost, test.path, test.body); again.Header().Get("Idempotent-Replayed") != "" {
				t.Error("a request without a name was not done")
			}
			if p, _ := problemOf(t, b.want(t, 409, http.MethodPost, test.path, test.body+" ", "Idempotency-Key", "a-1")); p.Code != "IDEMPOTENCY_MISMATCH" {
				t.Error(p.Code)
			}
		})
	}
}

func TestARequestInHandIsNotBegunAgain(t *testing.T) {
	t.Parallel()
	b := newBench(t, nil)
	b.hold, b.begun = make(chan struct{}), make(chan struct{})
	first := make(chan *httptest.ResponseRecorder)
	go func() { first <- b.do(http.MethodPost, "/v1/screenings", oneListing, "Idempotency-Key", "x") }()
	<-b.begun
	w := b.want(t, 409, http.MethodPost, "/v1/screenings", oneListing, "Idempotency-Key", "x")
	if p, _ := problemOf(t, w); p.Code != "IDEMPOTENCY_IN_HAND" || w.Header().Get("Retry-After") != "1" {
		t.Errorf("%s, Retry-After %q", p.Code, w.Header().Get("Retry-After"))
	}
	close(b.hold)
	if w := <-first; w.Code != 200 {
		t.Errorf("the first: %d %s", w.Code, w.Body)
	}
	b.hold = nil
	b.want(t, 200, http.MethodPost, "/v1/screenings", oneListing, "Idempotency-Key", "x")
	if b.screened != 1 {
		t.Errorf("screened %d times", b.screened)
	}
}

// TestAnotherProcessMayBeFaster has the same request answered elsewhere between
// looking and keeping.
func TestAnotherProcessMayBeFaster(t *testing.T) {
	t.Parallel()
	a, b := newBench(t, nil), newBench(t, nil)
	a.want(t, 200, http.MethodPost, "/v1/screenings", oneListing, "Idempotency-Key", "x")
	b.keys, b.tokens = a.keys, a.tokens
	b.hold, b.begun = make(chan struct{}), make(chan struct{})
	late := make(chan *httptest.ResponseRecorder)
	go func() { late <- b.do(http.MethodPost, "/v1/screenings", oneListing, "Idempotency-Key", "x") }()
	<-b.begun
	b.mu.Lock()
	b.answers = a.answers
	b.mu.Unlock()
	close(b.hold)
	if w := <-late; w.Code != 200 || w.Header().Get("Idempotent-Replayed") != "true" || w.Header().Get("Content-Type") != "application/json" {
		t.Errorf("%d %v %s", w.Code, w.Header(), w.Body)
	}
}

func TestFailuresMayBeTriedAgain(t *testing.T) {
	t.Parallel()
	b := newBench(t, nil)
	b.err = api.ErrUnavailable
	b.want(t, 503, http.MethodPost, "/v1/screenings", oneListing, "Idempotency-Key", "x")
	b.err = screening.ErrConflict
	b.want(t, 409, http.MethodPost, "/v1/screenings", oneListing, "Idempotency-Key", "x")
	b.err, b.panics = nil, true
	b.want(t, 500, http.MethodPost, "/v1/screenings", oneListing, "Idempotency-Key", "x")
	b.panics = false
	b.want(t, 422, http.MethodPost, "/v1/screenings", `{}`, "Idempotency-Key", "x")
	b.want(t, 413, http.MethodPost, "/v1/merchants/M/documents", `{"a":"`+string(make([]byte, 2<<20))+`"}`, "Idempotency-Key", "x")
	b.want(t, 200, http.MethodPost, "/v1/screenings", oneListing, "Idempotency-Key", "x")
	for _, bad := range []string{"a\tb", "一", string(make([]byte, 201))} {
		b.want(t, 422, http.MethodPost, "/v1/screenings", oneListing, "Idempotency-Key", bad)
	}
	b.want(t, 422, http.MethodPut, "/v1/merchants/M", `{"name":"甲"}`, "Idempotency-Key", "x")
}
