package catalogue

// Lengths in runes.
const (
	minTitle, maxTitle             = 12, 40
	minDescription, maxDescription = 20, 300
)

// writeOrdinary makes up ordinary goods of a shelf, untidily if they are messy.
func (c *Catalogue) writeOrdinary(l *screeningDraft, sh *shelf, brand word) {
	a := &sh.goods[l.below(len(sh.goods))]
	made, look := pick(&l.stream, sh.made), pick(&l.stream, sh.looks)
	c.writeTitle(l, sh, a, brand, made)
	l.title = l.mark()
	length := minDescription + l.below(6)*l.below(45) // short ones are commoner
	if l.kind == KindMessy {
		length = 800 + l.below(1200)
		if l.chance(60) {
			length = 30 + l.below(100)
		}
	}
	c.describe(l, sh, a, made, look, length)
	l.category = a.category
	l.declareBrand(brand)
	c.attribute(l, sh, made)
}

// writeTitle strings words together in one of the orders of patterns until
// the title is as long as was drawn for it.
func (c *Catalogue) writeTitle(l *screeningDraft, sh *shelf, a *article, brand, made word) {
	var used uint64
	length := minTitle + 4 + l.below(maxTitle-minTitle-8)
	pattern := pick(&l.stream, patterns[:])
	for i := range len(pattern) {
		if l.runes >= length && i > 5 {
			break
		}
		w, ok := c.wordFor(l, pattern[i], sh, a, brand, made, &used)
		if ok && l.runes+w.runes < maxTitle {
			l.part()
			l.add(w)
		}
	}
	for l.runes < minTitle {
		l.add(pickNew(&l.stream, sh.looks, &used))
	}
	if l.kind == KindMessy {
		c.mess(l)
	}
}

// part sometimes puts a space between two words of a title.
func (l *screeningDraft) part() {
	if l.text.Len() > l.merchant && l.below(6) == 0 {
		l.char(' ')
	}
}

// wordFor draws the word of a slot. It is not ok where the slot stays empty.
func (c *Catalogue) wordFor(l *screeningDraft, slot byte, sh *shelf, a *article, brand, made word, used *uint64) (w word, ok bool) {
	s := &l.stream
	switch slot {
	case 'L':
		return pick(s, c.common.leads), s.chance(50)
	case 'B':
		return brand, s.chance(40)
	case 'F':
		return pick(s, sh.fit), true
	case 'W':
		return pick(s, sh.when), true
	case 'M':
		return made, true
	case 'N':
		return a.noun, true
	case 'A':
		return pick(s, sh.goods).noun, s.chance(60)
	case 'C':
		return pick(s, c.common.colors), s.chance(50)
	case 'P':
		return pick(s, c.common.packs), s.chance(50)
	case 'T':
		return pick(s, c.common.tails), true
	}
	return pickNew(s, sh.looks, used), true
}

// mess adds to a title what careless sellers add, within its longest length.
func (c *Catalogue) mess(l *screeningDraft) {
	s := &l.stream
	for range 2 + s.below(3) {
		w := pick(s, c.common.latin)
		switch s.below(4) {
		case 0, 1:
			w = pick(s, c.common.emojis)
		case 2:
			w = pick(s, c.common.untidy)
		}
		if l.runes+w.runes+2 > maxTitle {
			return
		}
		if l.char(' '); s.chance(30) {
			l.char(' ')
		}
		l.add(w)
	}
}

// describe writes different sentences until the length is reached; once all
// were used they come round again.
func (c *Catalogue) describe(l *screeningDraft, sh *shelf, a *article, made, look word, length int) {
	at := l.below(len(c.sentences))
	for l.runes < length {
		for _, p := range c.sentences[at] {
			l.add(p.fill(sh, a, made, look, l))
		}
		if l.kind == KindMessy && l.chance(20) {
			l.add(pick(&l.stream, c.common.emojis))
			l.char('\n')
		}
		at = (at + 7) % len(c.sentences)
	}
}

func (p *piece) fill(sh *shelf, a *article, made, look word, l *screeningDraft) word {
	switch p.slot {
	case 'N':
		return a.noun
	case 'M':
		return made
	case 'K':
		return look
	case 'F':
		return pick(&l.stream, sh.fit)
	case 'W':
		return pick(&l.stream, sh.when)
	}
	return p.text
}

// attribute fills in two to four attributes.
func (c *Catalogue) attribute(l *screeningDraft, sh *shelf, made word) {
	n := 2 + l.below(3)
	l.attributes = make(map[string]string, n)
	l.attributes["颜色"] = pick(&l.stream, c.common.colors).text
	l.attributes["材质"] = made.text
	if n > 2 {
		l.attributes["规格"] = pick(&l.stream, sh.sizes).text
	}
	if n > 3 {
		l.attributes["适用"] = pick(&l.stream, sh.fit).text
	}
}
