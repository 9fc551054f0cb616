package catalogue

import (
	"slices"

	"zhunru/screening"
	"zhunru/screening/dictionary"
)

// A trade is what it takes to sell goods of a class.
type trade struct {
	category string
	needs    []string // categories to be held before
	sets     [][]paper
}

// A paper is a document type with what a category demands to stand in it.
type paper struct {
	kind  *dictionary.Document
	scope string
	text  string
}

// readTrades looks up the documents of every restricted class.
func (c *Catalogue) readTrades(d *dictionary.Dictionary) error {
	for _, at := range c.restricted {
		k := d.Class(c.classes[at].id)
		i := slices.IndexFunc(d.Categories, func(g dictionary.Category) bool {
			return g.Name == k.Requires.Category || slices.Contains(g.Aliases, k.Requires.Category)
		})
		if i < 0 {
			return &screening.InvalidError{Field: "dictionaries", Reason: "品类" + k.ID + "所需的类目“" + k.Requires.Category + "”不在词典中，请补上该类目"}
		}
		t, err := tradeOf(d, k, &d.Categories[i])
		if err != nil {
			return err
		}
		c.trades = append(c.trades, t)
	}
	return nil
}

func tradeOf(d *dictionary.Dictionary, k *dictionary.Class, g *dictionary.Category) (trade, error) {
	t := trade{category: g.Name, needs: g.Needs}
	for _, names := range setsOf(k, g) {
		var set []paper
		for _, name := range names {
			i := slices.IndexFunc(d.Documents, func(x dictionary.Document) bool {
				return x.Name == name || slices.Contains(x.Aliases, name)
			})
			if i < 0 {
				return t, &screening.InvalidError{Field: "dictionaries", Reason: "类目“" + g.Name + "”所需的证照“" + name + "”不在词典中，请补上该证照"}
			}
			set = append(set, paperOf(&d.Documents[i], g))
		}
		t.sets = append(t.sets, set)
	}
	return t, nil
}

// setsOf returns the document sets of a class: its own, else its category's,
// else the first of every group of the category's first route.
func setsOf(k *dictionary.Class, g *dictionary.Category) [][]string {
	switch {
	case len(k.Requires.AnyOf) > 0:
		return k.Requires.AnyOf
	case len(g.AnyOf) > 0:
		return g.AnyOf
	case len(g.Routes) == 0:
		return nil
	}
	var all []string
	for i := range g.Routes[0].Groups {
		all = append(all, g.Routes[0].Groups[i].AnyOf[0]...)
	}
	return [][]string{all}
}

// paperOf finds what conditions of a category demand of a document.
func paperOf(kind *dictionary.Document, g *dictionary.Category) paper {
	p := paper{kind: kind}
	conditions := g.Conditions
	for i := range g.Routes {
		for k := range g.Routes[i].Groups {
			conditions = slices.Concat(conditions, g.Routes[i].Groups[k].Conditions)
		}
	}
	for i := range conditions {
		x := &conditions[i]
		if len(x.Contains) == 0 || x.Document != kind.Name && !slices.Contains(kind.Aliases, x.Document) {
			continue
		}
		if x.Field == "text" {
			p.text = x.Contains[0]
		} else {
			p.scope = x.Contains[0]
		}
	}
	return p
}

// maxTrades is how many restricted classes one merchant trades in.
const maxTrades = 3

// A tradeList holds indices into Catalogue.restricted.
type tradeList struct {
	n  int
	of [maxTrades]int
}

// tradesOf returns what restricted goods a merchant is made to sell: most
// sell none.
func (c *Catalogue) tradesOf(merchant int) tradeList {
	s := newStream(c.seed, forTrade, uint64(merchant))
	var t tradeList
	if !s.chance(40) {
		return t
	}
	for range 1 + s.below(maxTrades) {
		k := s.below(len(c.restricted))
		if !slices.Contains(t.of[:t.n], k) {
			t.of[t.n] = k
			t.n++
		}
	}
	return t
}
