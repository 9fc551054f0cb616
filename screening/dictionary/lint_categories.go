package dictionary

import (
	"slices"
	"strings"
)

// categoryNames checks that no name or alias stands for two categories.
func (r *requirementLinter) categoryNames() {
	owner := map[string]string{}
	for i := range r.d.Categories {
		owner[r.d.Categories[i].Name] = r.d.Categories[i].Name
	}
	for i := range r.d.Categories {
		c := &r.d.Categories[i]
		for _, alias := range c.Aliases {
			if of, taken := owner[alias]; taken {
				r.at(c.File, c.Name, alias, "duplicate-category", "alias %q already stands for %s", alias, of)
			}
			owner[alias] = c.Name
		}
	}
}

func (r *requirementLinter) category(c *Category) {
	if len(c.AnyOf) > 0 && len(c.Routes) > 0 {
		r.at(c.File, c.Name, "routes:", "any-of-and-routes", "any_of beside routes is never read; make it a route")
	}
	if len(c.AnyOf) == 0 && (len(c.Conditions) > 0 || c.Rule != "") {
		r.at(c.File, c.Name, "name:", "unread-field", "conditions and rule of a category are only read with any_of")
	}
	r.rule(c.File, c.Name, c.Rule)
	r.use(c.AnyOf)
	r.conditions(c.File, c.Name, c.Conditions, c.AnyOf)
	r.routes(c)
	for _, need := range c.Needs {
		if !r.categories[need] {
			r.at(c.File, c.Name, "needs:", "unknown-category", "needs %q, which is not the name of a category", need)
		}
	}
}

// routes checks the routes of a category as they are under every profile.
func (r *requirementLinter) routes(c *Category) {
	for i := range c.Routes {
		route := &c.Routes[i]
		r.rule(c.File, c.Name, route.Rule)
		r.profilesExist(c.File, c.Name, route.Profiles)
		if route.ID == "" || route.Name == "" {
			r.at(c.File, c.Name, "routes:", "incomplete-route", "a route needs an id and a name")
		}
		for k := range c.Routes[:i] {
			if c.Routes[k].ID == route.ID && overlap(c.Routes[k].Profiles, route.Profiles) {
				r.at(c.File, c.Name, "id: "+route.ID, "duplicate-route", "two routes are called %s under the same profile", route.ID)
			}
		}
		r.groups(c, route)
	}
	for i := range r.d.Profiles {
		r.routesUnder(c, r.d.Profiles[i].ID)
	}
}

// routesUnder wants a route under the profile, and a core group in each of
// them if there are several: it shows which one an applicant took.
func (r *requirementLinter) routesUnder(c *Category, profile string) {
	if len(c.Routes) == 0 {
		return
	}
	var held []*Route
	for i := range c.Routes {
		if holdsUnder(c.Routes[i].Profiles, profile) {
			held = append(held, &c.Routes[i])
		}
	}
	if len(held) == 0 {
		r.at(c.File, c.Name, "routes:", "no-route", "no route is left under profile %s, so that it would demand nothing", profile)
	}
	for _, route := range held {
		core := slices.ContainsFunc(route.Groups, func(g Group) bool { return g.Core && holdsUnder(g.Profiles, profile) })
		if len(held) > 1 && !core {
			r.at(c.File, c.Name, "id: "+route.ID, "no-core", "route %s has no core group under profile %s, though there are several routes", route.ID, profile)
		}
	}
}

func (r *requirementLinter) groups(c *Category, route *Route) {
	for i := range route.Groups {
		g := &route.Groups[i]
		for k := range route.Groups[:i] {
			if route.Groups[k].ID == g.ID && overlap(route.Groups[k].Profiles, g.Profiles) {
				r.at(c.File, c.Name, "id: "+g.ID, "duplicate-group", "route %s has two groups %s under the same profile", route.ID, g.ID)
			}
		}
		r.group(c, g)
	}
}

func (r *requirementLinter) group(c *Category, g *Group) {
	if g.ID == "" || g.Name == "" || g.Remedy == "" || len(g.AnyOf) == 0 {
		r.at(c.File, c.Name, "id: "+g.ID, "incomplete-group", "group %q needs an id, a name, any_of and a remedy", g.ID)
	}
	switch {
	case g.Absent != "" && g.Absent != Missing && g.Absent != Warn:
		r.at(c.File, c.Name, "absent: "+string(g.Absent), "unknown-severity", "group %s: absent %q is none of missing, warn", g.ID, g.Absent)
	case g.Absent == Warn && g.Core:
		r.at(c.File, c.Name, "id: "+g.ID, "optional-core", "group %s is the core of its route and cannot be optional", g.ID)
	}
	r.rule(c.File, c.Name, g.Rule)
	r.profilesExist(c.File, c.Name, g.Profiles)
	r.documentsExist(c.File, g.AnyOf)
	r.use(g.AnyOf)
	r.conditions(c.File, c.Name, g.Conditions, g.AnyOf)
}

// conditions checks the conditions of a group against the sets it has.
func (r *requirementLinter) conditions(file, owner string, list []Condition, anyOf [][]string) {
	for i := range list {
		k := &list[i]
		r.conditionOn(file, owner, k, anyOf)
		r.rule(file, owner, k.Rule)
		r.profilesExist(file, owner, k.Profiles)
		if !slices.Contains(conditionFields, k.Field) {
			r.at(file, owner, "field: "+k.Field, "unknown-field", "a condition on field %q, which is none of %s", k.Field, strings.Join(conditionFields, ", "))
		}
		if (len(k.Services) == 0) == (len(k.Contains) == 0) {
			r.at(file, owner, "document: "+k.Document, "condition", "the condition on %s needs either services or contains", k.Document)
		}
		if k.Why == "" {
			r.at(file, owner, "document: "+k.Document, "condition", "the condition on %s does not say why", k.Document)
		}
		for _, code := range k.Services {
			if !slices.Contains(telecomServices, code) {
				r.at(file, owner, code, "unknown-service", "telecom service %q is none of %s", code, strings.Join(telecomServices, ", "))
			}
		}
		if !slices.Contains([]Severity{"", Invalid, Missing, Doubt, Warn}, k.Breach) {
			r.at(file, owner, "breach: "+string(k.Breach), "unknown-severity", "breach %q is none of invalid, missing, review, warn", k.Breach)
		}
	}
}

func (r *requirementLinter) conditionOn(file, owner string, k *Condition, anyOf [][]string) {
	name, known := r.canonical[k.Document]
	asked := slices.ContainsFunc(anyOf, func(set []string) bool {
		return slices.ContainsFunc(set, func(d string) bool { return r.canonical[d] == name })
	})
	switch {
	case !known:
		r.at(file, owner, "document: "+k.Document, "unknown-document", "a condition on %q, which is not in documents/", k.Document)
	case !asked:
		r.at(file, owner, "document: "+k.Document, "idle-condition", "a condition on %s, which no set beside it names", k.Document)
	}
}

func (r *requirementLinter) rule(file, owner, id string) {
	if !seedRule.MatchString(id) {
		r.at(file, owner, id, "unknown-rule", "rule %q is none of R-S01 to R-S23", id)
	}
}

func (r *requirementLinter) use(anyOf [][]string) {
	for _, set := range anyOf {
		for _, name := range set {
			r.used[r.canonical[name]] = true
		}
	}
}

// cycles reports every category that needs itself, however far around.
func (r *requirementLinter) cycles() {
	needs := map[string][]string{}
	for i := range r.d.Categories {
		needs[r.d.Categories[i].Name] = r.d.Categories[i].Needs
	}
	for i := range r.d.Categories {
		c := &r.d.Categories[i]
		seen, queue := map[string]bool{}, slices.Clone(c.Needs)
		for len(queue) > 0 && !seen[c.Name] {
			next := queue[0]
			queue = queue[1:]
			if !seen[next] {
				seen[next] = true
				queue = append(queue, needs[next]...)
			}
		}
		if seen[c.Name] {
			r.at(c.File, c.Name, "needs:", "needs-cycle", "it needs itself before it can be held")
		}
	}
}

func holdsUnder(profiles []string, id string) bool {
	return len(profiles) == 0 || slices.Contains(profiles, id)
}

func overlap(a, b []string) bool {
	return len(a) == 0 || len(b) == 0 || slices.ContainsFunc(a, func(id string) bool { return slices.Contains(b, id) })
}
