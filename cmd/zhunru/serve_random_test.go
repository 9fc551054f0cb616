package main

import (
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"zhunru/store"
	"zhunru/store/storetest/pg"
)

// A guess makes requests of random values after an OpenAPI document: mostly what
// it asks for, sometimes what it forbids.
type guess struct {
	*rand.Rand
	schemas map[string]any
}

// A route is an operation of the document.
type route struct {
	method, path string
	params       []any
	body         any  // schema; nil: none
	file         bool // the body is a file
}

// words are what strings are made of, beside what the document lists: ids that
// requests before may have kept, and what has broken programs.
var words = [...]string{
	"a", "L-1", "M1", "1", "0", "-1", "9223372036854775808", "茶杯", "催情香水", "电子烟", "2026-02-30", "2026-03-04", "长期", "电商平台",
	"2026-03-04T00:00:00Z", "https://example.com/", "http://127.0.0.1/", "\x00", "\u202e", "İ\u0301", "' OR 1=1 --", "=1+1", "<script>", "../../etc/passwd", "%", "_", "null", "[]", `"`, `\`,
}

func (g *guess) text() string {
	s := words[g.IntN(len(words))]
	switch g.IntN(20) {
	case 0:
		return ""
	case 1:
		return strings.Repeat(s, g.IntN(2000))
	case 2, 3:
		return s + words[g.IntN(len(words))]
	}
	return s
}

// value makes a value for a schema; depth bounds what refers to itself.
func (g *guess) value(schema any, depth int) any {
	s, _ := schema.(map[string]any)
	if ref, ok := s["$ref"].(string); ok {
		s, _ = g.schemas[ref[strings.LastIndexByte(ref, '/')+1:]].(map[string]any)
	}
	if depth > 6 || g.IntN(25) == 0 { // anything
		return [...]any{nil, true, -1, 1e300, "x", []any{}, map[string]any{"a": 1}, g.text()}[g.IntN(8)]
	}
	if list, ok := s["enum"].([]any); ok && g.IntN(10) > 0 {
		return list[g.IntN(len(list))]
	}
	switch kindOf(s) {
	case "object":
		return g.object(s, depth)
	case "array":
		out := make([]any, g.IntN(4))
		for i := range out {
			out[i] = g.value(s["items"], depth+1)
		}
		return out
	case "boolean":
		return g.IntN(2) == 0
	case "integer":
		return [...]int64{0, 1, 2, 3, 7, 50, -1, 1 << 40}[g.IntN(8)]
	case "number":
		return g.NormFloat64() * 1000
	}
	return g.text()
}

func (g *guess) object(s map[string]any, depth int) map[string]any {
	out := map[string]any{}
	fields, _ := s["properties"].(map[string]any)
	required, _ := s["required"].([]any)
	for _, name := range sortedNames(fields) {
		if slices.Contains(required, any(name)) && g.IntN(30) > 0 || g.IntN(3) == 0 {
			out[name] = g.value(fields[name], depth+1)
		}
	}
	if more, ok := s["additionalProperties"].(map[string]any); ok {
		for range g.IntN(3) {
			out[g.text()] = g.value(more, depth+1)
		}
	}
	return out
}

// kindOf returns the type of a schema, which may stand in a list beside null.
func kindOf(s map[string]any) string {
	if list, ok := s["type"].([]any); ok && len(list) > 0 {
		s = map[string]any{"type": list[0]}
	}
	kind, _ := s["type"].(string)
	return kind
}

func sortedNames[T any](m map[string]T) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

// request fills in a route.
func (g *guess) request(t *testing.T, base string, r route) *http.Request {
	t.Helper()
	path, query, header := r.path, url.Values{}, http.Header{}
	for _, p := range r.params {
		p, _ := p.(map[string]any)
		name, _ := p["name"].(string)
		value := fmt.Sprint(g.value(p["schema"], 5))
		switch p["in"] {
		case "path":
			if value == "" || value == "." || value == ".." {
				value = "L-1"
			}
			path = strings.ReplaceAll(path, "{"+name+"}", url.PathEscape(value))
		case "query":
			if required, _ := p["required"].(bool); required || g.IntN(3) == 0 {
				query.Set(name, value)
			}
		case "header":
			if g.IntN(2) == 0 {
				header.Set(name, strconv.QuoteToASCII([...]string{"1", "2", value}[g.IntN(3)]))
			}
		}
	}
	body := ""
	if r.body != nil {
		b, err := json.Marshal(g.value(r.body, 0))
		if err != nil {
			t.Fatal(err)
		}
		if body = string(b); g.IntN(30) == 0 {
			body = body[:g.IntN(len(body)+1)]
		}
	}
	if r.file {
		body = [...]string{"id,title\n", "编号,标题\n", `{"id":"L-9","title":"`, "PK\x03\x04"}[g.IntN(4)] + g.text() + "," + g.text() + "\n" + g.text()
	}
	out, err := http.NewRequestWithContext(t.Context(), r.method, base+path+"?"+query.Encode(), strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	out.Header = header
	out.Header.Set("Content-Type", "application/json")
	return out
}

// routesOf reads the document of a running server.
func routesOf(t *testing.T, base string) (list []route, schemas map[string]any) {
	t.Helper()
	status, text := ask(t, http.DefaultClient, mustRequest(t, base+"/openapi.json"))
	var doc struct {
		Paths      map[string]map[string]map[string]any
		Components struct{ Schemas map[string]any }
	}
	if err := json.Unmarshal([]byte(text), &doc); err != nil || status != 200 {
		t.Fatal(status, err)
	}
	for _, path := range sortedNames(doc.Paths) {
		for _, method := range sortedNames(doc.Paths[path]) {
			op := doc.Paths[path][method]
			r := route{method: strings.ToUpper(method), path: path}
			r.params, _ = op["parameters"].([]any)
			if b, ok := op["requestBody"].(map[string]any); ok {
				media, isJSON := b["content"].(map[string]any)["application/json"].(map[string]any)
				r.body, r.file = media["schema"], !isJSON
			}
			list = append(list, r)
		}
	}
	return list, doc.Components.Schemas
}

func mustRequest(t *testing.T, address string) *http.Request {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func ask(t *testing.T, c *http.Client, r *http.Request) (int, string) {
	t.Helper()
	answer, err := c.Do(r)
	if err != nil {
		t.Fatalf("%s %s: %v", r.Method, r.URL, err)
	}
	defer answer.Body.Close() //nolint:errcheck // it was read
	b, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatalf("%s %s: %v", r.Method, r.URL, err)
	}
	return answer.StatusCode, string(b)
}

// peakMemory is the most memory a process had resident, in MB.
func peakMemory(t *testing.T, pid int) int {
	t.Helper()
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		t.Fatal(err)
	}
	_, after, _ := strings.Cut(string(b), "VmHWM:")
	fields := strings.Fields(after)
	if len(fields) == 0 {
		t.Fatal("the kernel does not tell the peak")
	}
	kb, err := strconv.Atoi(fields[0])
	if err != nil {
		t.Fatal(err)
	}
	return kb / 1024
}

// TestRandomRequestsFindNoFault sends the built program requests of random
// values after its own document. ZHUNRU_RANDOM_REQUESTS says how many,
// ZHUNRU_RANDOM_SEED which.
func TestRandomRequestsFindNoFault(t *testing.T) {
	if testing.Short() {
		t.Skip("sends thousands of requests to the built program: run without -short")
	}
	t.Parallel()
	const mostMB = 1024
	number := func(name string, otherwise uint64) uint64 {
		if n, err := strconv.ParseUint(os.Getenv(name), 10, 64); err == nil {
			return n
		}
		return otherwise
	}
	seed, n := number("ZHUNRU_RANDOM_SEED", 1), number("ZHUNRU_RANDOM_REQUESTS", 3000)
	bin := binary(t)
	for _, engine := range []store.Engine{store.SQLite, store.Postgres} {
		t.Run(string(engine), func(t *testing.T) {
			t.Parallel()
			db := filepath.Join(t.TempDir(), "z.db")
			if engine == store.Postgres {
				db = pg.Start(t).Database(t)
			}
			s := startServer(t, bin, db, "--rate", "1000000")
			list, schemas := routesOf(t, s.url)
			g, statuses := &guess{rand.New(rand.NewPCG(seed, 1)), schemas}, map[int]int{}
			client := &http.Client{}
			for i := range n {
				r := g.request(t, s.url, list[g.IntN(len(list))])
				status, body := ask(t, client, r)
				statuses[status]++
				var p struct{ Code, Detail string }
				if status >= 500 {
					t.Errorf("request %d of seed %d: %s %s: %d %s\n%s", i, seed, r.Method, r.URL, status, body, s.log)
				} else if status >= 400 && status != http.StatusRequestHeaderFieldsTooLarge && ( // net/http answers that itself
				json.Unmarshal([]byte(body), &p) != nil || p.Code == "" || p.Detail == "") {
					t.Errorf("request %d of seed %d: %s %s: %d is no problem: %.200s", i, seed, r.Method, r.URL, status, body)
				}
			}
			mb := peakMemory(t, s.cmd.Process.Pid)
			t.Logf("seed %d, %d requests, answers by status %v, at most %d MB resident", seed, n, statuses, mb)
			if mb > mostMB {
				t.Errorf("%d MB resident, want at most %d", mb, mostMB)
			}
			if statuses[200] < int(n/20) {
				t.Errorf("only %d of %d requests were good ones: too few to reach anything", statuses[200], n)
			}
			if status := s.end(t, syscall.SIGTERM); status != 0 || strings.Contains(s.log.String(), "panic") {
				t.Errorf("serve ended with %d: %.2000s", status, s.log)
			}
		})
	}
}
