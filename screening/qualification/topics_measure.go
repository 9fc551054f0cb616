package qualification

import (
	"slices"
	"strings"
)

// Measures of R-S14 and R-S15, in days. Six months are up to 184 days.
const (
	longestCadence = 184
	leastNotice    = 7
	timesWithin    = 12 // runes between a period and how many times in it
)

// A pace is what a sentence says about time.
type pace uint8

const (
	paceNone pace = iota
	paceVague
	paceShort // stated, and not enough
	paceEnough
)

// measured returns where a part that states a topic belongs, by the quantity
// that the topic asks for.
func (s *topicText) measured(st *topicState, p *topicPart, m topicMeasure) *topicPlace {
	got := paceEnough
	switch m {
	case measureCadence:
		got = s.cadence(p)
	case measureNotice:
		got = s.advance(p)
	case measureLimit:
		got = s.limit(p)
	}
	switch got {
	case paceEnough:
		return &st.covered
	case paceShort:
		return &st.short
	case paceVague:
		return &st.vague
	}
	return &st.mention
}

// cadence reads how often: 每六个月, 半年一次, 每年两次. The longest period of
// the part counts.
func (s *topicText) cadence(p *topicPart) pace {
	got := paceNone
	for i := p.from; i < p.to; i++ {
		days := s.period(i, p)
		switch {
		case days > longestCadence:
			return paceShort
		case days > 0:
			got = paceEnough
		case got == paceNone && s.is(i, p.to, "定期"):
			got = paceVague
		}
	}
	return got
}

// period returns the days between two occasions that the words at rune i set,
// 0 if they set none.
func (s *topicText) period(i int, p *topicPart) int {
	j, every := i, false
	switch {
	case s.is(i, p.to, "年审"), s.is(i, p.to, "年检"), s.is(i, p.to, "逐年"), s.is(i, p.to, "年度"):
		return 365
	case slices.Contains([]rune("每按"), s.Runes[i]):
		j, every = i+1, true
		for j < p.to && slices.Contains([]rune("隔满个"), s.Runes[j]) {
			j++
		}
	case !numeralRune(s.Runes[i]) || i > p.from && (numeralRune(s.Runes[i-1]) || slices.Contains([]rune("每隔满"), s.Runes[i-1])):
		return 0
	}
	halves, j := s.number(j, p.to)
	if halves == 0 {
		if !every {
			return 0
		}
		halves = 2
	}
	days, end := s.unit(j, p.to)
	if days == 0 || s.elsewhere(i, p) {
		return 0
	}
	days = days * halves / 2
	if s.is(end, p.to, "半") {
		days += days / 2
	}
	before := string(s.Runes[max(p.from, i-6):i])
	if s.is(end, p.to, "以上") || containsOne(before, "至多", "最多", "间隔不少于", "间隔不低于", "不多于") {
		return longestCadence + 1
	}
	times := s.times(end, p.to)
	switch {
	case times > 0:
		return max(1, days/times)
	case every || containsOne(before, "周期", "间隔", "频率", "超过"):
		return days
	}
	return 0
}

// elsewhere reports whether the clause around rune i times something else.
func (s *topicText) elsewhere(i int, p *topicPart) bool {
	from, to := s.clauseStart(i, p.from), i+1
	for to < p.to && to-i < clauseReach && s.gaps[to]&gapClause == 0 {
		to++
	}
	return containsOne(string(s.Runes[from:to]), "结算", "对账", "付款", "培训", "排名", "榜单", "缴纳", "收取", "价格", "库存", "工作时间")
}

// times returns how many times in the period that ends at rune i: 两次, 至少
// 核验一次; 0 if it is not said.
func (s *topicText) times(i, to int) int {
	for j := i; j < min(i+timesWithin, to) && s.gaps[j]&gapClause == 0; j++ {
		if halves, end := s.number(j, to); halves > 0 && slices.Contains(s.Runes[end:min(end+3, to)], '次') {
			return max(1, halves/2)
		}
	}
	return 0
}

// advance reads how long ahead: 提前七日, 实施前七日.
func (s *topicText) advance(p *topicPart) pace {
	got := paceVague
	for i := p.from; i < p.to; i++ {
		if s.Runes[i] != '前' {
			continue
		}
		for j := i + 1; j < min(i+8, p.to); j++ {
			halves, end := s.number(j, p.to)
			days, _ := s.unit(end, p.to)
			if halves == 0 || days == 0 {
				continue
			}
			if days*halves/2 < leastNotice {
				return paceShort
			}
			got = paceEnough
			break
		}
	}
	return got
}

// limit reads whether a time is set: 七日内, 48小时以内, 三个工作日之内.
func (s *topicText) limit(p *topicPart) pace {
	for i := p.from; i < p.to; i++ {
		halves, j := s.number(i, p.to)
		if halves == 0 {
			continue
		}
		if days, end := s.unit(j, p.to); days > 0 && slices.Contains(s.Runes[end:min(end+3, p.to)], '内') {
			return paceEnough
		}
		i = j - 1
	}
	return paceNone
}

func (s *topicText) is(i, to int, word string) bool {
	for _, c := range word {
		if i >= to || s.Runes[i] != c {
			return false
		}
		i++
	}
	return true
}

func containsOne(text string, words ...string) bool {
	return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(text, w) })
}

const numerals = "零一二三四五六七八九"

func numeralRune(r rune) bool {
	return r >= '0' && r <= '9' || r == '十' || r == '两' || r == '半' || r == '百' || r != 0 && strings.ContainsRune(numerals, r)
}

// number reads the number at rune i in halves (半 is 1), and where it ends;
// 0 if there is none. Numbers above 9999 read as that.
func (s *topicText) number(i, to int) (halves, end int) {
	value, digit := 0, 0
	for end = i; end < to && (end == i || !s.GapBefore(end)); end++ {
		switch r := s.Runes[end]; {
		case r == '半' && end == i:
			return 1, end + 1
		case r >= '0' && r <= '9':
			digit = min(9999, digit*10+int(r-'0'))
		case r == '两':
			digit = 2
		case r == '十' || r == '百':
			unit := 10
			if r == '百' {
				unit = 100
			}
			value, digit = min(9999, value+max(1, digit)*unit), 0
		case strings.ContainsRune(numerals, r):
			digit = slices.Index([]rune(numerals), r)
		default:
			return 2 * (value + digit), end
		}
	}
	return 2 * (value + digit), end
}

// unit reads a unit of time at rune i, in days, and where it ends. An hour
// counts as a day.
func (s *topicText) unit(i, to int) (days, end int) {
	for i < to && slices.Contains([]rune("个自然工作"), s.Runes[i]) {
		i++
	}
	for _, u := range [...]struct {
		name string
		days int
	}{{"年", 365}, {"月", 30}, {"季度", 91}, {"季", 91}, {"星期", 7}, {"周", 7}, {"日", 1}, {"天", 1}, {"小时", 1}, {"分钟", 1}} {
		if s.is(i, to, u.name) {
			return u.days, i + len([]rune(u.name))
		}
	}
	return 0, i
}
