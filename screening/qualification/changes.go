package qualification

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Bounds on how many ways out are listed. What is cut is never the smallest.
const (
	waysOfRoute  = 16
	waysOfAnswer = 8
)

// repairs lists what would make a group valid: one list of changes for each of
// its sets, the smallest first; among equals that of the nearest set.
func (b *bench) repairs(g *groupResult) [][]Change {
	ways := make([][]Change, 0, 1+len(g.all))
	order := g.all
	if len(order) > 0 {
		order = append([][]choice{g.choices}, order...)
	}
	for _, choices := range order {
		var way []Change
		for _, c := range choices {
			if c.state != valid {
				way = append(way, b.repair(g, c))
			}
		}
		ways = append(ways, way)
	}
	return smallest(ways, waysOfRoute)
}

// repair is the change that makes one document of a group valid.
func (b *bench) repair(g *groupResult, c choice) Change {
	name := b.r.types[c.kind].Name
	change := Change{Document: name, Index: c.index, Rule: g.rule}
	switch {
	case c.index < 0:
		change.Action, change.Text = AddDocument, "补交《"+name+"》"
		if g.remedy != "" {
			change.Text += "：" + g.remedy
		}
		return change
	case c.state == doubtful:
		change.Action, change.Text = ConfirmDocument, "人工确认《"+name+"》"
	default:
		change.Action, change.Text = ReplaceDocument, "换交合格的《"+name+"》"
	}
	whys := make([]string, 0, len(c.faults))
	for _, f := range c.faults {
		if severityState(f.Severity) == valid {
			continue
		}
		whys = append(whys, f.Why)
		if f.Rule != "" && severityState(f.Severity) == c.state {
			change.Rule = f.Rule
		}
	}
	change.Text += "：" + strings.Join(whys, "；")
	return change
}

// changeOf is the change that mends a fault of the subject. Nothing mends a
// category that is closed.
func changeOf(f Fault) Change {
	c := Change{Document: f.Document, Index: f.Index, Rule: f.Rule, Text: f.Why}
	switch f.Code {
	case "CATEGORY_MISSING":
		c.Action, c.Text = HoldCategory, "先取得“"+f.Document+"”类目"
	case "CATEGORY_CLOSED":
		c.Action = ""
	default:
		c.Action = ConfirmDocument
	}
	return c
}

// join combines every way of one list with every way of another. A way that
// cannot be gone ends here.
func join(a, b [][]Change) [][]Change {
	out := make([][]Change, 0, len(a)*len(b))
	for _, x := range a {
		for _, y := range b {
			if slices.ContainsFunc(y, func(c Change) bool { return c.Action == "" }) {
				continue
			}
			out = append(out, append(x[:len(x):len(x)], y...))
		}
	}
	return smallest(out, waysOfRoute)
}

// smallest orders ways by their length, drops any that contains another, and
// keeps at most limit.
func smallest(ways [][]Change, limit int) [][]Change {
	slices.SortStableFunc(ways, func(a, b []Change) int { return cmp.Compare(len(a), len(b)) })
	var out [][]Change
	for _, way := range ways {
		if len(out) == limit {
			break
		}
		if !slices.ContainsFunc(out, func(o []Change) bool { return within(o, way) }) {
			out = append(out, way)
		}
	}
	return out
}

// within reports whether every change of a is in b.
func within(a, b []Change) bool {
	return !slices.ContainsFunc(a, func(x Change) bool {
		return !slices.ContainsFunc(b, func(y Change) bool { return x.Action == y.Action && x.Document == y.Document && x.Index == y.Index })
	})
}

// passesIf lists the smallest sets of changes that would pass, over all routes.
// Among equals that of the route taken or nearest comes first. It is empty if
// the application passes already, or nothing helps.
func (a *Answer) passesIf() [][]Change {
	if a.Outcome == MayApply {
		return [][]Change{}
	}
	var ways [][]Change
	for _, first := range []bool{true, false} {
		for i := range a.Routes {
			id := a.Routes[i].ID
			if (a.Route != nil && *a.Route == id || a.NearestRoute != nil && *a.NearestRoute == id) != first {
				continue
			}
			for _, way := range a.Routes[i].alternatives {
				ways = append(ways, slices.Clone(way))
			}
		}
	}
	out := smallest(ways, waysOfAnswer)
	if out == nil {
		out = [][]Change{}
	}
	return out
}

// String is the change as people read it.
func (c Change) String() string {
	if c.Rule == "" {
		return c.Text
	}
	return fmt.Sprintf("%s [%s]", c.Text, c.Rule)
}
