package api_test

import (
	"net/http"
	"testing"

	"zhunru/api"
)

func TestReportFilesAreGivenByMask(t *testing.T) {
	t.Parallel()
	for role, want := range map[api.Role]int{api.Operator: 200, api.Admin: 200, api.Auditor: 403, api.Reviewer: 403, api.PlatformService: 403} {
		b := newBench(t, nil)
		b.want(t, want, http.MethodGet, "/v1/reports/2/file", "", "Authorization", "Bearer "+b.tokens[role])
	}
	b := newBench(t, nil)
	w := b.want(t, 206, http.MethodGet, "/v1/reports/1/file", "", "Range", "bytes=1-3")
	if w.Body.String() != "rep" || w.Header().Get("Content-Disposition") == "" {
		t.Errorf("%q, %v", w.Body.String(), w.Header())
	}
	b.want(t, 404, http.MethodGet, "/v1/reports/3/file", "") // waits
	b.want(t, 404, http.MethodGet, "/v1/reports/4", "")
}

func TestReportsOfOthersAreNotCancelled(t *testing.T) {
	t.Parallel()
	b := newBench(t, nil)
	b.want(t, 403, http.MethodDelete, "/v1/reports/3", "", "Authorization", "Bearer "+b.tokens[api.Operator])
	b.want(t, 200, http.MethodDelete, "/v1/reports/3", "", "Authorization", "Bearer "+b.tokens[api.Admin])
}

func TestReportsThatMakeNoSenseAreRefused(t *testing.T) {
	t.Parallel()
	b := newBench(t, nil)
	for _, body := range []string{
		`{"kind":"all","format":"csv"}`, `{"kind":"runs","format":"pdf"}`, `{"kind":"runs","format":"csv","from":"yesterday"}`,
		`{"kind":"runs","format":"csv","mask":"none"}`, `{"kind":"runs","format":"csv","where":[{"column":"x","values":["1"]}]}`,
	} {
		b.want(t, 422, http.MethodPost, "/v1/reports", body)
	}
}

func TestReportAskedForTwiceIsAnsweredAlike(t *testing.T) {
	t.Parallel()
	b := newBench(t, nil)
	first := b.want(t, 202, http.MethodPost, "/v1/reports", `{"kind":"runs","format":"csv"}`, "Idempotency-Key", "one")
	again := b.want(t, 202, http.MethodPost, "/v1/reports", `{"kind":"runs","format":"csv"}`, "Idempotency-Key", "one")
	if first.Body.String() != again.Body.String() {
		t.Errorf("%s, then %s", first.Body, again.Body)
	}
}
