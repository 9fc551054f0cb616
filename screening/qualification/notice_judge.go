package qualification

import "slices"

// Messages that several findings share.
const (
	whyReported = "不需取得许可证的表述可能只是转述申请人的说法，须人工核对是否为主管部门的结论（R-S06）"
	whyNegated  = "通知书否定了“不需取得电信业务经营许可证”的说法（R-S06），不能作为资质；请按要求取得许可证或重新申请"
	whyLimited  = "不需取得许可证的表述带有条件、时间或例外，须人工核对是否适用（R-S06）"
)

// tokenise splits the text into words of the table, the longest at each place.
func (s *noticeText) tokenise() {
	s.tokens = s.tokens[:0]
	for i := 0; i < len(s.Runes); i++ {
		for _, w := range s.words.from(s.Runes[i:]) {
			if w.starts(s.Runes[i:]) {
				end := i + len(w.runes)
				s.tokens = append(s.tokens, noticeToken{s.classes[w.id], i, end, s.Runes[end-1] == '外'})
				i = end - 1
				break
			}
		}
	}
}

// in returns the tokens that start within the runes [from, to).
func (s *noticeText) in(from, to int) []noticeToken {
	byStart := func(t noticeToken, at int) int { return t.from - at }
	a, _ := slices.BinarySearchFunc(s.tokens, from, byStart)
	b, _ := slices.BinarySearchFunc(s.tokens, to, byStart)
	return s.tokens[a:b]
}

// anyToken reports whether one of the tokens is of one of the classes.
func anyToken(tokens []noticeToken, classes ...noticeClass) bool {
	return slices.ContainsFunc(tokens, func(t noticeToken) bool { return slices.Contains(classes, t.class) })
}

func (s *noticeText) has(c noticeClass) bool { return anyToken(s.tokens, c) }

func (s *noticeText) sentenceOf(rune int) sentence {
	i, _ := slices.BinarySearchFunc(s.list, rune, func(x sentence, at int) int {
		if x.to <= at {
			return -1
		}
		return 1
	})
	return s.list[min(i, len(s.list)-1)]
}

// judge says what a sentence contributes.
func (s *noticeText) judge(x sentence) noticeFinding {
	tokens := s.in(x.from, x.to)
	if from, to := s.statement(x); from < to {
		return s.judgeStatement(x, tokens, from, to)
	}
	if len(tokens) == 0 {
		return noticeFinding{}
	}
	finding := func(k findingKind, code, why string) noticeFinding {
		return noticeFinding{k, code, why, x.from, x.to}
	}
	from, to, listed := s.misreading(x)
	misread := finding(findsDoubt, "NOTICE_OCR", "通知书中的表述与 R-S06 要求的句子只差个别字，可能是识别错字，须人工与原件核对")
	if from < to && listed {
		return misread
	}
	c := s.claims(x, tokens)
	switch {
	case c.asks && (c.none || c.need):
		return finding(findsQuestion, "NOTICE_NO_SENTENCE", "通知书只是问是否需要取得许可证，没有写明不需取得（R-S06），不能作为资质；请提交写明结论的不予受理通知书")
	case c.none:
		return s.judgeParaphrase(x, tokens, c)
	case from < to:
		return misread
	case c.reversed:
		return finding(findsNegation, "NOTICE_NEGATED", whyNegated)
	case c.need && anyToken(tokens, wordLaw) && !anyToken(tokens, wordWeChat, wordMini, wordParty):
		return finding(findsLaw, "NOTICE_NEGATED", "通知书只引用了须取得许可证的规定，没有写明微信小程序不需取得（R-S06），不能作为资质")
	case c.need:
		return finding(findsNegation, "NOTICE_NEGATED", "通知书写的是需取得电信业务经营许可证，与 R-S06 要求的表述相反，不能作为资质；请改走许可证路线")
	case anyToken(tokens, wordReason):
		return finding(findsReason, "NOTICE_OTHER_REASON", "不予受理的理由不是微信小程序不需取得许可证（如材料不齐、不符合受理条件），不满足 R-S06；请按通知书补齐后重新申请")
	}
	return noticeFinding{}
}

// judgeParaphrase judges a sentence that says in other words that no licence
// is needed.
func (s *noticeText) judgeParaphrase(x sentence, tokens []noticeToken, c claims) noticeFinding {
	f := noticeFinding{findsDoubt, "NOTICE_PARAPHRASE", "通知书用其他措辞写明不需取得许可证，与 R-S06 的原句不同，须人工核对含义", x.from, x.to}
	chat := anyToken(tokens, wordWeChat) && !excluded(tokens)
	named := anyToken(tokens, wordNamed)
	mini := anyToken(tokens, wordMini) && !named && !excluded(tokens)
	elsewhere := !excluded(tokens) && !named && (s.has(wordWeChat) || s.has(wordMini))
	switch {
	case !chat && !mini && !elsewhere && (named || anyToken(tokens, wordSite) || excluded(tokens)):
		f.kind, f.code = findsOther, "NOTICE_OTHER_PLATFORM"
		f.why = "通知书说的是其他平台，不是微信小程序或微信平台（R-S06），不能作为资质；请提交针对微信小程序的不予受理通知书"
	case !chat && !mini && !elsewhere:
		f.kind, f.code = findsUnnamed, "NOTICE_NO_SENTENCE"
		f.why = "通知书写了不需取得许可证，但没有写明是微信小程序或微信平台（R-S06），不能作为资质；请提交写明微信小程序的不予受理通知书"
	case c.reversed || c.rejected:
		f.kind, f.code = findsNegation, "NOTICE_NEGATED"
		f.why = whyNegated
	case c.need || anyToken(tokens, wordExcept, wordLimit):
		f.code, f.why = "NOTICE_CONDITIONAL", whyLimited
	case anyToken(tokens, wordReported):
		f.code, f.why = "NOTICE_REPORTED", whyReported
	}
	return f
}

// judgeStatement judges a sentence that holds the exact statement in the runes
// [from, to): everything else in it must leave it as it is.
func (s *noticeText) judgeStatement(x sentence, tokens []noticeToken, from, to int) noticeFinding {
	f := noticeFinding{findsDoubt, "", "", x.from, x.to}
	c := s.claims(x, tokens)
	rest := make([]noticeToken, 0, 16)
	for _, t := range tokens {
		if t.from < from || t.from >= to {
			rest = append(rest, t)
		}
	}
	switch {
	case s.denied(s.in(x.from, from), from, x.from), anyToken(s.in(to, x.to), wordReject):
		f.kind, f.code = findsNegation, "NOTICE_NEGATED"
		f.why = whyNegated
	case anyToken(rest, wordReported, wordReject):
		f.code, f.why = "NOTICE_REPORTED", whyReported
	case x.after&gapAsk != 0 || anyToken(rest, wordAsk):
		f.code, f.why = "NOTICE_QUESTION", "不需取得许可证的表述是问句，不是结论，须人工核对原件（R-S06）"
	case anyToken(rest, wordExcept, wordLimit):
		f.code, f.why = "NOTICE_CONDITIONAL", whyLimited
	case anyToken(rest, wordNamed, wordSite):
		f.code, f.why = "NOTICE_MIXED_PLATFORM", "同一句还提到其他平台、网站或APP，须人工核对是否只经营微信小程序（R-S06）"
	case c.need:
		f.code, f.why = "NOTICE_CONTRADICTED", "同一句还写有需取得许可证，前后矛盾，须人工核对（R-S06）"
	case anyToken(rest, wordNot) || s.stray(from) || !s.closes(x, to):
		f.code, f.why = "NOTICE_UNCLEAR", "不需取得许可证的表述前后还有可能改变其含义的文字，须人工通读核对（R-S06）"
	case s.altered(x, from, to):
		f.code, f.why = "NOTICE_ALTERED", "不需取得许可证的表述中有删除线、勾选框或其他异常符号，须人工与原件核对（R-S06）"
	case s.quoted(from):
		f.code, f.why = "NOTICE_QUOTED", "不需取得许可证的表述在引号内，可能是引用，须人工核对（R-S06）"
	default:
		return noticeFinding{findsStatement, "NOTICE_ACCEPTED", "通知书写明“" + string(s.Runes[from:to]) + "”，符合 R-S06", from, to}
	}
	return f
}
