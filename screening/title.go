package screening

import (
	"zhunru/screening/dictionary"
	"zhunru/screening/textnorm"
)

// maxTitle is the length in runes beyond which a title is no title, and is
// read like a description.
const maxTitle = 400

// weighTitle drops restricted goods that the title mentions while it sells
// something else: 手机壳 零食图案. Two words of the class, a pack form, a
// pattern or a long name outweigh that.
func (s *scan) weighTitle(t *textnorm.Text) {
	if len(t.Runes) > maxTitle {
		return
	}
	s.titleHeads = s.heads()
	for i := range s.cands {
		c := &s.cands[i]
		k := &s.e.classes[c.class]
		if !k.Restricted() || c.pinned || s.strong(c) {
			continue
		}
		head := s.headFor(k)
		switch {
		case head == nil:
		case k.senses[head.ref] == dictionary.PolicyReview:
			c.review = true
		default:
			s.drop(c, "other_goods", s.e.texts[head.phrase])
		}
	}
	s.bury()
}

// headFor returns what else the title names that the class gives way to, nil
// if there is nothing.
func (s *scan) headFor(k *class) *place {
	for i := range s.context {
		if q := &s.context[i]; s.isHead(q) && k.senses[q.ref] != dictionary.PolicyKeep && k.senses[sOtherGoods] != dictionary.PolicyKeep {
			return q
		}
	}
	return nil
}

func (s *scan) strong(c *candidate) bool {
	if c.kind == kPrefilter || c.end-c.start >= 5 {
		return true
	}
	for i := range s.context {
		if q := &s.context[i]; q.kind == kSense && q.ref == sPack && q.end-q.start >= 2 {
			return true
		}
	}
	for i := range s.cands {
		o := &s.cands[i]
		if o.class == c.class && o != c && o.phrase != c.phrase {
			return true
		}
	}
	return false
}

// heads counts the harmless goods that the title names outside the candidates.
func (s *scan) heads() int {
	n := 0
	for i := range s.context {
		if s.isHead(&s.context[i]) {
			n++
		}
	}
	return n
}

func (s *scan) isHead(q *place) bool {
	if q.kind != kSense || q.end-q.start < 2 {
		return false
	}
	switch q.ref {
	case sOtherGoods, sAccessory, sToy, sPicture:
	default:
		return false
	}
	for i := range s.cands {
		if c := &s.cands[i]; q.start < c.end && c.start < q.end {
			return false
		}
	}
	for i := range s.context { // part of a longer word, or of a pack form
		o := &s.context[i]
		if o != q && o.start <= q.start && o.end >= q.end && o.end-o.start > q.end-q.start &&
			(o.kind == kNotSense || o.kind == kSense && o.ref == sPack) {
			return false
		}
	}
	return true
}
