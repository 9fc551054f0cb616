package main

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"zhunru/api"
	"zhunru/store/webhook"
)

// A receiver refuses each message once, then takes it if its signature is right.
type receiver struct {
	mu     sync.Mutex
	secret string
	tried  map[string]int
	got    map[string]string // bodies by id
	wrong  []string
	news   chan struct{} // something was tried
}

func (r *receiver) ServeHTTP(w http.ResponseWriter, q *http.Request) {
	body, err := io.ReadAll(q.Body)
	r.mu.Lock()
	defer r.mu.Unlock()
	defer func() {
		select {
		case r.news <- struct{}{}:
		default:
		}
	}()
	id := q.Header.Get("webhook-id")
	key, _ := base64.StdEncoding.DecodeString(strings.TrimPrefix(r.secret, "whsec_"))
	mac := hmac.New(sha256.New, key)
	fmt.Fprintf(mac, "%s.%s.%s", id, q.Header.Get("webhook-timestamp"), body)
	if want := "v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil)); err != nil || q.Header.Get("webhook-signature") != want {
		r.wrong = append(r.wrong, id)
	}
	if r.tried[id]++; r.tried[id] == 1 {
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	}
	r.got[id] = string(body)
}

// wait returns once a condition holds, which is looked at after every message.
func (r *receiver) wait(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for end := time.After(3 * time.Minute); ; {
		r.mu.Lock()
		ok := holds()
		r.mu.Unlock()
		if ok {
			return
		}
		select {
		case <-r.news:
		case <-end:
			t.Fatalf("not within three minutes: %s", what)
		}
	}
}

// A serving is a zhunru serve in a process of its own.
type serving struct {
	*served
	cmd *exec.Cmd
}

func serveProcess(t *testing.T, bin, db string, args ...string) *serving {
	t.Helper()
	p := &serving{served: &served{db: db, log: &tape{want: `"msg":"serving"`, seen: make(chan struct{})}}}
	p.cmd = exec.CommandContext(t.Context(), bin, append([]string{"serve", "--addr", "127.0.0.1:0", "--db", db}, args...)...)
	p.cmd.Stderr = p.log
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	seen := p.log.seen
	ended := make(chan error, 1)
	go func() { ended <- p.cmd.Wait() }()
	p.stop = sync.OnceValue(func() int {
		if p.cmd.Process.Kill() == nil {
			if err := <-ended; err == nil {
				t.Error("a killed process ended well")
			}
		}
		return 0
	})
	t.Cleanup(func() { p.stop() })
	select {
	case <-seen:
	case err := <-ended:
		t.Fatalf("%v: %s", err, p.log)
	}
	p.url = "http://" + regexp.MustCompile(`"addr":"([^"]+)"`).FindStringSubmatch(p.log.String())[1]
	p.token = regexp.MustCompile(`zr_[a-z2-7]{8}_[a-z2-7]{52}|$`).FindString(p.log.String())
	return p
}

// TestWebhooksArriveThoughTheServerIsKilled registers a receiver with the real
// program, changes a verdict, kills the program after the first attempt failed,
// and has the next process deliver.
func TestWebhooksArriveThoughTheServerIsKilled(t *testing.T) {
	t.Parallel()
	bin := filepath.Join(t.TempDir(), "zhunru")
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", bin, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	onEngines(t, func(t *testing.T, db string) {
		r := &receiver{tried: map[string]int{}, got: map[string]string{}, news: make(chan struct{}, 1)}
		server := httptest.NewServer(r)
		defer server.Close()
		p := serveProcess(t, bin, db, "--webhook-allow", "127.0.0.0/8")
		hook := newWebhook(t, p.served, server.URL+"/hook")
		r.mu.Lock()
		r.secret = hook.Secret
		r.mu.Unlock()
		for _, title := range []string{"正品电子烟烟弹包邮", "陶瓷茶杯"} {
			if status, body := p.call(t, "POST", "/v1/screenings", `{"listings":[{"id":"L-1","title":"`+title+`"}]}`); status != 200 {
				t.Fatal(status, body)
			}
		}
		r.wait(t, "a first attempt", func() bool { return len(r.tried) == 1 })
		if isPostgres(db) { // what the queue thinks is being done there is done again in a minute only
			eventually(t, p.served, hook.ID, func(d *api.Delivery) bool { return d.Attempts == 1 })
		}
		p.stop()
		again := serveProcess(t, bin, db, "--webhook-allow", "127.0.0.0/8")
		again.token = p.token
		r.wait(t, "the message", func() bool { return len(r.got) == 1 })
		r.mu.Lock()
		for id, body := range r.got {
			var message struct {
				ID, Type string
				Data     struct {
					Subject string
					Changes []struct{ Listing, Old, New, Because string }
				}
			}
			if err := json.Unmarshal([]byte(body), &message); err != nil || message.ID != id || message.Type != webhook.VerdictChanged ||
				len(message.Data.Changes) != 1 || message.Data.Changes[0].New != "pass" || message.Data.Changes[0].Old != "prohibited" {
				t.Errorf("%v %s", err, body)
			}
		}
		if len(r.wrong) > 0 {
			t.Errorf("wrong signatures: %v", r.wrong)
		}
		r.mu.Unlock()
		eventually(t, again.served, hook.ID, func(d *api.Delivery) bool { return d.State == "delivered" && d.Status == 200 })
		if log := p.log.String() + again.log.String(); strings.Contains(log, hook.Secret) || strings.Contains(log, "whsec_") {
			t.Error("the secret is in the log")
		}
	})
}

type hookAnswer struct {
	ID     int64
	Secret string
}

func newWebhook(t *testing.T, s *served, url string) (hook hookAnswer) {
	t.Helper()
	status, body := s.call(t, "POST", "/v1/webhooks", `{"url":"`+url+`","name":"测试"}`)
	if err := json.Unmarshal([]byte(body), &hook); err != nil || status != 200 || !strings.HasPrefix(hook.Secret, "whsec_") {
		t.Fatalf("%d %v %s", status, err, body)
	}
	if _, body := s.call(t, "GET", fmt.Sprintf("/v1/webhooks/%d", hook.ID), ""); strings.Contains(body, hook.Secret) {
		t.Errorf("the secret is shown again: %s", body)
	}
	return hook
}

// eventually waits until the only delivery of a webhook is as it should be.
func eventually(t *testing.T, s *served, hook int64, holds func(d *api.Delivery) bool) {
	t.Helper()
	for try := 0; ; try++ {
		var list struct{ Deliveries []api.Delivery }
		_, body := s.call(t, "GET", fmt.Sprintf("/v1/webhooks/%d/deliveries", hook), "")
		if err := json.Unmarshal([]byte(body), &list); err != nil || len(list.Deliveries) != 1 {
			t.Fatalf("%v: %s", err, body)
		}
		if holds(&list.Deliveries[0]) {
			return
		}
		if try == 5000 {
			t.Fatalf("never so: %s", body)
		}
	}
}

func TestServeRefusesPrivateReceivers(t *testing.T) {
	t.Parallel()
	s := serveDatabase(t, filepath.Join(t.TempDir(), "z.db"))
	for _, url := range []string{"https://127.0.0.1/", "https://169.254.169.254/latest/", "http://example.com/", "https://[::ffff:10.0.0.1]/", "https://u:p@example.com/"} {
		if status, body := s.call(t, "POST", "/v1/webhooks", `{"url":"`+url+`"}`); status != 422 || strings.Contains(body, "whsec_") || strings.Contains(body, url) {
			t.Errorf("%s: %d %s", url, status, body)
		}
	}
	var errs bytes.Buffer
	if status := run(t.Context(), []string{"serve", "--webhook-allow", "everything", "--db", s.db}, nil, io.Discard, &errs); status != exitUsage {
		t.Errorf("%d %s", status, errs.String())
	}
}

func TestEventsOfTheAPIAreThoseThatAreSent(t *testing.T) {
	t.Parallel()
	f, ok := reflect.TypeFor[api.WebhookBody]().FieldByName("Events")
	if want := strings.Join(webhook.Types(), ","); !ok || f.Tag.Get("enum") != want {
		t.Errorf("the API knows %s, sent are %s", f.Tag.Get("enum"), want)
	}
}

// TestRunsAndSchedulesOverTheAPI previews and begins a run, reads what it
// changed, and edits a schedule.
func TestRunsAndSchedulesOverTheAPI(t *testing.T) {
	t.Parallel()
	s := serveDatabase(t, filepath.Join(t.TempDir(), "z.db"), "--insecure-local")
	for _, step := range []struct {
		method, path, body, want string
		status                   int
	}{
		{"POST", "/v1/screenings", `{"listings":[{"id":"1","title":"茶杯"}]}`, `"pass"`, 200},
		{"POST", "/v1/runs/preview", `{"kind":"full"}`, `"read":1,"judged":1,"changed":0`, 200},
		{"POST", "/v1/runs", `{"kind":"merchant"}`, `RUN_TARGETS`, 422},
		{"POST", "/v1/runs", `{"kind":"full"}`, `"kind":"full"`, 200},
		{"GET", "/v1/runs?kind=full", "", `"runs":[{"id":1`, 200},
		{"GET", "/v1/runs?kind=expiry", "", `"runs":[]`, 200},
		{"GET", "/v1/runs/1/flips", "", `"flips":[]`, 200},
		{"GET", "/v1/schedules/identity-report", "", `"next":["`, 200},
		{"PUT", "/v1/schedules/noon", `{"task":"full","spec":"0 12 * * *","params":{"rate":100}}`, `"params":{"rate":100}`, 200},
		{"PUT", "/v1/schedules/noon", `{"task":"full","spec":"0 12 * * *"}`, `CONFLICT`, 409},
		{"PUT", "/v1/schedules/bad", `{"task":"full","spec":"每天"}`, `BAD_SCHEDULE`, 422},
		{"PUT", "/v1/schedules/bad", `{"task":"check","spec":"@daily","params":{"days":3}}`, `BAD_PARAMS`, 422},
		{"POST", "/v1/schedules/noon/pause", "", `"state":"paused"`, 200},
		{"POST", "/v1/schedules/noon/resume", "", `"state":"active"`, 200},
	} {
		if status, body := s.call(t, step.method, step.path, step.body); status != step.status || !strings.Contains(body, step.want) {
			t.Errorf("%s %s: %d %s", step.method, step.path, status, body)
		}
	}
	for done := false; !done; {
		_, body := s.call(t, "GET", "/v1/runs/1", "")
		done = strings.Contains(body, `"state":"done"`)
		if t.Context().Err() != nil || strings.Contains(body, `"state":"failed"`) {
			t.Fatal(body)
		}
	}
	if status, body := s.call(t, "POST", "/v1/runs/1/cancel", ""); status != 409 || !strings.Contains(body, "WRONG_STATE") {
		t.Errorf("%d %s", status, body)
	}
}
