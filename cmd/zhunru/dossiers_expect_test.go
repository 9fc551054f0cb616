package main

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"zhunru/screening"
	"zhunru/screening/qualification"
)

// expectations hold the items of an expect line against a judgement:
//
//	may_apply | review | incomplete | rejected    the outcome
//	route A | no route | nearest A | nearest none | routes A+B
//	A=rejected                                    the outcome of a route
//	A missing DOC+DOC | none                      exactly these documents
//	A invalid CODE+CODE, A review …, A warns …, subject …   exactly these codes
//	CODE                                          some fault has the code
//	R-S07                                         the judgement names the rule
//	R-S12 done | R-S12 todo                       the step of the checklist
//	passes 2, ways 4, first DOC+DOC               the smallest way out, how many there are, the first of them
//	live plugin | live standard | live none
//	event KIND DATE [OUTCOME | unchanged], no event KIND
//	listing L1 pass, lacks L1 DOC+DOC, names CATEGORY
//	says TEXT, quotes TEXT                        in what is written; as a fault's quote
//	error                                         no judgement
type expectations struct {
	text     string
	answer   *qualification.Answer
	verdicts []screening.Verdict
}

func (e *expectations) check(item string) error {
	words := strings.Fields(item)
	_, rest, _ := strings.Cut(item, " ")
	switch {
	case words[0] == "says":
		return mustHold(strings.Contains(e.text, rest), "not in\n%s", e.text)
	case item == "error":
		return mustHold(e.answer == nil && e.verdicts == nil, "there is a judgement")
	case e.verdicts != nil:
		return e.checkListing(item, words)
	case e.answer == nil:
		return errors.New("there is no judgement")
	}
	return e.checkAnswer(item, words, rest)
}

func mustHold(ok bool, format string, args ...any) error {
	if ok {
		return nil
	}
	return fmt.Errorf(format, args...)
}

func equal[T comparable](got, want T) error {
	return mustHold(got == want, "got %v, want %v", got, want)
}

func (e *expectations) checkAnswer(item string, words []string, rest string) error {
	a := e.answer
	switch words[0] {
	case "may_apply", "review", "incomplete", "rejected":
		return equal(string(a.Outcome), item)
	case "route":
		return equal(orNone(a.Route), rest)
	case "no":
		return e.checkNo(rest)
	case "nearest":
		return equal(orNone(a.NearestRoute), rest)
	case "routes":
		var ids []string
		for i := range a.Routes {
			ids = append(ids, a.Routes[i].ID)
		}
		return equal(strings.Join(ids, "+"), rest)
	case "passes", "ways", "first":
		return e.checkWays(words)
	case "live":
		return e.checkLive(rest)
	case "event":
		return e.checkEvent(words)
	case "quotes":
		quoted := func(f qualification.Fault) bool {
			return strings.ReplaceAll(f.Quote, "\n", `\n`) == rest && f.Span != nil
		}
		return mustHold(slices.ContainsFunc(e.faults(), quoted), "no fault does")
	case "subject":
		return equal(codes(a.Subject), rest)
	}
	return e.checkRoute(item, words)
}

func (e *expectations) checkNo(rest string) error {
	if kind, ok := strings.CutPrefix(rest, "event "); ok {
		return mustHold(!slices.ContainsFunc(e.answer.Forecast, func(v qualification.Event) bool { return string(v.Kind) == kind }), "there is one")
	}
	return equal(orNone(e.answer.Route), "none")
}

func (e *expectations) checkWays(words []string) error {
	ways := e.answer.PassesIf
	if words[0] == "ways" {
		return equal(strconv.Itoa(len(ways)), words[1])
	}
	if len(ways) == 0 {
		return equal("0", words[1])
	}
	if words[0] == "first" {
		names := make([]string, len(ways[0]))
		for i := range ways[0] {
			names[i] = ways[0][i].Document
		}
		return equal(joined(names), words[1])
	}
	return equal(strconv.Itoa(len(ways[0])), words[1])
}

func (e *expectations) checkLive(want string) error {
	live := e.answer.Live
	switch want {
	case "plugin":
		return equal(live.Plugin, true)
	case "standard":
		return equal(live.Standard, true)
	}
	return equal(live.Plugin || live.Standard, false)
}

func (e *expectations) checkEvent(words []string) error {
	for _, v := range e.answer.Forecast {
		if string(v.Kind) != words[1] || v.On.String() != words[2] {
			continue
		}
		switch {
		case len(words) == 3:
			return nil
		case words[3] == "unchanged":
			return equal(v.After, "")
		}
		return equal(string(v.After), words[3])
	}
	return fmt.Errorf("not in %v", e.answer.Forecast)
}

func (e *expectations) checkRoute(item string, words []string) error {
	if strings.HasPrefix(item, "R-S") {
		return e.checkRule(words)
	}
	id, outcome, isOutcome := strings.Cut(words[0], "=")
	for i := range e.answer.Routes {
		r := &e.answer.Routes[i]
		switch {
		case r.ID != id:
		case isOutcome:
			return equal(string(r.Outcome), outcome)
		default:
			return checkList(r, words[1], words[2])
		}
	}
	return mustHold(len(words) == 1 && slices.ContainsFunc(e.faults(), func(f qualification.Fault) bool { return f.Code == item }), "not in the judgement")
}

func checkList(r *qualification.RouteAnswer, list, want string) error {
	switch list {
	case "missing":
		names := make([]string, len(r.Missing))
		for i := range r.Missing {
			names[i] = r.Missing[i].Document
		}
		return equal(joined(names), want)
	case "invalid":
		return equal(codes(r.Invalid), want)
	case "review":
		return equal(codes(r.Review), want)
	case "warns":
		return equal(codes(r.Warnings), want)
	}
	return fmt.Errorf("no list %q", list)
}

func (e *expectations) checkRule(words []string) error {
	rule := words[0]
	if len(words) == 2 {
		for _, s := range e.answer.NextSteps {
			if s.Rule == rule {
				return equal(s.Done, words[1] == "done")
			}
		}
		return errors.New("no such step")
	}
	return mustHold(slices.Contains(e.rules(), rule), "named by none of %v", e.rules())
}

// rules lists the rules that the judgement itself names; the checklist of next
// steps, which is the same for all, does not count.
func (e *expectations) rules() []string {
	rules := []string{e.answer.Live.Rule}
	if strings.HasSuffix(e.answer.Disclaimer, "（R-S22）。") && e.answer.Source != "" {
		rules = append(rules, "R-S22")
	}
	for _, f := range e.faults() {
		rules = append(rules, f.Rule)
	}
	for _, way := range e.answer.PassesIf {
		for _, c := range way {
			rules = append(rules, c.Rule)
		}
	}
	for _, v := range e.answer.Forecast {
		rules = append(rules, v.Rule)
	}
	return rules
}

func (e *expectations) faults() []qualification.Fault {
	all := slices.Clone(e.answer.Subject)
	for i := range e.answer.Routes {
		r := &e.answer.Routes[i]
		all = slices.Concat(all, r.Missing, r.Invalid, r.Review, r.Warnings)
	}
	return all
}

func codes(faults []qualification.Fault) string {
	list := make([]string, len(faults))
	for i := range faults {
		list[i] = faults[i].Code
	}
	return joined(list)
}

func joined(list []string) string {
	all := strings.Join(list, "+")
	return orNone(&all)
}

func orNone(s *string) string {
	if s == nil || *s == "" {
		return "none"
	}
	return *s
}
