package api_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2"

	"zhunru/api"
)

// hostile sends what no client of ours would and wants an answer that is no
// fault of the server: a success, or a problem with a code.
func (b *bench) hostile(t *testing.T, method, path, contentType, body string) {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "http://127.0.0.1/", strings.NewReader(body))
	r.Method = method
	u, err := r.URL.Parse(path)
	if err != nil {
		return // net/http answers such a line itself
	}
	r.URL = u
	r.Header.Set("Authorization", "Bearer "+b.tokens["admin"])
	r.Header.Set("Content-Type", contentType)
	w := httptest.NewRecorder()
	b.server.ServeHTTP(w, r)
	switch {
	case w.Code >= 500:
		t.Errorf("%s %q %s %.500q: %d %s", method, path, contentType, body, w.Code, w.Body)
	case w.Code >= 400:
		var p struct{ Code, Detail string }
		if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil || p.Code == "" || p.Detail == "" {
			t.Errorf("%s %q %.500q: %d is no problem: %s", method, path, body, w.Code, w.Body)
		}
	}
}

// FuzzBodies sends any body to any operation.
func FuzzBodies(f *testing.F) {
	known := calls()
	b := newBench(f, func(o *api.Options) { o.Rate = 1e6 })
	var list []*huma.Operation
	for _, o := range specOperations(b) {
		if _, ok := known[o.OperationID]; ok {
			list = append(list, o)
		}
	}
	for i, o := range list {
		f.Add(i, "application/json", known[o.OperationID].body)
		f.Add(i, "application/json", strings.Repeat(`{"listings":[`, 50))
	}
	for _, body := range []string{"null", "[]", "0", `""`, "{", `{"listings":null}`, `{"listings":[null]}`, `{"a":1,"a":2}`, "\xff\xfe", `{"listings":[{"id":"\ud800","title":"x"}]}`, `{"listings":[{"id":1e999,"title":[]}]}`} {
		f.Add(0, "application/json", body)
		f.Add(1, "application/json; charset=utf-16", body)
	}
	f.Fuzz(func(t *testing.T, i int, contentType, body string) {
		o := list[uint(i)%uint(len(list))]
		b.hostile(t, o.Method, known[o.OperationID].path, contentType, body)
	})
}

// specOperations returns the operations of the OpenAPI document by their id.
func specOperations(b *bench) []*huma.Operation {
	var list []*huma.Operation
	for _, item := range b.server.OpenAPI().Paths {
		for _, o := range []*huma.Operation{item.Get, item.Post, item.Put, item.Patch, item.Delete} {
			if o != nil {
				list = append(list, o)
			}
		}
	}
	slices.SortFunc(list, func(a, b *huma.Operation) int { return strings.Compare(a.OperationID, b.OperationID) })
	return list
}

// A maker makes values by a schema, most of them right, some wrong.
type maker struct {
	*rand.Rand
	schemas huma.Registry
}

// odd are values that programs stumble over.
func odd() []any {
	return []any{nil, true, -1, 0, 1e308, 9007199254740993, "", " ", "\x00", "﷽", "e\u0301", "' OR 1=1 --", "=1+1", "<script>", "../../etc/passwd",
		strings.Repeat("长", 2000), []any{}, map[string]any{}, []any{nil}, map[string]any{"": nil}, "2026-02-30", "9999-12-31", "商品", "\u202e"}
}

func (m *maker) value(s *huma.Schema, depth int) any {
	if s != nil && s.Ref != "" {
		s = m.schemas.SchemaFromRef(s.Ref)
	}
	wrong := odd()
	if s == nil || depth > 8 || m.IntN(12) == 0 {
		return wrong[m.IntN(len(wrong))]
	}
	if len(s.Enum) > 0 && m.IntN(5) > 0 {
		return s.Enum[m.IntN(len(s.Enum))]
	}
	switch s.Type {
	case huma.TypeObject:
		return m.object(s, depth)
	case huma.TypeArray:
		out := make([]any, m.IntN(4))
		for i := range out {
			out[i] = m.value(s.Items, depth+1)
		}
		return out
	case huma.TypeInteger:
		return m.IntN(100) - 10
	case huma.TypeNumber:
		return m.Float64() * 100
	case huma.TypeBoolean:
		return m.IntN(2) == 0
	}
	return []any{"催情香水", "L/1", "M1", "2026-03-04", "2026-03-04T00:00:00Z", "电商平台-电商平台", "营业执照", strconv.Itoa(m.IntN(1000))}[m.IntN(8)]
}

func (m *maker) object(s *huma.Schema, depth int) map[string]any {
	out := map[string]any{}
	for name, property := range s.Properties {
		if slices.Contains(s.Required, name) && m.IntN(20) > 0 || m.IntN(2) == 0 {
			out[name] = m.value(property, depth+1)
		}
	}
	if m.IntN(30) == 0 {
		out["surprise"] = 1
	}
	return out
}

// path fills the parameters of a path and some of the query's.
func (m *maker) path(o *huma.Operation) string {
	text := func(s *huma.Schema) string { return urlEscape(fmt.Sprint(m.value(s, 7))) }
	path := regexp.MustCompile(`\{[^}]+\}`).ReplaceAllStringFunc(o.Path, func(string) string {
		return text(&huma.Schema{Type: huma.TypeString})
	})
	sign := "?"
	for _, p := range o.Parameters {
		if p.In == "query" && m.IntN(2) == 0 {
			path, sign = path+sign+p.Name+"="+text(p.Schema), "&"
		}
	}
	return path
}

func urlEscape(s string) string {
	var b strings.Builder
	for i := range len(s) {
		fmt.Fprintf(&b, "%%%02X", s[i])
	}
	return b.String()
}

// TestSpecWalkedWithRandomValues sends every operation of the document many
// requests of values that its schemas allow, and some that they do not.
func TestSpecWalkedWithRandomValues(t *testing.T) {
	t.Parallel()
	for n, o := range specOperations(newBench(t, nil)) {
		t.Run(o.OperationID, func(t *testing.T) {
			t.Parallel()
			b := newBench(t, nil)
			b.seed(t)
			m := &maker{rand.New(rand.NewPCG(uint64(n), 11)), b.server.OpenAPI().Components.Schemas}
			for range 300 {
				body := ""
				if o.RequestBody != nil && o.RequestBody.Content["application/json"] == nil {
					body = "id,title\n1," + strings.Repeat("茶杯", n%7)
				} else if o.RequestBody != nil {
					made, err := json.Marshal(m.value(o.RequestBody.Content["application/json"].Schema, 0))
					if err != nil {
						t.Fatal(err)
					}
					body = string(made)
				}
				b.hostile(t, o.Method, m.path(o), "application/json", body)
			}
		})
	}
}

// TestBodiesThatNeverEndTakeNoMemory sends an endless body to every operation
// that takes one: it is refused, and what was read of it is bounded.
func TestBodiesThatNeverEndTakeNoMemory(t *testing.T) {
	b := newBench(t, nil)
	for _, o := range specOperations(b) {
		if o.RequestBody == nil {
			continue
		}
		t.Run(o.OperationID, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			endless := &endless{}
			r := httptest.NewRequestWithContext(t.Context(), o.Method, calls()[o.OperationID].path, endless)
			r.Header.Set("Authorization", "Bearer "+b.tokens["admin"])
			r.Header.Set("Content-Type", "application/json")
			r.Header.Set("If-Match", `"1"`)
			w := httptest.NewRecorder()
			b.server.ServeHTTP(w, r)
			runtime.ReadMemStats(&after)
			if w.Code != http.StatusRequestEntityTooLarge {
				t.Errorf("%d %s", w.Code, w.Body)
			}
			if read, took := endless.n, after.TotalAlloc-before.TotalAlloc; read > 64<<20 || took > 256<<20 {
				t.Errorf("%d bytes were read and %d allocated", read, took)
			}
		})
	}
}

// endless is a JSON string without an end.
type endless struct{ n int }

func (e *endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'x'
	}
	if e.n == 0 {
		copy(p, `{"a":"`)
	}
	e.n += len(p)
	return len(p), nil
}
