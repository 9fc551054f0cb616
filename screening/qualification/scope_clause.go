package qualification

import "strings"

// A clauseMode is how a clause changes the service it belongs to.
type clauseMode int

const (
	clausePlain   clauseMode = iota // names it: （经营类电子商务）, （B25）, （广东省）
	clauseLimit                     // 仅限…
	clauseExclude                   // 不含…
	clauseExcept                    // 除…外
	clauseVoid                      // 不予许可: nothing is left
	clauseNeutral                   // 含…, 不限于…
)

// A clauseOpener is words that begin a clause.
type clauseOpener struct {
	word string
	mode clauseMode
}

// clauseOpeners begin a clause wherever they stand; of those that begin alike the
// longer come first. 不 and 未 exclude by themselves: what is said after them
// must not count as granted.
var clauseOpeners = [...]clauseOpener{
	{"不仅限于", clauseNeutral}, {"不限于", clauseNeutral}, {"不限", clauseNeutral},
	{"不包含", clauseExclude}, {"不包括", clauseExclude}, {"不含", clauseExclude}, {"不得", clauseExclude}, {"不予", clauseVoid}, {"不", clauseExclude},
	{"未包含", clauseExclude}, {"未包括", clauseExclude}, {"未获", clauseVoid}, {"未予", clauseVoid}, {"未", clauseExclude},
	{"禁止", clauseExclude}, {"停止", clauseExclude}, {"终止", clauseExclude}, {"注销", clauseExclude}, {"撤销", clauseExclude}, {"取消", clauseExclude}, {"暂停", clauseExclude},
	{"除", clauseExcept},
	{"仅限于", clauseLimit}, {"仅限", clauseLimit}, {"只限", clauseLimit}, {"限于", clauseLimit},
}

// clauseStarters begin a clause only where one can begin: at the start, after a mark
// or after a service's name.
var clauseStarters = [...]clauseOpener{
	{"仅", clauseLimit}, {"限", clauseLimit}, {"包括", clauseNeutral}, {"包含", clauseNeutral}, {"含", clauseNeutral},
}

// clauseOpenerAt returns the mode and length of the words that open a clause at
// the start of gs; fresh says that starters count.
func clauseOpenerAt(gs []glyph, fresh bool) (clauseMode, int) {
	for _, o := range clauseOpeners {
		if n := prefixed(gs, o.word); n > 0 {
			return o.mode, n
		}
	}
	if fresh {
		for _, o := range clauseStarters {
			if n := prefixed(gs, o.word); n > 0 {
				return o.mode, n
			}
		}
	}
	return clausePlain, 0
}

// readClause adds what a clause says to the limits and exclusions of s. It
// begins in mode m and returns the mode at its end, for a clause that goes on.
func (s *Service) readClause(gs []glyph, m clauseMode) clauseMode {
	start := 0
	for i := 0; i < len(gs); {
		if n := prefixed(gs[i:], "除外"); n > 0 {
			s.addItems(clauseExclude, glyphText(gs[start:i]), true) // X除外
			m, i = clausePlain, i+n
			start = i
			continue
		}
		next, n := clauseOpenerAt(gs[i:], i == start || isMark(gs[i-1].r))
		if n == 0 {
			i++
			continue
		}
		s.addItems(m, glyphText(gs[start:i]), false)
		m, i = next, i+n
		start = i
	}
	s.addItems(m, glyphText(gs[start:]), true)
	return m
}

// addItems splits what a clause lists. An exclusion that ends without saying
// of what (已注销) leaves nothing.
func (s *Service) addItems(m clauseMode, list string, ends bool) {
	found := false
	for item := range strings.FieldsFuncSeq(list, func(r rune) bool { return strings.ContainsRune("、,;()\"", r) }) {
		if item = strings.Trim(item, ":.…-/"); item == "" {
			continue
		}
		found = true
		only, outside := cutOutside(item)
		switch {
		case m == clauseExclude && outside: // 不含X以外的服务
			s.Limits = append(s.Limits, only)
		case m == clauseExclude, m == clauseExcept:
			s.Excludes = append(s.Excludes, only)
		case (m == clauseLimit || m == clausePlain && isKind(item)) && outside: // 仅限X以外的服务
			s.Excludes = append(s.Excludes, only)
		case m == clauseLimit, m == clausePlain && isKind(item):
			s.Limits = append(s.Limits, item)
		}
	}
	if m == clauseVoid || m == clauseExclude && ends && !found {
		s.Excludes = append(s.Excludes, s.Name)
	}
}

// cutOutside turns X外 and X以外的内容 into X.
func cutOutside(item string) (only string, outside bool) {
	for _, end := range [...]string{"以外", "之外"} {
		if before, _, ok := strings.Cut(item, end); ok {
			return before, true
		}
	}
	if before, ok := strings.CutSuffix(item, "外"); ok {
		return before, true
	}
	return item, false
}

// isKind reports whether words in brackets name a kind of service, and not a
// place, a code or a date.
func isKind(item string) bool {
	return hasAnyOf(item, "信息服务", "互联网", "因特网", "电子商务", "交易", "移动网", "固定网", "电话", "数据处理", "数据交换", "短信")
}

func hasAnyOf(s string, words ...string) bool {
	for _, w := range words {
		if strings.Contains(s, w) {
			return true
		}
	}
	return false
}

// isMark reports whether r parts words in a licence's scope.
func isMark(r rune) bool { return strings.ContainsRune("、,;:.-/()\"", r) }
