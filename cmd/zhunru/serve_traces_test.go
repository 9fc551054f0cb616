package main

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	collector "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	"google.golang.org/protobuf/proto"
)

// TestTracesReachACollector screens one listing, stops the server, and looks at
// what a collector was sent.
func TestTracesReachACollector(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	spans := map[string]string{} // name: parent
	ids, raw, trace := map[string]string{}, "", ""
	post := func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		var sent collector.ExportTraceServiceRequest
		if err != nil || proto.Unmarshal(body, &sent) != nil {
			t.Errorf("%d bytes that are no traces, %v", len(body), err)
			return
		}
		mu.Lock()
		defer mu.Unlock()
		raw += string(body)
		for _, resource := range sent.GetResourceSpans() {
			for _, scope := range resource.GetScopeSpans() {
				for _, x := range scope.GetSpans() {
					spans[x.GetName()], ids[string(x.GetSpanId())] = string(x.GetParentSpanId()), x.GetName()
					if strings.HasPrefix(x.GetName(), "POST") {
						trace = string(x.GetTraceId())
					}
				}
			}
		}
	}
	server := httptest.NewServer(http.HandlerFunc(post))
	t.Cleanup(server.Close)
	s := serveDatabase(t, filepath.Join(t.TempDir(), "z.db"), "--otlp-endpoint", server.URL+"/v1/traces")
	r, err := http.NewRequestWithContext(context.Background(), http.MethodPost, s.url+"/v1/screenings", strings.NewReader(`{"listings":[{"id":"L-TRACED","title":"催情香水"}]}`))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+s.token)
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
	answer, err := http.DefaultClient.Do(r)
	if err != nil || answer.StatusCode != http.StatusOK {
		t.Fatal(answer, err)
	}
	if err := answer.Body.Close(); err != nil {
		t.Fatal(err)
	}
	if status := s.stop(); status != exitDone {
		t.Fatalf("exit %d: %s", status, s.log)
	}
	mu.Lock()
	defer mu.Unlock()
	for child, parent := range map[string]string{"screen": "POST /v1/screenings", "commit": "POST /v1/screenings"} {
		if ids[spans[child]] != parent {
			t.Errorf("%s is a child of %q, want %q; spans %q", child, ids[spans[child]], parent, spans)
		}
	}
	if trace != "\x0a\xf7\x65\x19\x16\xcd\x43\xdd\x84\x48\xeb\x21\x1c\x80\x31\x9c" {
		t.Errorf("trace %x is not the caller's", trace)
	}
	for _, secret := range []string{s.token, "催情香水", "L-TRACED"} {
		if strings.Contains(raw, secret) {
			t.Errorf("traces tell %q", secret)
		}
	}
}
