package main

import (
	"io"
	"net/http"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

func TestMetricsSayHowTheServerStands(t *testing.T) {
	t.Parallel()
	s := serveDatabase(t, filepath.Join(t.TempDir(), "z.db"), "--metrics-addr", "127.0.0.1:0")
	for _, body := range []string{
		`{"listings":[{"id":"L-1","merchant_id":"M-1","title":"催情香水包邮"}]}`,
		`{"listings":[{"id":"L-2","title":"陶瓷茶杯"}],"store":false}`,
	} {
		if status, answer := s.call(t, "POST", "/v1/screenings", body); status != 200 {
			t.Fatalf("%d %s", status, answer)
		}
	}
	s.call(t, "GET", "/v1/listings/secret-path-13800000000", "")
	s.call(t, "BREW", "/no/such/path", "")
	_, own := s.call(t, "GET", "/metrics", "")
	open := "http://" + regexp.MustCompile(`"metrics_addr":"([^"]+)"`).FindStringSubmatch(s.log.String())[1]
	r, err := http.Get(open + "/metrics") //nolint:noctx // a test on loopback
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close() //nolint:errcheck // it was read
	other, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	for _, got := range []string{own, string(other)} {
		for _, want := range []string{
			`zhunru_request_seconds_count{method="POST",route="/v1/screenings",status="200"} 2`,
			`zhunru_request_seconds_count{method="GET",route="/v1/listings/:id",status="404"} 1`,
			`zhunru_request_seconds_count{method="other",route="(none)",status="404"} 1`,
			`zhunru_verdicts_total{outcome="prohibited",stored="true"} 1`,
			`zhunru_verdicts_total{outcome="pass",stored="false"} 1`,
			`zhunru_findings_total{class="P15_STUPEFY_APHRODISIAC",outcome="prohibited"} 1`,
			`zhunru_engine{revision="sha256:`, "zhunru_ledger_entries 2\n", "zhunru_runs_open 0\n", "zhunru_chunks_open 0\n",
			"zhunru_run_lag_seconds 0\n", "zhunru_revision_age_seconds ", "zhunru_submissions_waiting 0\n", "zhunru_database_up 1\n", "go_goroutines ",
		} {
			if !strings.Contains(got, want) {
				t.Errorf("without %s", want)
			}
		}
		for _, never := range []string{"L-1", "M-1", "13800000000", "BREW", "no/such"} {
			if strings.Contains(got, never) {
				t.Errorf("with %s", never)
			}
		}
	}
	if status, _ := s.call(t, "GET", "/debug/pprof/goroutine?debug=1", ""); status != 200 {
		t.Errorf("an admin's profile: %d", status)
	}
	s.token = "zr_" + strings.Repeat("a", 8) + "_" + strings.Repeat("a", 52)
	for _, path := range []string{"/metrics", "/debug/pprof/", "/debug/pprof/heap", "/debug/pprof/profile"} {
		if status, _ := s.call(t, "GET", path, ""); status != 401 {
			t.Errorf("%s without a key: %d", path, status)
		}
	}
}
