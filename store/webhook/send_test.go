package webhook_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"zhunru/store/webhook"
)

func parse(s string) (*url.URL, error) { return url.Parse(s) }

var at = time.Unix(1614265330, 0)

// here lets the test's own server be reached.
func here() webhook.Guard {
	return webhook.NewGuard([]netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")})
}

// TestSignaturesAreThoseOfStandardWebhooks uses the example that the libraries
// of Standard Webhooks are tested with.
func TestSignaturesAreThoseOfStandardWebhooks(t *testing.T) {
	t.Parallel()
	secret, err := base64.StdEncoding.DecodeString("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
	if err != nil {
		t.Fatal(err)
	}
	if got := webhook.ShowSecret(secret); got != "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw" {
		t.Error(got)
	}
	const want = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
	got := webhook.Sign([][]byte{secret, secret}, "msg_p5jXN8AQM9LWM0D4loKWxJek", at, []byte(`{"test": 2432232314}`))
	if got != want+" "+want {
		t.Error(got)
	}
}

func TestAMessageArrivesSignedOnce(t *testing.T) {
	t.Parallel()
	var got http.Header
	var body []byte
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got = r.Header
		body, _ = io.ReadAll(r.Body)
		w.WriteHeader(http.StatusNoContent)
	}))
	defer server.Close()
	s := webhook.NewSender(here(), func() time.Time { return at })
	secrets := [][]byte{webhook.NewSecret(), webhook.NewSecret()}
	r, err := s.Send(t.Context(), webhook.Message{URL: server.URL + "/hook", ID: "evt_1", Body: []byte(`{"a":1}`), Secrets: secrets})
	if err != nil || r.Status != 204 || r.Problem != "" {
		t.Fatal(r, err)
	}
	if got.Get("webhook-id") != "evt_1" || got.Get("webhook-timestamp") != "1614265330" || got.Get("content-type") != "application/json" ||
		got.Get("webhook-signature") != webhook.Sign(secrets, "evt_1", at, body) || strings.Count(got.Get("webhook-signature"), "v1,") != 2 {
		t.Errorf("%v", got)
	}
}

func TestAnswersAndTheirProblems(t *testing.T) {
	t.Parallel()
	var followed atomic.Bool
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/followed":
			followed.Store(true)
		case "/redirect":
			http.Redirect(w, r, "/followed", http.StatusTemporaryRedirect)
		case "/gone":
			w.WriteHeader(http.StatusGone)
		case "/busy":
			w.Header().Set("Retry-After", "99999999")
			w.WriteHeader(http.StatusTooManyRequests)
		case "/hangup":
			panic(http.ErrAbortHandler)
		case "/endless":
			for i := 0; i < 1<<10; i++ {
				if _, err := w.Write(make([]byte, 1<<20)); err != nil {
					return
				}
			}
			t.Error("a gigabyte was read")
		}
	}))
	defer server.Close()
	s := webhook.NewSender(here(), nil)
	for path, want := range map[string]webhook.Result{
		"/redirect": {Status: 307, Problem: webhook.ProblemRedirect},
		"/gone":     {Status: 410, Problem: webhook.ProblemGone},
		"/busy":     {Status: 429, Problem: webhook.ProblemStatus, Wait: 6 * time.Hour},
		"/hangup":   {Problem: webhook.ProblemConnect},
		"/endless":  {Status: 200},
	} {
		if got, err := s.Send(t.Context(), webhook.Message{URL: server.URL + path}); err != nil || got != want {
			t.Errorf("%s: %+v %v", path, got, err)
		}
	}
	if followed.Load() {
		t.Error("a redirect was followed")
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.Send(ctx, webhook.Message{URL: server.URL}); !errors.Is(err, context.Canceled) {
		t.Errorf("told to stop: %v", err)
	}
}

// TestNamesAreJudgedWhereTheyLead connects to a name that is fine to look at and
// leads to this machine: what rebinding a name comes down to.
func TestNamesAreJudgedWhereTheyLead(t *testing.T) {
	t.Parallel()
	var reached atomic.Bool
	handler := http.HandlerFunc(func(http.ResponseWriter, *http.Request) { reached.Store(true) })
	plain, secure := httptest.NewServer(handler), httptest.NewUnstartedServer(handler)
	secure.Config.ErrorLog = log.New(io.Discard, "", 0)
	secure.StartTLS()
	defer plain.Close()
	defer secure.Close()
	port := func(s *httptest.Server) string { return s.URL[strings.LastIndex(s.URL, ":"):] }
	elsewhere := webhook.NewSender(webhook.NewGuard([]netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}), nil)
	for _, address := range []string{"http://localhost" + port(plain), "https://localhost" + port(secure)} {
		if r, err := elsewhere.Send(t.Context(), webhook.Message{URL: address}); err != nil || r.Problem != "PRIVATE_ADDRESS" {
			t.Errorf("%s: %+v %v", address, r, err)
		}
	}
	strict := webhook.NewSender(webhook.Guard{}, nil)
	if r, err := strict.Send(t.Context(), webhook.Message{URL: "https://localhost/"}); err != nil || r.Problem != "PRIVATE_ADDRESS" {
		t.Errorf("%+v %v", r, err)
	}
	if reached.Load() {
		t.Error("it was reached")
	}
	if r, err := webhook.NewSender(here(), nil).Send(t.Context(), webhook.Message{URL: "https://127.0.0.1" + port(secure)}); err != nil || r.Problem != webhook.ProblemTLS {
		t.Errorf("a certificate nobody vouches for: %+v %v", r, err)
	}
}

func TestRetriesAreSpreadOverThreeDays(t *testing.T) {
	t.Parallel()
	for _, random := range []float64{0, 0.5, 0.999} {
		var sum, last time.Duration
		n := 1
		for ; ; n++ {
			wait, ok := webhook.Retry(n, random)
			if !ok {
				break
			}
			if wait <= last {
				t.Errorf("attempt %d waits %s after %s", n, wait, last)
			}
			last, sum = wait, sum+wait
		}
		if n != 10 || sum < 60*time.Hour || sum > 92*time.Hour {
			t.Errorf("%d attempts over %s", n, sum)
		}
	}
}

func TestBodiesSayWhatHappened(t *testing.T) {
	t.Parallel()
	e := webhook.Event{Key: 7, Kind: "document_ended", Subject: "merchant/M-1", Payload: json.RawMessage(`{"kind":"document_ended","days":-1}`), At: at}
	b, err := e.Body()
	const want = `{"id":"evt_7","type":"document.expiring","timestamp":"2021-02-25T15:02:10Z","data":{"days":-1,"kind":"document_ended","subject":"merchant/M-1"}}`
	if err != nil || string(b) != want {
		t.Errorf("%s %v", b, err)
	}
	for _, bad := range []webhook.Event{{Kind: "document_ended", Payload: json.RawMessage(`[]`)}, {Kind: "check_passed", Payload: json.RawMessage(`{}`)}} {
		if _, err := bad.Body(); err == nil {
			t.Errorf("%+v has a body", bad)
		}
	}
}

func TestWebhooksAreToldOfWhatTheyAskFor(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		types []string
		kind  string
		want  bool
	}{
		{nil, "run_failed", true}, {nil, "check_passed", false}, {[]string{webhook.RunFinished}, "run_cancelled", true},
		{[]string{webhook.RunFinished}, "verdict_changed", false}, {[]string{webhook.CaseDue, webhook.AppealDecided}, "appeal_decided", true},
	} {
		if got := webhook.Wants(tt.types, tt.kind); got != tt.want {
			t.Errorf("%v of %s: %v", tt.types, tt.kind, got)
		}
	}
}
