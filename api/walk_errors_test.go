package api_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"zhunru/api"
)

// absent has a path, and a body where the good one will not do, of something
// that is not there, for every operation that documents 404.
func absent() map[string]call {
	return map[string]call{
		"diff-revisions": {"/v1/dictionary/diff?from=sha256:99", "", "", ""},
		"put-merchant":   {"/v1/merchants/nosuch", `{"name":"乙公司"}`, "", `"1"`},
	}
}

// clashing has what an operation refuses with 409, for those where neither an
// Idempotency-Key used before nor an old If-Match makes it.
func clashing() map[string]call {
	return map[string]call{
		"put-merchant":          {"/v1/merchants/M1", `{"name":"乙公司"}`, "", `"99"`},
		"cancel-report":         {"/v1/reports/1", "", "", ""}, // it is done
		"cancel-evidence":       {"/v1/evidence/1", "", "", ""},
		"rotate-webhook-secret": {"/v1/webhooks/1/rotate", `{"overlap_hours":2}`, "", `"99"`},
	}
}

// A stage has servers for provocations. What is refused changes nothing, so all
// operations share them.
type stage struct {
	seeded, empty *bench
	hurried       *bench    // which allows each key one request in two seconds
	now           time.Time // of seeded
}

// A provocation makes an operation answer with one status.
type provocation func(t *testing.T, s *stage, o operation, c call) *httptest.ResponseRecorder

func (b *bench) sends(o operation, c call, headers ...string) *httptest.ResponseRecorder {
	return b.do(o.method, c.path, c.body, append([]string{"If-Match", c.ifMatch}, headers...)...)
}

// key makes a key of a role.
func (b *bench) key(role api.Role) string {
	token, prefix, hash := api.NewToken()
	b.keys[prefix] = api.Key{Prefix: prefix, Hash: hash, Role: role}
	return "Bearer " + token
}

// provocations has one for every status of an error that an operation documents.
func provocations() map[int]provocation {
	return map[int]provocation{
		400: func(_ *testing.T, s *stage, o operation, c call) *httptest.ResponseRecorder {
			return s.seeded.sendsBody(o, c, strings.NewReader(`{"a":`), 5)
		},
		401: func(_ *testing.T, s *stage, o operation, c call) *httptest.ResponseRecorder {
			s.now = s.now.Add(time.Second) // so many strangers of one address would be told to wait
			return s.seeded.sends(o, c, "Authorization", "")
		},
		403: func(_ *testing.T, s *stage, o operation, c call) *httptest.ResponseRecorder {
			return s.seeded.sends(o, c, "Authorization", s.seeded.key("nobody"))
		},
		404: func(_ *testing.T, s *stage, o operation, c call) *httptest.ResponseRecorder {
			if x, ok := absent()[o.ID]; ok {
				return s.empty.sends(o, x)
			}
			c.path = nowhere(c.path, o.path)
			return s.empty.sends(o, c)
		},
		408: func(_ *testing.T, s *stage, o operation, c call) *httptest.ResponseRecorder {
			return s.seeded.sendsBody(o, c, slowBody{}, 100)
		},
		409: provokeConflict,
		413: func(_ *testing.T, s *stage, o operation, c call) *httptest.ResponseRecorder {
			const size = 9 << 20
			return s.seeded.sendsBody(o, c, strings.NewReader(strings.Repeat(" ", size)), size)
		},
		415: func(_ *testing.T, s *stage, o operation, c call) *httptest.ResponseRecorder {
			return s.seeded.sends(o, c, "Content-Type", "text/plain")
		},
		422: func(_ *testing.T, s *stage, o operation, c call) *httptest.ResponseRecorder {
			sign := "?"
			if strings.Contains(c.path, "?") {
				sign = "&"
			}
			c.path += sign + "surprise=1"
			return s.seeded.sends(o, c)
		},
		429: func(_ *testing.T, s *stage, o operation, c call) *httptest.ResponseRecorder {
			key := s.hurried.key("nobody")
			s.hurried.sends(o, c, "Authorization", key)
			return s.hurried.sends(o, c, "Authorization", key)
		},
		500: keysFail(errDriver),
		503: keysFail(fmt.Errorf("%w: %w", api.ErrUnavailable, errDriver)),
	}
}

// keysFail has the database fail at the first thing that every request asks it.
func keysFail(err error) provocation {
	return func(_ *testing.T, s *stage, o operation, c call) *httptest.ResponseRecorder {
		s.seeded.keyErr = err
		defer func() { s.seeded.keyErr = nil }()
		return s.seeded.sends(o, c)
	}
}

func provokeConflict(t *testing.T, s *stage, o operation, c call) *httptest.ResponseRecorder {
	if x, ok := clashing()[o.ID]; ok {
		return s.seeded.sends(o, x)
	}
	if o.method == http.MethodPost {
		s.seeded.want(t, 200, http.MethodPost, "/v1/prechecks", `{"listing":{"id":"9","title":"茶壶"}}`, "Idempotency-Key", "taken")
		return s.seeded.sends(o, c, "Idempotency-Key", "taken")
	}
	c.ifMatch = `"99"`
	return s.seeded.sends(o, c)
}

// nowhere replaces the last parameter of a path by a thing that is not there.
func nowhere(path, template string) string {
	address, query, _ := strings.Cut(path, "?")
	parts, names := strings.Split(address, "/"), strings.Split(template, "/")
	for i, n := range slices.Backward(names) {
		if strings.HasPrefix(n, "{") {
			parts[i] = "nosuch"
			if _, err := strconv.Atoi(strings.Split(address, "/")[i]); err == nil {
				parts[i] = "987654"
			}
			break
		}
	}
	if query != "" {
		query = "?" + query
	}
	return strings.Join(parts, "/") + query
}

// A slowBody is one that does not arrive in time.
type slowBody struct{}

func (slowBody) Read([]byte) (int, error) { return 0, os.ErrDeadlineExceeded }

// sendsBody sends any body, with an Idempotency-Key where the operation reads
// none otherwise.
func (b *bench) sendsBody(o operation, c call, body io.Reader, length int64) *httptest.ResponseRecorder {
	r := httptest.NewRequest(o.method, c.path, body)
	r.ContentLength = length
	r.Header.Set("Authorization", "Bearer "+b.tokens[api.Admin])
	r.Header.Set("Content-Type", "application/json")
	if c.ifMatch != "" {
		r.Header.Set("If-Match", c.ifMatch)
	}
	if c.body == "" {
		r.Header.Set("Idempotency-Key", "1")
	}
	w := httptest.NewRecorder()
	b.server.ServeHTTP(w, r)
	return w
}

// errorsOf returns the statuses of errors that an operation documents.
func errorsOf(t *testing.T, o operation) []int {
	t.Helper()
	out := make([]int, 0, len(o.Responses))
	for s := range o.Responses {
		status, err := strconv.Atoi(s)
		if err != nil {
			t.Errorf("%s documents %q, which is no status", o.ID, s)
		}
		if status >= 400 {
			out = append(out, status)
		}
	}
	slices.Sort(out)
	return out
}

// TestEveryDocumentedErrorHappens makes every operation answer with every error
// that the spec says it may answer with, and holds the answer against its
// schema. What nobody can provoke does not belong in the spec.
func TestEveryDocumentedErrorHappens(t *testing.T) {
	t.Parallel()
	known := provocations()
	s := &stage{empty: newBench(t, nil), hurried: newBench(t, func(o *api.Options) { o.Rate = 0.5 }), now: noon}
	s.seeded = newBench(t, func(o *api.Options) { o.Now = func() time.Time { return s.now } })
	s.seeded.seed(t)
	for _, o := range operations(t, s.empty) {
		for _, status := range errorsOf(t, o) {
			t.Run(o.ID+" "+strconv.Itoa(status), func(t *testing.T) {
				provoke, ok := known[status]
				if !ok {
					t.Fatal("nothing provokes it")
				}
				w := provoke(t, s, o, calls()[o.ID])
				if w.Code != status {
					t.Fatalf("%d, want %d: %.300s", w.Code, status, w.Body)
				}
				problemOf(t, w)
				matches(t, s.seeded, o.ID, status, w.Body.Bytes())
			})
		}
	}
}
