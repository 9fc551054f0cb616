package qualification

import (
	"fmt"
	"slices"

	"zhunru/screening/dictionary"
)

// A plan is what a category demands under one profile.
type plan struct {
	category *dictionary.Category
	profile  *dictionary.Profile
	routes   []route
}

type route struct {
	id, name string
	groups   []group
}

type group struct {
	name, rule, remedy string
	sets               [][]int // document types
	core               bool
	warn               bool // its absence is only said
	conditions         []condition
}

type condition struct {
	*dictionary.Condition
	document int // type
}

// compile selects what holds under a profile. A category that demands nothing
// gets one route without groups, which anybody completes.
func (r *Registry) compile(c *dictionary.Category, profile string) (*plan, error) {
	p := &plan{category: c, profile: r.profiles[profile]}
	routes := c.Routes
	if len(routes) == 0 {
		only := dictionary.Route{ID: "A", Name: c.Name}
		if len(c.AnyOf) > 0 {
			only.Groups = []dictionary.Group{{ID: "documents", Name: c.Name, Rule: c.Rule, AnyOf: c.AnyOf, Core: true, Conditions: c.Conditions}}
		}
		routes = []dictionary.Route{only}
	}
	for i := range routes {
		if !holdsUnder(routes[i].Profiles, profile) {
			continue
		}
		compiled, err := r.compileRoute(&routes[i], profile)
		if err != nil {
			return nil, err
		}
		p.routes = append(p.routes, compiled)
	}
	return p, nil
}

func (r *Registry) compileRoute(from *dictionary.Route, profile string) (route, error) {
	to := route{id: from.ID, name: from.Name}
	for i := range from.Groups {
		g := &from.Groups[i]
		if !holdsUnder(g.Profiles, profile) {
			continue
		}
		compiled, err := r.compileGroup(g, profile)
		if err != nil {
			return route{}, err
		}
		to.groups = append(to.groups, compiled)
	}
	return to, nil
}

func (r *Registry) compileGroup(from *dictionary.Group, profile string) (group, error) {
	to := group{name: from.Name, rule: from.Rule, remedy: from.Remedy, core: from.Core, warn: from.Absent == dictionary.Warn}
	var err error
	if to.sets, err = r.sets(from.AnyOf); err != nil {
		return group{}, err
	}
	to.conditions, err = r.conditions(from.Conditions, profile)
	return to, err
}

func (r *Registry) conditions(from []dictionary.Condition, profile string) ([]condition, error) {
	var to []condition
	for i := range from {
		c := &from[i]
		if !holdsUnder(c.Profiles, profile) {
			continue
		}
		t, ok := r.kindOf(c.Document)
		if !ok {
			return nil, fmt.Errorf("unknown document %q", c.Document)
		}
		to = append(to, condition{c, t})
	}
	return to, nil
}

func (r *Registry) sets(names [][]string) ([][]int, error) {
	sets := make([][]int, len(names))
	for i, set := range names {
		for _, name := range set {
			t, ok := r.kindOf(name)
			if !ok {
				return nil, fmt.Errorf("unknown document %q", name)
			}
			sets[i] = append(sets[i], t)
		}
	}
	return sets, nil
}

func holdsUnder(profiles []string, profile string) bool {
	return len(profiles) == 0 || slices.Contains(profiles, profile)
}
