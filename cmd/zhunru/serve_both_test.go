package main

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"zhunru/api"
	"zhunru/screening"
	"zhunru/store/storetest/pg"
)

// TestServeOnBothDatabases walks through the API as the built program serves
// it, on each database.
func TestServeOnBothDatabases(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("builds the program")
	}
	bin := filepath.Join(t.TempDir(), "zhunru")
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", bin, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	for name, db := range map[string]func(*testing.T) string{
		"SQLite":   func(t *testing.T) string { return filepath.Join(t.TempDir(), "z.db") },
		"Postgres": func(t *testing.T) string { return pg.Start(t).Database(t) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := &walker{startBinary(t, bin, db(t))}
			w.once(t)
			w.listings(t)
			w.prechecks(t)
			w.replays(t)
		})
	}
}

// startBinary runs the built program until the test ends.
func startBinary(t *testing.T, bin, db string) *served {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	log := &tape{want: `"msg":"serving"`, seen: make(chan struct{})}
	c := exec.CommandContext(ctx, bin, "serve", "--addr", "127.0.0.1:0", "--db", db)
	c.Stderr = log
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() { _ = c.Wait(); close(ended) }() // it is killed
	t.Cleanup(func() { cancel(); <-ended })
	select {
	case <-log.seen:
	case <-ended:
		t.Fatalf("serve ended: %s", log)
	}
	return &served{
		db: db, log: log, url: "http://" + regexp.MustCompile(`"addr":"([^"]+)"`).FindStringSubmatch(log.String())[1],
		token: regexp.MustCompile(`zr_[a-z2-7]{8}_[a-z2-7]{52}|$`).FindString(log.String()),
	}
}

// A walker makes the requests of one walk.
type walker struct{ *served }

// want sends a request, with headers in pairs, and returns the answer's body
// and headers.
func (w *walker) want(t *testing.T, status int, method, path, body string, headers ...string) (string, http.Header) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, w.url+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+w.token)
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close() //nolint:errcheck // it is read to its end
	var b bytes.Buffer
	if _, err := io.Copy(&b, answer.Body); err != nil {
		t.Fatal(err)
	}
	if answer.StatusCode != status {
		t.Fatalf("%s %s: %d, want %d: %s", method, path, answer.StatusCode, status, b.String())
	}
	return b.String(), answer.Header
}

// once sends a screening twice under one name: one ledger entry is made beside that of the key.
func (w *walker) once(t *testing.T) {
	const listing = `{"listings":[{"id":"once","title":"催情香水"}]}`
	first, _ := w.want(t, 200, "POST", "/v1/screenings", listing, "Idempotency-Key", "k")
	again, h := w.want(t, 200, "POST", "/v1/screenings", listing, "Idempotency-Key", "k")
	if first != again || h.Get("Idempotent-Replayed") != "true" {
		t.Errorf("%v\n%s\n%s", h, first, again)
	}
	w.want(t, 409, "POST", "/v1/screenings", strings.Replace(listing, "催情", "", 1), "Idempotency-Key", "k")
	if body, _ := w.want(t, 200, "GET", "/v1/ledger/verify", ""); !strings.Contains(body, `"ok":true,"entries":2,`) {
		t.Error(body)
	}
}

// listings keeps, filters, edits and deletes listings.
func (w *walker) listings(t *testing.T) {
	body, h := w.want(t, 200, "PUT", "/v1/listings/a", `{"title":"催情香水","merchant_id":"M","category":"家居/香薰"}`)
	if !strings.Contains(body, `"outcome":"prohibited"`) || h.Get("ETag") != `"1"` {
		t.Errorf("%s %s", h.Get("ETag"), body)
	}
	w.want(t, 200, "PUT", "/v1/listings/b", `{"title":"陶瓷茶杯","category":"家居"}`)
	w.want(t, 200, "PUT", "/v1/listings/c", `{"title":"陶瓷茶壶","category":"家居类"}`)
	for query, want := range map[string]string{
		"category=家居": "ab", "category=家居/香薰": "a", "outcome=pass": "bc", "merchant=M": "a", "class=P15_STUPEFY_APHRODISIAC&merchant=M": "a",
		"state=suspended": "", "edited_since=2100-01-01T00:00:00Z": "", "edited_until=2000-01-01T00:00:00Z": "", "category=家居&outcome=pass&limit=1": "b",
	} {
		body, _ := w.want(t, 200, "GET", "/v1/listings?"+query, "")
		var ids []string
		for _, m := range regexp.MustCompile(`"id":"([abc])"`).FindAllStringSubmatch(body, -1) {
			ids = append(ids, m[1])
		}
		if got := strings.Join(ids, ""); got != want {
			t.Errorf("%s: %q, want %q", query, got, want)
		}
	}
	w.want(t, 304, "GET", "/v1/listings/a", "", "If-None-Match", `"1"`)
	w.want(t, 409, "PUT", "/v1/listings/a", `{"title":"陶瓷茶杯"}`, "If-Match", `"2"`)
	w.want(t, 404, "PUT", "/v1/listings/none", `{"title":"陶瓷茶杯"}`, "If-Match", `"1"`)
	w.want(t, 200, "PUT", "/v1/listings/a", `{"title":"陶瓷茶杯"}`, "If-Match", `"1"`)
	w.want(t, 409, "DELETE", "/v1/listings/a", "", "If-Match", `"1"`)
	if body, _ := w.want(t, 200, "DELETE", "/v1/listings/a", "", "If-Match", `"2"`); !strings.Contains(body, `"deleted":true`) {
		t.Error(body)
	}
	if body, _ := w.want(t, 200, "GET", "/v1/listings/a/verdicts?limit=1", ""); !strings.Contains(body, `"next":"`) {
		t.Error(body)
	}
	entries, _ := w.want(t, 200, "GET", "/v1/ledger/entries", "") // the server's own work may have entries between
	if strings.Count(entries, `"kind":"verdict","subject":"a"`) != 2 || strings.Count(entries, `"kind":"listing","subject":"a"`) != 1 || strings.Count(entries, `"subject":"once"`) != 1 {
		t.Error(entries)
	}
	w.want(t, 200, "GET", "/v1/ledger/entries/1", "")
}

// prechecks asks before selling, and lets a licence lift a listing.
func (w *walker) prechecks(t *testing.T) {
	const listing = `{"id":"p","merchant_id":"P","title":"家用电子血压计"}`
	if body, _ := w.want(t, 200, "POST", "/v1/prechecks", `{"listing":`+listing+`}`); !strings.Contains(body, `"may_sell":false`) || !strings.Contains(body, `"category":"医疗器械自营"`) {
		t.Error(body)
	}
	w.want(t, 200, "PUT", "/v1/merchants/P", `{"name":"甲医疗器械有限公司","categories_held":["医疗器械自营"]}`)
	if body, _ := w.want(t, 200, "GET", "/v1/merchants/P/qualifications", ""); !strings.Contains(body, `"held":[`) || !strings.Contains(body, "医疗器械自营") {
		t.Error(body)
	}
	body, _ := w.want(t, 200, "POST", "/v1/prechecks", `{"listing":`+listing+`}`)
	token := regexp.MustCompile(`"token":"([^"]+)"`).FindStringSubmatch(body)
	if token == nil {
		t.Fatal(body)
	}
	for l, want := range map[string]string{listing: "VALID", strings.Replace(listing, "家用", "", 1): "EDITED"} {
		if body, _ := w.want(t, 200, "POST", "/v1/prechecks/check", `{"token":"`+token[1]+`","listing":`+l+`}`); !strings.Contains(body, want) {
			t.Errorf("want %s: %s", want, body)
		}
	}
	w.want(t, 200, "PUT", "/v1/listings/p", `{"title":"家用电子血压计","merchant_id":"P"}`)
	if body, _ := w.want(t, 200, "GET", "/v1/verdicts/p/why-not?class=R02_MEDDEV_II", ""); !strings.Contains(body, `"because":"held"`) {
		t.Error(body)
	}
	if body, _ := w.want(t, 200, "GET", "/v1/verdicts/once/explain?voice=auditor", ""); !strings.Contains(body, "催情香水") {
		t.Error(body)
	}
	w.want(t, 200, "PUT", "/v1/platform", `{"name":"丙平台有限公司"}`)
	w.want(t, 200, "GET", "/v1/platform/qualifications", "")
}

// replays judges a verdict again by its revision, and by one that is gone.
func (w *walker) replays(t *testing.T) {
	for path, want := range map[string]string{"once": `"identical":true,"input":"same"`, "a?n=1": `"input":"unproven"`, "p": `"identical":true,"input":"same"`} {
		id, query, _ := strings.Cut(path, "?")
		if body, _ := w.want(t, 200, "GET", "/v1/verdicts/"+id+"/replay?"+query, ""); !strings.Contains(body, want) {
			t.Errorf("%s: want %s: %s", path, want, body)
		}
	}
	body, _ := w.want(t, 200, "GET", "/v1/dictionary/revisions?limit=1", "")
	revision := regexp.MustCompile(`"revision":"(sha256:[0-9a-f]+)"`).FindStringSubmatch(body)
	if revision == nil || !strings.Contains(body, `"current":true`) {
		t.Fatal(body)
	}
	if body, _ := w.want(t, 200, "GET", "/v1/dictionary/diff?from="+revision[1], ""); !strings.Contains(body, `"changes":[]`) {
		t.Error(body)
	}
	w.want(t, 404, "GET", "/v1/dictionary/diff?from=sha256:00", "")
}

// TestOldRevisionsJudgeAgain replays by an engine that is built from what the
// database keeps.
func TestOldRevisionsJudgeAgain(t *testing.T) {
	t.Parallel()
	d, err := openServing(t.Context(), databaseFlags{db: filepath.Join(t.TempDir(), "z.db")})
	if err != nil {
		t.Fatal(err)
	}
	defer d.close() //nolint:errcheck // the test is over
	b := newBackend(d, nil)
	verdicts, err := b.Screen(t.Context(), "test", []screening.Listing{{ID: "1", Title: "催情香水"}}, true)
	if err != nil {
		t.Fatal(err)
	}
	inUse := *d.dictionary
	inUse.Revision = "sha256:later"
	b.dictionary = &inUse
	again, err := b.Replay(t.Context(), &api.Record{N: 1, Verdict: api.Verdict{Verdict: verdicts[0]}, ScreenedAt: time.Now()})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(verdicts[0], again.Verdict); diff != "" || again.Input != "same" || b.past.kept.Len() != 1 {
		t.Errorf("%s, %d kept\n%s", again.Input, b.past.kept.Len(), diff)
	}
}
