package api

import (
	"context"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"zhunru/screening/qualification"
)

// maxForecast bounds a forecast, in days.
const maxForecast = 3660

// A DossierBody is a dossier as zhunru check reads it. What is absent is judged.
type DossierBody struct {
	Subject   qualification.Subject    `json:"subject"`
	ApplyFor  string                   `json:"apply_for" minLength:"1" maxLength:"200" doc:"要申请的类目：名称或别名"`
	Profile   string                   `json:"profile,omitempty" maxLength:"100" doc:"口径；默认为当前口径"`
	Documents []qualification.Document `json:"documents,omitempty" maxItems:"1000"`
}

type evaluation struct {
	On       string `query:"on" maxLength:"10" doc:"按哪一天判断，YYYY-MM-DD；默认今天（北京时间）"`
	Forecast int    `query:"forecast" minimum:"0" maximum:"3660" doc:"预报今后多少天"`
	Body     DossierBody
}

func (s *Server) routeQualifications() {
	register(s, huma.Operation{
		OperationID: "evaluate-qualification", Method: http.MethodPost, Path: "/v1/qualifications/evaluate", Tags: []string{"qualifications"},
		Summary:     "判断能否申请类目 / may the subject apply for the category",
		Description: "与 zhunru check 同一判断（R-S01 至 R-S23），什么也不保存。", MaxBodyBytes: batchBody,
	}, s.evaluate)
}

func (s *Server) evaluate(_ context.Context, in *evaluation) (*struct{ Body qualification.Answer }, error) {
	on := qualification.DateOf(s.now())
	if in.On != "" && on.UnmarshalText([]byte(in.On)) != nil {
		return nil, because(FieldProblem{In: "query", Pointer: "on", Code: "BAD_DATE"})
	}
	d := qualification.Dossier(in.Body)
	switch {
	case qualification.NormalName(d.Subject.Name) == "":
		return nil, because(inBody("/subject/name", "REQUIRED"))
	case strings.TrimSpace(d.ApplyFor) == "":
		return nil, because(inBody("/apply_for", "REQUIRED"))
	}
	answer, err := s.registry.Evaluate(&d, "", "", on)
	if err != nil {
		return nil, err
	}
	if in.Forecast > 0 {
		if answer.Forecast, err = s.registry.Forecast(&d, "", "", on, min(in.Forecast, maxForecast)); err != nil {
			return nil, err
		}
	}
	return &struct{ Body qualification.Answer }{answer}, nil
}
