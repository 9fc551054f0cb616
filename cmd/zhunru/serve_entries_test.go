package main

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestChangesAreEntered removes a listing and leads a webhook through its life:
// each step is an entry of the ledger by the key that did it, and none tells a
// secret.
func TestChangesAreEntered(t *testing.T) {
	t.Parallel()
	s := serveDatabase(t, filepath.Join(t.TempDir(), "z.db"))
	w := &walker{s}
	must := func(method, path, body string, headers ...string) string {
		t.Helper()
		answer, _ := w.want(t, 200, method, path, body, headers...)
		return answer
	}
	must("PUT", "/v1/listings/L-1", `{"title":"纯棉毛巾"}`)
	must("DELETE", "/v1/listings/L-1", "")
	must("DELETE", "/v1/listings/L-1", "") // is not an entry again
	var hook struct {
		ID     int64  `json:"id"`
		Secret string `json:"secret"`
	}
	if err := json.Unmarshal([]byte(must("POST", "/v1/webhooks", `{"name":"下架","url":"https://hooks.example.com/in?token=t0ken","events":["run.finished"]}`)), &hook); err != nil {
		t.Fatal(err)
	}
	at := fmt.Sprintf("/v1/webhooks/%d", hook.ID)
	must("POST", at+"/rotate", `{}`, "If-Match", `"1"`)
	must("DELETE", at, "", "If-Match", `"2"`)
	var page struct {
		Entries []struct{ Kind, Subject, Actor string }
	}
	if err := json.Unmarshal([]byte(must("GET", "/v1/ledger/entries", "")), &page); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range page.Entries {
		if e.Kind == "listing" || e.Kind == "webhook" {
			got = append(got, e.Kind+" "+e.Subject)
			if !strings.HasPrefix(s.token, e.Actor) && !strings.Contains(e.Actor, s.token[3:11]) {
				t.Errorf("entered by %s", e.Actor)
			}
		}
	}
	hooked := fmt.Sprintf("webhook webhook/%d", hook.ID)
	if diff := cmp.Diff([]string{"listing L-1", hooked, hooked, hooked}, got); diff != "" {
		t.Error(diff)
	}
	db, err := openStore(t.Context(), s.db, false)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close() //nolint:errcheck // only read from
	entries, err := db.Ledger(t.Context(), 0, 100)
	if err != nil {
		t.Fatal(err)
	}
	seqs := make([]int64, len(entries))
	for i := range entries {
		seqs[i] = entries[i].Seq
	}
	bodies, err := db.Payloads(t.Context(), seqs)
	if err != nil || len(bodies) < 5 || hook.Secret == "" {
		t.Fatal(len(bodies), err)
	}
	for seq, body := range bodies {
		if text := string(body); strings.Contains(text, "t0ken") || strings.Contains(text, hook.Secret) {
			t.Errorf("entry %d tells a secret: %s", seq, text)
		}
	}
}
