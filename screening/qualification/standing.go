package qualification

import "cmp"

// A Lack is one thing that keeps goods of a class from being sold.
type Lack struct {
	Document string `json:"document"`
	Rule     string `json:"rule,omitempty"`
	Why      string `json:"why"`
}

// A Standing is what a merchant is qualified for on a day. It is immutable and
// safe for concurrent use; equal dossiers give equal answers.
type Standing struct {
	b       *bench
	profile string
}

// NewStanding judges a merchant's documents once, for any number of
// categories. The empty profile stands for the dossier's, then the default. It
// fails like Evaluate.
func (r *Registry) NewStanding(d *Dossier, profile string, on Date) (*Standing, error) {
	if NormalName(d.Subject.Name) == "" {
		return nil, ErrNoName
	}
	if profile == "" {
		profile = d.Profile
	}
	p, ok := r.Profile(profile)
	if !ok {
		return nil, ErrUnknownProfile
	}
	return &Standing{r.newBench(d, on), p.ID}, nil
}

// Covers reports whether the merchant may sell goods that demand a category:
// the platform granted it already, it is open to everybody, or the documents
// cover it. If not, lacks is the nearest way there, in order. Where a class
// demands documents of its own (anyOf), they are asked for instead of the
// category's, with the category's conditions on them.
func (s *Standing) Covers(category string, anyOf [][]string) (ok bool, lacks []Lack) {
	if s.b.holds(category) {
		return true, nil
	}
	lacks = s.lacks(category, anyOf)
	return len(lacks) == 0, lacks
}

func (s *Standing) lacks(category string, anyOf [][]string) []Lack {
	c, ok := s.b.r.Category(category)
	if !ok {
		return []Lack{{Document: category, Why: "登记表中没有“" + category + "”类目"}}
	}
	p := s.b.r.plans[planKey{s.profile, c.Name}]
	if len(anyOf) > 0 {
		own, err := s.b.r.narrowed(p, anyOf)
		if err != nil {
			return []Lack{{Document: category, Why: err.Error()}}
		}
		p = own
	}
	a := s.b.answer(p)
	if a.Outcome == MayApply {
		return nil
	}
	way := firstWay(&a)
	if len(way) == 0 {
		return []Lack{{Document: category, Why: c.Closed}}
	}
	lacks := make([]Lack, len(way))
	for i, change := range way {
		lacks[i] = Lack{change.Document, change.Rule, change.Text}
	}
	return lacks
}

// narrowed is a plan that asks for the document sets of a class.
func (r *Registry) narrowed(p *plan, anyOf [][]string) (*plan, error) {
	sets, err := r.sets(anyOf)
	if err != nil {
		return nil, err
	}
	g := group{name: p.category.Name, rule: p.category.Rule, sets: sets, core: true}
	for i := range p.routes {
		for k := range p.routes[i].groups {
			from := &p.routes[i].groups[k]
			g.conditions = append(g.conditions, from.conditions...)
			if from.core {
				g.rule = cmp.Or(g.rule, from.rule)
			}
		}
	}
	return &plan{category: p.category, profile: p.profile, routes: []route{{id: "A", name: p.category.Name, groups: []group{g}}}}, nil
}
