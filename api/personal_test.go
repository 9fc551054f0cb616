package api_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"zhunru/api"
)

const (
	idNumber = "11010119900307123X" // made up
	phone    = "13800138000"
)

// TestPersonalDataByRole: who may see personal data sees it, all others see it
// masked and are told which fields.
func TestPersonalDataByRole(t *testing.T) {
	t.Parallel()
	b := newBench(t, nil)
	b.want(t, 200, http.MethodPut, "/v1/merchants/P1", `{"name":"某人","identity":{"phone":"`+phone+`","id_number":"`+idNumber+`","shop_name":"小店"}}`)
	b.want(t, 200, http.MethodPost, "/v1/merchants/P1/documents", `{"type":"营业执照","number":"`+idNumber+`","text":"电话`+phone+`"}`)
	sees := []api.Role{api.Operator, api.Reviewer, api.Admin}
	for _, role := range api.Roles() {
		for path, masked := range map[string]string{
			"/v1/merchants/P1":           `"masked":["identity/phone","identity/id_number"]`,
			"/v1/merchants":              `"masked":["identity/phone","identity/id_number"]`,
			"/v1/merchants/P1/documents": `"masked":["number","text"]`,
		} {
			got := b.do(http.MethodGet, path, "", "Authorization", "Bearer "+b.tokens[role])
			if got.Code != http.StatusOK {
				t.Fatal(role, path, got.Body)
			}
			body := got.Body.String()
			clear := strings.Contains(body, idNumber) || strings.Contains(body, phone)
			if want := slices.Contains(sees, role); clear != want {
				t.Errorf("%s sees %s in the clear = %v, want %v: %s", role, path, clear, want, body)
			}
			if slices.Contains(sees, role) == strings.Contains(body, masked) {
				t.Errorf("%s %s: what is masked is named wrongly: %s", role, path, body)
			}
		}
	}
}

// TestMaskedValuesAreNotSaved: what was masked on its way out must not replace
// the value on its way in, and an update without identity keeps it.
func TestMaskedValuesAreNotSaved(t *testing.T) {
	t.Parallel()
	b := newBench(t, nil)
	b.want(t, 200, http.MethodPut, "/v1/merchants/P1", `{"name":"某人","identity":{"phone":"`+phone+`"}}`)
	etag := b.do(http.MethodGet, "/v1/merchants/P1", "").Header().Get("ETag")
	refused := b.do(http.MethodPut, "/v1/merchants/P1", `{"name":"某人","identity":{"phone":"1**********"}}`, "If-Match", etag, "Authorization", "Bearer "+b.tokens[api.PlatformService])
	if refused.Code != http.StatusUnprocessableEntity || !strings.Contains(refused.Body.String(), "MASKED_VALUE") {
		t.Error(refused.Code, refused.Body)
	}
	if kept := b.do(http.MethodPut, "/v1/merchants/P1", `{"name":"某某"}`, "If-Match", etag, "Authorization", "Bearer "+b.tokens[api.PlatformService]); kept.Code != http.StatusOK {
		t.Fatal(kept.Body)
	}
	var m struct{ Identity api.Identity }
	if err := json.Unmarshal(b.do(http.MethodGet, "/v1/merchants/P1", "").Body.Bytes(), &m); err != nil || m.Identity.Phone != phone {
		t.Errorf("identity = %+v, %v", m.Identity, err)
	}
}
