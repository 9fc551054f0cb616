package api_test

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"zhunru/api"
	"zhunru/screening"
)

// fakeWork is what the fake has of background work: run 7, the schedule
// nightly-full, webhook 1 and its delivery 9.
type fakeWork struct {
	moves   []string
	spec    api.RunSpec
	saved   []api.Schedule
	webhook api.Webhook
	overlap time.Duration
	deleted bool
}

func fakeRun(id int64) (api.Run, error) {
	if id != 7 {
		return api.Run{}, screening.ErrNotFound
	}
	return api.Run{ID: 7, Kind: "full", State: "done", On: "2026-03-04", Actor: "cli", CreatedAt: noon, StartedAt: &noon}, nil
}

func (f *fake) Runs(_ context.Context, q api.RunFilter) ([]api.Run, error) {
	r, err := fakeRun(7)
	if q.Before != 0 {
		return nil, err
	}
	second := r
	second.ID = 6
	return []api.Run{r, second}[:min(2, q.Limit)], err
}

func (f *fake) Run(_ context.Context, id int64) (api.Run, error) { return fakeRun(id) }

func (f *fake) Flips(context.Context, int64, int64, int) ([]api.Flip, int64, error) {
	return []api.Flip{{Listing: "L-1", Title: "茶杯", Old: "pass", New: "review", Because: "rule", Classes: []string{"P15"}}}, 44, nil
}

func (f *fake) Alarms(context.Context, int64, int64, int) ([]api.Alarm, int64, error) {
	return []api.Alarm{{Listing: "L-1", Old: api.Verdict{Verdict: verdict("L-1")}, New: api.Verdict{Verdict: verdict("L-1")}, CreatedAt: noon}}, 0, nil
}

func (f *fake) BeginRun(_ context.Context, _ string, spec api.RunSpec) (api.Run, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.work.spec = spec
	if spec.Kind == "listing" {
		return api.Run{}, &api.FieldError{Field: "kind", Code: "RUN_TARGETS"}
	}
	return fakeRun(7)
}

func (f *fake) PreviewRun(context.Context, api.RunSpec, int) (api.RunPreview, error) {
	return api.RunPreview{Revision: "sha256:00", On: "2026-03-04"}, nil
}

func (f *fake) move(verb string, id int64) (api.Run, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.work.moves = append(f.work.moves, verb)
	if id == 8 {
		return api.Run{}, api.ErrState
	}
	return fakeRun(id)
}

func (f *fake) CancelRun(_ context.Context, _ string, id int64) (api.Run, error) {
	return f.move("cancel", id)
}

func (f *fake) PauseRun(_ context.Context, _ string, id int64) (api.Run, error) {
	return f.move("pause", id)
}

func (f *fake) ResumeRun(_ context.Context, _ string, id int64) (api.Run, error) {
	return f.move("resume", id)
}

func (f *fake) Schedules(ctx context.Context) ([]api.Schedule, error) {
	x, err := f.Schedule(ctx, "nightly-full")
	return []api.Schedule{x}, err
}

func (f *fake) Schedule(_ context.Context, name string) (api.Schedule, error) {
	if name != "nightly-full" {
		return api.Schedule{}, screening.ErrNotFound
	}
	return api.Schedule{Name: name, Task: "full", Spec: "0 2 * * *", Zone: "Asia/Shanghai", State: "active", Next: []time.Time{noon}, Version: 1, UpdatedAt: noon}, nil
}

func (f *fake) SaveSchedule(_ context.Context, _ string, x api.Schedule) (api.Schedule, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if x.Name != "nightly-full" {
		return x, screening.ErrNotFound
	}
	if x.Version != 1 {
		return x, screening.ErrConflict
	}
	f.work.saved = append(f.work.saved, x)
	x.Version++
	return x, nil
}

func (f *fake) DeleteSchedule(_ context.Context, _, _ string, version int64) error {
	if version != 1 {
		return screening.ErrConflict
	}
	return nil
}

func (f *fake) Webhooks(ctx context.Context) ([]api.Webhook, error) {
	w, err := f.Webhook(ctx, 1)
	return []api.Webhook{w}, err
}

func (f *fake) Webhook(_ context.Context, id int64) (api.Webhook, error) {
	if id != 1 {
		return api.Webhook{}, screening.ErrNotFound
	}
	return api.Webhook{ID: 1, URL: "https://example.com/", Events: []string{}, State: "active", Version: 1, CreatedAt: noon, UpdatedAt: noon}, nil
}

func (f *fake) AddWebhook(ctx context.Context, _ string, w api.Webhook) (api.Webhook, string, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.work.webhook = w; strings.Contains(w.URL, "127.0.0.1") {
		return w, "", &api.FieldError{Field: "url", Code: "PRIVATE_ADDRESS"}
	}
	kept, err := f.Webhook(ctx, 1)
	return kept, "whsec_c2VjcmV0", err
}

func (f *fake) SaveWebhook(_ context.Context, _ string, w api.Webhook) (api.Webhook, error) {
	if w.ID != 1 {
		return w, screening.ErrNotFound
	}
	if w.Version != 1 {
		return w, screening.ErrConflict
	}
	w.Version++
	return w, nil
}

func (f *fake) RotateWebhook(ctx context.Context, _ string, id, version int64, overlap time.Duration) (api.Webhook, string, error) {
	if version != 0 && version != 1 {
		return api.Webhook{}, "", screening.ErrConflict
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.work.overlap = overlap
	w, err := f.Webhook(ctx, id)
	return w, "whsec_bmV3", err
}

func (f *fake) DeleteWebhook(_ context.Context, _ string, id, version int64) error {
	if id != 1 {
		return screening.ErrNotFound
	}
	if version != 0 && version != 1 {
		return screening.ErrConflict
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.work.deleted = true
	return nil
}

func (f *fake) Deliveries(_ context.Context, _ int64, _ string, _ int64, limit int) ([]api.Delivery, error) {
	d := api.Delivery{ID: 9, Message: "evt_3", Type: "run.finished", Subject: "run/7", State: "dead", Attempts: 10, Problem: "TIMEOUT", CreatedAt: noon}
	before := d
	before.ID = 8
	return []api.Delivery{d, before}[:min(2, limit)], nil
}

func (f *fake) Delivery(ctx context.Context, hook, id int64) (api.Delivery, error) {
	if id != 9 {
		return api.Delivery{}, screening.ErrNotFound
	}
	list, err := f.Deliveries(ctx, hook, "", 0, 1)
	return list[0], err
}

func (f *fake) Redeliver(ctx context.Context, _ string, hook, id int64) (api.Delivery, error) {
	return f.Delivery(ctx, hook, id)
}

func TestPagesOfRunsAndDeliveriesSayHowToGoOn(t *testing.T) {
	t.Parallel()
	b := newBench(t, nil)
	for path, want := range map[string]int64{"/v1/runs?limit=1": 7, "/v1/runs": 0, "/v1/runs/7/flips": 44, "/v1/webhooks/1/deliveries?limit=1": 9, "/v1/webhooks/1/deliveries": 0} {
		var page struct{ Next int64 }
		if err := json.Unmarshal(b.want(t, 200, http.MethodGet, path, "").Body.Bytes(), &page); err != nil || page.Next != want {
			t.Errorf("%s: next %d, want %d: %v", path, page.Next, want, err)
		}
	}
}

func TestWorkThatCannotBeDoneIsRefused(t *testing.T) {
	t.Parallel()
	b := newBench(t, nil)
	for _, tt := range []struct {
		rule, method, path, body, ifMatch string
		status                            int
		code                              string
	}{
		{"a run of no kind", "POST", "/v1/runs", `{"kind":"import"}`, "", 422, "NOT_ALLOWED"},
		{"a day that is none", "POST", "/v1/runs", `{"kind":"full","on":"2026-02-30"}`, "", 422, "BAD_DATE"},
		{"targets that do not fit", "POST", "/v1/runs", `{"kind":"listing"}`, "", 422, "RUN_TARGETS"},
		{"a state that does not allow it", "POST", "/v1/runs/8/resume", "", "", 409, "WRONG_STATE"},
		{"an unknown run", "GET", "/v1/runs/9/flips", "", "", 404, "NOT_FOUND"},
		{"a filter misspelt", "GET", "/v1/runs?states=done", "", "", 422, "UNKNOWN_PARAMETER"},
		{"a schedule edited meanwhile", "PUT", "/v1/schedules/nightly-full", `{"task":"full","spec":"@daily"}`, `"3"`, 409, "CONFLICT"},
		{"a parameter misspelt", "PUT", "/v1/schedules/nightly-full", `{"task":"full","spec":"@daily","params":{"rates":1}}`, `"1"`, 422, "UNKNOWN_FIELD"},
		{"an unknown schedule", "POST", "/v1/schedules/x/pause", "", "", 404, "NOT_FOUND"},
		{"a private address", "POST", "/v1/webhooks", `{"url":"https://127.0.0.1/"}`, "", 422, "PRIVATE_ADDRESS"},
		{"an unknown event", "POST", "/v1/webhooks", `{"url":"https://example.com/","events":["everything"]}`, "", 422, "NOT_ALLOWED"},
		{"a webhook never read", "PUT", "/v1/webhooks/1", `{"url":"https://example.com/"}`, "", 422, "REQUIRED"},
		{"a webhook edited meanwhile", "PUT", "/v1/webhooks/1", `{"url":"https://example.com/"}`, `"2"`, 409, "CONFLICT"},
		{"an unknown delivery", "POST", "/v1/webhooks/1/deliveries/1/redeliver", "", "", 404, "NOT_FOUND"},
	} {
		w := b.want(t, tt.status, tt.method, tt.path, tt.body, "If-Match", tt.ifMatch)
		if !strings.Contains(w.Body.String(), `"code":"`+tt.code+`"`) {
			t.Errorf("%s: %s", tt.rule, w.Body)
		}
	}
}

func TestSecretsAreShownOnceAndNeverLogged(t *testing.T) {
	t.Parallel()
	b := newBench(t, nil)
	for _, tt := range []struct{ method, path, body, secret string }{
		{"POST", "/v1/webhooks", `{"url":"https://example.com/"}`, "whsec_c2VjcmV0"},
		{"POST", "/v1/webhooks/1/rotate", `{}`, "whsec_bmV3"},
		{"GET", "/v1/webhooks/1", "", ""},
		{"GET", "/v1/webhooks", "", ""},
	} {
		body := b.want(t, 200, tt.method, tt.path, tt.body, "If-Match", `"1"`).Body.String()
		if tt.secret != "" && !strings.Contains(body, tt.secret) || tt.secret == "" && strings.Contains(body, "secret\"") {
			t.Errorf("%s %s: %s", tt.method, tt.path, body)
		}
	}
	w := b.want(t, 422, "POST", "/v1/webhooks", `{"url":"https://example.com/"}`, "Idempotency-Key", "a")
	if !strings.Contains(w.Body.String(), "Idempotency-Key") { // its answer would be kept
		t.Errorf("%s", w.Body)
	}
	if b.work.overlap != 24*time.Hour {
		t.Errorf("the old secret goes on for %s", b.work.overlap)
	}
	if strings.Contains(b.log.String(), "whsec_") {
		t.Error("a secret is in the log")
	}
}
