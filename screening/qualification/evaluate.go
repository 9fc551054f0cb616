package qualification

import (
	"fmt"
	"slices"
	"strings"

	"zhunru/screening/dictionary"
)

// disclaimer stands under every answer (R-S22).
const disclaimer = "依据所列版本的规则作出，平台规则可能已经变更；仅供参考，不构成法律意见，以主管部门和平台的审核为准（R-S22）。"

// Evaluate answers whether the subject may apply for a category on a day.
// Empty category and profile stand for those of the dossier. The outcome is
// the best of the routes that the applicant took; if it took none, the worst of
// all, so that handing in another valid document never makes it worse. Errors
// are ErrNoName, ErrUnknownCategory and ErrUnknownProfile, with what is known.
func (r *Registry) Evaluate(d *Dossier, category, profile string, on Date) (Answer, error) {
	p, err := r.planFor(d, category, profile)
	if err != nil {
		return Answer{}, err
	}
	return r.newBench(d, on).answer(p), nil
}

func (r *Registry) planFor(d *Dossier, category, profile string) (*plan, error) {
	if NormalName(d.Subject.Name) == "" {
		return nil, ErrNoName
	}
	if category == "" {
		category = d.ApplyFor
	}
	if profile == "" {
		profile = d.Profile
	}
	if category == "" {
		return nil, fmt.Errorf("%w：apply_for 为空，须写明申请的类目，如“电商平台-电商平台”；可用的类目见 zhunru check --categories", ErrUnknownCategory)
	}
	c, ok := r.Category(category)
	if !ok {
		return nil, fmt.Errorf("%w“%s”；可用的类目见 zhunru check --categories", ErrUnknownCategory, category)
	}
	p, ok := r.Profile(profile)
	if !ok {
		return nil, fmt.Errorf("%w“%s”；可用的有 %v", ErrUnknownProfile, profile, r.Profiles())
	}
	return r.plans[planKey{p.ID, c.Name}], nil
}

func (b *bench) answer(p *plan) Answer {
	a := Answer{
		Category: p.category.Name, Profile: p.profile.ID, On: b.on, Subject: b.subject,
		Source: p.profile.Label, Disclaimer: disclaimer,
	}
	extra := b.conditionsOnSubject(p)
	for i := range p.routes {
		a.Routes = append(a.Routes, b.judgeRoute(&p.routes[i], extra))
	}
	a.conclude()
	a.PassesIf = a.passesIf()
	a.Live = b.live(&a)
	a.NextSteps = b.nextSteps(&a, p)
	return a
}

// conditionsOnSubject returns what every route needs beside documents: the
// categories that must be held first, and that the category is open at all.
func (b *bench) conditionsOnSubject(p *plan) []Fault {
	var faults []Fault
	if p.category.Closed != "" {
		faults = append(faults, Fault{Document: p.category.Name, Index: -1, Code: "CATEGORY_CLOSED", Severity: dictionary.Invalid,
			Why: p.category.Closed})
	}
	for _, need := range p.category.Needs { // of the platform; merchants hold none of its categories
		if b.d.Subject.Kind != "merchant" && !b.holds(need) {
			faults = append(faults, Fault{Document: need, Index: -1, Code: "CATEGORY_MISSING", Severity: dictionary.Missing, Field: "subject.categories_held",
				Why: fmt.Sprintf("申请“%s”之前须先有“%s”类目", p.category.Name, need)})
		}
	}
	for _, f := range b.subject {
		if f.Severity != dictionary.Warn {
			faults = append(faults, f)
		}
	}
	return faults
}

// holds reports whether the subject says that it has a category already.
func (b *bench) holds(category string) bool {
	return slices.ContainsFunc(b.d.Subject.CategoriesHeld, func(name string) bool {
		c, ok := b.r.Category(name)
		return ok && c.Name == category || foldName(name) == foldName(category)
	})
}

// judgeRoute judges all groups of a route.
func (b *bench) judgeRoute(t *route, extra []Fault) RouteAnswer {
	a := RouteAnswer{ID: t.id, Name: t.name, Held: []Held{}, Missing: []Fault{}, Invalid: []Fault{}, Review: []Fault{}}
	s := valid
	alternatives := [][]Change{{}}
	for _, f := range extra {
		a.file(f)
		s = min(s, severityState(f.Severity))
		alternatives = join(alternatives, [][]Change{{changeOf(f)}})
	}
	for i := range t.groups {
		g := b.judgeGroup(&t.groups[i])
		s = min(s, g.state)
		a.tried = a.tried || g.core && slices.ContainsFunc(g.choices, func(c choice) bool { return c.index >= 0 })
		b.fileGroup(&a, &g)
		if g.state != valid {
			alternatives = join(alternatives, b.repairs(&g))
		}
	}
	a.Outcome = s.outcome()
	if s != valid {
		a.alternatives = alternatives
	}
	return a
}

// fileGroup enters a group's documents and faults into the route's lists.
func (b *bench) fileGroup(a *RouteAnswer, g *groupResult) {
	for _, c := range g.choices {
		if c.index < 0 {
			f := b.missing(g, c.kind)
			if g.warn {
				f.Severity = dictionary.Warn
			}
			a.file(f)
			continue
		}
		if c.state >= doubtful {
			d := b.docs[c.index].Document
			a.Held = append(a.Held, Held{b.r.types[c.kind].Name, c.index, g.name, d.Number, d.ValidUntil, g.core && c.state == valid})
		}
		for _, f := range c.faults {
			if g.warn {
				f.Severity = dictionary.Warn
			}
			a.file(f)
		}
	}
}

// missing says which document a group lacks, and what would do in its place.
func (b *bench) missing(g *groupResult, kind int) Fault {
	name := b.r.types[kind].Name
	why := "缺少《" + name + "》"
	if others := b.inPlaceOf(g, kind); len(others) > 0 {
		why += "（或《" + strings.Join(others, "》《") + "》）"
	}
	if g.rule != "" {
		why += "（" + g.rule + "）"
	}
	if g.remedy != "" {
		why += "：" + g.remedy
	}
	return Fault{Document: name, Index: -1, Rule: g.rule, Code: "MISSING", Severity: dictionary.Missing, Why: why}
}

// inPlaceOf lists the documents any of which would do for one that stands alone.
func (b *bench) inPlaceOf(g *groupResult, kind int) []string {
	if len(g.choices) != 1 {
		return nil
	}
	var names []string
	for _, set := range g.sets {
		if len(set) == 1 && set[0] != kind {
			names = append(names, b.r.types[set[0]].Name)
		}
	}
	return names
}

// file puts a fault into the list of its severity.
func (a *RouteAnswer) file(f Fault) {
	switch f.Severity {
	case dictionary.Invalid:
		a.Invalid = append(a.Invalid, f)
	case dictionary.Missing:
		a.Missing = append(a.Missing, f)
	case dictionary.Doubt:
		a.Review = append(a.Review, f)
	default:
		a.Warnings = append(a.Warnings, f)
	}
}

// Better reports whether o is a better answer than other.
func (o Outcome) Better(other Outcome) bool { return o.rank() > other.rank() }

// rank orders outcomes, the best highest.
func (o Outcome) rank() int {
	return slices.Index([]Outcome{Rejected, Incomplete, Review, MayApply}, o)
}

// conclude derives the outcome from the routes.
func (a *Answer) conclude() {
	best, tried := -1, false
	worst := MayApply
	for i := range a.Routes {
		t := &a.Routes[i]
		if t.Outcome.rank() < worst.rank() {
			worst = t.Outcome
		}
		if t.tried && (best < 0 || t.Outcome.rank() > a.Routes[best].Outcome.rank()) {
			best, tried = i, true
		}
	}
	if !tried {
		a.Outcome = worst
		if len(a.Routes) == 1 && worst.rank() >= Review.rank() {
			best = 0
		}
	} else {
		a.Outcome = a.Routes[best].Outcome
	}
	if best >= 0 && a.Outcome.rank() >= Review.rank() {
		a.Route = &a.Routes[best].ID
		return
	}
	if near := a.nearest(); near >= 0 {
		a.NearestRoute = &a.Routes[near].ID
	}
}

// nearest returns the route with the fewest changes to make; among equals one
// that was tried, then the first. It is -1 if no change helps.
func (a *Answer) nearest() int {
	near := -1
	for i := range a.Routes {
		t := &a.Routes[i]
		if len(t.alternatives) == 0 {
			continue
		}
		if near < 0 {
			near = i
			continue
		}
		was, is := len(a.Routes[near].alternatives[0]), len(t.alternatives[0])
		if is < was || is == was && t.tried && !a.Routes[near].tried {
			near = i
		}
	}
	return near
}
