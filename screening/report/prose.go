package report

import (
	"fmt"
	"strings"

	"zhunru/screening"
)

// A Voice is whom an explanation speaks to. The empty value is invalid.
type Voice string

// The voices.
const (
	ToMerchant Voice = "merchant" // what to change, and why
	ToOperator Voice = "operator" // what to look at, and how it was hidden
	ToAuditor  Voice = "auditor"  // what was found where by which rule and law
)

// Prose says in sentences why a verdict is as it is: the outcome first, then
// each finding in the verdict's order, and for operators and auditors what was
// found and does not count. Remedies and laws stay Chinese.
func Prose(v *screening.Verdict, voice Voice, l Language, laws Laws) []string {
	out := []string{proseOutcome(v, l)}
	for i := range v.Findings {
		out = append(out, proseFinding(&v.Findings[i], voice, l, laws))
	}
	if voice == ToMerchant {
		return out
	}
	for i := range v.Suppressed {
		out = append(out, proseSuppressed(&v.Suppressed[i], l))
	}
	if voice == ToAuditor {
		out = append(out, l.pick("按词典版本 ", "Judged by the dictionary ")+v.Revision+l.pick(" 判断。", "."))
	}
	return out
}

func proseOutcome(v *screening.Verdict, l Language) string {
	switch v.Outcome {
	case screening.OutcomeProhibited:
		return l.pick("该商品不能销售：含有禁售内容，须下架，没有证照可以放行。", "The goods must not be sold: they are prohibited, and no licence allows them.")
	case screening.OutcomeNeedsCategory:
		return l.pick("该商品要先取得相应类目才能销售。", "The goods may be sold once the merchant has the category they need.")
	case screening.OutcomeReview:
		return l.pick("该商品需人工审核后才能销售。", "A person has to look at the goods before they may be sold.")
	case screening.OutcomePass:
		return l.pick("该商品可以销售。", "The goods may be sold.")
	}
	return string(v.Outcome)
}

func proseFinding(f *screening.Finding, voice Voice, l Language, laws Laws) string {
	var b strings.Builder
	fmt.Fprintf(&b, l.pick("%s第 %d–%d 字“%s”属于“%s”（%s），处置为%s", "%s, characters %d–%d, “%s”: %s (%s), %s"),
		fieldName(f.Field, l), f.Span.Rune[0]+1, f.Span.Rune[1], f.Quote, f.Name, f.Class, OutcomeName(f.Outcome, l))
	say := func(zh, en, text string) {
		if text != "" {
			b.WriteString(l.pick("；"+zh, "; "+en) + text)
		}
	}
	if f.Held {
		b.WriteString(l.pick("；商家已取得所需类目", "; the merchant holds the category"))
	}
	say("写法经过变换：", "written with ", stepNames(f.Steps, l))
	if voice != ToMerchant {
		say("命中方式为", "found by ", kindName(f.Kind, l))
		say("词条为", "entry ", f.Term)
		say("线索为", "cue ", f.Cue)
	}
	if voice == ToAuditor {
		say("分词边界：", "words: ", words(f, l))
		fmt.Fprintf(&b, l.pick("；字节 %d–%d", "; bytes %d–%d"), f.Span.Byte[0], f.Span.Byte[1])
	}
	say("依据", "law: ", laws.citeAll(f.Citations, l))
	say("缺少", "missing: ", missing(f.Missing, l))
	say("提示：", "notice: ", f.Notice)
	remedy := f.Remedy.Merchant
	if voice != ToMerchant {
		remedy = f.Remedy.Operator
	}
	say("处理：", "do: ", strings.TrimRight(remedy, "。"))
	return b.String() + l.pick("。", ".")
}

func proseSuppressed(x *screening.Suppressed, l Language) string {
	text := fmt.Sprintf(l.pick("%s里的“%s”（%s）未计入，原因是%s", "In %s “%s” (%s) does not count: %s"), fieldName(x.Field, l), x.Term, x.Class, becauseName(x.Because, l))
	if x.Detail != "" {
		text += l.pick("：", ": ") + x.Detail
	}
	return text + l.pick("。", ".")
}

// BecauseName says why a match does not count.
func BecauseName(because string, l Language) string { return becauseName(because, l) }
