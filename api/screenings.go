package api

import (
	"context"
	"maps"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"

	"zhunru/screening"
	"zhunru/screening/report"
)

// MaxListings is the largest number of listings in one screening.
const MaxListings = 1000

// Bounds of what is no tag of a field: attributes, in characters and entries.
const (
	maxAttributes     = 100
	maxAttributeName  = 100
	maxAttributeValue = 5000
)

// A Verdict is a verdict as the command line writes it, byte for byte.
type Verdict struct{ screening.Verdict }

// MarshalJSON returns what zhunru screen --out jsonl writes.
func (v Verdict) MarshalJSON() ([]byte, error) { return report.AppendJSON(nil, &v.Verdict), nil }

// Schema returns the schema of a verdict.
func (Verdict) Schema(r huma.Registry) *huma.Schema {
	return r.Schema(reflect.TypeFor[screening.Verdict](), true, "Verdict")
}

// A SubmittedListing is a listing on its way in.
type SubmittedListing struct {
	ID          string            `json:"id" minLength:"1" maxLength:"128" doc:"商品编号"`
	MerchantID  string            `json:"merchant_id,omitempty" maxLength:"128" doc:"商家编号"`
	Title       string            `json:"title" minLength:"1" maxLength:"1000" doc:"标题"`
	Description string            `json:"description,omitempty" maxLength:"100000" doc:"描述"`
	Category    string            `json:"category,omitempty" maxLength:"500" doc:"商家申报的类目，如 食品/零食/坚果"`
	Brand       string            `json:"brand,omitempty" maxLength:"500" doc:"品牌"`
	Attributes  map[string]string `json:"attributes,omitempty" maxProperties:"100" doc:"其他属性，名称至多 100 字，值至多 5,000 字"`
}

// A ScreeningRequest is what POST /v1/screenings takes.
type ScreeningRequest struct {
	Listings []SubmittedListing `json:"listings" minItems:"1" maxItems:"1000" nullable:"false"`
	Store    *bool              `json:"store,omitempty" doc:"是否保存商品、结论和台账，默认保存 / keep them; true if absent"`
}

// Verdicts are the answers to a screening, in the order of its listings.
type Verdicts struct {
	Verdicts []Verdict `json:"verdicts" nullable:"false"`
}

func (s *Server) routeScreenings() {
	register(s, huma.Operation{
		OperationID: "create-screening", Method: http.MethodPost, Path: "/v1/screenings", Tags: []string{"screenings"},
		Summary:      "筛查商品 / screen listings",
		Description:  "按今天的资质和当前词典判断 1 到 1,000 件商品，按提交顺序回答。保存时，商品、结论和台账在回答之前一起落盘，否则都不保存。",
		MaxBodyBytes: batchBody,
	}, s.createScreening)
}

func (s *Server) createScreening(ctx context.Context, in *struct{ Body ScreeningRequest }) (*struct{ Body Verdicts }, error) {
	keep := in.Body.Store == nil || *in.Body.Store
	r := requestOf(ctx)
	if keep && !s.may(r.role, keepVerdicts) {
		return nil, &fault{status: http.StatusForbidden, code: "FORBIDDEN"}
	}
	if n := len(in.Body.Listings); n == 0 || n > MaxListings { // null is no list the schema sees
		return nil, because(inBody("/listings", "TOO_FEW"))
	}
	listings := make([]screening.Listing, len(in.Body.Listings))
	for i := range listings {
		listings[i] = screening.Listing(in.Body.Listings[i])
	}
	if fields := checkListings(listings, keep); len(fields) > 0 {
		return nil, because(fields...)
	}
	rendering(ctx, func(v []screening.Verdict) (any, string) { return answerVerdicts(v), "" })
	verdicts, err := s.backend.Screen(ctx, r.actor, listings, keep)
	if err != nil {
		return nil, err
	}
	return &struct{ Body Verdicts }{answerVerdicts(verdicts)}, nil
}

func answerVerdicts(verdicts []screening.Verdict) Verdicts {
	out := Verdicts{make([]Verdict, len(verdicts))}
	for i := range verdicts {
		out.Verdicts[i] = Verdict{verdicts[i]}
	}
	return out
}

// checkListings finds what the schema cannot say. An id may stand twice only
// where nothing is kept: kept, the last would silently replace the first.
func checkListings(listings []screening.Listing, keep bool) []FieldProblem {
	var fields []FieldProblem
	seen := make(map[string]bool, len(listings))
	for i := range listings {
		at := "/listings/" + strconv.Itoa(i) + "/"
		if keep && seen[listings[i].ID] {
			fields = append(fields, inBody(at+"id", "DUPLICATE_ID"))
		}
		seen[listings[i].ID] = true
		fields = append(fields, checkTexts(at, &listings[i])...)
	}
	return fields
}

func checkTexts(at string, l *screening.Listing) []FieldProblem {
	var fields []FieldProblem
	for _, f := range [...]struct{ name, value string }{
		{"id", l.ID}, {"merchant_id", l.MerchantID}, {"title", l.Title}, {"description", l.Description}, {"category", l.Category}, {"brand", l.Brand},
	} {
		if strings.ContainsRune(f.value, 0) {
			fields = append(fields, inBody(at+f.name, "NUL"))
		}
	}
	if len(l.Attributes) > maxAttributes {
		fields = append(fields, inBody(at+"attributes", "TOO_MANY"))
	}
	for _, name := range slices.Sorted(maps.Keys(l.Attributes)) {
		value, code := l.Attributes[name], ""
		switch {
		case strings.ContainsRune(name, 0) || strings.ContainsRune(value, 0):
			code = "NUL"
		case name == "":
			code = "TOO_SHORT"
		case utf8.RuneCountInString(name) > maxAttributeName || utf8.RuneCountInString(value) > maxAttributeValue:
			code = "TOO_LONG"
		default:
			continue
		}
		fields = append(fields, inBody(at+"attributes", code))
	}
	return fields
}
