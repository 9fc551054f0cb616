package qualification

import (
	"slices"
	"strings"

	"zhunru/screening/textnorm"
)

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

// statement returns where one of the two sentences of R-S06 stands in x.
func (s *noticeText) statement(x sentence) (from, to int) {
	for i := x.from; i < x.to; i++ {
		for _, p := range s.phrases {
			if s.Runes[i] == p[0] && i+len(p) <= x.to && slices.Equal(s.Runes[i:i+len(p)], p) {
				return i, i + len(p)
			}
		}
	}
	return 0, 0
}

// misreading returns where x holds one of the sentences with up to three
// characters misread; listed says that all of them are usual confusions.
// Otherwise one character, not at the heart, may be any other.
func (s *noticeText) misreading(x sentence) (from, to int, listed bool) {
	for i := x.from; i < x.to; i++ {
		for j, p := range s.phrases {
			usual, other := 0, 0
			for k := 0; k < len(p) && i+len(p) <= x.to && usual+other <= 3 && other <= 1; k++ {
				got := s.Runes[i+k]
				switch {
				case got == p[k]:
				case slices.Contains(s.misread[j][k], got):
					usual++
				case slices.Contains(s.heart, p[k]):
					other += 2
				default:
					other++
				}
			}
			if i+len(p) > x.to || usual+other > 3 || other > 1 || anyToken(s.in(i, i+len(p)), wordNamed) {
				continue
			}
			return i, i + len(p), other == 0
		}
	}
	return 0, 0, false
}

// broken finds the statement across the end of a sentence: a scan that put an
// empty line or a stray full stop inside it.
func (s *noticeText) broken() noticeFinding {
	all := sentence{from: 0, to: len(s.Runes)}
	for {
		from, to := s.statement(all)
		if from == to {
			return noticeFinding{}
		}
		if s.gapsIn(from, to)&(gapStop|gapPara) != 0 {
			return noticeFinding{findsDoubt, "NOTICE_BROKEN", "不需取得许可证的表述被句号或空行断开，须人工与原件核对（R-S06）", from, to}
		}
		all.from = to
	}
}

// closes reports whether what follows the statement at rune `to` leaves it as
// it is: the end of the clause, or words of afterStatement.
func (s *noticeText) closes(x sentence, to int) bool {
	if s.gaps[to]&gapLeader != 0 {
		return false // …: something is left out
	}
	if to >= x.to || s.gaps[to]&gapClause != 0 {
		return true
	}
	rest := s.Runes[to:x.to]
	starts := func(p []rune) bool { return len(rest) >= len(p) && slices.Equal(rest[:len(p)], p) }
	if slices.ContainsFunc(s.after, starts) {
		return true
	}
	if rest[0] == '的' {
		return len(rest) == 1 || s.gaps[to+1]&gapClause != 0
	}
	if s.gaps[to]&gapLine == 0 {
		return false
	}
	return rest[0] >= '0' && rest[0] <= '9' || slices.ContainsFunc(s.below, starts) ||
		strings.Contains(string(rest[:min(20, len(rest))]), "管理局")
}

// stray reports whether a negation stands right before the rune at `from`, in
// another sentence: the end mark between may be a fault of the scan.
func (s *noticeText) stray(from int) bool {
	before := s.in(max(0, from-4), from)
	return len(before) > 0 && before[len(before)-1].to == from && anyToken(before[len(before)-1:], wordNot, wordAsk)
}

// altered reports whether the statement holds signs that it should not hold.
func (s *noticeText) altered(x sentence, from, to int) bool {
	odd := textnorm.StepCombining | textnorm.StepEmoji | textnorm.StepConfusable
	return s.StepsIn(from, to)&odd != 0 || s.gapsIn(from, to)&gapOdd != 0 || (x.before|s.gapsIn(x.from, x.to)|x.after)&gapBox != 0
}

// A quotation follows the quotation marks of a text from its start.
type quotation struct {
	at, open int
	straight bool
}

// quoted reports whether the rune at `from` stands in quotation marks. It is
// asked in the order of the text.
func (s *noticeText) quoted(from int) bool {
	q, end := &s.quotes, int(s.Start[from])
	for _, c := range s.Source[q.at:end] {
		switch c {
		case '“', '「', '『', '‘':
			q.open++
		case '”', '」', '』', '’':
			q.open = max(0, q.open-1)
		case '"', '＂':
			q.straight = !q.straight
		}
	}
	q.at = end
	return q.open > 0 || q.straight
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
