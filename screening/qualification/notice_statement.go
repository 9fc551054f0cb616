package qualification

import (
	"slices"
	"strings"

	"zhunru/screening/textnorm"
)

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
