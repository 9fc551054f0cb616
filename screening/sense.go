package screening

import (
	"strings"

	"zhunru/screening/dictionary"
	"zhunru/screening/textnorm"
)

// boundary says how a match lies on the words of its text.
type boundary uint8

const (
	unknownBoundary boundary = iota
	aligned                  // it begins and ends with words
	contained                // it lies inside one word
	crossing                 // it begins or ends inside a word
)

var boundaryNames = [...]string{"", "aligned", "contained", "crossing"}

// cutWords segments the text and maps words to runes.
func (s *scan) cutWords(t *textnorm.Text) {
	s.words, s.wordAt, s.runesOf = s.words[:0], s.wordAt[:0], s.runesOf[:0]
	if s.e.segmenter != nil {
		s.words = s.e.segmenter.Words(s.words, s.folded.Bytes)
	}
	rune := 0
	for w := range s.words {
		from := rune
		for rune < len(t.Runes) && int(s.folded.At[rune]) < s.words[w].End {
			s.wordAt = append(s.wordAt, int32(w))
			rune++
		}
		s.runesOf = append(s.runesOf, span{from, rune})
	}
	for ; rune < len(t.Runes); rune++ { // no segmenter: every character is a word
		s.wordAt = append(s.wordAt, int32(len(s.runesOf)))
		s.runesOf = append(s.runesOf, span{rune, rune + 1})
		s.words = append(s.words, Word{Start: int(s.folded.At[rune]), End: int(s.folded.At[rune+1])})
	}
}

// word returns the runes of the word that rune i belongs to.
func (s *scan) word(i int) span { return s.runesOf[s.wordAt[i]] }

func (s *scan) boundaryOf(c *candidate) boundary {
	first, last := s.word(c.start), s.word(c.end-1)
	switch {
	case first.from == c.start && last.to == c.end:
		return aligned
	case s.wordAt[c.start] == s.wordAt[c.end-1]:
		return contained
	}
	return crossing
}

// weighBoundaries applies the boundary policies.
//
// A match read across separators whose ends lie inside words (上海 鲜花 for
// 海鲜) is nobody's word. Otherwise gse is only a witness: it is wrong as
// often as right about names, so three characters and more are believed.
func (s *scan) weighBoundaries(t *textnorm.Text) {
	for i := range s.cands {
		c := &s.cands[i]
		c.boundary = s.boundaryOf(c)
		k := &s.e.classes[c.class]
		if c.kind == kPrefilter || c.boundary == aligned || k.Boundary == dictionary.BoundaryIgnore {
			continue
		}
		gap := t.StepsIn(c.start, c.end)&textnorm.Gap != 0
		short := c.end-c.start <= 2
		switch {
		case gap && c.boundary == crossing && s.cutsKnownWord(c):
			s.drop(c, "boundary", s.wordsAround(c))
		case k.Boundary == dictionary.BoundaryStrict:
			s.drop(c, "boundary", s.wordsAround(c))
		case c.boundary == crossing && short && s.cutsKnownWord(c):
			if k.Disposition == dictionary.Prohibited && c.kind <= kSlang {
				c.review = true
			} else {
				s.drop(c, "boundary", s.wordsAround(c))
			}
		}
	}
	s.bury()
}

// cutsKnownWord reports whether the match ends or begins inside a word of the
// dictionary of two and more characters.
func (s *scan) cutsKnownWord(c *candidate) bool {
	first, last := s.word(c.start), s.word(c.end-1)
	return first.from < c.start && s.words[s.wordAt[c.start]].Known || last.to > c.end && s.words[s.wordAt[c.end-1]].Known
}

func (s *scan) wordsAround(c *candidate) string {
	out := ""
	for w := s.wordAt[c.start]; w <= s.wordAt[c.end-1]; w++ {
		if out != "" {
			out += "|"
		}
		out += string(s.folded.Bytes[s.words[w].Start:s.words[w].End])
	}
	return out
}

func (s *scan) drop(c *candidate, because, detail string) {
	c.dead = true
	s.suppress(c, because, detail)
}

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
