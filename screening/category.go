package screening

import (
	"strings"

	"zhunru/screening/dictionary"
	"zhunru/screening/textnorm"
)

// A categoryIndex maps the words of declared categories to classes.
type categoryIndex struct {
	words   map[string]int16 // folded word → class
	longest int
	neutral map[string]bool // folded names of harmless goods
}

func (e *Engine) buildCategories(d *dictionary.Dictionary) {
	x := &e.categories
	x.words, x.neutral = map[string]int16{}, map[string]bool{}
	for i := range e.classes {
		for _, w := range e.classes[i].CategoryWords {
			word := e.norm.String(w)
			x.words[word] = int16(i)
			x.longest = max(x.longest, len([]rune(word)))
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

// segments parts a declared category into its levels, the last first.
func segments(category string) []string {
	parts := strings.FieldsFunc(category, func(r rune) bool {
		return strings.ContainsRune("/>|-—－→,，、;；\\＞／【】[]()（）'\" ", r)
	})
	for i, j := 0, len(parts)-1; i < j; i, j = i+1, j-1 {
		parts[i], parts[j] = parts[j], parts[i]
	}
	return parts
}

// declared reads a declared category: the class that its most particular level
// names, -1 for none; the level; and whether a level names harmless goods.
// A level names a class if it ends with one of the class's category words,
// the longest word deciding.
func (e *Engine) declared(category string, t *textnorm.Text) (class int16, level string, neutral bool) {
	for _, level = range segments(category) {
		e.norm.Normalize(t, level)
		runes := t.Runes
		for len(runes) > 1 && strings.ContainsRune("类区馆", runes[len(runes)-1]) {
			runes = runes[:len(runes)-1]
		}
		for from := max(0, len(runes)-e.categories.longest); from < len(runes); from++ {
			word := string(runes[from:])
			if k, ok := e.categories.words[word]; ok {
				return k, level, false
			}
			if from > 0 || len(runes) > 1 {
				neutral = neutral || e.categories.neutral[word] && len(runes)-from >= 2
			}
		}
		if neutral {
			return -1, level, true
		}
	}
	return -1, "", false
}

// readCategory adds what the declared category demands, and what does not
// agree with it.
func (s *scan) readCategory(category string) {
	if category == "" {
		return
	}
	class, level, neutral := s.e.declared(category, &s.view)
	if class >= 0 {
		s.addDeclared(category, level, class, KindCategory)
	}
	if class < 0 && !neutral {
		return
	}
	implied := s.implied(class)
	if implied >= 0 {
		s.addDeclared(category, level, implied, KindWrongCategory)
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
