package api_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"zhunru/api"
)

// precheck asks about a listing and returns the answer.
func (b *bench) precheck(t *testing.T, listing string) (p api.Precheck) {
	t.Helper()
	body := b.want(t, 200, http.MethodPost, "/v1/prechecks", `{"listing":`+listing+`}`).Body.Bytes()
	var answer struct {
		MaySell bool                 `json:"may_sell"`
		Words   []api.WordToChange   `json:"words_to_change"`
		Receipt *api.PrecheckReceipt `json:"receipt"`
	}
	if err := json.Unmarshal(body, &answer); err != nil {
		t.Fatal(err)
	}
	return api.Precheck{MaySell: answer.MaySell, Words: answer.Words, Receipt: answer.Receipt}
}

func TestAReceiptHoldsForTheVeryListing(t *testing.T) {
	t.Parallel()
	const listing = `{"id":"1","merchant_id":"M","title":"茶杯","attributes":{"a":"b","c":"d"}}`
	now := noon
	b := newBench(t, func(o *api.Options) { o.Now = func() time.Time { return now } })
	b.passes = true
	p := b.precheck(t, listing)
	if !p.MaySell || p.Receipt == nil || len(p.Words) != 0 || !p.Receipt.ExpiresAt.Equal(time.Date(2026, 3, 4, 16, 0, 0, 0, time.UTC)) {
		t.Fatalf("%+v", p)
	}
	check := func(want, token, listing string) {
		t.Helper()
		token, _ = strings.CutSuffix(token, "\n")
		w := b.want(t, 200, http.MethodPost, "/v1/prechecks/check", `{"token":"`+token+`","listing":`+listing+`}`)
		if !strings.Contains(w.Body.String(), `"code":"`+want+`"`) || strings.Contains(w.Body.String(), `"valid":true`) != (want == "VALID") {
			t.Errorf("%s, want %s", w.Body, want)
		}
	}
	token := p.Receipt.Token
	check("VALID", token, listing)
	check("VALID", token, `{"title":"茶杯","id":"1","attributes":{"c":"d","a":"b"},"merchant_id":"M"}`)
	for _, edit := range []string{
		strings.Replace(listing, "茶杯", "茶 杯", 1), strings.Replace(listing, `"M"`, `"N"`, 1), strings.Replace(listing, `"1"`, `"2"`, 1), strings.Replace(listing, `"d"`, `"e"`, 1),
	} {
		check("EDITED", token, edit)
	}
	for _, forged := range []string{"x", ".", token + "A", "A" + token, token[:len(token)-3], strings.Replace(token, ".", "", 1), token[:10] + "A" + token[11:]} {
		check("FORGED", forged, listing)
	}
	other := newBench(t, nil)
	other.passes = true
	check("FORGED", other.precheck(t, listing).Receipt.Token, listing)
	now = p.Receipt.ExpiresAt
	check("EXPIRED", token, listing)
}

func TestAPrecheckThatFailsSaysWhatToChange(t *testing.T) {
	t.Parallel()
	b := newBench(t, nil)
	p := b.precheck(t, `{"id":"1","title":"催情香水"}`)
	if p.MaySell || p.Receipt != nil || len(p.Words) != 1 || p.Words[0].Quote != "催情香水" {
		t.Errorf("%+v", p)
	}
	if b.kept != 0 {
		t.Error("it was kept")
	}
	b.want(t, 422, http.MethodPost, "/v1/prechecks", `{"listing":{"id":"1","title":"a\u0000"}}`)
	b.want(t, 422, http.MethodPost, "/v1/prechecks", `{"listing":null}`)
}

func TestExplanationsSpeakToWhomTheyAreFor(t *testing.T) {
	t.Parallel()
	b := newBench(t, nil)
	b.seed(t)
	for query, words := range map[string][]string{
		"":                         {"不能销售", "催情香水", "药品管理法", "第98条"},
		"?voice=operator":          {"命中方式", "词条"},
		"?voice=auditor&n=1":       {"字节 0–0", "sha256:00", "待核"},
		"?voice=auditor&n=1&lang=": nil,
	} {
		if words == nil {
			b.want(t, 422, http.MethodGet, "/v1/verdicts/L%2F1/explain"+query, "")
			continue
		}
		body := b.want(t, 200, http.MethodGet, "/v1/verdicts/L%2F1/explain"+query, "").Body.String()
		if i := slices.IndexFunc(words, func(w string) bool { return !strings.Contains(body, w) }); i >= 0 {
			t.Errorf("%s: no %s in %s", query, words[i], body)
		}
	}
	if body := b.want(t, 200, http.MethodGet, "/v1/verdicts/L%2F1/explain", "", "Accept-Language", "en").Body.String(); !strings.Contains(body, "must not be sold") {
		t.Error(body)
	}
	b.want(t, 422, http.MethodGet, "/v1/verdicts/L%2F1/why-not?class=X", "")
	b.want(t, 422, http.MethodGet, "/v1/verdicts/L%2F1/why-not", "")
	if body := b.want(t, 200, http.MethodGet, "/v1/verdicts/L%2F1/why-not?class=P23_ECIG", "").Body.String(); !strings.Contains(body, "nothing_found") {
		t.Error(body)
	}
}

func TestTermsAreFound(t *testing.T) {
	t.Parallel()
	b := newBench(t, nil)
	d, _ := rules()
	want := 0
	for i := range d.Classes {
		c := &d.Classes[i]
		want += len(c.Terms) + len(c.Slang) + len(c.Suspect) + len(c.Weak) + len(c.Exceptions)
	}
	seen, cursor := 0, ""
	for {
		var page api.Terms
		if err := json.Unmarshal(b.want(t, 200, http.MethodGet, "/v1/dictionary/terms?limit=200"+cursor, "").Body.Bytes(), &page); err != nil {
			t.Fatal(err)
		}
		if seen += len(page.Terms); page.Next == "" {
			break
		}
		cursor = "&cursor=" + page.Next
	}
	if seen != want {
		t.Errorf("%d terms, want %d", seen, want)
	}
	b.want(t, 422, http.MethodGet, "/v1/dictionary/terms?class=X", "")
}

func TestQualificationsCountWhatWasAccepted(t *testing.T) {
	t.Parallel()
	b := newBench(t, nil)
	b.want(t, 200, http.MethodPut, "/v1/merchants/M", `{"name":"甲公司","categories_held":["社交-直播"]}`)
	body := b.want(t, 200, http.MethodGet, "/v1/merchants/M/qualifications", "").Body.String()
	held, _, _ := strings.Cut(body, `"missing"`)
	if !strings.Contains(held, "社交-直播") || !strings.Contains(body, `"lacks":[{`) {
		t.Error(body)
	}
	for _, path := range []string{"?on=2026-02-30", "?profile=x", "?forecast=3"} {
		b.want(t, 422, http.MethodGet, "/v1/merchants/M/qualifications"+path, "")
	}
	b.want(t, 404, http.MethodGet, "/v1/merchants/M/qualifications/none", "")
	b.want(t, 404, http.MethodGet, "/v1/merchants/none/qualifications", "")
	b.want(t, 404, http.MethodGet, "/v1/platform", "")
}
