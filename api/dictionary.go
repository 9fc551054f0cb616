package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"zhunru/screening"
	"zhunru/screening/dictionary"
)

// A DictionaryAnswer says which dictionary is in use.
type DictionaryAnswer struct {
	Revision   string   `json:"revision"`
	Classes    int      `json:"classes"`
	Categories int      `json:"categories"`
	Documents  int      `json:"documents"`
	Sources    int      `json:"sources"`
	Profiles   []string `json:"profiles" nullable:"false" doc:"类目要求的口径"`
}

// A ClassSummary is a class of goods and what finding it does.
type ClassSummary struct {
	ID          string                 `json:"id"`
	Name        string                 `json:"name"`
	Disposition dictionary.Disposition `json:"disposition" enum:"prohibited,needs_category,review,notice"`
}

// Classes are all classes of the dictionary in use, ordered by id.
type Classes struct {
	Revision string         `json:"revision"`
	Classes  []ClassSummary `json:"classes" nullable:"false"`
}

func (s *Server) routeDictionary() {
	register(s, huma.Operation{
		OperationID: "get-dictionary", Method: http.MethodGet, Path: "/v1/dictionary", Tags: []string{"dictionary"}, Summary: "当前词典 / the dictionary in use",
	}, s.getDictionary)
	register(s, huma.Operation{
		OperationID: "list-classes", Method: http.MethodGet, Path: "/v1/dictionary/classes", Tags: []string{"dictionary"}, Summary: "全部品类 / all classes",
	}, s.listClasses)
	register(s, huma.Operation{
		OperationID: "list-terms", Method: http.MethodGet, Path: "/v1/dictionary/terms", Tags: []string{"dictionary"},
		Summary: "查词 / words of the dictionary", Description: "按品类和种类的顺序，可按文字、品类、种类筛选。",
	}, s.listTerms)
	register(s, huma.Operation{
		OperationID: "get-class", Method: http.MethodGet, Path: "/v1/dictionary/classes/{id}", Tags: []string{"dictionary"},
		Summary: "品类的规则 / the rule of a class", Errors: []int{http.StatusNotFound},
	}, s.getClass)
}

func (s *Server) getDictionary(context.Context, *struct{}) (*struct{ Body DictionaryAnswer }, error) {
	d := s.dictionary
	return &struct{ Body DictionaryAnswer }{DictionaryAnswer{
		d.Revision, len(d.Classes), len(d.Categories), len(d.Documents), len(d.Sources), s.registry.Profiles(),
	}}, nil
}

func (s *Server) listClasses(context.Context, *struct{}) (*struct{ Body Classes }, error) {
	out := &struct{ Body Classes }{Classes{s.dictionary.Revision, make([]ClassSummary, len(s.dictionary.Classes))}}
	for i := range s.dictionary.Classes {
		c := &s.dictionary.Classes[i]
		out.Body.Classes[i] = ClassSummary{c.ID, c.Name, c.Disposition}
	}
	return out, nil
}

func (s *Server) getClass(_ context.Context, in *struct {
	ID string `path:"id" maxLength:"100"`
}) (*struct{ Body dictionary.Class }, error) {
	c := s.dictionary.Class(in.ID)
	if c == nil {
		return nil, screening.ErrNotFound
	}
	return &struct{ Body dictionary.Class }{*c}, nil
}
