package api_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"zhunru/api"
	"zhunru/dictionaries"
	"zhunru/screening"
	"zhunru/screening/dictionary"
	"zhunru/screening/qualification"
)

// noon is the present of every test.
var noon = time.Date(2026, 3, 4, 4, 0, 0, 0, time.UTC)

// rules loads the built-in dictionary once.
var rules = sync.OnceValues(func() (*dictionary.Dictionary, *qualification.Registry) {
	d, err := dictionary.Load(dictionaries.FS)
	if err != nil {
		panic(err)
	}
	r, err := qualification.NewRegistry(d)
	if err != nil {
		panic(err)
	}
	return d, r
})

// A fake keeps things in maps and passes every listing but those titled 催情香水.
type fake struct {
	mu        sync.Mutex
	keys      map[string]api.Key
	listings  map[string]screening.Listing
	merchants map[string]api.Merchant
	documents []api.Document
	answers   map[string]api.KeptAnswer
	work      fakeWork
	uses      int
	asked     int   // for keys
	keyErr    error // what Key answers
	kept      int
	screened  int
	hold      chan struct{} // Screen waits for it to close; nil: does not wait
	begun     chan struct{} // is sent to when Screen begins to wait
	err       error         // what Screen and Ready answer
	panics    bool
	passes    bool // Screen passes everything
}

func (f *fake) Screen(ctx context.Context, _ string, listings []screening.Listing, keep bool) ([]screening.Verdict, error) {
	if f.hold != nil {
		f.begun <- struct{}{}
		<-f.hold
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.screened++
	if f.panics {
		panic("a secret 13800000000")
	}
	out := make([]screening.Verdict, len(listings))
	for i, l := range listings {
		if out[i] = verdict(l.ID); f.passes {
			out[i].Outcome, out[i].Findings = screening.OutcomePass, []screening.Finding{}
			d, _ := rules()
			out[i].Revision = d.Revision
		}
		if keep {
			f.kept++
			f.listings[l.ID] = l
		}
	}
	if f.err == nil && keep {
		return out, api.Keep(ctx, out, f.saveAnswer)
	}
	return out, f.err
}

func verdict(id string) screening.Verdict {
	return screening.Verdict{ID: id, Outcome: screening.OutcomeProhibited, Revision: "sha256:00", Findings: []screening.Finding{{
		Class: "P15", Name: "<催情>&", Outcome: screening.OutcomeProhibited, Kind: screening.KindTerm, Term: "催情香水", Field: "title", Quote: "催情香水",
		Steps: []string{}, Citations: []screening.Citation{{Source: "药品管理法", Article: "98"}}, Remedy: dictionary.Remedy{Code: "REMOVE_LISTING"},
	}}}
}

func (f *fake) Listing(_ context.Context, id string) (api.Listing, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	l, ok := f.listings[id]
	if !ok {
		return api.Listing{}, screening.ErrNotFound
	}
	return api.Listing{Listing: l, Version: 1, State: "active", EditedAt: noon, Outcome: screening.OutcomeProhibited}, nil
}

func (f *fake) Verdicts(ctx context.Context, id string) ([]api.Record, error) {
	if _, err := f.Listing(ctx, id); err != nil {
		return nil, err
	}
	return []api.Record{
		{N: 3, Verdict: api.Verdict{Verdict: verdict(id)}, ScreenedAt: noon},
		{N: 2, Verdict: api.Verdict{Verdict: verdict(id)}, ScreenedAt: noon, ReplacedAt: &noon, Because: "rule"},
		{N: 1, Verdict: api.Verdict{Verdict: verdict(id)}, ScreenedAt: noon, ReplacedAt: &noon, Because: "listing"},
	}, nil
}

func (f *fake) Merchant(_ context.Context, id string) (api.Merchant, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	m, ok := f.merchants[id]
	if !ok {
		return m, screening.ErrNotFound
	}
	return m, nil
}

func (f *fake) SaveMerchant(_ context.Context, _ string, m api.Merchant) (api.Merchant, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if m.Version != f.merchants[m.ID].Version {
		return m, screening.ErrConflict
	}
	m.Version++
	m.CreatedAt, m.UpdatedAt = noon, noon
	f.merchants[m.ID] = m
	return m, nil
}

func (f *fake) Documents(context.Context, string) ([]api.Document, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return append([]api.Document(nil), f.documents...), nil
}

func (f *fake) SaveDocument(ctx context.Context, _, merchant string, d api.Document) (api.Document, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if _, ok := f.merchants[merchant]; !ok {
		return d, screening.ErrNotFound
	}
	d.Version++
	d.CreatedAt, d.UpdatedAt = noon, noon
	if d.ID == 0 {
		d.ID = int64(len(f.documents) + 1)
		f.documents = append(f.documents, d)
	}
	f.documents[d.ID-1] = d
	return d, api.Keep(ctx, d, f.saveAnswer)
}

func (f *fake) Key(_ context.Context, prefix string) (api.Key, error) {
	f.mu.Lock()
	f.asked++
	f.mu.Unlock()
	if f.keyErr != nil {
		return api.Key{}, f.keyErr
	}
	k, ok := f.keys[prefix]
	if !ok {
		return k, screening.ErrNotFound
	}
	return k, nil
}

func (f *fake) UseKey(context.Context, string, time.Time) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.uses++
	return nil
}

func (f *fake) VerifyLedger(context.Context) (api.LedgerReport, error) {
	return api.LedgerReport{OK: true, Root: "00"}, f.err
}

func (f *fake) Ready(context.Context) error { return f.err }

// A bench is a server over a fake, a key for every role, and its log.
type bench struct {
	*fake
	server *api.Server
	tokens map[api.Role]string
	log    *bytes.Buffer // read it after the request
}

func newBench(t testing.TB, change func(*api.Options)) *bench {
	t.Helper()
	b := &bench{
		fake:   &fake{keys: map[string]api.Key{}, answers: map[string]api.KeptAnswer{}, listings: map[string]screening.Listing{}, merchants: map[string]api.Merchant{}},
		tokens: map[api.Role]string{}, log: &bytes.Buffer{},
	}
	for _, role := range api.Roles() {
		token, prefix, hash := api.NewToken()
		b.keys[prefix] = api.Key{Prefix: prefix, Hash: hash, Role: role}
		b.tokens[role] = token
	}
	d, r := rules()
	o := api.Options{Backend: b.fake, Dictionary: d, Registry: r, Now: func() time.Time { return noon }, Log: slog.New(slog.NewJSONHandler(b.log, nil)), MaxUpload: 8 << 20}
	if change != nil {
		change(&o)
	}
	b.server = api.New(o)
	t.Cleanup(b.server.Wait)
	return b
}

// seed keeps one of everything.
func (b *bench) seed(t testing.TB) {
	t.Helper()
	b.want(t, 200, http.MethodPost, "/v1/screenings", `{"listings":[{"id":"L/1","title":"催情香水"}]}`)
	b.want(t, 200, http.MethodPut, "/v1/merchants/M1", `{"name":"甲公司"}`)
	b.want(t, 200, http.MethodPut, "/v1/platform", `{"name":"丙平台公司"}`)
	b.want(t, 200, http.MethodPost, "/v1/merchants/M1/documents", `{"type":"营业执照","valid_until":"长期"}`)
}

// do sends a request; headers are pairs. It has an admin's key unless it says
// otherwise.
func (b *bench) do(method, path, body string, headers ...string) *httptest.ResponseRecorder {
	var reader io.Reader
	if body != "" {
		reader = strings.NewReader(body)
	}
	r := httptest.NewRequest(method, path, reader)
	r.Header.Set("Authorization", "Bearer "+b.tokens[api.Admin])
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i < len(headers); i += 2 {
		if r.Header.Set(headers[i], headers[i+1]); headers[i+1] == "" {
			r.Header.Del(headers[i])
		}
		if headers[i] == "Host" {
			r.Host = headers[i+1]
		}
	}
	w := httptest.NewRecorder()
	b.server.ServeHTTP(w, r)
	return w
}

func (b *bench) want(t testing.TB, status int, method, path, body string, headers ...string) *httptest.ResponseRecorder {
	t.Helper()
	w := b.do(method, path, body, headers...)
	if w.Code != status {
		t.Errorf("%s %s: %d, want %d\n%s", method, path, w.Code, status, w.Body)
	}
	return w
}

var errDriver = errors.New("driver: password=hunter2")
