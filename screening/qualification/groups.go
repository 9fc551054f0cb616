package qualification

import (
	"fmt"
	"slices"
	"strings"

	"zhunru/screening/dictionary"
)

// A choice is the best document of a type for a group, or none (index -1), with
// the faults it has there.
type choice struct {
	kind   int
	index  int // in the dossier
	faults []Fault
	state  state
}

// A groupResult is a group with its nearest set.
type groupResult struct {
	*group
	state   state
	choices []choice // of the nearest set
	all     [][]choice
}

// judgeGroup holds a group against the bench. The nearest set is one of which
// something was handed in, in the best state, then with the fewest changes to
// make, then the first: whoever hands in a licence is told what is wrong with
// it, not that another kind is missing.
func (b *bench) judgeGroup(g *group) groupResult {
	res := groupResult{group: g, state: invalid}
	best := -1
	for i, set := range g.sets {
		choices := make([]choice, len(set))
		for k, kind := range set {
			choices[k] = b.choose(kind, g.conditions)
		}
		res.all = append(res.all, choices)
		if best < 0 || nearer(choices, res.all[best]) {
			best = i
		}
	}
	if best >= 0 {
		res.choices = res.all[best]
		res.state = setState(res.choices)
	}
	if g.warn {
		res.state = valid
	}
	return res
}

func setState(choices []choice) state {
	s := valid
	for i := range choices {
		s = min(s, choices[i].state)
	}
	return s
}

func nearer(a, b []choice) bool {
	if ta, tb := handedIn(a), handedIn(b); ta != tb {
		return ta
	}
	if sa, sb := setState(a), setState(b); sa != sb {
		return sa > sb
	}
	return toDo(a) < toDo(b)
}

func handedIn(choices []choice) bool {
	return slices.ContainsFunc(choices, func(c choice) bool { return c.index >= 0 })
}

func toDo(choices []choice) int {
	n := 0
	for i := range choices {
		if choices[i].state != valid {
			n++
		}
	}
	return n
}

// choose picks the best document of a type: a valid one if there is any.
func (b *bench) choose(kind int, conditions []condition) choice {
	best := choice{kind: kind, index: -1, state: lacking}
	for i := range b.docs {
		j := &b.docs[i]
		if j.kind != kind {
			continue
		}
		c := choice{kind: kind, index: i, state: j.state, faults: j.faults}
		for k := range conditions {
			if conditions[k].document == kind {
				b.apply(&c, j, &conditions[k])
			}
		}
		if best.index < 0 || c.state > best.state {
			best = c
		}
	}
	if best.index < 0 {
		b.substitute(&best)
	}
	return best
}

// substitute finds the document that was handed in by mistake for one that is
// missing: it makes the place invalid rather than empty.
func (b *bench) substitute(c *choice) {
	name := b.r.types[c.kind].Name
	for i := range b.docs {
		if j := &b.docs[i]; j.kind >= 0 && b.r.types[j.kind].MistakenAs == name {
			*c = choice{kind: c.kind, index: i, faults: j.faults, state: invalid}
			return
		}
	}
}

// apply holds a document against a condition of the group.
func (b *bench) apply(c *choice, j *judged, k *condition) {
	f := Fault{Document: b.r.types[j.kind].Name, Index: j.index, Rule: k.Rule, Severity: k.Breach, Field: k.Field}
	if f.Severity == "" {
		f.Severity = dictionary.Invalid
	}
	var ok bool
	switch {
	case !j.states(k.Field):
		f.Code, f.Severity = "SCOPE_UNKNOWN", dictionary.Doubt
		f.Why = fmt.Sprintf("《%s》没有填写%s，无法核对：%s", f.Document, absence[k.Field].name, k.Why)
	case len(k.Services) > 0:
		ok = coversAny(j.Scope, k, &f)
	default:
		ok = containsAny(j, k)
		f.Code, f.Why = "SCOPE_MISSING", fmt.Sprintf("%s；《%s》写的是%s", k.Why, f.Document, joinQuoted(shown(j, k.Field)))
	}
	if ok {
		return
	}
	c.faults = append(c.faults[:len(c.faults):len(c.faults)], f)
	c.state = min(c.state, severityState(f.Severity))
}

// coversAny reports whether the scope covers one of the telecom services
// (R-S03), and explains in f if not.
func coversAny(scope []string, k *condition, f *Fault) bool {
	why := make([]string, 0, len(k.Services))
	for _, service := range k.Services {
		yes, reason, span, item := Covers(scope, service)
		if yes {
			return true
		}
		why = append(why, reason)
		if span != nil && f.Span == nil {
			f.Span, f.Quote = span, scope[item]
		}
	}
	f.Code = "SCOPE_MISSING"
	f.Why = fmt.Sprintf("%s（%s）：%s", k.Why, k.Rule, strings.Join(why, "；"))
	return false
}

func containsAny(j *judged, k *condition) bool {
	for _, value := range shown(j, k.Field) {
		folded := NormalName(value)
		for _, word := range k.Contains {
			if strings.Contains(folded, NormalName(word)) {
				return true
			}
		}
	}
	return false
}

// shown returns the values of a field that conditions may look at.
func shown(j *judged, field string) []string {
	switch field {
	case "scope":
		return j.Scope
	case "number":
		return []string{j.Number}
	case "issuer":
		return []string{j.Issuer}
	}
	return []string{j.Text}
}
