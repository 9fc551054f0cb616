package api_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"zhunru/api"
)

func TestKeys(t *testing.T) {
	t.Parallel()
	token, prefix, hash := api.NewToken()
	for name, test := range map[string]struct {
		key    api.Key
		send   string
		status int
	}{
		"in force":           {api.Key{Hash: hash}, token, 200},
		"ends in a moment":   {api.Key{Hash: hash, Ends: noon.Add(1)}, token, 200},
		"ends now":           {api.Key{Hash: hash, Ends: noon}, token, 401},
		"revoked":            {api.Key{Hash: hash, Revoked: true}, token, 401},
		"another secret":     {api.Key{Hash: [32]byte{1}}, token, 401},
		"no hash":            {api.Key{}, token, 401},
		"unknown prefix":     {api.Key{Hash: hash}, "zr_aaaaaaaa" + token[11:], 401},
		"upper case":         {api.Key{Hash: hash}, strings.ToUpper(token), 401},
		"shortened":          {api.Key{Hash: hash}, token[:len(token)-1], 401},
		"lengthened":         {api.Key{Hash: hash}, token + "a", 401},
		"nothing":            {api.Key{Hash: hash}, "", 401},
		"a role nobody has":  {api.Key{Hash: hash, Role: "root"}, token, 403},
		"no role":            {api.Key{Hash: hash, Role: " "}, token, 403},
		"very long rubbish":  {api.Key{Hash: hash}, strings.Repeat("a", 1<<16), 401},
		"bytes of no letter": {api.Key{Hash: hash}, "zr_\x00\xff", 401},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t, nil)
			test.key.Prefix = prefix
			if test.key.Role == "" {
				test.key.Role = api.Auditor
			}
			b.keys[prefix] = test.key
			w := b.want(t, test.status, http.MethodGet, "/v1/dictionary", "", "Authorization", "Bearer "+test.send)
			if test.status == 401 && w.Header().Get("WWW-Authenticate") == "" {
				t.Error("401 without WWW-Authenticate")
			}
		})
	}
}

// TestKeysAreRememberedForAMoment revokes and ends keys behind the server's back.
func TestKeysAreRememberedForAMoment(t *testing.T) {
	t.Parallel()
	token, prefix, hash := api.NewToken()
	good := api.Key{Prefix: prefix, Hash: hash, Role: api.Auditor}
	revoked, ended := good, good
	revoked.Revoked, ended.Ends = true, noon.Add(time.Second)
	for name, test := range map[string]struct {
		memory, later time.Duration
		first, then   api.Key
		send          string
		status, asked int
	}{
		"nothing is remembered without a moment": {0, 0, good, revoked, token, 401, 2},
		"revoked within the moment":              {2 * time.Second, 2*time.Second - 1, good, revoked, token, 200, 1},
		"revoked, the moment is over":            {2 * time.Second, 2 * time.Second, good, revoked, token, 401, 2},
		"the clock was set back":                 {2 * time.Second, -1, good, revoked, token, 401, 2},
		"a known end is kept to the instant":     {time.Hour, time.Second, ended, ended, token, 401, 1},
		"another secret of a known prefix":       {time.Hour, 0, good, good, token[:len(token)-1] + "a", 401, 1},
		"a refusal is not remembered":            {time.Hour, 0, revoked, good, token, 200, 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if test.send == token && strings.HasSuffix(name, "prefix") {
				test.send = token[:len(token)-1] + "b"
			}
			now := noon
			b := newBench(t, func(o *api.Options) { o.KeyMemory, o.Now = test.memory, func() time.Time { return now } })
			first := 200
			if test.first.Revoked {
				first = 401
			}
			b.keys[prefix] = test.first
			b.want(t, first, http.MethodGet, "/v1/dictionary", "", "Authorization", "Bearer "+token)
			b.keys[prefix], now = test.then, now.Add(test.later)
			b.want(t, test.status, http.MethodGet, "/v1/dictionary", "", "Authorization", "Bearer "+test.send)
			if b.asked != test.asked {
				t.Errorf("the database was asked %d times, want %d", b.asked, test.asked)
			}
		})
	}
}

func TestKeyUseIsNotedOnceAMinute(t *testing.T) {
	t.Parallel()
	now := noon
	b := newBench(t, func(o *api.Options) { o.Now = func() time.Time { return now } })
	for _, later := range []time.Duration{0, time.Second, 30 * time.Second, 30 * time.Second} {
		now = now.Add(later)
		b.want(t, 200, http.MethodGet, "/v1/dictionary", "")
	}
	b.server.Wait()
	if b.uses != 2 {
		t.Errorf("noted %d times, want 2", b.uses)
	}
}

func TestRates(t *testing.T) {
	t.Parallel()
	now := noon
	b := newBench(t, func(o *api.Options) { o.Rate, o.Now = 2, func() time.Time { return now } })
	for range 4 {
		b.want(t, 200, http.MethodGet, "/v1/dictionary", "")
	}
	w := b.want(t, 429, http.MethodGet, "/v1/dictionary", "")
	if problemOf(t, w); w.Header().Get("Retry-After") != "1" {
		t.Errorf("Retry-After %q", w.Header().Get("Retry-After"))
	}
	b.want(t, 200, http.MethodGet, "/v1/dictionary", "", "Authorization", "Bearer "+b.tokens[api.Auditor])
	now = now.Add(time.Second)
	b.want(t, 200, http.MethodGet, "/v1/dictionary", "")
	for range 20 {
		b.want(t, 401, http.MethodGet, "/v1/dictionary", "", "Authorization", "Bearer x")
	}
	b.want(t, 429, http.MethodGet, "/v1/dictionary", "", "Authorization", "Bearer x")
	b.want(t, 200, http.MethodGet, "/v1/dictionary", "") // a good key of the same address is none of it
}

func TestInsecureLocalIsForThisMachineOnly(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		peer    string
		headers []string
		status  int
	}{
		"from here":                  {"127.0.0.1:1", []string{"Host", "localhost:8080"}, 200},
		"from here, IPv6":            {"[::1]:1", []string{"Host", "[::1]:8080"}, 200},
		"from elsewhere":             {"192.0.2.1:1", []string{"Host", "localhost:8080"}, 403},
		"a name that resolves here":  {"127.0.0.1:1", []string{"Host", "evil.example"}, 403},
		"a web page of another site": {"127.0.0.1:1", []string{"Host", "localhost:8080", "Sec-Fetch-Site", "cross-site"}, 403},
		"a page of another origin":   {"127.0.0.1:1", []string{"Host", "localhost:8080", "Origin", "https://evil.example"}, 403},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t, func(o *api.Options) { o.InsecureLocal = true })
			r := httptest.NewRequest(http.MethodPost, "/v1/screenings", strings.NewReader(`{"listings":[{"id":"1","title":"x"}]}`))
			r.RemoteAddr = test.peer
			r.Header.Set("Content-Type", "application/json")
			for i := 0; i < len(test.headers); i += 2 {
				if r.Header.Set(test.headers[i], test.headers[i+1]); test.headers[i] == "Host" {
					r.Host = test.headers[i+1]
				}
			}
			w := httptest.NewRecorder()
			if b.server.ServeHTTP(w, r); w.Code != test.status {
				t.Errorf("%d, want %d: %s", w.Code, test.status, w.Body)
			}
		})
	}
}

func TestInsidesAreShownToThoseWhoMay(t *testing.T) {
	t.Parallel()
	for role, may := range map[api.Role][2]int{
		api.PlatformService: {403, 403}, api.Operator: {403, 403}, api.Reviewer: {403, 403}, api.Auditor: {200, 403}, api.Admin: {200, 200},
	} {
		t.Run(string(role), func(t *testing.T) {
			t.Parallel()
			b := newBench(t, func(o *api.Options) {
				o.Metrics = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("up 1\n")) })
			})
			key := "Bearer " + b.tokens[role]
			b.want(t, may[0], http.MethodGet, "/metrics", "", "Authorization", key)
			for _, path := range []string{"/debug/pprof/", "/debug/pprof/heap", "/debug/pprof/goroutine", "/debug/pprof/symbol"} {
				b.want(t, may[1], http.MethodGet, path, "", "Authorization", key)
			}
			b.want(t, 401, http.MethodGet, "/metrics", "", "Authorization", "")
			b.want(t, 401, http.MethodGet, "/debug/pprof/trace", "", "Authorization", "")
		})
	}
}
