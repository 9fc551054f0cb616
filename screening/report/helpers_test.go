package report

import (
	"zhunru/screening"
	"zhunru/screening/dictionary"
)

const revision = "sha256:ab"

// disguised is a prohibited listing with everything a finding can hold.
func disguised() Row {
	l := &screening.Listing{ID: "L-1", MerchantID: "M-1", Title: "家用催*情*香*水 送手枪钻"}
	return Row{l, &screening.Verdict{
		ID: "L-1", Outcome: screening.OutcomeProhibited, Revision: revision,
		Findings: []screening.Finding{{
			Class: "P15", Name: "迷药", Outcome: screening.OutcomeProhibited, Kind: screening.KindTerm, Term: "催情香水", Field: "title",
			Span: screening.Span{Byte: [2]int{6, 21}, Rune: [2]int{2, 9}, UTF16: [2]int{2, 9}}, Quote: "催*情*香*水",
			Steps: []string{"separator"}, Boundary: "aligned", Tokens: []string{"催情", "香水"},
			Citations: []screening.Citation{{Source: "刑法", Article: "125、287之一", Verified: true}, {Source: "药品管理法"}},
			Remedy:    dictionary.Remedy{Code: "REMOVE_LISTING", Merchant: "请下架。", Operator: "核对。"},
		}},
		Suppressed: []screening.Suppressed{{Class: "P01", Term: "手枪", Field: "title", Because: "exception", Detail: "手枪钻"}},
	}}
}

// restricted needs a category; its finding is in the description.
func restricted() Row {
	l := &screening.Listing{ID: "=L-2", Title: "家用 \"好\" 仪器", Description: "上臂式血压计"}
	return Row{l, &screening.Verdict{
		ID: "=L-2", Outcome: screening.OutcomeNeedsCategory, Revision: revision,
		Findings: []screening.Finding{{
			Class: "R02", Name: "第二类医疗器械", Outcome: screening.OutcomeNeedsCategory, Kind: screening.KindTerm, Term: "血压计", Field: "description",
			Span: screening.Span{Byte: [2]int{9, 18}, Rune: [2]int{3, 6}, UTF16: [2]int{3, 6}}, Quote: "血压计", Steps: []string{},
			Citations: []screening.Citation{}, Cue: "上臂式",
			Missing: &screening.Missing{Category: "医疗器械", AnyOf: [][]string{{"备案凭证", "营业执照"}, {"许可证"}}},
		}, {
			Class: "R99", Name: "提示类", Outcome: screening.OutcomeNotice, Kind: screening.KindPattern, Term: "p1", Field: "attributes.色", Held: true,
			Steps: nil, Citations: nil, Notice: "须标注。",
		}},
	}}
}

func passing() Row {
	return Row{&screening.Listing{ID: "L-3", Title: "保温杯"}, &screening.Verdict{ID: "L-3", Outcome: screening.OutcomePass, Revision: revision}}
}
