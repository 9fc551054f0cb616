package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"zhunru/screening/qualification"
)

// platformID is the id that the platform's own dossier is kept under.
const platformID = "~platform"

// Standings are what a subject is qualified for on a day, by its accepted
// documents and the categories it was granted.
type Standings struct {
	ID      string             `json:"id"`
	On      qualification.Date `json:"on"`
	Profile string             `json:"profile"`
	Held    []string           `json:"held" nullable:"false" doc:"可以经营的类目"`
	Missing []CategoryLack     `json:"missing" nullable:"false" doc:"还不能经营的类目，及最近的途径"`
}

// A CategoryLack is what keeps a subject from a category.
type CategoryLack struct {
	Category string               `json:"category"`
	Lacks    []qualification.Lack `json:"lacks" nullable:"false"`
}

// StandingQuery says for which day and by which profile to judge.
type StandingQuery struct {
	On      string `query:"on" maxLength:"10" doc:"按哪一天判断，YYYY-MM-DD；默认今天（北京时间）"`
	Profile string `query:"profile" maxLength:"100" doc:"口径；默认为当前口径"`
}

// CategoryQuery names a category to judge, and how far to look ahead.
type CategoryQuery struct {
	StandingQuery
	Forecast int    `query:"forecast" minimum:"0" maximum:"3660" doc:"预报今后多少天"`
	Category string `path:"category" maxLength:"200" doc:"名称或别名"`
}

func (s *Server) routeStandings() {
	op := func(id, method, path, summary, description string, errors ...int) huma.Operation {
		return huma.Operation{OperationID: id, Method: method, Path: path, Tags: []string{"qualifications"}, Summary: summary, Description: description, Errors: errors}
	}
	const accepted = "只看已接受的证照和平台已开通的类目。"
	register(s, op("list-merchant-qualifications", http.MethodGet, "/v1/merchants/{id}/qualifications", "商家的资质 / qualifications of a merchant", accepted, http.StatusNotFound),
		func(ctx context.Context, in *struct {
			MerchantPath
			StandingQuery
		}) (*struct{ Body Standings }, error) {
			return s.standings(ctx, in.ID, &in.StandingQuery)
		})
	register(s, op("get-merchant-qualification", http.MethodGet, "/v1/merchants/{id}/qualifications/{category}", "商家能否经营一个类目 / may the merchant have a category", accepted, http.StatusNotFound),
		func(ctx context.Context, in *struct {
			MerchantPath
			CategoryQuery
		}) (*struct{ Body qualification.Answer }, error) {
			return s.standing(ctx, in.ID, &in.CategoryQuery)
		})
	s.routePlatform(op)
}

func (s *Server) routePlatform(op func(id, method, path, summary, description string, errors ...int) huma.Operation) {
	register(s, op("get-platform", http.MethodGet, "/v1/platform", "平台主体 / the platform itself", "", http.StatusNotFound),
		func(ctx context.Context, _ *struct{}) (*merchantOut, error) {
			return s.getMerchant(ctx, &MerchantPath{platformID})
		})
	register(s, op("put-platform", http.MethodPut, "/v1/platform", "保存平台主体 / keep the platform itself", "没有 If-Match 时新建；修改时用读取得到的 ETag 作 If-Match。它的证照在 /v1/merchants/~platform/documents。", http.StatusNotFound, http.StatusConflict),
		func(ctx context.Context, in *struct {
			IfMatch string `header:"If-Match" maxLength:"40"`
			Body    MerchantBody
		}) (*merchantOut, error) {
			in.Body.Kind = "platform"
			return s.saveMerchant(ctx, platformID, in.IfMatch, &in.Body)
		})
	register(s, op("list-platform-qualifications", http.MethodGet, "/v1/platform/qualifications", "平台的资质 / qualifications of the platform", "", http.StatusNotFound),
		func(ctx context.Context, in *StandingQuery) (*struct{ Body Standings }, error) {
			return s.standings(ctx, platformID, in)
		})
	register(s, op("get-platform-qualification", http.MethodGet, "/v1/platform/qualifications/{category}", "平台能否申请一个类目 / may the platform have a category", "", http.StatusNotFound),
		func(ctx context.Context, in *CategoryQuery) (*struct{ Body qualification.Answer }, error) {
			return s.standing(ctx, platformID, in)
		})
}

// dossier returns what counts of a subject: its accepted documents.
func (s *Server) dossier(ctx context.Context, id string) (*qualification.Dossier, error) {
	m, err := s.backend.Merchant(ctx, id)
	if err != nil {
		return nil, err
	}
	documents, err := s.backend.Documents(ctx, id)
	if err != nil {
		return nil, err
	}
	d := &qualification.Dossier{Subject: m.Subject}
	if d.Subject.Name == "" {
		d.Subject.Name = id // known by name only: as in screening
	}
	for i := range documents {
		if documents[i].Decision == "accepted" {
			d.Documents = append(d.Documents, documents[i].Document)
		}
	}
	return d, nil
}

// day reads a day of a query.
func (s *Server) day(on string) (qualification.Date, error) {
	day := qualification.DateOf(s.now())
	if on != "" && day.UnmarshalText([]byte(on)) != nil {
		return day, because(FieldProblem{In: "query", Pointer: "on", Code: "BAD_DATE"})
	}
	return day, nil
}

// prepare reads what both questions need.
func (s *Server) prepare(ctx context.Context, id string, in *StandingQuery) (*qualification.Dossier, qualification.Date, error) {
	on, err := s.day(in.On)
	if err != nil {
		return nil, on, err
	}
	if _, ok := s.registry.Profile(in.Profile); !ok {
		return nil, on, because(FieldProblem{In: "query", Pointer: "profile", Code: "UNKNOWN_PROFILE"})
	}
	d, err := s.dossier(ctx, id)
	return d, on, err
}

func (s *Server) standings(ctx context.Context, id string, in *StandingQuery) (*struct{ Body Standings }, error) {
	d, on, err := s.prepare(ctx, id, in)
	if err != nil {
		return nil, err
	}
	standing, err := s.registry.NewStanding(d, in.Profile, on)
	if err != nil {
		return nil, err
	}
	profile, _ := s.registry.Profile(in.Profile) // prepare saw it
	out := Standings{ID: id, On: on, Profile: profile.ID, Held: []string{}, Missing: []CategoryLack{}}
	for _, name := range s.registry.Categories() {
		if ok, lacks := standing.Covers(name, nil); ok {
			out.Held = append(out.Held, name)
		} else {
			out.Missing = append(out.Missing, CategoryLack{name, append([]qualification.Lack{}, lacks...)})
		}
	}
	return &struct{ Body Standings }{out}, nil
}

func (s *Server) standing(ctx context.Context, id string, in *CategoryQuery) (*struct{ Body qualification.Answer }, error) {
	if _, ok := s.registry.Category(in.Category); !ok {
		return nil, &fault{status: http.StatusNotFound, code: "NOT_FOUND"}
	}
	d, on, err := s.prepare(ctx, id, &in.StandingQuery)
	if err != nil {
		return nil, err
	}
	answer, err := s.registry.Evaluate(d, in.Category, in.Profile, on)
	if err == nil && in.Forecast > 0 {
		answer.Forecast, err = s.registry.Forecast(d, in.Category, in.Profile, on, min(in.Forecast, maxForecast))
	}
	if err != nil {
		return nil, err
	}
	return &struct{ Body qualification.Answer }{answer}, nil
}
