package api

import (
	"context"
	"strings"

	"zhunru/screening/dictionary"
)

// A Term is a word of a class.
type Term struct {
	Class string `json:"class"`
	Kind  string `json:"kind" enum:"terms,slang,suspect,weak,exceptions"`
	Term  string `json:"term"`
}

// Terms are a page of the words of the dictionary in use, by class and kind.
type Terms struct {
	Revision string `json:"revision"`
	Terms    []Term `json:"terms" nullable:"false"`
	Next     string `json:"next,omitempty" doc:"下一页的 cursor；没有则到底。词典更新后要从第一页重新读取 / absent at the end"`
}

func (s *Server) listTerms(_ context.Context, in *struct {
	Query string `query:"q" maxLength:"100" doc:"词里含有这段文字，不分大小写"`
	Class string `query:"class" maxLength:"100" doc:"品类编号"`
	Kind  string `query:"kind" enum:"terms,slang,suspect,weak,exceptions"`
	PageQuery
}) (*struct{ Body Terms }, error) {
	d := s.dictionary
	name, after := listName("list-terms", d.Revision, in.Query, in.Class, in.Kind), 0
	if err := s.position(name, in.Cursor, &after); err != nil {
		return nil, err
	}
	if in.Class != "" && d.Class(in.Class) == nil {
		return nil, because(FieldProblem{In: "query", Pointer: "class", Code: "UNKNOWN_CLASS"})
	}
	out := &struct{ Body Terms }{Terms{Revision: d.Revision, Terms: []Term{}}}
	n, like := 0, strings.ToLower(in.Query)
	for i := range d.Classes {
		for _, t := range termsOf(&d.Classes[i]) {
			if in.Class != "" && t.Class != in.Class || in.Kind != "" && t.Kind != in.Kind || !strings.Contains(strings.ToLower(t.Term), like) {
				continue
			}
			if n++; n <= after {
				continue
			}
			if len(out.Body.Terms) == in.Limit {
				out.Body.Next = s.cursor(name, n-1)
				return out, nil
			}
			out.Body.Terms = append(out.Body.Terms, t)
		}
	}
	return out, nil
}

// termsOf lists the words of a class as the dictionary has them.
func termsOf(c *dictionary.Class) []Term {
	var out []Term
	for _, group := range [...]struct {
		kind string
		list []string
	}{{"terms", c.Terms}, {"slang", c.Slang}, {"suspect", c.Suspect}, {"weak", c.Weak}, {"exceptions", c.Exceptions}} {
		for _, term := range group.list {
			out = append(out, Term{c.ID, group.kind, term})
		}
	}
	return out
}
