package qualification

import (
	"slices"

	"zhunru/screening/textnorm"
)

// headingRunes bounds a line that can be a heading; a line without a number
// that is longer than titleRunes is taken for text.
const (
	headingRunes = 24
	titleRunes   = 12
)

// topicText is a platform rule while it is read.
type topicText struct {
	*topicWords
	reading
	hits   []topicHit
	parts  []topicPart
	states []topicState
}

// A topicHit is a word of the table in the text.
type topicHit struct {
	topicUse
	from, to int32
}

// A topicPart is a sentence, a heading or a list item: the runes [from, to),
// and the part that leads it in, -1 if none does.
type topicPart struct {
	sentence
	lead   int
	item   bool // starts with a number
	plain  topicUse
	denied topicUse // what stands in negated clauses
}

// topicState holds the first part that says each thing of a topic.
type topicState struct {
	covered, short, vague, negated, denied, mention topicPlace
}

type topicPlace struct {
	found          bool
	from, to, keep int
}

// scan finds the words; one inside a neutral word does not count.
func (s *topicText) scan() {
	s.hits = s.hits[:0]
	neutral := 0
	for i := range s.Runes {
		for _, w := range s.words.from(s.Runes[i:]) {
			end := i + len(w.runes)
			if end <= neutral || !w.starts(s.Runes[i:]) {
				continue
			}
			use := s.uses[w.id]
			if use.means&meansNeutral != 0 {
				neutral = end
			}
			s.hits = append(s.hits, topicHit{use, int32(i), int32(end)})
		}
	}
}

// in returns the words that start within the runes [from, to).
func (s *topicText) in(from, to int) []topicHit {
	at := func(h topicHit, rune int) int { return int(h.from) - rune }
	a, _ := slices.BinarySearchFunc(s.hits, from, at)
	b, _ := slices.BinarySearchFunc(s.hits[a:], to, at)
	return s.hits[a : a+b]
}

// split cuts the text into parts: at the ends of sentences, at an empty line,
// before a numbered line and after a heading.
func (s *topicText) split() {
	s.parts = s.parts[:0]
	from := 0
	for i := 1; i <= len(s.Runes); i++ {
		if i < len(s.Runes) {
			g := s.gaps[i]
			if g&(gapStop|gapPara) == 0 && (g&gapLine == 0 || !s.numbered(i) && !s.title(from, i)) {
				continue
			}
		}
		p := topicPart{sentence: sentence{from, i, s.gaps[from], s.gaps[i]}, lead: -1, item: s.numbered(from)}
		p.plain, p.denied = s.sum(from, i)
		p.lead = s.leadOf(&p)
		s.parts = append(s.parts, p)
		from = i
	}
}

// leadOf returns the part that leads p in: the one before, if it ends in a
// colon or semicolon, or that one's own lead for a further item of its list.
func (s *topicText) leadOf(p *topicPart) int {
	k := len(s.parts) - 1
	if k < 0 || p.before&gapPara != 0 && !p.item || s.Runes[p.from] == '第' && p.item {
		return -1
	}
	last := &s.parts[k]
	switch {
	case last.lead >= 0 && (p.item || p.before&gapSemi != 0):
		return last.lead
	case p.before&gapSemi != 0 || p.before&gapColon != 0 && p.item:
		return k
	}
	return -1
}

// sum adds up the words of [from, to) by clause: those of clauses with a
// negation go to denied.
func (s *topicText) sum(from, to int) (plain, denied topicUse) {
	var clause topicUse
	next := from
	flush := func() {
		sum := &plain
		if clause.means&meansNegation != 0 {
			sum = &denied
		}
		sum.serves |= clause.serves
		sum.means |= clause.means
		clause = topicUse{}
	}
	for _, h := range s.in(from, to) {
		for next < int(h.from) {
			next++
			if s.gaps[next]&gapClause != 0 {
				flush()
			}
		}
		clause.serves |= h.serves
		clause.means |= h.means
	}
	flush()
	return plain, denied
}

// numbered reports whether a line that starts at rune i starts with 第三条,
// 三、, （三）, 3. or ③.
func (s *topicText) numbered(i int) bool {
	j := i
	if s.Runes[i] == '第' {
		j++
	}
	k := j
	for k < len(s.Runes) && k-j < 4 && numeralRune(s.Runes[k]) && (k == j || !s.GapBefore(k)) {
		k++
	}
	switch {
	case k == j || k >= len(s.Runes):
		return false
	case j > i:
		return slices.Contains([]rune("条章节款项编"), s.Runes[k])
	}
	return s.Steps[k]&textnorm.StepMark != 0 || s.Steps[j]&textnorm.StepCompat != 0
}

// title reports whether the runes [from, to), which end a line, look like a
// heading: short, with no duty and no comma.
func (s *topicText) title(from, to int) bool {
	limit := titleRunes
	if s.numbered(from) {
		limit = headingRunes
	}
	if to-from > limit || from > 0 && s.gaps[from]&(gapLine|gapPara|gapStop) == 0 || s.gapsIn(from, to)&gapClause != 0 && !s.numbered(from) {
		return false
	}
	for _, h := range s.in(from, to) {
		if h.means&(meansStrict|meansNegation) != 0 {
			return false
		}
	}
	return true
}

// heading reports whether a part states nothing: a heading, or a line of a
// table of contents.
func (s *topicText) heading(p *topicPart) bool {
	last := s.Runes[p.to-1]
	if (s.gapsIn(p.from, p.to)|p.after)&gapLeader != 0 && last >= '0' && last <= '9' {
		return true
	}
	return p.lead < 0 && p.after&(gapStop|gapColon) == 0 && p.to-p.from <= headingRunes && (p.plain.means|p.denied.means)&(meansStrict|meansNegation) == 0
}

// weigh files what part i says of each topic.
func (s *topicText) weigh(i int) {
	p := &s.parts[i]
	plain, denied := p.plain, p.denied
	if p.lead >= 0 {
		lead := &s.parts[p.lead]
		plain.serves |= lead.plain.serves
		plain.means |= lead.plain.means
		if lead.denied.means&meansNegation != 0 && p.plain.means&meansStrict == 0 { // 平台不核验下列信息：
			denied = topicUse{plain.serves | denied.serves | lead.denied.serves, denied.means | lead.denied.means}
			plain = topicUse{}
		}
	}
	own, home := p.plain.serves|p.denied.serves, (p.plain.means|p.denied.means)&meansHome != 0
	heading := s.heading(p)
	for k, need := range s.needs {
		all := plain.serves | denied.serves
		if own&need == 0 || all&need != need {
			continue
		}
		st := &s.states[k]
		switch {
		case heading, own&s.foreign[k] != 0 && !home:
			s.note(&st.mention, p, need)
		case plain.serves&need != need:
			s.note(&st.negated, p, need)
			if denied.means&meansPlatform != 0 && denied.serves&need == need {
				s.note(&st.denied, p, need)
			}
		case plain.means&(meansStrict|meansAction) == 0:
			s.note(&st.mention, p, need)
		default:
			s.note(s.measured(st, p, s.topicKind.topics[k].measure), p, need)
		}
	}
}

// note keeps the first place of its sort, with the topic's first word in it.
func (s *topicText) note(at *topicPlace, p *topicPart, need uint32) {
	if at.found {
		return
	}
	*at = topicPlace{true, p.from, p.to, p.from}
	for _, h := range s.in(p.from, p.to) {
		if h.serves&need != 0 {
			at.keep = int(h.from)
			return
		}
	}
}
