package api_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2"

	"zhunru/api"
)

// A call is one good request to an operation, and who may make it: p
// platform-service, o operator, r reviewer, u auditor, a admin.
type call struct {
	path, body, who string
	ifMatch         string
}

// calls has every operation of the API; TestEveryOperationIsKnown sees to it.
func calls() map[string]call {
	return map[string]call{
		"create-screening": {"/v1/screenings", `{"listings":[{"id":"1","title":"茶杯"}],"store":false}`, "pora", ""},
		"create-precheck":  {"/v1/prechecks", `{"listing":{"id":"1","title":"催情香水"}}`, "pora", ""},
		"check-receipt":    {"/v1/prechecks/check", `{"token":"x","listing":{"id":"1","title":"催情香水"}}`, "pora", ""},
		"explain-verdict":  {"/v1/verdicts/L%2F1/explain?voice=auditor", "", "porua", ""},
		"why-not":          {"/v1/verdicts/L%2F1/why-not?class=P15_STUPEFY_APHRODISIAC", "", "porua", ""},
		"list-revisions":   {"/v1/dictionary/revisions", "", "porua", ""},
		"diff-revisions":   {"/v1/dictionary/diff?from=sha256:11", "", "porua", ""},
		"replay-verdict":   {"/v1/verdicts/L%2F1/replay?n=1", "", "orua", ""},
		"list-terms":       {"/v1/dictionary/terms?q=%E9%A6%99&limit=3", "", "porua", ""},
		"get-platform":     {"/v1/platform", "", "porua", ""},
		"put-platform":     {"/v1/platform", `{"name":"丙公司"}`, "oa", `"1"`},

		"list-merchant-qualifications": {"/v1/merchants/M1/qualifications?on=2026-03-04", "", "porua", ""},
		"get-merchant-qualification":   {"/v1/merchants/M1/qualifications/%E7%94%B5%E5%95%86%E5%B9%B3%E5%8F%B0?forecast=30", "", "porua", ""},
		"list-platform-qualifications": {"/v1/platform/qualifications", "", "porua", ""},
		"get-platform-qualification":   {"/v1/platform/qualifications/%E7%94%B5%E5%95%86%E5%B9%B3%E5%8F%B0", "", "porua", ""},

		"list-listings":          {"/v1/listings?merchant=M1&outcome=prohibited&class=P15&state=active&category=x&edited_since=2026-01-01T00:00:00Z&limit=1", "", "porua", ""},
		"put-listing":            {"/v1/listings/L%2F1", `{"title":"茶杯","merchant_id":"M1"}`, "poa", `"1"`},
		"delete-listing":         {"/v1/listings/L%2F1", "", "poa", `"1"`},
		"list-merchants":         {"/v1/merchants?limit=1", "", "porua", ""},
		"get-document":           {"/v1/merchants/M1/documents/1", "", "porua", ""},
		"list-ledger-entries":    {"/v1/ledger/entries?limit=2", "", "ua", ""},
		"get-ledger-entry":       {"/v1/ledger/entries/2", "", "ua", ""},
		"get-listing":            {"/v1/listings/L%2F1", "", "porua", ""},
		"list-listing-verdicts":  {"/v1/listings/L%2F1/verdicts?limit=2", "", "porua", ""},
		"get-verdict":            {"/v1/verdicts/L%2F1?n=2", "", "porua", ""},
		"get-merchant":           {"/v1/merchants/M1", "", "porua", ""},
		"put-merchant":           {"/v1/merchants/M2", `{"name":"乙公司","verified_on":"2026-01-31"}`, "poa", ""},
		"list-documents":         {"/v1/merchants/M1/documents", "", "porua", ""},
		"create-document":        {"/v1/merchants/M1/documents", `{"type":"营业执照","valid_until":"2030-01-01"}`, "poa", ""},
		"put-document":           {"/v1/merchants/M1/documents/1", `{"type":"营业执照"}`, "poa", `"1"`},
		"decide-document":        {"/v1/merchants/M1/documents/1/decision", `{"decision":"accepted"}`, "ra", `"1"`},
		"evaluate-qualification": {"/v1/qualifications/evaluate?on=2026-03-04&forecast=30", `{"subject":{"name":"甲公司"},"apply_for":"电商平台-电商平台"}`, "pora", ""},
		"list-categories":        {"/v1/categories", "", "porua", ""},
		"get-category":           {"/v1/categories/%E7%94%B5%E5%95%86%E5%B9%B3%E5%8F%B0", "", "porua", ""},
		"get-dictionary":         {"/v1/dictionary", "", "porua", ""},
		"list-classes":           {"/v1/dictionary/classes", "", "porua", ""},
		"get-class":              {"/v1/dictionary/classes/P15_STUPEFY_APHRODISIAC", "", "porua", ""},
		"list-report-kinds":      {"/v1/report-kinds", "", "porua", ""},
		"create-report":          {"/v1/reports", `{"kind":"findings","format":"xlsx","from":"2026-01-01","where":[{"column":"outcome","values":["prohibited"]}]}`, "orua", ""},
		"list-reports":           {"/v1/reports?limit=2", "", "orua", ""},
		"get-report":             {"/v1/reports/1", "", "orua", ""},
		"cancel-report":          {"/v1/reports/3", "", "a", ""}, // it is another's
		"get-report-file":        {"/v1/reports/1/file", "", "orua", ""},
		"create-evidence":        {"/v1/evidence", `{"scope":"period","from":"2026-01-01","to":"2026-01-31"}`, "orua", ""},
		"list-evidence":          {"/v1/evidence?limit=2", "", "orua", ""},
		"get-evidence":           {"/v1/evidence/1", "", "orua", ""},
		"cancel-evidence":        {"/v1/evidence/3", "", "a", ""}, // it is another's
		"get-evidence-file":      {"/v1/evidence/1/file", "", "orua", ""},
		"verify-ledger":          {"/v1/ledger/verify", "", "ua", ""},

		"list-runs":       {"/v1/runs?kind=full&state=done&limit=1", "", "porua", ""},
		"get-run":         {"/v1/runs/7", "", "porua", ""},
		"list-run-flips":  {"/v1/runs/7/flips?limit=1", "", "porua", ""},
		"list-run-alarms": {"/v1/runs/7/alarms", "", "porua", ""},
		"create-run":      {"/v1/runs", `{"kind":"merchant","merchants":["M1"],"on":"2026-03-04"}`, "oa", ""},
		"preview-run":     {"/v1/runs/preview?limit=5", `{"kind":"full"}`, "orua", ""},
		"cancel-run":      {"/v1/runs/7/cancel", "", "oa", ""},
		"pause-run":       {"/v1/runs/7/pause", "", "oa", ""},
		"resume-run":      {"/v1/runs/7/resume", "", "oa", ""},
		"list-schedules":  {"/v1/schedules", "", "orua", ""},
		"get-schedule":    {"/v1/schedules/nightly-full", "", "orua", ""},
		"put-schedule":    {"/v1/schedules/nightly-full", `{"task":"full","spec":"0 3 * * *","params":{"rate":100}}`, "oa", `"1"`},
		"delete-schedule": {"/v1/schedules/nightly-full", "", "oa", `"1"`},
		"pause-schedule":  {"/v1/schedules/nightly-full/pause", "", "oa", ""},
		"resume-schedule": {"/v1/schedules/nightly-full/resume", "", "oa", ""},

		"create-import":       {"/v1/imports?kind=listings&file=a.csv&dry_run=true", "id,title\n1,茶杯\n", "poa", ""},
		"list-imports":        {"/v1/imports?kind=listings&limit=1", "", "porua", ""},
		"get-import":          {"/v1/imports/1", "", "porua", ""},
		"list-import-rejects": {"/v1/imports/1/rejects?limit=1", "", "porua", ""},
		"cancel-import":       {"/v1/imports/2/cancel", "", "poa", ""},

		"list-webhooks":         {"/v1/webhooks", "", "oua", ""},
		"get-webhook":           {"/v1/webhooks/1", "", "oua", ""},
		"create-webhook":        {"/v1/webhooks", `{"url":"https://example.com/","events":["run.finished"]}`, "oa", ""},
		"put-webhook":           {"/v1/webhooks/1", `{"url":"https://example.com/","state":"paused"}`, "oa", `"1"`},
		"delete-webhook":        {"/v1/webhooks/1", "", "oa", `"1"`},
		"rotate-webhook-secret": {"/v1/webhooks/1/rotate", `{"overlap_hours":2}`, "oa", `"1"`},
		"list-deliveries":       {"/v1/webhooks/1/deliveries?state=dead&limit=1", "", "oua", ""},
		"get-delivery":          {"/v1/webhooks/1/deliveries/9", "", "oua", ""},
		"redeliver":             {"/v1/webhooks/1/deliveries/9/redeliver", "", "oa", ""},
	}
}

// An operation is what the spec says of one.
type operation struct {
	ID        string                    `json:"operationId"`
	Security  []map[string][]string     `json:"security"`
	Responses map[string]map[string]any `json:"responses"`
	method    string
	path      string // with {parameters}
}

// operations reads the spec from the running server.
func operations(t *testing.T, b *bench) []operation {
	t.Helper()
	var spec struct {
		OpenAPI string
		Paths   map[string]map[string]operation
	}
	w := b.want(t, 200, http.MethodGet, "/openapi.json", "", "Authorization", "")
	if err := json.Unmarshal(w.Body.Bytes(), &spec); err != nil || !strings.HasPrefix(spec.OpenAPI, "3.1") {
		t.Fatalf("OpenAPI %q: %v", spec.OpenAPI, err)
	}
	var out []operation
	for path, methods := range spec.Paths {
		for method, o := range methods {
			o.method, o.path = strings.ToUpper(method), path
			out = append(out, o)
		}
	}
	slices.SortFunc(out, func(a, b operation) int { return strings.Compare(a.ID, b.ID) })
	return out
}

// good is the status of a good request.
func good(id string) int {
	switch id {
	case "create-report", "create-import", "create-evidence":
		return 202
	}
	return 200
}

func TestEveryOperationIsKnown(t *testing.T) {
	t.Parallel()
	b, known := newBench(t, nil), calls()
	list := operations(t, b)
	for _, o := range list {
		if _, ok := known[o.ID]; !ok {
			t.Errorf("%s is in the spec and in no test", o.ID)
		}
		if len(o.Security) == 0 {
			t.Errorf("%s does not say that it needs a key", o.ID)
		}
	}
	if len(list) != len(known) {
		t.Errorf("the spec has %d operations, the tests %d", len(list), len(known))
	}
}

// TestAnswersAreWhatTheSpecSays sends every operation a good request, and two
// that it must refuse, and holds the answers against their schemas.
func TestAnswersAreWhatTheSpecSays(t *testing.T) {
	t.Parallel()
	for _, o := range operations(t, newBench(t, nil)) {
		t.Run(o.ID, func(t *testing.T) {
			t.Parallel()
			c, b := calls()[o.ID], newBench(t, nil)
			b.seed(t)
			matches(t, b, o.ID, good(o.ID), b.want(t, good(o.ID), o.method, c.path, c.body, "If-Match", c.ifMatch).Body.Bytes())
			matches(t, b, o.ID, 401, b.want(t, 401, o.method, c.path, c.body, "Authorization", "").Body.Bytes())
			sign := "?"
			if strings.Contains(c.path, "?") {
				sign = "&"
			}
			matches(t, b, o.ID, 422, b.want(t, 422, o.method, c.path+sign+"surprise=1", c.body, "If-Match", c.ifMatch).Body.Bytes())
		})
	}
}

// matches validates an answer by the schema of its status.
func matches(t *testing.T, b *bench, id string, status int, body []byte) {
	t.Helper()
	spec := b.server.OpenAPI()
	for _, item := range spec.Paths {
		for _, op := range []*huma.Operation{item.Get, item.Post, item.Put, item.Delete} {
			if op == nil || op.OperationID != id {
				continue
			}
			answer := op.Responses[strconv.Itoa(status)]
			if answer == nil {
				t.Errorf("%s does not document %d", id, status)
				return
			}
			for _, media := range answer.Content {
				var v any
				if err := json.Unmarshal(body, &v); err != nil {
					t.Errorf("%d: %v", status, err)
				}
				var found huma.ValidateResult
				huma.Validate(spec.Components.Schemas, media.Schema, huma.NewPathBuffer(nil, 0), huma.ModeReadFromServer, v, &found)
				if len(found.Errors) > 0 {
					t.Errorf("%d is not what the spec says: %v\n%s", status, found.Errors, body)
				}
			}
		}
	}
}

func TestEveryRouteByEveryRole(t *testing.T) {
	t.Parallel()
	letters := map[api.Role]string{api.PlatformService: "p", api.Operator: "o", api.Reviewer: "r", api.Auditor: "u", api.Admin: "a"}
	for _, o := range operations(t, newBench(t, nil)) {
		for _, role := range api.Roles() {
			t.Run(o.ID+" "+string(role), func(t *testing.T) {
				t.Parallel()
				c, b := calls()[o.ID], newBench(t, nil)
				b.seed(t)
				want := 403
				if strings.Contains(c.who, letters[role]) {
					want = good(o.ID)
				}
				b.want(t, want, o.method, c.path, c.body, "If-Match", c.ifMatch, "Authorization", "Bearer "+b.tokens[role])
			})
		}
	}
}

func TestScreeningIsKeptOnlyForThoseWhoMay(t *testing.T) {
	t.Parallel()
	for role, want := range map[api.Role]int{api.PlatformService: 200, api.Operator: 200, api.Reviewer: 403, api.Auditor: 403, api.Admin: 200} {
		t.Run(string(role), func(t *testing.T) {
			t.Parallel()
			b := newBench(t, nil)
			b.want(t, want, http.MethodPost, "/v1/screenings", `{"listings":[{"id":"1","title":"茶杯"}]}`, "Authorization", "Bearer "+b.tokens[role])
			if (b.kept == 1) != (want == 200) {
				t.Errorf("%d listings were kept", b.kept)
			}
		})
	}
}
