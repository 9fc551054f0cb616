package qualification

import "slices"

// How far words of a claim may stand apart, in runes: 需|依法|取得 and
// 取得|…的|电信业务经营许可证.
const (
	modalToVerb   = 8
	verbToLicence = 16
	titleWithin   = 60
)

// claims sums up what a sentence says about the licence.
type claims struct {
	none     bool // not needed
	need     bool // needed
	reversed bool // a negation reaches "not needed"
	rejected bool // the claim is stated and then rejected
	asks     bool
}

// claims reads the sentence for modal words that govern a verb and the licence.
func (s *noticeText) claims(x sentence, tokens []noticeToken) (c claims) {
	c.asks = x.after&gapAsk != 0
	var last [noticeClasses]int // index after the last word of each class
	for i, t := range tokens {
		last[t.class] = i + 1
	}
	about := last[wordWeChat]+last[wordMini]+last[wordParty] > 0
	for i, t := range tokens {
		switch t.class {
		case wordNoNeed, wordNeed:
			if !s.claimed(tokens, i, x.from, about) {
				continue
			}
			denied := s.denied(tokens[:i], t.from, x.from)
			c.none = c.none || t.class == wordNoNeed || denied
			c.need = c.need || t.class == wordNeed && !denied
			c.reversed = c.reversed || t.class == wordNoNeed && denied
			c.rejected = c.rejected || last[wordReject] > i
		case wordLacking:
			c.need = c.need || last[wordLicence] > i && last[wordOnlyThen] > i
		case wordLicence:
			c.need = c.need || i+1 < len(tokens) && tokens[i+1].class == wordOnlyThen
		case wordAsk:
			c.asks = true
		}
	}
	return c
}

// claimed reports whether the modal tokens[i] governs a verb and the licence:
// after the verb, or as the topic of the clause before the modal. A permit of
// no kind counts as the licence where the sentence is about the applicant.
func (s *noticeText) claimed(tokens []noticeToken, i, from int, about bool) bool {
	modal, verb := tokens[i], tokens[i]
	for _, t := range tokens[i+1:] {
		if t.class == wordNoNeed || t.class == wordNeed || t.from-verb.to > verbToLicence {
			break // 应当|不需: the last modal counts
		}
		switch {
		case t.class == wordObtain && t.from-modal.to <= modalToVerb:
			verb = t
		case t.class == wordLicence && (verb != modal || t.from-modal.to <= 2):
			return true
		case t.class == wordPermit && t.from == verb.to && verb != modal:
			return about
		}
	}
	return verb != modal && s.topic(tokens[:i], modal, from)
}

func (s *noticeText) topic(before []noticeToken, modal noticeToken, from int) bool {
	start := s.clauseStart(modal.from, from)
	for _, t := range slices.Backward(before) {
		if t.from < start {
			return false
		}
		if t.class == wordLicence {
			return true
		}
	}
	return false
}

// denied reports whether a negation among the tokens before the rune at
// target, in its clause, reaches it: nothing but the subject and at most two
// runes stand between.
func (s *noticeText) denied(before []noticeToken, target, from int) bool {
	start, at, loose := s.clauseStart(target, from), target, 0
	for _, t := range slices.Backward(before) {
		loose += max(0, at-t.to)
		if t.from < start || loose > 2 {
			return false
		}
		switch t.class {
		case wordNot:
			return true
		case wordWeChat, wordMini, wordParty, wordNeed:
			at = t.from
		default:
			return false
		}
	}
	return false
}

// excluded reports whether the platform is named only to be left out:
// 微信小程序以外.
func excluded(tokens []noticeToken) bool {
	for i := 1; i < len(tokens); i++ {
		t, next := tokens[i-1], tokens[i]
		if (t.class == wordWeChat || t.class == wordMini) && next.from == t.to && next.out {
			return true
		}
		if t.class == wordNot && t.to-t.from == 1 && next.from == t.to && next.class == wordWeChat {
			return true // 非微信平台
		}
	}
	return false
}

// otherKind returns the first name of another kind of document, and whether
// the text bears it as its title.
func (s *noticeText) otherKind() (f noticeFinding, titled bool) {
	for _, t := range s.tokens {
		if t.class == wordRight {
			return f, false
		}
		if t.class != wordOtherKind {
			continue
		}
		name := string(s.Runes[t.from:t.to])
		f = noticeFinding{
			findsOther, "NOTICE_OTHER_KIND",
			"这份文书是“" + name + "”，不是《行政许可不予受理通知书》（R-S06），不能作为资质；请提交不予受理通知书", t.from, t.to,
		}
		return f, s.titled(t)
	}
	return f, false
}

func (s *noticeText) titled(t noticeToken) bool {
	if t.from > titleWithin || !s.GapBefore(t.to) || anyToken(s.in(0, t.from), wordLaw, wordParty) {
		return false
	}
	for _, g := range s.gaps[1 : t.from+1] {
		if g&gapStop != 0 || g&gapClause != 0 && g&gapOdd == 0 {
			return false
		}
	}
	return true
}
