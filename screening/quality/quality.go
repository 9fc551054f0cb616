// Package quality measures how right the engine is: it screens labelled
// listings and counts what agreed and what did not, per class and per evasion
// step. It changes nothing and knows no rule; what the figures should be is
// the business of its callers.
package quality

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"zhunru/screening"
)

// A Label is a listing with what a person says of it.
type Label struct {
	Listing screening.Listing
	Want    screening.Outcome
	Class   string // free text or a class id; groups rows in the report
	Split   string // tune, held-out or empty
	Unsure  bool   // left out of every figure
	Line    int    // where it came from
}

// A Row is a label with the engine's verdict.
type Row struct {
	Label
	Verdict screening.Verdict
}

// Right reports whether the verdict is the label's.
func (r *Row) Right() bool { return r.Verdict.Outcome == r.Want }

// A Count sums up rows of one kind.
type Count struct {
	Name    string  `json:"name"`
	Rows    int     `json:"rows"`
	Right   int     `json:"right"`      // outcome as labelled
	Stopped int     `json:"not_passed"` // any outcome but pass
	Recall  float64 `json:"recall"`     // Right ÷ Rows
	Caught  float64 `json:"caught"`     // Stopped ÷ Rows
}

// A Report is what an evaluation found.
type Report struct {
	Rows      int                                             `json:"rows"`
	Unsure    int                                             `json:"unsure"`
	Confusion map[screening.Outcome]map[screening.Outcome]int `json:"confusion"` // wanted → given
	Outcomes  []Measure                                       `json:"outcomes"`
	Classes   []Count                                         `json:"classes"`
	Steps     []Count                                         `json:"steps"` // rows in which a finding needed the step
	Wrong     []Row                                           `json:"-"`
}

// A Measure is precision and recall of one outcome.
type Measure struct {
	Outcome   screening.Outcome `json:"outcome"`
	Labelled  int               `json:"labelled"`
	Given     int               `json:"given"`
	Precision float64           `json:"precision"`
	Recall    float64           `json:"recall"`
}

// Measured screens the labels and reports. Rows marked unsure are counted and
// otherwise left out.
func Measured(e *screening.Engine, labels []Label) *Report {
	rows := make([]Row, 0, len(labels))
	for i := range labels {
		rows = append(rows, Row{labels[i], e.Screen(&labels[i].Listing, nil)})
	}
	return Compare(rows)
}

// Compare reports on rows that were already screened.
func Compare(rows []Row) *Report {
	r := &Report{Confusion: map[screening.Outcome]map[screening.Outcome]int{}}
	for _, o := range screening.Outcomes {
		r.Confusion[o] = map[screening.Outcome]int{}
	}
	classes, steps := map[string]*Count{}, map[string]*Count{}
	for i := range rows {
		row := &rows[i]
		if row.Unsure {
			r.Unsure++
			continue
		}
		r.Rows++
		r.Confusion[row.Want][row.Verdict.Outcome]++
		count(classes, cmp.Or(row.Class, string(row.Want)), row)
		for _, step := range stepsOf(&row.Verdict) {
			count(steps, step, row)
		}
		if !row.Right() {
			r.Wrong = append(r.Wrong, *row)
		}
	}
	r.Classes, r.Steps = finish(classes), finish(steps)
	for _, o := range screening.Outcomes {
		r.Outcomes = append(r.Outcomes, r.measure(o))
	}
	slices.SortStableFunc(r.Wrong, func(a, b Row) int { return cmp.Compare(distance(&b), distance(&a)) })
	return r
}

func count(m map[string]*Count, name string, row *Row) {
	c := m[name]
	if c == nil {
		c = &Count{Name: name}
		m[name] = c
	}
	c.Rows++
	if row.Right() {
		c.Right++
	}
	if row.Verdict.Outcome != screening.OutcomePass {
		c.Stopped++
	}
}

func finish(m map[string]*Count) []Count {
	out := make([]Count, 0, len(m))
	for _, c := range m {
		c.Recall, c.Caught = ratio(c.Right, c.Rows), ratio(c.Stopped, c.Rows)
		out = append(out, *c)
	}
	slices.SortFunc(out, func(a, b Count) int { return strings.Compare(a.Name, b.Name) })
	return out
}

func (r *Report) measure(o screening.Outcome) Measure {
	m := Measure{Outcome: o}
	right := r.Confusion[o][o]
	for _, other := range screening.Outcomes {
		m.Labelled += r.Confusion[o][other]
		m.Given += r.Confusion[other][o]
	}
	m.Precision, m.Recall = ratio(right, m.Given), ratio(right, m.Labelled)
	return m
}

func ratio(a, b int) float64 {
	if b == 0 {
		return 0
	}
	return math.Round(float64(a)/float64(b)*10000) / 10000
}

func stepsOf(v *screening.Verdict) []string {
	var out []string
	for i := range v.Findings {
		for _, s := range v.Findings[i].Steps {
			if !slices.Contains(out, s) {
				out = append(out, s)
			}
		}
	}
	return out
}

// distance says how far a verdict is from its label, the worst mistakes
// first: a prohibited listing that passes, then the other misses, then false
// alarms.
func distance(r *Row) int {
	want, got := slices.Index(screening.Outcomes, r.Want), slices.Index(screening.Outcomes, r.Verdict.Outcome)
	if got > want {
		return 10 * (got - want)
	}
	return want - got
}
