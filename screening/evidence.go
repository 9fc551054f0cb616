package screening

import (
	"sort"

	"zhunru/screening/dictionary"
	"zhunru/screening/textnorm"
)

// reach is how far, in runes, context words reach.
const reach = 40

// alive settles what exceptions, reroutes and cues say of a candidate.
func (s *scan) alive(t *textnorm.Text, c *candidate) bool {
	if s.voided(t, c) || (c.kind == kSuspect || c.kind == kWeak) && s.elsewhere(c) {
		return false
	}
	switch c.kind {
	case kWeak:
		return s.supported(c)
	case kSuspect:
		return s.suspected(c)
	}
	return true
}

// voided reports whether a longer phrase says that the candidate is something
// else, noting which.
func (s *scan) voided(t *textnorm.Text, c *candidate) bool {
	for i := endingFrom(s.voids, c.end); i < len(s.voids) && s.voids[i].end < c.end+reach; i++ {
		v := &s.voids[i]
		if c.pinned && v.kind != kException {
			continue
		}
		if v.class != c.class || v.start > c.start || v.end < c.end || v.end-v.start <= c.end-c.start && v.kind != kReroute {
			continue
		}
		if !s.solid(t, v, c) || s.straddled(t, v, c) {
			continue
		}
		switch v.kind {
		case kSoundsLike:
			continue
		case kException:
			s.suppress(c, "exception", s.e.texts[v.phrase])
			return true
		case kReroute:
			if v.ref >= 0 {
				s.suppress(c, "reroute", s.e.texts[v.phrase]+" → "+s.e.classes[v.ref].ID)
			}
			return true
		case kConditional:
			if s.fulfilled(v) {
				s.suppress(c, "exception", s.e.texts[v.phrase])
				return true
			}
			c.review = true
		}
	}
	return false
}

// elsewhere reports whether a reroute of a restricted class says of some of the
// candidate's very characters that they name goods of another class. For what
// is found by form or suspicion to touch is enough: 布洛芬缓释 is a
// non-prescription drug, so 洛芬缓释胶囊 is no prescription drug either, nor is
// the 胶囊 behind it.
func (s *scan) elsewhere(c *candidate) bool {
	if s.e.classes[c.class].Disposition == dictionary.Prohibited {
		return false
	}
	for i := endingFrom(s.voids, c.start); i < len(s.voids) && s.voids[i].end < c.end+reach; i++ {
		v := &s.voids[i]
		if v.kind == kReroute && v.ref >= 0 && v.class == c.class && v.start <= c.end {
			s.suppress(c, "reroute", s.e.texts[v.phrase]+" → "+s.e.classes[v.ref].ID)
			return true
		}
	}
	return false
}

// solid reports whether phrase v is written without separators outside the
// candidate: 象牙 白色 is not 象牙白.
func (s *scan) solid(t *textnorm.Text, v *place, c *candidate) bool {
	own := s.e.phrases[v.phrase].gaps
	for i := v.start + 1; i < v.end; i++ {
		if (i <= c.start || i >= c.end) && t.GapBefore(i) && (i-v.start > 63 || own>>(i-v.start)&1 == 0) {
			return false
		}
	}
	return true
}

// straddled reports whether a pack form begins inside phrase v and ends beyond
// it: 手枪包邮 does not hold a 手枪包, nor 茶叶袋装 a 茶叶袋.
func (s *scan) straddled(t *textnorm.Text, v *place, c *candidate) bool {
	for i := endingFrom(s.context, v.end+1); i < len(s.context) && s.context[i].end <= v.end+2; i++ {
		q := &s.context[i]
		if q.kind != kNotSense && (q.kind != kSense || q.ref != sPack) || q.start < c.end || q.start >= v.end {
			continue
		}
		if last := t.Runes[q.end-1]; last == '装' || last == '邮' {
			return true
		}
	}
	return false
}

func (s *scan) fulfilled(v *place) bool {
	for _, w := range s.whens {
		if w.ref == v.ref {
			return true
		}
	}
	return false
}

// supported decides a weak word. It needs an up cue; for prohibited goods a
// second weak or suspect word will do, and a weak word alone beside its cue is
// for a person to see. A down cue takes it back unless there is an up cue.
func (s *scan) supported(c *candidate) bool {
	up, down := s.cue(c)
	if up >= 0 {
		c.cue = up
		if s.e.classes[c.class].Disposition == dictionary.Prohibited {
			c.review = !s.second(c)
		}
		return true
	}
	if down >= 0 || s.e.classes[c.class].Disposition != dictionary.Prohibited || !s.second(c) {
		return false
	}
	c.review = true
	return true
}

// suspected decides a suspect word. Alone it asks for a person; an up cue or a
// second word of the class makes it decide. Where only a down cue stands near,
// it takes one word back and makes two a case for a person.
func (s *scan) suspected(c *candidate) bool {
	up, down := s.cue(c)
	second := s.second(c)
	switch {
	case up >= 0:
		c.cue = up
	case second:
		c.review = down >= 0
	default:
		c.review = true
		return down < 0
	}
	return true
}

// cue returns the nearest up and down cue words of the candidate's class, -1
// for none. A cue that shares characters with the candidate does not count.
func (s *scan) cue(c *candidate) (up, down int32) {
	up, down = -1, -1
	for i := endingFrom(s.cues, c.start-reach); i < len(s.cues) && s.cues[i].end < c.end+2*reach; i++ {
		q := &s.cues[i]
		if q.class != c.class || q.start < c.end && q.end > c.start || q.start > c.end+reach || q.end < c.start-reach {
			continue
		}
		if q.kind == kUp {
			up = q.phrase
		} else {
			down = q.phrase
		}
	}
	return up, down
}

// second reports whether another weak, suspect or stronger word of the class
// stands near.
func (s *scan) second(c *candidate) bool {
	first := sort.Search(len(s.cands), func(i int) bool { return s.cands[i].end >= c.start-reach })
	for i := first; i < len(s.cands) && s.cands[i].end < c.end+2*reach; i++ {
		o := &s.cands[i]
		if !o.dead && o.class == c.class && o.phrase != c.phrase && (o.end <= c.start || o.start >= c.end) &&
			o.start <= c.end+reach && o.end >= c.start-reach {
			return true
		}
	}
	return false
}

// endingFrom returns the index of the first place that ends at or after pos;
// places are in the order of their ends, as the automaton found them.
func endingFrom(places []place, pos int) int {
	return sort.Search(len(places), func(i int) bool { return places[i].end >= pos })
}
