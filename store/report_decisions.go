package store

import (
	"slices"
	"time"

	"zhunru/screening/report"
)

// A reviewerCount is what one actor decided in the period.
type reviewerCount struct {
	documents                                           map[int64]bool
	decisions, accepted, rejected, superseded, unwaited int64
	reversed                                            int64
	waits                                               []int64 // minutes from hand-in to decision
}

// A heardDocument is how far a document's entries have been read.
type heardDocument struct {
	decision string
	by       *reviewerCount // who decided it last, in the period
	handedIn time.Time      // when it began to wait; zero: not known
}

// decisions counts, by the ledger's entries, what each actor decided. A
// decision is reversed when another one follows on the same hand-in; it counts
// against the one that was reversed.
func (r *reporting) decisions() error {
	actors := map[string]*reviewerCount{}
	heard := map[int64]*heardDocument{}
	err := r.s.documentEntries(r.ctx, r.s.reader(), func(e *Entry, d *documentEntry) error {
		x := heard[d.Key]
		if x == nil {
			x = &heardDocument{}
			heard[d.Key] = x
		}
		switch {
		case d.Decision == string(Pending):
			x.handedIn, x.by = e.At, nil
		case d.Decision != x.decision:
			r.decided(actors, x, e, d)
		}
		x.decision = d.Decision
		return nil
	})
	if err != nil {
		return err
	}
	names := make([]string, 0, len(actors))
	for name := range actors { // sorted below
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		c := actors[name]
		if err := r.row([]report.Cell{
			report.Str(name), report.Num(int64(len(c.documents))), report.Num(c.decisions), report.Num(c.accepted), report.Num(c.rejected), report.Num(c.superseded),
			report.Num(c.reversed), median(c.waits), report.Num(c.unwaited),
		}); err != nil {
			return err
		}
	}
	return r.page()
}

func (r *reporting) decided(actors map[string]*reviewerCount, x *heardDocument, e *Entry, d *documentEntry) {
	if x.by != nil && d.Decision != string(Superseded) {
		x.by.reversed++
	}
	x.by = nil
	if at := micros(e.At); at < r.from || at >= r.before {
		return
	}
	c := actors[e.Actor]
	if c == nil {
		c = &reviewerCount{documents: map[int64]bool{}}
		actors[e.Actor] = c
	}
	x.by = c
	c.documents[d.Key] = true
	c.decisions++
	switch Decision(d.Decision) {
	case Accepted:
		c.accepted++
	case Declined:
		c.rejected++
	default:
		c.superseded++
	}
	if x.decision == string(Pending) && !x.handedIn.IsZero() {
		c.waits = append(c.waits, int64(e.At.Sub(x.handedIn)/time.Minute))
	} else {
		c.unwaited++
	}
}

// median is the middle, of an even number the lower one; none of none.
func median(list []int64) report.Cell {
	if len(list) == 0 {
		return report.Cell{}
	}
	slices.Sort(list)
	return report.Num(list[(len(list)-1)/2])
}
