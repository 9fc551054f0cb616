package screening

import (
	"cmp"
	"slices"

	"zhunru/screening/dictionary"
)

// nest leaves of candidates inside one another the longest: always within a
// class, and for goods that may be sold also across classes, because the
// longer name says better what they are.
//
// It comes after the senses: a longer name that only describes must not take
// the shorter one with it.
func (s *scan) nest() {
	for i := range s.cands {
		o := &s.cands[i]
		if o.dead || o.kind == kWeak {
			continue
		}
		for j := i + 1; j < len(s.cands) && s.cands[j].start < o.end; j++ {
			c := &s.cands[j]
			if c.dead || c.pinned || c.end > o.end || !s.swallows(o, c) {
				continue
			}
			c.dead = true
			if c.class != o.class {
				s.suppress(c, "longer", s.nameOf(o)+" · "+s.e.classes[o.class].ID)
			}
		}
	}
	s.bury()
}

// sortCandidates orders candidates by where they begin, the longest first.
func (s *scan) sortCandidates() {
	slices.SortStableFunc(s.cands, func(a, b candidate) int {
		return cmp.Or(a.start-b.start, b.end-a.end, int(a.kind)-int(b.kind))
	})
}

// swallows reports whether candidate o makes c, which lies inside it, needless.
func (s *scan) swallows(o, c *candidate) bool {
	if o.class == c.class {
		return !o.review || c.review
	}
	longer := o.end-o.start > c.end-c.start
	return longer && o.kind <= kSlang && c.kind != kPrefilter && s.e.classes[c.class].Disposition != dictionary.Prohibited
}

func (s *scan) nameOf(c *candidate) string {
	if c.phrase < 0 {
		return s.e.patterns[c.ref].id
	}
	return s.e.texts[c.phrase]
}

// suppress notes a match that does not count.
func (s *scan) suppress(c *candidate, because, detail string) {
	if c.kind == kWeak {
		return
	}
	id, term := s.e.classes[c.class].ID, s.nameOf(c)
	for i := range s.suppressed {
		x := &s.suppressed[i]
		if x.Class == id && x.Term == term && x.Field == s.field && x.Because == because {
			return
		}
	}
	if len(s.suppressed) < maxReported {
		s.suppressed = append(s.suppressed, Suppressed{id, term, s.field, because, detail})
	}
}

// maxReported bounds the findings and the suppressed matches of one listing:
// a hostile description must not make a verdict of megabytes. The outcome is
// not affected.
const maxReported = 200
