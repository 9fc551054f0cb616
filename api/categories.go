package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"zhunru/screening"
	"zhunru/screening/dictionary"
	"zhunru/screening/report"
)

// A CategorySummary is a category and, in a sentence, what it demands.
type CategorySummary struct {
	Name    string   `json:"name"`
	Aliases []string `json:"aliases,omitempty"`
	Demands string   `json:"demands" doc:"一句话说明要求"`
	Closed  string   `json:"closed,omitempty" doc:"为何不开放"`
}

// Categories are all categories of the dictionary in use, ordered by name.
type Categories struct {
	Revision   string            `json:"revision"`
	Categories []CategorySummary `json:"categories" nullable:"false"`
}

func (s *Server) routeCategories() {
	register(s, huma.Operation{
		OperationID: "list-categories", Method: http.MethodGet, Path: "/v1/categories", Tags: []string{"categories"}, Summary: "全部类目 / all categories",
	}, s.listCategories)
	register(s, huma.Operation{
		OperationID: "get-category", Method: http.MethodGet, Path: "/v1/categories/{name}", Tags: []string{"categories"},
		Summary: "类目的要求 / what a category demands", Errors: []int{http.StatusNotFound},
	}, s.getCategory)
}

func (s *Server) listCategories(context.Context, *struct{}) (*struct{ Body Categories }, error) {
	out := &struct{ Body Categories }{Categories{s.dictionary.Revision, make([]CategorySummary, len(s.dictionary.Categories))}}
	for i := range s.dictionary.Categories {
		c := &s.dictionary.Categories[i]
		out.Body.Categories[i] = CategorySummary{c.Name, c.Aliases, report.Requirement(c), c.Closed}
	}
	return out, nil
}

func (s *Server) getCategory(_ context.Context, in *struct {
	Name string `path:"name" maxLength:"200" doc:"名称或别名"`
}) (*struct{ Body dictionary.Category }, error) {
	c, ok := s.registry.Category(in.Name)
	if !ok {
		return nil, screening.ErrNotFound
	}
	return &struct{ Body dictionary.Category }{*c}, nil
}
