package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"zhunru/screening"
)

func decodeVerdicts(tb testing.TB, text string) []screening.Verdict {
	tb.Helper()
	var out []screening.Verdict
	for line := range strings.Lines(text) {
		var v screening.Verdict
		if err := json.Unmarshal([]byte(line), &v); err != nil {
			tb.Fatalf("%s: %v", line, err)
		}
		out = append(out, v)
	}
	return out
}

// summary is what a golden file holds of verdicts: the outcome, and for every
// class found once its category, the rules of the seed document it cites and
// what the merchant lacks. Terms, spans and laws are not in it: the goods'
// dictionary has tests of its own.
func summary(verdicts []screening.Verdict) string {
	var b strings.Builder
	for i := range verdicts {
		v := &verdicts[i]
		fmt.Fprintf(&b, "%s %s\n", v.ID, v.Outcome)
		seen := map[string]bool{}
		for k := range v.Findings {
			f := &v.Findings[k]
			if seen[f.Class] {
				continue
			}
			seen[f.Class] = true
			fmt.Fprintf(&b, "  %s %s %s\n", f.Class, f.Outcome, strings.Join(seedRules(f), " "))
			if f.Missing == nil {
				continue
			}
			fmt.Fprintf(&b, "    缺少类目“%s”\n", f.Missing.Category)
			for _, l := range f.Missing.Lacks {
				fmt.Fprintf(&b, "    %s\n", strings.TrimSpace(l.Why+" "+l.Rule))
			}
		}
	}
	return b.String()
}

func (e *expectations) checkListing(item string, words []string) error {
	switch {
	case strings.HasPrefix(item, "R-S"):
		ok := slices.ContainsFunc(e.verdicts, func(v screening.Verdict) bool {
			return slices.ContainsFunc(v.Findings, func(f screening.Finding) bool { return slices.Contains(seedRules(&f), item) })
		})
		return mustHold(ok, "no finding cites it")
	case words[0] == "names":
		return mustHold(slices.ContainsFunc(e.verdicts, func(v screening.Verdict) bool { return missing(&v, words[1]) }), "no finding does")
	}
	for i := range e.verdicts {
		v := &e.verdicts[i]
		if v.ID != words[1] {
			continue
		}
		if words[0] == "listing" {
			return equal(string(v.Outcome), words[2])
		}
		return mustHold(slices.ContainsFunc(v.Findings, func(f screening.Finding) bool { return lacked(&f) == words[2] }), "no finding lacks just that")
	}
	return errors.New("no such listing")
}

func missing(v *screening.Verdict, category string) bool {
	return slices.ContainsFunc(v.Findings, func(f screening.Finding) bool { return f.Missing != nil && f.Missing.Category == category })
}

func lacked(f *screening.Finding) string {
	if f.Missing == nil {
		return ""
	}
	var names []string
	for _, l := range f.Missing.Lacks {
		names = append(names, l.Document)
	}
	return strings.Join(names, "+")
}

// seedRules lists the rules of the seed document that a finding names.
func seedRules(f *screening.Finding) []string {
	var rules []string
	for _, c := range f.Citations {
		rules = append(rules, c.Article)
	}
	if f.Missing != nil {
		for _, l := range f.Missing.Lacks {
			rules = append(rules, l.Rule)
		}
	}
	rules = slices.DeleteFunc(rules, func(r string) bool { return !strings.HasPrefix(r, "R-S") })
	slices.Sort(rules)
	return slices.Compact(rules)
}
