package api_test

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"zhunru/api"
	"zhunru/screening"
	"zhunru/screening/dictionary"
)

// Listings ignores filters, but for the merchant's.
func (f *fake) Listings(_ context.Context, _ api.ListingFilter, after int64, limit int) ([]api.Listing, int64, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	ids := slices.Sorted(maps.Keys(f.listings))
	var out []api.Listing
	for i := int(after); i < len(ids) && len(out) < limit; i++ {
		out = append(out, api.Listing{Listing: f.listings[ids[i]], Version: 1, State: "active", EditedAt: noon})
	}
	if last := after + int64(len(out)); int(last) < len(ids) {
		return out, last, nil
	}
	return out, 0, nil
}

func (f *fake) SaveListing(_ context.Context, _ string, l screening.Listing, version int64) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if _, ok := f.listings[l.ID]; !ok && version != 0 {
		return screening.ErrNotFound
	}
	if version > 1 {
		return screening.ErrConflict
	}
	f.listings[l.ID] = l
	return nil
}

func (f *fake) RemoveListing(ctx context.Context, _, id string, version int64) error {
	if _, err := f.Listing(ctx, id); err != nil {
		return err
	}
	if version > 1 {
		return screening.ErrConflict
	}
	return nil
}

func (f *fake) Merchants(_ context.Context, after string, limit int) ([]api.Merchant, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	var out []api.Merchant
	for _, id := range slices.Sorted(maps.Keys(f.merchants)) {
		if id > after && len(out) < limit {
			out = append(out, f.merchants[id])
		}
	}
	return out, nil
}

func (f *fake) LedgerEntries(_ context.Context, after int64, limit int) ([]api.LedgerEntry, error) {
	var out []api.LedgerEntry
	hash := strings.Repeat("0", 64)
	for n := after + 1; n <= 5 && len(out) < limit; n++ {
		out = append(out, api.LedgerEntry{Seq: n, At: noon, Actor: "x", Kind: "verdict", Subject: "1", Payload: hash, Prev: hash, Hash: hash})
	}
	return out, f.err
}

// TestListsArePagedWithoutGapOrDouble reads every list page by page.
func TestListsArePagedWithoutGapOrDouble(t *testing.T) {
	t.Parallel()
	b := newBench(t, nil)
	b.seed(t)
	for i := range 4 {
		b.want(t, 200, http.MethodPut, fmt.Sprintf("/v1/listings/l%d", i), `{"title":"茶杯"}`)
		b.want(t, 200, http.MethodPut, fmt.Sprintf("/v1/merchants/m%d", i), `{"name":"乙"}`)
		b.want(t, 200, http.MethodPost, "/v1/merchants/M1/documents", `{"type":"营业执照"}`)
	}
	for path, member := range map[string]string{
		"/v1/listings": "listings", "/v1/merchants": "merchants", "/v1/merchants/M1/documents": "documents", "/v1/ledger/entries": "entries",
	} {
		for limit := 1; limit <= 6; limit++ {
			seen, next, pages := map[string]bool{}, "", 0
			for {
				var page map[string]json.RawMessage
				body := b.want(t, 200, http.MethodGet, fmt.Sprintf("%s?limit=%d%s", path, limit, cmp.Or(next, "")), "").Body.Bytes()
				var items []json.RawMessage
				if json.Unmarshal(body, &page) != nil || json.Unmarshal(page[member], &items) != nil || len(items) > limit {
					t.Fatalf("%s: %s", path, body)
				}
				for _, x := range items {
					if seen[string(x)] {
						t.Errorf("%s by %d: %s stands there twice", path, limit, x)
					}
					seen[string(x)] = true
				}
				if next = strings.Trim(string(page["next"]), `"`); next == "" || pages > 9 {
					break
				}
				next = "&cursor=" + next
				pages++
			}
			want := 5
			if member == "merchants" {
				want++ // the platform itself
			}
			if len(seen) != want {
				t.Errorf("%s by %d: %d items, want %d", path, limit, len(seen), want)
			}
		}
	}
}

func TestCursorsOpenTheirOwnListOnly(t *testing.T) {
	t.Parallel()
	b := newBench(t, nil)
	b.seed(t)
	b.want(t, 200, http.MethodPut, "/v1/listings/l", `{"title":"茶杯"}`)
	var page struct{ Next string }
	if err := json.Unmarshal(b.want(t, 200, http.MethodGet, "/v1/listings?limit=1", "").Body.Bytes(), &page); err != nil || page.Next == "" {
		t.Fatal(err)
	}
	b.want(t, 200, http.MethodGet, "/v1/listings?cursor="+page.Next, "")
	altered := "A" + page.Next[1:]
	if altered == page.Next {
		altered = "B" + page.Next[1:]
	}
	for _, path := range []string{
		"/v1/listings?merchant=x&cursor=" + page.Next, "/v1/ledger/entries?cursor=" + page.Next, "/v1/listings?cursor=x",
		"/v1/listings?cursor=" + page.Next + "A", "/v1/listings?cursor=" + altered, "/v1/listings?limit=201", "/v1/listings?outcome=x", "/v1/listings?edited_since=x",
	} {
		b.want(t, 422, http.MethodGet, path, "")
	}
}

func TestTagsSpareTheBody(t *testing.T) {
	t.Parallel()
	b := newBench(t, nil)
	b.seed(t)
	for _, path := range []string{"/v1/listings/L%2F1", "/v1/merchants/M1", "/v1/merchants/M1/documents/1", "/v1/verdicts/L%2F1", "/v1/verdicts/L%2F1?n=1"} {
		tag := b.want(t, 200, http.MethodGet, path, "").Header().Get("ETag")
		for _, have := range []string{tag, "W/" + tag, `"x", ` + tag, "*"} {
			if w := b.want(t, 304, http.MethodGet, path, "", "If-None-Match", have); w.Body.Len() > 0 || w.Header().Get("ETag") != tag {
				t.Errorf("%s: %q, %q", path, w.Header().Get("ETag"), w.Body)
			}
		}
		b.want(t, 200, http.MethodGet, path, "", "If-None-Match", `"x"`)
	}
}

func TestListingsOfAnotherVersionAreLeftAlone(t *testing.T) {
	t.Parallel()
	b := newBench(t, nil)
	b.seed(t)
	b.want(t, 409, http.MethodPut, "/v1/listings/L%2F1", `{"title":"x"}`, "If-Match", `"9"`)
	b.want(t, 409, http.MethodDelete, "/v1/listings/L%2F1", "", "If-Match", `"9"`)
	b.want(t, 404, http.MethodDelete, "/v1/listings/none", "")
	b.want(t, 422, http.MethodPut, "/v1/listings/L%2F1", `{"title":"x"}`, "If-Match", "9")
	b.want(t, 422, http.MethodPut, "/v1/listings/L%2F1", `{"title":"a\u0000"}`)
}

func (f *fake) Revisions(_ context.Context, before int64, limit int) ([]api.Revision, error) {
	d, _ := rules()
	return []api.Revision{{Revision: d.Revision, LoadedAt: noon, At: 2}, {Revision: "sha256:11", LoadedAt: noon, At: 1}}[:min(limit, 2)], f.err
}

func (f *fake) Dictionary(_ context.Context, revision string) (*dictionary.Dictionary, error) {
	if revision != "sha256:11" {
		return nil, screening.ErrNotFound
	}
	return &dictionary.Dictionary{Revision: revision}, nil
}

func (f *fake) Replay(_ context.Context, r *api.Record) (api.Replayed, error) {
	v := verdict(r.Verdict.ID)
	if r.N == 2 {
		v.Findings[0].Term = "香水"
	}
	return api.Replayed{Verdict: v, Input: "same"}, f.err
}

func TestAReplayIsIdenticalOrSaysWhatDiffers(t *testing.T) {
	t.Parallel()
	b := newBench(t, nil)
	b.seed(t)
	var same, differs api.Replay
	for query, out := range map[string]*api.Replay{"?n=3": &same, "?n=2": &differs} {
		var answer struct {
			Identical    bool                `json:"identical"`
			Why          string              `json:"why"`
			OnlyKept     []screening.Finding `json:"only_kept"`
			OnlyReplayed []screening.Finding `json:"only_replayed"`
		}
		if err := json.Unmarshal(b.want(t, 200, http.MethodGet, "/v1/verdicts/L%2F1/replay"+query, "").Body.Bytes(), &answer); err != nil {
			t.Fatal(err)
		}
		*out = api.Replay{Identical: answer.Identical, Why: answer.Why, OnlyKept: answer.OnlyKept, OnlyReplayed: answer.OnlyReplayed}
	}
	if !same.Identical || same.OnlyKept != nil || same.OnlyReplayed != nil {
		t.Errorf("%+v", same)
	}
	if differs.Identical || len(differs.OnlyKept) != 1 || len(differs.OnlyReplayed) != 1 || differs.OnlyReplayed[0].Term != "香水" || !strings.Contains(differs.Why, "报告管理员") {
		t.Errorf("%+v", differs)
	}
	b.want(t, 404, http.MethodGet, "/v1/dictionary/diff?from=sha256:22", "")
	b.want(t, 422, http.MethodGet, "/v1/dictionary/diff", "")
}
