package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
)

// A tape is a writer that can be read while it is written.
type tape struct {
	mu   sync.Mutex
	buf  bytes.Buffer
	want string        // once it is there,
	seen chan struct{} // this is closed
}

func (p *tape) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	n, err := p.buf.Write(b)
	if p.want != "" && strings.Contains(p.buf.String(), p.want) {
		p.want = ""
		close(p.seen)
	}
	return n, err
}

func (p *tape) String() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.buf.String()
}

// A served is a zhunru serve that runs, and the key it printed.
type served struct {
	once           sync.Once // of private
	private        string    // signs the ledger where the server has no key
	url, token, db string
	log            *tape
	stop           func() int
}

// serveDatabase runs zhunru serve until the test ends or stop is called.
func serveDatabase(t *testing.T, db string, args ...string) *served {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	log := &tape{want: `"msg":"serving"`, seen: make(chan struct{})}
	status := make(chan int, 1)
	go func() {
		status <- run(ctx, append([]string{"serve", "--addr", "127.0.0.1:0", "--db", db}, args...), nil, io.Discard, log)
	}()
	select {
	case <-log.seen:
	case s := <-status:
		t.Fatalf("serve ended with %d: %s", s, log)
	}
	s := &served{db: db, log: log, stop: sync.OnceValue(func() int { cancel(); return <-status })}
	t.Cleanup(func() { s.stop() })
	s.url = "http://" + regexp.MustCompile(`"addr":"([^"]+)"`).FindStringSubmatch(log.String())[1]
	s.token = regexp.MustCompile(`zr_[a-z2-7]{8}_[a-z2-7]{52}|$`).FindString(log.String())
	return s
}

// call sends a request with the key and returns status and body.
func (s *served) call(t *testing.T, method, path, body string) (int, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, s.url+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+s.token)
	r.Header.Set("Content-Type", "application/json")
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close() //nolint:errcheck // it was read
	b, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, string(b)
}

// TestServeScreensKeepsAndProves is the first walk of the design, from a new
// database to a verified ledger, and again after a restart.
func TestServeScreensKeepsAndProves(t *testing.T) {
	t.Parallel()
	db := filepath.Join(t.TempDir(), "z.db")
	s := serveDatabase(t, db)
	if s.token == "" {
		t.Fatalf("no key for a new database: %s", s.log)
	}
	const listings = `{"id":"L-1","title":"催情香水包邮"}` + "\n" + `{"id":"L-2","title":"家用电子血压计"}` + "\n"
	var cli bytes.Buffer
	if status := run(t.Context(), []string{"screen", "--in", "jsonl", "--out", "jsonl", "-"}, strings.NewReader(listings), &cli, io.Discard); status != exitDone {
		t.Fatalf("screen ended with %d", status)
	}
	want := `{"verdicts":[` + strings.ReplaceAll(strings.TrimSpace(cli.String()), "\n", ",") + "]}\n"
	body := `{"listings":[` + strings.ReplaceAll(strings.TrimSpace(listings), "\n", ",") + `]}`
	if status, got := s.call(t, "POST", "/v1/screenings", body); status != 200 || got != want {
		t.Errorf("%d, the command line says\n%s\nthe API\n%s", status, want, got)
	}
	edited := strings.Replace(body, "催情香水包邮", "陶瓷茶杯", 1)
	if status, got := s.call(t, "POST", "/v1/screenings", edited); status != 200 || !strings.Contains(got, `"outcome":"pass"`) {
		t.Errorf("%d %s", status, got)
	}
	expectServed(t, s)
	if status := s.stop(); status != exitDone {
		t.Errorf("serve ended with %d: %s", status, s.log)
	}
	again := serveDatabase(t, db)
	if again.token != "" {
		t.Error("a key was printed for a database that has one")
	}
	again.token = s.token
	expectServed(t, again)
	for _, x := range []*served{s, again} {
		if log := strings.TrimSpace(strings.Replace(x.log.String(), s.token, "", 1)); strings.Contains(log, s.token) || strings.Contains(log, "茶杯") || strings.Contains(log, "L-1") {
			t.Errorf("the log says too much: %s", log)
		}
	}
}

// expectServed looks at what the walk left behind.
func expectServed(t *testing.T, s *served) {
	t.Helper()
	var history struct {
		Verdicts []struct {
			N       int
			Verdict struct{ Outcome string }
			Because string
		}
	}
	_, body := s.call(t, "GET", "/v1/listings/L-1/verdicts", "")
	if err := json.Unmarshal([]byte(body), &history); err != nil || len(history.Verdicts) != 2 {
		t.Fatalf("%v: %s", err, body)
	}
	if now, old := history.Verdicts[0], history.Verdicts[1]; now.N != 2 || now.Verdict.Outcome != "pass" || old.N != 1 || old.Verdict.Outcome != "prohibited" || old.Because != "listing" {
		t.Errorf("the history is %+v", history)
	}
	if _, body := s.call(t, "GET", "/v1/ledger/verify", ""); !strings.Contains(body, `"ok":true,"entries":5,`) {
		t.Errorf("the ledger is %s", body)
	}
}

// TestALicenceLiftsAListing takes a merchant from needs_category to pass.
func TestALicenceLiftsAListing(t *testing.T) {
	t.Parallel()
	s := serveDatabase(t, filepath.Join(t.TempDir(), "z.db"), "--insecure-local")
	const listing = `{"listings":[{"id":"1","merchant_id":"M","title":"家用电子血压计"}]}`
	merchant := func(held string) string {
		return `{"name":"甲医疗器械有限公司","categories_held":[` + held + `]}`
	}
	for _, step := range []struct {
		method, path, body, want string
		status                   int
	}{
		{"PUT", "/v1/merchants/M", merchant(""), `"version":1`, 200},
		{"POST", "/v1/screenings", listing, `"outcome":"needs_category"`, 200},
		{"PUT", "/v1/merchants/M", merchant(`"医疗器械自营"`), `CONFLICT`, 409},
	} {
		if status, body := s.call(t, step.method, step.path, step.body); status != step.status || !strings.Contains(body, step.want) {
			t.Errorf("%s %s: %d %s", step.method, step.path, status, body)
		}
	}
	_, body := s.call(t, "POST", "/v1/screenings", listing)
	var answer struct {
		Verdicts []struct {
			Findings []struct{ Missing *struct{ Category string } }
		}
	}
	if err := json.Unmarshal([]byte(body), &answer); err != nil || answer.Verdicts[0].Findings[0].Missing == nil {
		t.Fatalf("%v: %s", err, body)
	}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPut, s.url+"/v1/merchants/M",
		strings.NewReader(merchant(`"`+answer.Verdicts[0].Findings[0].Missing.Category+`"`)))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("If-Match", `"1"`)
	done, err := http.DefaultClient.Do(r)
	if err != nil || done.StatusCode != http.StatusOK {
		t.Fatalf("%v %v", done, err)
	}
	_ = done.Body.Close()
	if status, body := s.call(t, "POST", "/v1/screenings", listing); status != 200 || !strings.Contains(body, `"outcome":"pass"`) {
		t.Errorf("with the category: %d %s", status, body)
	}
	if _, body := s.call(t, "GET", "/v1/verdicts/1?n=1", ""); !strings.Contains(body, `"because":"licence"`) {
		t.Errorf("replaced because: %s", body)
	}
}

func TestKeysAreMadeRotatedAndRevoked(t *testing.T) {
	t.Parallel()
	s := serveDatabase(t, filepath.Join(t.TempDir(), "z.db"))
	keys := func(want int, args ...string) string {
		t.Helper()
		var out, errs bytes.Buffer
		if status := run(t.Context(), append(append([]string{"keys"}, args...), "--db", s.db), nil, &out, &errs); status != want {
			t.Errorf("keys %v: %d, want %d: %s", args, status, want, errs.String())
		}
		return strings.TrimSpace(out.String())
	}
	ask := func(want int) {
		t.Helper()
		if status, body := s.call(t, "GET", "/v1/ledger/verify", ""); status != want {
			t.Errorf("%d, want %d: %s", status, want, body)
		}
	}
	old := keys(exitDone, "create", "--name", "审计", "--role", "auditor", "--expires", "90d")
	s.token = old
	ask(200)
	s.token = keys(exitDone, "rotate", old[3:11])
	ask(200)
	list := keys(exitDone, "list")
	if strings.Contains(list, s.token) || !strings.Contains(list, "审计") || strings.Count(list, "已吊销") != 1 {
		t.Errorf("the list is\n%s", list)
	}
	keys(exitUsage, "rotate", old[3:11])
	keys(exitDone, "revoke", s.token[3:11])
	ask(401)
	s.token = old
	ask(401)
	keys(exitUsage, "create", "--name", "x", "--role", "root")
	keys(exitUsage, "create", "--role", "admin")
	keys(exitUsage, "create", "--name", "x", "--role", "admin", "--expires", "-1d")
	keys(exitInput, "revoke", "nosuchke")
}

func TestServeRefusesToBeOpenToOthers(t *testing.T) {
	t.Parallel()
	for _, addr := range []string{":8080", "0.0.0.0:8080", "192.0.2.1:80", "example.com:80", "[::]:80", "nonsense"} {
		var errs bytes.Buffer
		db := filepath.Join(t.TempDir(), "z.db")
		if status := run(t.Context(), []string{"serve", "--insecure-local", "--addr", addr, "--db", db}, nil, io.Discard, &errs); status != exitUsage {
			t.Errorf("%s: %d %s", addr, status, errs.String())
		}
	}
}
