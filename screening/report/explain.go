package report

import (
	"fmt"
	"slices"
	"strings"

	"zhunru/screening"
)

// labelWidth is the width of the labels of the explanation, in cells.
const labelWidth = 10

func labelCells(label string) int { return 2 + max(labelWidth, textWidth(label)+2) }

func (s *Screen) appendLabel(dst []byte, label string) []byte {
	dst = append(dst, "  "...)
	dst = s.on(dst, styleLabel)
	dst = append(dst, label...)
	dst = s.off(dst, styleLabel)
	return append(dst, strings.Repeat(" ", labelCells(label)-2-textWidth(label))...)
}

// line appends a labelled line, nothing if the text is empty.
func (s *Screen) line(dst []byte, zh, en, text string) []byte {
	if text == "" {
		return dst
	}
	dst = s.appendLabel(dst, s.Language.pick(zh, en))
	dst = appendVisible(dst, text)
	return append(dst, '\n')
}

// AppendExplanation appends everything there is to say about a verdict: the
// outcome, the fields with their findings underlined, for every finding the
// class, the term, what had to be undone to read it, the law, what is missing
// and what the merchant does next, and the matches that do not count. A
// listing with neither takes one line.
func (s *Screen) AppendExplanation(dst []byte, r Row) []byte {
	v := r.Verdict
	st := outcomeStyle(v.Outcome)
	dst = s.on(dst, st)
	dst = append(dst, "● "...)
	dst = append(dst, OutcomeName(v.Outcome, s.Language)...)
	dst = s.off(dst, st)
	dst = appendVisible(append(dst, columnGap...), v.ID)
	if len(v.Findings)+len(v.Suppressed) == 0 {
		dst = appendVisible(append(dst, columnGap...), r.Listing.Title)
		return append(dst, '\n')
	}
	if m := r.Listing.MerchantID; m != "" {
		dst = append(dst, columnGap...)
		dst = append(dst, s.Language.pick("商家 ", "merchant ")...)
		dst = appendVisible(dst, m)
	}
	dst = append(dst, '\n')
	for _, field := range fieldsOf(v) {
		dst = s.appendExcerpt(dst, fieldName(field, s.Language), fieldText(r.Listing, field), field, v.Findings)
	}
	for i := range v.Findings {
		dst = s.appendFindingText(dst, &v.Findings[i])
	}
	for i := range v.Suppressed {
		dst = s.appendSuppressedText(dst, &v.Suppressed[i])
	}
	return append(dst, '\n')
}

// fieldsOf lists the title and the fields that have findings, in their order.
func fieldsOf(v *screening.Verdict) []string {
	fields := []string{"title"}
	for i := range v.Findings {
		if f := v.Findings[i].Field; !slices.Contains(fields, f) {
			fields = append(fields, f)
		}
	}
	return fields
}

func (s *Screen) appendFindingText(dst []byte, f *screening.Finding) []byte {
	l := s.Language
	st := outcomeStyle(f.Outcome)
	dst = append(dst, "  "...)
	dst = s.on(dst, st)
	dst = append(dst, "▸ "...)
	dst = append(dst, f.Name...)
	dst = s.off(dst, st)
	dst = append(dst, columnGap...)
	dst = append(dst, f.Class...)
	dst = append(dst, columnGap...)
	dst = append(dst, OutcomeName(f.Outcome, l)...)
	if f.Held {
		dst = append(dst, l.pick("（已取得类目）", " (category held)")...)
	}
	dst = append(dst, '\n')
	where := fmt.Sprintf(l.pick("（%s），%s第 %d–%d 字“%s”", " (%s), %s, characters %d–%d “%s”"),
		kindName(f.Kind, l), fieldName(f.Field, l), f.Span.Rune[0]+1, f.Span.Rune[1], f.Quote)
	dst = s.line(dst, "  命中", "  match", f.Term+where)
	dst = s.line(dst, "  规避", "  evasion", stepNames(f.Steps, l))
	dst = s.line(dst, "  分词", "  words", words(f, l))
	dst = s.line(dst, "  线索", "  cue", f.Cue)
	dst = s.line(dst, "  依据", "  law", s.Laws.citeAll(f.Citations, l))
	dst = s.line(dst, "  缺少", "  missing", missing(f.Missing, l))
	dst = s.line(dst, "  提示", "  notice", f.Notice)
	return s.line(dst, "  处理", "  remedy", f.Remedy.Merchant)
}

// words shows how the match lies in the words of the text.
func words(f *screening.Finding, l Language) string {
	if f.Boundary == "" {
		return ""
	}
	out := boundaryName(f.Boundary, l)
	if len(f.Tokens) > 0 {
		out += l.pick("：", ": ") + strings.Join(f.Tokens, "｜")
	}
	return out
}

func (s *Screen) appendSuppressedText(dst []byte, x *screening.Suppressed) []byte {
	l := s.Language
	dst = s.on(dst, styleGrey)
	dst = append(dst, l.pick("  ▹ 未计入：", "  ▹ does not count: ")...)
	text := x.Term + columnGap + x.Class + l.pick("，", ", ") + fieldName(x.Field, l) + l.pick("，", ", ") + becauseName(x.Because, l)
	if x.Detail != "" {
		text += l.pick("：", ": ") + x.Detail
	}
	dst = appendVisible(dst, text)
	return append(s.off(dst, styleGrey), '\n')
}
