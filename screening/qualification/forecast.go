package qualification

import (
	"cmp"
	"fmt"
	"slices"
)

// An Event is what happens to an application on a day to come.
type Event struct {
	On       Date      `json:"on"`
	Kind     EventKind `json:"kind"`
	Document string    `json:"document,omitempty"`
	Index    int       `json:"index"` // of the document in the dossier, -1 if none
	Rule     string    `json:"rule,omitempty"`
	Before   Outcome   `json:"before,omitempty"` // of the application, if the event changes it
	After    Outcome   `json:"after,omitempty"`
	Text     string    `json:"text"`
}

// An EventKind says what an Event is. The empty value is invalid.
type EventKind string

// The kinds of events.
const (
	RenewalOpens       EventKind = "renewal_opens"       // renewal must be applied for from or by then
	DocumentEnds       EventKind = "document_ends"       // first day on which it no longer counts
	DocumentBegins     EventKind = "document_begins"     // first day on which it counts
	ReverificationDue  EventKind = "reverification_due"  // identity to be verified again soon
	ReverificationLate EventKind = "reverification_late" // six months are over
)

// Six-monthly re-verification of merchants (网络交易监督管理办法 art. 24): due
// early enough to be done in time, overdue when six months are over.
const (
	ReverifyDue     = 150 // days after the last
	ReverifyOverdue = 183
)

const (
	renewDefault = 30 // days before the end, where no rule sets a lead
	maxForecast  = 3660
)

// Forecast lists what changes for the dossier's application from the day
// after from, within days (at most ten years), in order of date: documents that
// begin or end and what that does to the outcome, renewals that open, identity
// to be verified again. It fails like Evaluate.
func (r *Registry) Forecast(d *Dossier, category, profile string, from Date, days int) ([]Event, error) {
	p, err := r.planFor(d, category, profile)
	if err != nil {
		return nil, err
	}
	until := from.AddDays(min(max(days, 0), maxForecast))
	events := r.documentEvents(d, from, until)
	events = append(events, reverification(d, from, until)...)
	slices.SortStableFunc(events, func(a, b Event) int { return cmp.Or(cmp.Compare(a.On, b.On), cmp.Compare(a.Index, b.Index)) })
	r.outcomes(d, p, from, events)
	return events, nil
}

func (r *Registry) documentEvents(d *Dossier, from, until Date) []Event {
	var events []Event
	add := func(on Date, e Event) {
		if on > from && on <= until {
			e.On = on
			events = append(events, e)
		}
	}
	for i := range d.Documents {
		x := &d.Documents[i]
		name, lead := x.Type, renewDefault
		if t, ok := r.Type(x.Type); ok {
			name = t.Name
			if t.Renewal > 0 {
				lead = t.Renewal
			}
		}
		if begin, perpetual, flaw := ParseDate(x.IssuedOn); x.IssuedOn != "" && flaw == nil && !perpetual {
			add(begin, Event{Kind: DocumentBegins, Document: name, Index: i, Rule: "R-S23", Text: fmt.Sprintf("《%s》自%s起生效", name, begin)})
		}
		end, perpetual, flaw := ParseDate(x.ValidUntil)
		if x.ValidUntil == "" || flaw != nil || perpetual {
			continue
		}
		add(end.AddDays(-lead), Event{Kind: RenewalOpens, Document: name, Index: i, Rule: "R-S23",
			Text: fmt.Sprintf("《%s》%s到期，须提前%d天、在%s以前申请延续", name, end, lead, end.AddDays(-lead))})
		add(end.AddDays(1), Event{Kind: DocumentEnds, Document: name, Index: i, Rule: "R-S23",
			Text: fmt.Sprintf("《%s》%s是最后一天，自%s起不再有效", name, end, end.AddDays(1))})
	}
	return events
}

// reverification lists when the identity of a merchant is to be verified again.
func reverification(d *Dossier, from, until Date) []Event {
	last, perpetual, flaw := ParseDate(d.Subject.VerifiedOn)
	if d.Subject.VerifiedOn == "" || flaw != nil || perpetual {
		return nil
	}
	var events []Event
	for _, e := range []Event{
		{On: last.AddDays(ReverifyDue), Kind: ReverificationDue, Text: fmt.Sprintf("上次核验在%s，应重新核验主体信息（至少每六个月一次）", last)},
		{On: last.AddDays(ReverifyOverdue), Kind: ReverificationLate, Text: fmt.Sprintf("上次核验在%s，距今已满六个月，核验逾期", last)},
	} {
		e.Index, e.Rule = -1, "R-S15"
		if e.On > from && e.On <= until {
			events = append(events, e)
		}
	}
	return events
}

// outcomes enters how the outcome changes on the days of the events: at the
// first event of a day that can change it.
func (r *Registry) outcomes(d *Dossier, p *plan, from Date, events []Event) {
	before := r.newBench(d, from).answer(p).Outcome
	for i := 0; i < len(events); {
		day, first := events[i].On, -1
		for ; i < len(events) && events[i].On == day; i++ {
			if k := events[i].Kind; first < 0 && (k == DocumentEnds || k == DocumentBegins) {
				first = i
			}
		}
		if first < 0 {
			continue
		}
		if after := r.newBench(d, day).answer(p).Outcome; after != before {
			events[first].Before, events[first].After = before, after
			events[first].Text += fmt.Sprintf("；“%s”由%s变为%s", p.category.Name, before.name(), after.name())
			before = after
		}
	}
}

func (o Outcome) name() string {
	switch o {
	case MayApply:
		return "可以申请"
	case Review:
		return "待人工确认"
	case Incomplete:
		return "材料不全"
	}
	return "不符合"
}
