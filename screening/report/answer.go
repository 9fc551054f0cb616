package report

import (
	"fmt"
	"strings"

	"zhunru/screening/dictionary"
	"zhunru/screening/qualification"
)

// ApplicationName is what people call the outcome of an application.
func ApplicationName(o qualification.Outcome, l Language) string {
	switch o {
	case qualification.MayApply:
		return l.pick("可以申请", "may apply")
	case qualification.Review:
		return l.pick("待人工确认", "needs a person")
	case qualification.Incomplete:
		return l.pick("材料不全", "incomplete")
	case qualification.Rejected:
		return l.pick("不符合", "rejected")
	}
	return string(o)
}

func applicationStyle(o qualification.Outcome) style {
	switch o {
	case qualification.MayApply:
		return "32"
	case qualification.Review:
		return "33"
	case qualification.Incomplete:
		return "35"
	}
	return "31"
}

// AppendAnswer appends everything there is to say about an application: the
// outcome, each route with what is held, missing, invalid and doubtful, the
// smallest changes that would pass, the next steps, live streaming, what is to
// come, and the version of the rules.
func (s *Screen) AppendAnswer(dst []byte, subject string, a *qualification.Answer) []byte {
	l := s.Language
	dst = s.headline(dst, "● ", applicationStyle(a.Outcome), ApplicationName(a.Outcome, l))
	dst = appendVisible(dst, fmt.Sprintf(l.pick("  %s  申请“%s”  口径 %s  日期 %s", "  %s  applies for “%s”  profile %s  on %s"), subject, a.Category, a.Profile, a.On))
	dst = append(dst, '\n')
	for i := range a.Subject {
		dst = s.fault(dst, "!", &a.Subject[i])
	}
	for i := range a.Routes {
		dst = s.appendRoute(dst, a, &a.Routes[i])
	}
	dst = s.appendWays(dst, a)
	dst = s.appendSteps(dst, a)
	dst = s.line(dst, "直播", "live", a.Live.Why)
	dst = s.appendForecast(dst, a.Forecast)
	dst = s.line(dst, "依据", "rules", a.Source+l.pick("；", "; ")+a.Disclaimer)
	return dst
}

// headline appends a sign and a coloured phrase.
func (s *Screen) headline(dst []byte, sign string, st style, text string) []byte {
	dst = s.on(dst, st)
	dst = append(dst, sign...)
	dst = append(dst, text...)
	return s.off(dst, st)
}

func (s *Screen) appendRoute(dst []byte, a *qualification.Answer, r *qualification.RouteAnswer) []byte {
	l := s.Language
	dst = append(dst, "  "...)
	dst = s.headline(dst, "▸ ", applicationStyle(r.Outcome), fmt.Sprintf(l.pick("路线%s %s：%s", "route %s %s: %s"), r.ID, r.Name, ApplicationName(r.Outcome, l)))
	if a.NearestRoute != nil && *a.NearestRoute == r.ID && len(a.Routes) > 1 {
		dst = append(dst, l.pick("（更近）", " (nearer)")...)
	}
	dst = append(dst, '\n')
	for _, h := range r.Held {
		text := h.Document
		if h.Number != "" {
			text += columnGap + h.Number
		}
		if h.ValidUntil != "" {
			text += columnGap + l.pick("至 ", "until ") + h.ValidUntil
		}
		dst = append(dst, "      ✓ "...)
		dst = append(appendVisible(dst, text), '\n')
	}
	for _, group := range []struct {
		sign   string
		faults []qualification.Fault
	}{{"✗", r.Invalid}, {"○", r.Missing}, {"?", r.Review}, {"!", r.Warnings}} {
		for i := range group.faults {
			if strings.HasPrefix(group.faults[i].Field, "subject.uscc") {
				continue // said above, of the subject
			}
			dst = s.fault(dst, group.sign, &group.faults[i])
		}
	}
	return dst
}

func (s *Screen) fault(dst []byte, sign string, f *qualification.Fault) []byte {
	dst = append(dst, "      "...)
	dst = append(dst, sign...)
	dst = append(dst, ' ')
	text := f.Why
	if f.Rule != "" && !strings.Contains(text, f.Rule) {
		text += "（" + f.Rule + "）"
	}
	if f.Quote != "" && !strings.Contains(text, f.Quote) {
		text += s.Language.pick("，原文“", ", text “") + f.Quote + "”"
	}
	return append(appendVisible(dst, text), '\n')
}

func (s *Screen) appendWays(dst []byte, a *qualification.Answer) []byte {
	for i, way := range a.PassesIf {
		texts := make([]string, len(way))
		for k := range way {
			texts[k] = strings.TrimSuffix(way[k].Text, "。")
		}
		label := ""
		if i == 0 {
			label = s.Language.pick("怎样通过", "passes if")
		}
		dst = s.appendLabel(dst, label)
		dst = appendVisible(dst, fmt.Sprintf("%d. %s", i+1, strings.Join(texts, s.Language.pick("；并且", "; and "))))
		dst = append(dst, '\n')
	}
	return dst
}

func (s *Screen) appendSteps(dst []byte, a *qualification.Answer) []byte {
	for i, step := range a.NextSteps {
		label, box := "", "☐ "
		if i == 0 {
			label = s.Language.pick("下一步", "next steps")
		}
		if step.Done {
			box = "☑ "
		}
		dst = s.appendLabel(dst, label)
		dst = append(appendVisible(append(dst, box...), step.Text), '\n')
	}
	return dst
}

func (s *Screen) appendForecast(dst []byte, events []qualification.Event) []byte {
	for i := range events {
		label := ""
		if i == 0 {
			label = s.Language.pick("预报", "forecast")
		}
		dst = s.appendLabel(dst, label)
		dst = appendVisible(dst, events[i].On.String()+columnGap+events[i].Text)
		dst = append(dst, '\n')
	}
	return dst
}

// Requirement says in a line what a category demands.
func Requirement(c *dictionary.Category) string {
	var parts []string
	if c.Closed != "" {
		return "不开放：" + c.Closed
	}
	for _, need := range c.Needs {
		parts = append(parts, "先有“"+need+"”类目")
	}
	if len(c.AnyOf) > 0 {
		parts = append(parts, describeSets(c.AnyOf, Chinese))
	}
	for i := range c.Routes {
		r := &c.Routes[i]
		names := make([]string, len(r.Groups))
		for k := range r.Groups {
			names[k] = describeSets(r.Groups[k].AnyOf, Chinese)
		}
		parts = append(parts, "路线"+r.ID+"："+strings.Join(names, "、"))
	}
	if len(parts) == 0 {
		return "不要求证照"
	}
	return strings.Join(parts, "；")
}

func describeSets(anyOf [][]string, l Language) string {
	sets := make([]string, len(anyOf))
	for i, docs := range anyOf {
		sets[i] = "《" + strings.Join(docs, "》+《") + "》"
	}
	return strings.Join(sets, l.pick(" 或 ", " or "))
}
