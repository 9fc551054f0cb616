package screening

import (
	"maps"
	"slices"
	"sync/atomic"
)

// Screen judges one listing for a merchant with the qualifications q; nil means
// none. It is pure: equal arguments give equal verdicts.
func (e *Engine) Screen(l *Listing, q Qualifications) Verdict {
	s := e.scratch.Get().(*scan)
	defer e.scratch.Put(s)
	s.findings, s.suppressed, s.titleHeads = nil, nil, 0
	s.read("title", l.Title)
	s.read("description", l.Description)
	s.read("brand", l.Brand)
	if len(l.Attributes) > 0 {
		for _, name := range slices.Sorted(maps.Keys(l.Attributes)) {
			s.read("attributes."+name, l.Attributes[name])
		}
	}
	s.readCategory(l.Category)
	v := Verdict{ID: l.ID, Revision: e.revision, Findings: s.findings, Suppressed: s.suppressed}
	if v.Findings == nil {
		v.Findings = []Finding{}
	}
	s.findings, s.suppressed = nil, nil
	e.lift(v.Findings, q)
	sortFindings(v.Findings)
	v.Outcome = decide(v.Findings)
	return v
}

// lift applies the merchant's qualifications to findings of restricted goods.
func (e *Engine) lift(findings []Finding, q Qualifications) {
	if q == nil {
		return
	}
	for i := range findings {
		f := &findings[i]
		k := &e.classes[e.byID[f.Class]]
		if k.missing == nil || f.Kind == KindWrongCategory {
			continue
		}
		ok, lacks := q.Covers(k.missing.Category, k.missing.AnyOf)
		switch {
		case ok:
			f.Outcome = findingOutcome(k.Disposition, true, true)
			f.Held, f.Missing = true, nil
		case len(lacks) > 0 && f.Missing != nil:
			f.Missing = &Missing{k.missing.Category, k.missing.AnyOf, lacks}
		}
	}
}

// A Service holds the engine in force. The zero value has none; Swap one in
// before Screen.
type Service struct {
	engine atomic.Pointer[Engine]
}

// NewService returns a service with an engine in force.
func NewService(e *Engine) *Service {
	s := &Service{}
	s.Swap(e)
	return s
}

// Swap puts another engine in force. Screenings that have begun end with the
// one they began with; there is no moment without an engine.
func (s *Service) Swap(e *Engine) { s.engine.Store(e) }

// Engine returns the engine in force, for callers that screen a batch by one
// revision. It is nil before the first Swap.
func (s *Service) Engine() *Engine { return s.engine.Load() }

// Screen judges a listing by the engine in force.
func (s *Service) Screen(l *Listing, q Qualifications) Verdict { return s.Engine().Screen(l, q) }
