package catalogue

import (
	"strings"
	"unicode/utf8"

	"zhunru/screening"
	"zhunru/screening/dictionary"
)

// A lure is a class of goods with the texts that imply it.
type lure struct {
	id          string
	disposition dictionary.Disposition
	terms       []word
	hits        []word
	innocent    []word // reads like the class and is not of it
	categories  []string
	hide        [len(disguises)][]word // terms in the disguises they can wear
}

// readClasses sorts the classes by what becomes of their goods.
func (c *Catalogue) readClasses(d *dictionary.Dictionary) error {
	w := newWardrobe(d)
	for i := range d.Classes {
		k := &d.Classes[i]
		u := lureOf(k)
		if len(u.terms)+len(u.hits) == 0 {
			continue
		}
		at := len(c.classes)
		switch k.Disposition {
		case dictionary.Prohibited:
			w.dress(&u)
			c.prohibited = append(c.prohibited, at)
		case dictionary.NeedsCategory:
			if k.Requires == nil {
				continue
			}
			c.restricted = append(c.restricted, at)
		case dictionary.Notice:
			c.notice = append(c.notice, at)
		default:
			c.review = append(c.review, at)
		}
		if len(u.innocent) > 0 && k.Disposition != dictionary.NeedsCategory {
			c.innocent = append(c.innocent, at)
		}
		c.classes = append(c.classes, u)
	}
	for _, list := range [...][]int{c.prohibited, c.restricted, c.notice, c.review, c.innocent} {
		if len(list) == 0 {
			return &screening.InvalidError{Field: "dictionaries", Reason: "词典须有禁售、限售、提示、复核各类品类及其样例，请换用完整的词典"}
		}
	}
	return nil
}

// lureOf takes the texts of a class. Terms shorter than three characters need
// more around them than a made-up title has. An exception is woven in only
// where it is long enough to be a phrase of its own.
func lureOf(k *dictionary.Class) lure {
	u := lure{id: k.ID, disposition: k.Disposition, hits: wordsIn(k.Samples.Hit), innocent: wordsIn(k.Samples.Pass)}
	for _, term := range k.Terms {
		if w := wordOf(term); w.runes >= 3 {
			u.terms = append(u.terms, w)
		}
	}
	for _, phrase := range k.Exceptions {
		if utf8.RuneCountInString(phrase) >= 5 {
			u.innocent = append(u.innocent, wordOf(phrase))
		}
	}
	for _, name := range k.CategoryWords {
		u.categories = append(u.categories, categoryOf(k, name))
	}
	return u
}

// categoryOf puts a name of the class's goods below the category they need,
// unless that one is itself written in levels.
func categoryOf(k *dictionary.Class, name string) string {
	if k.Requires == nil || strings.Contains(k.Requires.Category, "/") {
		return name
	}
	return k.Requires.Category + "/" + name
}

// writeLure makes up goods of a class, or such as only look it.
func (c *Catalogue) writeLure(l *screeningDraft, sh *shelf, brand word, class int) {
	u := &c.classes[class]
	l.class = u.id
	c.weave(l, c.bait(l, u))
	l.title = l.mark()
	c.assure(l)
	switch {
	case l.kind == KindRestricted && len(u.categories) > 0 && l.chance(70):
		l.category = pick(&l.stream, u.categories)
	case l.kind != KindRestricted || l.chance(50):
		l.category = sh.path
	}
	l.declareBrand(brand)
	l.attributes = map[string]string{"规格": pick(&l.stream, c.common.packs).text}
}

// bait draws the text that implies the class.
func (c *Catalogue) bait(l *screeningDraft, u *lure) word {
	s := &l.stream
	switch l.kind {
	case KindInnocent:
		return pick(s, u.innocent)
	case KindDisguised:
		return c.disguised(l, u)
	}
	if len(u.hits) > 0 && (len(u.terms) == 0 || s.chance(50)) {
		return pick(s, u.hits)
	}
	return pick(s, u.terms)
}

// weave puts a text between the words of sellers, up to a usual length.
func (c *Catalogue) weave(l *screeningDraft, text word) {
	s := &l.stream
	if text.runes < 20 && s.chance(40) {
		l.add(pick(s, c.common.shouts))
		l.char(' ')
	}
	l.add(text)
	var used uint64
	for l.runes < minTitle || l.runes < 30 && s.chance(50) {
		l.char(' ')
		l.add(pickNew(s, c.common.shouts, &used))
	}
}

// assure writes a description that says nothing of the goods.
func (c *Catalogue) assure(l *screeningDraft) {
	var used uint64
	for n := 1 + l.below(4); n > 0 || l.runes < minDescription; n-- {
		l.add(pickNew(&l.stream, c.plain, &used))
	}
}

// writeMisplaced makes up restricted goods declared as harmless ones, and by
// turns harmless ones declared as restricted.
func (c *Catalogue) writeMisplaced(l *screeningDraft, sh *shelf, brand word, class int) {
	u := &c.classes[class]
	if l.serial%2 == 1 && len(u.categories) > 0 {
		c.writeOrdinary(l, sh, brand)
		l.class, l.category = u.id, pick(&l.stream, u.categories)
		return
	}
	c.writeLure(l, sh, brand, class)
	l.category = pick(&l.stream, sh.goods).category
}
