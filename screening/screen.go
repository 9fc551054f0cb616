package screening

import (
	"slices"
	"sync/atomic"
)

// Screen judges one listing for a merchant with the qualifications q; nil means
// none. It is pure: equal arguments give equal verdicts.
func (e *Engine) Screen(l *Listing, q Qualifications) Verdict {
	s := e.scratch.Get().(*scan)
	defer e.scratch.Put(s)
	s.forget() // what a panic may have left
	s.titleHeads = 0
	s.read("title", l.Title)
	s.read("description", l.Description)
	s.read("brand", l.Brand)
	s.readAttributes(l.Attributes)
	s.readCategory(l.Category)
	v := Verdict{ID: l.ID, Revision: e.revision, Findings: []Finding{}}
	if len(s.findings) > 0 {
		v.Findings = slices.Clone(s.findings)
	}
	if len(s.suppressed) > 0 {
		v.Suppressed = slices.Clone(s.suppressed)
	}
	s.forget()
	e.lift(v.Findings, q)
	sortFindings(v.Findings)
	v.Outcome = decide(v.Findings)
	return v
}

// readAttributes judges the attributes, by name.
func (s *scan) readAttributes(attributes map[string]string) {
	if len(attributes) == 0 {
		return
	}
	s.names = s.names[:0]
	for name := range attributes {
		s.names = append(s.names, name)
	}
	slices.Sort(s.names)
	for _, name := range s.names {
		s.read(s.fields.of(name), attributes[name])
	}
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
