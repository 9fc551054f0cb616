package screening

import (
	"strings"

	"zhunru/screening/dictionary"
	"zhunru/screening/textnorm"
)

// weighSenses finds out, from right to left, what every candidate does in its
// phrase, and applies the class's policies. From right to left because a word
// that stands before another takes that one's sense: in 巧克力牛奶锅 neither
// is food.
func (s *scan) weighSenses(t *textnorm.Text) {
	for i := len(s.cands) - 1; i >= 0; i-- {
		c := &s.cands[i]
		sense, by := s.senseOf(t, i)
		c.sense = sense
		switch s.e.classes[c.class].senses[sense] {
		case dictionary.PolicyDrop:
			s.drop(c, "sense", senseLabels[sense]+"："+by)
		case dictionary.PolicyReview:
			c.review = true
		}
	}
	s.bury()
}

// senseLabels name the senses to people, in the order of senses.
var senseLabels = [numSenses]string{
	"商品本身", "容器、工具或配件", "图案或印刷品", "玩具或模型", "书刊影视", "颜色、形状等修饰", "否定或防护", "地名或场所", "其他商品", "包装", "赠品",
}

// senseOf reads the sense of candidate i from the words right before and
// after it, and names the word that gave it.
func (s *scan) senseOf(t *textnorm.Text, i int) (int32, string) {
	c := &s.cands[i]
	if sense, by := s.senseBefore(t, c); sense != sGoods {
		return sense, by
	}
	if inBookTitle(t, c.start, c.end) {
		return sBook, "《》"
	}
	looks := 2
	if s.e.classes[c.class].Restricted() {
		looks = 3
	}
	pos := c.end
	if w := s.word(c.end - 1); w.to > c.end { // the match is the front of a word
		if sense, by := s.tailSense(c.class, pos, w.to); sense != sGoods {
			return sense, by
		}
		pos, looks = w.to, looks-1
	}
	for first := true; looks > 0 && pos < len(t.Runes) && !t.GapBefore(pos); looks-- {
		if quantityAt(t, pos) {
			return sGoods, ""
		}
		if j := s.candidateAt(i, pos); j >= 0 {
			return s.cands[j].sense, s.nameOf(&s.cands[j])
		}
		sense, by, end := s.senseAt(c.class, pos)
		switch {
		case sense == sPack:
			return sGoods, ""
		case sense == sAttribute && !first:
		case sense >= 0:
			return sense, by
		}
		first = false
		pos = max(end, s.word(pos).to)
	}
	return sGoods, ""
}

// quantityAt reports whether a number with a unit begins at pos: 20L桶, 3盒.
// A quantity says that the goods themselves are sold.
func quantityAt(t *textnorm.Text, pos int) bool {
	i := pos
	for i < len(t.Runes) && i < pos+6 && strings.ContainsRune("0123456789一二两三四五六七八九十百", t.Runes[i]) {
		i++
	}
	return i > pos && i < len(t.Runes) && strings.ContainsRune("gkml斤升克粒片支瓶盒袋包罐桶箱枚条听板丸颗份", t.Runes[i])
}

// candidateAt returns the candidate after i that begins at pos, -1 if none.
func (s *scan) candidateAt(i, pos int) int {
	for j := i + 1; j < len(s.cands) && s.cands[j].start <= pos; j++ {
		if s.cands[j].start == pos && s.cands[j].class == s.cands[i].class {
			return j
		}
	}
	return -1
}

// senseAt reads the context word or the word that begins at pos. The sense is
// -1 where they say nothing; end is where the context word ends.
func (s *scan) senseAt(class int16, pos int) (sense int32, by string, end int) {
	best := s.contextAt(class, pos)
	if best != nil && best.kind == kSense {
		return best.ref, s.e.texts[best.phrase], best.end
	}
	if best != nil { // looks like a context word, but is a pack form
		return sPack, "", best.end
	}
	w := s.word(pos)
	if w.from < pos {
		w.from = pos
	}
	if sense, by := s.suffixSense(w.from, w.to); sense != sGoods {
		return sense, by, w.to
	}
	return -1, "", pos
}

// contextAt returns the longest context word that begins at pos, one that
// denies a sense before one that gives it. A word that is an up cue of the
// class says nothing against it: 血氧饱和度检测仪 is the device itself.
func (s *scan) contextAt(class int16, pos int) *place {
	var best *place
	for i := endingFrom(s.context, pos+1); i < len(s.context) && s.context[i].end <= pos+reach; i++ {
		q := &s.context[i]
		if q.start != pos || q.kind == kSuffix || q.kind == kSense && (q.ref == sNegated || q.ref == sGift) || s.e.isUpCue(q.phrase, class) {
			continue
		}
		if best == nil || q.end > best.end || q.end == best.end && q.kind == kNotSense {
			best = q
		}
	}
	return best
}

// tailSense reads the rest of a word whose front the match is.
func (s *scan) tailSense(class int16, from, to int) (int32, string) {
	if q := s.contextAt(class, from); q != nil && q.end <= to {
		if q.kind == kSense && q.ref != sPack {
			return q.ref, s.e.texts[q.phrase]
		}
		return sGoods, ""
	}
	return s.suffixSense(from, to)
}

// suffixSense reads the longest suffix word that ends the runes [from, to).
func (s *scan) suffixSense(from, to int) (int32, string) {
	sense, by, start := sGoods, "", to
	for i := endingFrom(s.context, to); i < len(s.context) && s.context[i].end == to; i++ {
		q := &s.context[i]
		if q.start < from || q.start >= start {
			continue
		}
		switch q.kind {
		case kSuffix:
			sense, by, start = q.ref, s.e.texts[q.phrase], q.start
		case kNotSense:
			sense, by, start = sGoods, "", q.start
		}
	}
	return sense, by
}

// senseBefore reads what stands right before the match: 无, 防, 赠送, 玩具.
func (s *scan) senseBefore(t *textnorm.Text, c *candidate) (int32, string) {
	if c.start == 0 || t.GapBefore(c.start) {
		return sGoods, ""
	}
	for i := endingFrom(s.context, c.start); i < len(s.context) && s.context[i].end == c.start; i++ {
		q := &s.context[i]
		if q.kind != kSense || q.ref != sNegated && q.ref != sGift && q.ref != sToy {
			continue
		}
		if s.word(q.start).from == q.start { // not 消|防
			return q.ref, s.e.texts[q.phrase]
		}
	}
	return sGoods, ""
}

// inBookTitle reports whether the runes [from, to) stand between 《 and 》.
func inBookTitle(t *textnorm.Text, from, to int) bool {
	const look = 90 // bytes: thirty characters
	start, end := t.Span(from, to)
	before, after := t.Source[max(0, start-look):start], t.Source[end:min(len(t.Source), end+look)]
	if strings.LastIndex(before, "《") <= strings.LastIndex(before, "》") {
		return false
	}
	closing, opening := strings.Index(after, "》"), strings.Index(after, "《")
	return closing >= 0 && (opening < 0 || closing < opening)
}
