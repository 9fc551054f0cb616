package screening

import (
	"strings"

	"zhunru/screening/dictionary"
	"zhunru/screening/textnorm"
)

// A categoryIndex maps the words of declared categories to classes.
type categoryIndex struct {
	words   map[string]int16 // folded word → class
	roots   map[string]int16 // folded name of a level that decides over those below it
	longest int
	neutral map[string]bool // folded names of harmless goods
}

func (e *Engine) buildCategories(d *dictionary.Dictionary) {
	x := &e.categories
	x.words, x.roots, x.neutral = map[string]int16{}, map[string]int16{}, map[string]bool{}
	for i := range e.classes {
		for _, w := range e.classes[i].CategoryWords {
			word := e.norm.String(w)
			x.words[word] = int16(i)
			x.longest = max(x.longest, len([]rune(word)))
		}
		for _, w := range e.classes[i].CategoryRoots {
			x.roots[e.norm.String(w)] = int16(i)
		}
	}
	for i := range d.Contexts {
		if c := &d.Contexts[i]; c.Sense == dictionary.OtherGoods || c.Sense == dictionary.Accessory {
			for _, w := range c.Words {
				x.neutral[e.norm.String(w)] = true
			}
			if c.Domain != "" {
				x.neutral[e.norm.String(c.Domain)] = true
			}
		}
	}
}

// levels parts a declared category into its levels, the top one first.
func levels(category string) []string {
	return strings.FieldsFunc(category, func(r rune) bool { return strings.ContainsRune("/>|-—→\\＞／【】[]'\"", r) })
}

// alternatives parts a level that names several things: 彩票、旅行、充值.
func alternatives(level string) []string {
	return strings.FieldsFunc(level, func(r rune) bool { return strings.ContainsRune("、，,;； ()（）", r) })
}

// declared reads a declared category: the class it names, -1 for none; the
// level that names it; and whether it names harmless goods. A root decides
// over everything below it (图书/旅游/地图 is a book); otherwise the most
// particular level that says anything does.
func (e *Engine) declared(category string, t *textnorm.Text) (class int16, level string, neutral bool) {
	all := levels(category)
	for _, level := range all {
		if k, ok := e.categories.roots[e.norm.String(level)]; ok {
			return k, level, false
		}
	}
	for i := len(all) - 1; i >= 0; i-- {
		if k, neutral := e.levelClass(all[i], t); k >= 0 || neutral {
			return k, all[i], neutral
		}
	}
	return -1, "", false
}

// levelClass reads one level. If it names several things, they must agree.
func (e *Engine) levelClass(level string, t *textnorm.Text) (class int16, neutral bool) {
	class = -1
	for i, part := range alternatives(level) {
		k, n := e.partClass(part, t)
		if i > 0 && (k != class || n != neutral) {
			return -1, false
		}
		class, neutral = k, n
	}
	return class, neutral
}

// partClass reads one name: the longest category word that ends it decides.
func (e *Engine) partClass(part string, t *textnorm.Text) (class int16, neutral bool) {
	e.norm.Normalize(t, part)
	runes := t.Runes
	for len(runes) > 1 && strings.ContainsRune("类区馆", runes[len(runes)-1]) {
		runes = runes[:len(runes)-1]
	}
	for from := max(0, len(runes)-e.categories.longest); from < len(runes); from++ {
		word := string(runes[from:])
		if k, ok := e.categories.words[word]; ok {
			return k, false
		}
		neutral = neutral || e.categories.neutral[word] && len(runes)-from >= 2
	}
	return -1, neutral
}

// readCategory adds what the declared category demands, and what does not
// agree with it.
func (s *scan) readCategory(category string) {
	if category == "" {
		return
	}
	c := s.declared.of(s.e, category, &s.view)
	if c.class >= 0 {
		s.addDeclared(category, c.level, c.class, KindCategory)
	}
	if c.class < 0 && !c.neutral {
		return
	}
	implied := s.implied(c.class)
	if implied >= 0 {
		s.addDeclared(category, c.level, implied, KindWrongCategory)
	}
}

// implied returns the restricted class that the title implies, if the declared
// class is another of a different group of goods; -1 if there is none.
func (s *scan) implied(declared int16) int16 {
	found := int16(-1)
	for i := range s.findings {
		f := &s.findings[i]
		if f.Field != "title" || f.Outcome != OutcomeNeedsCategory {
			continue
		}
		k := s.e.byID[f.Class]
		if k == declared || declared >= 0 && s.e.classes[k].Group == s.e.classes[declared].Group {
			return -1
		}
		if found < 0 {
			found = k
		}
	}
	return found
}

func (s *scan) addDeclared(category, level string, class int16, kind Kind) {
	k := &s.e.classes[class]
	start := strings.LastIndex(category, level)
	f := Finding{
		Class: k.ID, Name: k.Name, Outcome: findingOutcome(k.Disposition, true, false), Kind: kind, Term: level,
		Field: "category", Span: spanOf(category, start, start+len(level)), Quote: level, Steps: []string{},
		Citations: k.citations, Missing: k.missing, Remedy: k.remedy,
	}
	if kind == KindWrongCategory {
		f.Outcome, f.Missing = OutcomeReview, nil
		f.Remedy = dictionary.Remedy{
			Code:     "EDIT_CATEGORY",
			Merchant: "申报类目“" + level + "”与商品不符，请改选“" + k.Name + "”所属类目。",
			Operator: "核对商品实际品类，要求商家改正类目。",
		}
	}
	if k.Disposition == dictionary.Notice && kind == KindCategory {
		f.Notice = k.Notice
	}
	s.findings = append(s.findings, f)
}
