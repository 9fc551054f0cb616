package api

import (
	"context"

	"zhunru/screening"
	"zhunru/screening/report"
)

// An Explanation says in sentences why a verdict is as it is.
type Explanation struct {
	ID         string            `json:"id"`
	N          int64             `json:"n"`
	Voice      report.Voice      `json:"voice" enum:"merchant,operator,auditor"`
	Outcome    screening.Outcome `json:"outcome"`
	Revision   string            `json:"revision"`
	Paragraphs []string          `json:"paragraphs" nullable:"false" doc:"先说结论，再逐条说明"`
}

func (s *Server) explainVerdict(ctx context.Context, in *struct {
	VerdictQuery
	Voice report.Voice `query:"voice" enum:"merchant,operator,auditor" default:"merchant" doc:"说给谁听"`
}) (*struct{ Body Explanation }, error) {
	r, err := s.record(ctx, &in.VerdictQuery)
	if err != nil {
		return nil, err
	}
	v := &r.Verdict.Verdict
	laws := report.Laws{}
	for i := range s.dictionary.Sources {
		laws[s.dictionary.Sources[i].ID] = s.dictionary.Sources[i].Name
	}
	return &struct{ Body Explanation }{Explanation{
		in.ID, r.N, in.Voice, v.Outcome, v.Revision, report.Prose(v, in.Voice, languageOf(ctx), laws),
	}}, nil
}

// languageOf is the language of a report for a request.
func languageOf(ctx context.Context) report.Language {
	if requestOf(ctx).lang == english {
		return report.English
	}
	return report.Chinese
}

// A WhyNot says why a verdict does not have a finding of a class, or that it
// has one.
type WhyNot struct {
	ID         string                 `json:"id"`
	N          int64                  `json:"n"`
	Class      string                 `json:"class"`
	Revision   string                 `json:"revision" doc:"结论所用的词典版本"`
	Because    string                 `json:"because" enum:"fired,held,suppressed,nothing_found"`
	Why        string                 `json:"why"`
	Findings   []screening.Finding    `json:"findings,omitempty"`
	Suppressed []screening.Suppressed `json:"suppressed,omitempty" doc:"命中而未计入的"`
}

func (s *Server) whyNot(ctx context.Context, in *struct {
	VerdictQuery
	Class string `query:"class" required:"true" minLength:"1" maxLength:"100" doc:"品类编号"`
}) (*struct{ Body WhyNot }, error) {
	if s.dictionary.Class(in.Class) == nil {
		return nil, because(FieldProblem{In: "query", Pointer: "class", Code: "UNKNOWN_CLASS"})
	}
	r, err := s.record(ctx, &in.VerdictQuery)
	if err != nil {
		return nil, err
	}
	v, l := &r.Verdict.Verdict, requestOf(ctx).lang
	out := WhyNot{ID: in.ID, N: r.N, Class: in.Class, Revision: v.Revision, Because: "nothing_found", Why: l.pick(text{
		"各字段里没有这个品类的词、模式和申报类目，或只有不能单独成立的弱词而没有旁证", "No field has a term, pattern or category of this class, or only weak words without anything beside them"})}
	for i := range v.Findings {
		if f := &v.Findings[i]; f.Class == in.Class {
			out.Findings = append(out.Findings, *f)
			if out.Because != "fired" {
				out.Because, out.Why = "held", l.pick(text{"命中了这个品类，而商家已取得它所需的类目", "The class was found, and the merchant holds the category it needs"})
			}
			if !f.Held {
				out.Because, out.Why = "fired", l.pick(text{"结论里有这个品类的命中", "The verdict has findings of this class"})
			}
		}
	}
	for i := range v.Suppressed {
		if x := &v.Suppressed[i]; x.Class == in.Class {
			out.Suppressed = append(out.Suppressed, *x)
		}
	}
	if len(out.Findings) == 0 && len(out.Suppressed) > 0 {
		x := &out.Suppressed[0]
		out.Because = "suppressed"
		out.Why = l.pick(text{"命中了“" + x.Term + "”，未计入：", "“" + x.Term + "” was found and does not count: "}) + report.BecauseName(x.Because, languageOf(ctx))
		if x.Detail != "" {
			out.Why += l.pick(text{"，", ", "}) + x.Detail
		}
	}
	return &struct{ Body WhyNot }{out}, nil
}
