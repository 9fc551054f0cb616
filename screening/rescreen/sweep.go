package rescreen

import (
	"slices"

	"zhunru/screening/qualification"
)

// Leads are the days before the end of a document at which its holder is
// reminded.
var Leads = []int{90, 30, 15, 7, 1}

// A Notice says that something about a merchant needs attention today.
type Notice struct {
	Kind     NoticeKind `json:"kind"`
	Document string     `json:"document,omitempty"`
	Index    int        `json:"index"`             // of the document in the dossier, -1 if none
	Days     int        `json:"days"`              // left of a document; since the last verification
	On       string     `json:"on,omitempty"`      // last day of the document, day of the last verification
	Late     bool       `json:"late,omitempty"`    // the document ended, the verification is overdue
	Missed   bool       `json:"missed,omitempty"`  // its day passed while no sweep ran
	Problem  string     `json:"problem,omitempty"` // a date that cannot be read
}

// A NoticeKind says what a Notice is about. The empty value is invalid.
type NoticeKind string

// The kinds.
const (
	NoticeEnding     NoticeKind = "document_ending"
	NoticeEnded      NoticeKind = "document_ended"
	NoticeUnreadable NoticeKind = "date_unreadable"
	NoticeReverify   NoticeKind = "reverification_due"
	NoticeOverdue    NoticeKind = "reverification_overdue"
)

// Sweep returns what of a dossier needs attention on a day. Days after the
// last sweep, exclusive, up to on, inclusive, are looked at, so that a day on
// which no sweep ran is made good; of several leads that passed only the
// nearest is told. A document counts on its last day and has ended the day
// after. A date that cannot be read is told every time: it would never end.
func Sweep(d *qualification.Dossier, last, on qualification.Date) []Notice {
	return SweepAt(d, last, on, Leads)
}

// SweepAt is Sweep with leads of one's own, in days.
func SweepAt(d *qualification.Dossier, last, on qualification.Date, leads []int) []Notice {
	leads = slices.Sorted(slices.Values(leads))
	var out []Notice
	for i := range d.Documents {
		if n, ok := sweepDocument(&d.Documents[i], last, on, leads); ok {
			n.Index = i
			out = append(out, n)
		}
	}
	if n, ok := sweepIdentity(d.Subject.VerifiedOn, last, on); ok {
		out = append(out, n)
	}
	return out
}

// sweepDocument looks at one document; leads are in ascending order.
func sweepDocument(x *qualification.Document, last, on qualification.Date, leads []int) (Notice, bool) {
	if x.ValidUntil == "" {
		return Notice{}, false
	}
	end, perpetual, flaw := qualification.ParseDate(x.ValidUntil)
	switch {
	case flaw != nil:
		return Notice{Kind: NoticeUnreadable, Document: x.Type, On: x.ValidUntil, Problem: flaw.Why}, true
	case perpetual:
		return Notice{}, false
	}
	n := Notice{Document: x.Type, Days: int(end - on), On: end.String()}
	if ended := end.AddDays(1); last < ended && ended <= on {
		n.Kind, n.Late, n.Missed = NoticeEnded, true, ended < on
		return n, true
	}
	for _, lead := range leads { // the nearest to the end first
		if day := end.AddDays(-lead); last < day && day <= on && end >= on {
			n.Kind, n.Missed = NoticeEnding, day < on
			return n, true
		}
	}
	return Notice{}, false
}

func sweepIdentity(verified string, last, on qualification.Date) (Notice, bool) {
	if verified == "" {
		return Notice{}, false
	}
	day, perpetual, flaw := qualification.ParseDate(verified)
	if flaw != nil || perpetual {
		return Notice{Kind: NoticeUnreadable, Index: -1, On: verified, Problem: "上次核验日期读不懂"}, true
	}
	n := Notice{Index: -1, Days: int(on - day), On: day.String()}
	if due := day.AddDays(qualification.ReverifyOverdue); last < due && due <= on {
		n.Kind, n.Late, n.Missed = NoticeOverdue, true, due < on
		return n, true
	}
	if due := day.AddDays(qualification.ReverifyDue); last < due && due <= on {
		n.Kind, n.Missed = NoticeReverify, due < on
		return n, true
	}
	return Notice{}, false
}
