package screening

import (
	"cmp"
	"slices"
	"sort"

	"zhunru/screening/ahocorasick"
	"zhunru/screening/dictionary"
	"zhunru/screening/textnorm"
)

// A candidate is a match on its way to becoming a finding.
type candidate struct {
	class      int16
	kind       kind  // kTerm…kWeak, kPrefilter for a pattern
	phrase     int32 // -1 for a pattern
	ref        int32 // pattern
	start, end int   // runes of the text
	cue        int32 // phrase that made it count, -1 if none was needed
	sense      int32
	boundary   boundary
	review     bool // to be seen by a person, whatever the class says
	pinned     bool // a reroute named the class: no other phrase overrides it
	dead       bool
}

// A place is an occurrence of a context phrase.
type place struct {
	class      int16
	kind       kind
	ref        int32
	phrase     int32
	start, end int
}

// A scan is the working memory of one screening. It is not safe for
// concurrent use; engines keep a pool of them.
type scan struct {
	e       *Engine
	text    textnorm.Text
	view    textnorm.Text
	folded  textnorm.Folded
	matches []ahocorasick.Match
	cands   []candidate
	cues    []place // kUp and kDown
	voids   []place // kException, kConditional, kReroute
	whens   []place
	context []place // kSense, kSuffix, kNotSense
	tries   []place // kPrefilter
	late    []int   // tries of classes that stood on words already
	words   []Word
	wordAt  []int32 // by rune: index of its word
	runesOf []span  // by word: its runes
	sounds  []textnorm.Sound
	syllab  []rune

	field      string
	title      bool // the field names the goods, so what it sells as a whole counts
	titleHeads int  // harmless goods that the title names
	findings   []Finding
	suppressed []Suppressed
}

type span struct{ from, to int }

func newScan(e *Engine) *scan { return &scan{e: e} }

// read judges one field in all its views.
func (s *scan) read(field, source string) {
	if source == "" {
		return
	}
	s.field, s.title = field, field == "title"
	e := s.e
	e.norm.Normalize(&s.text, source)
	s.matches = e.automaton.Append(s.matches[:0], s.text.Runes)
	if what := s.glance(); what.decisive() || what&couldTry != 0 && s.promising(&s.text) || e.marked(source) {
		s.judge(&s.text)
	}
	if s.text.Signals != 0 {
		s.readViews()
	}
	s.readSounds()
}

// A prospect says what a phrase, or the phrases of a text together, could come
// to. It keeps the work of judging away from nearly all clean titles.
type prospect uint8

const (
	couldDecide prospect = 1 << iota // a term, slang, suspect word, reroute, or weak word of a prohibited class
	couldWeigh                       // a weak word of another class: needs a cue
	couldCue                         // an up cue
	couldTry                         // a prefilter word
)

// decisive reports whether words alone could make a finding.
func (p prospect) decisive() bool {
	return p&couldDecide != 0 || p&couldWeigh != 0 && p&couldCue != 0
}

// glance sums up the prospects of the matches.
func (s *scan) glance() prospect {
	p := prospect(0)
	for _, m := range s.matches {
		p |= s.e.prospects[m.Pattern]
	}
	return p
}

// promising tries the patterns on their own and reports whether one fits.
func (s *scan) promising(t *textnorm.Text) bool {
	s.reset()
	for _, m := range s.matches {
		if s.e.prospects[m.Pattern]&couldTry == 0 {
			continue
		}
		p := &s.e.phrases[m.Pattern]
		if _, loose := p.fits(t, m.Start, m.End); !loose {
			continue
		}
		for _, x := range s.e.entries[p.first : p.first+int32(p.n)] {
			if x.kind == kPrefilter {
				s.tries = append(s.tries, place{x.class, x.kind, x.ref, int32(m.Pattern), m.Start, m.End})
			}
		}
	}
	s.e.norm.Fold(&s.folded, t)
	s.matchPatterns(t)
	return len(s.cands) > 0
}

// reset empties the lists of candidates and context.
func (s *scan) reset() {
	s.cands, s.cues, s.voids = s.cands[:0], s.cues[:0], s.voids[:0]
	s.whens, s.context, s.tries = s.whens[:0], s.context[:0], s.tries[:0]
}

// judge turns the matches of the canonical text into findings.
func (s *scan) judge(t *textnorm.Text) {
	s.collect(t, func(entry) bool { return true })
	s.markers(t)
	for i := range s.cands {
		s.cands[i].dead = !s.alive(t, &s.cands[i])
	}
	s.bury()
	if len(s.cands) == 0 && len(s.tries) == 0 {
		return
	}
	s.e.norm.Fold(&s.folded, t)
	s.matchPatterns(t)
	if len(s.cands) == 0 {
		return
	}
	s.sortCandidates()
	s.cutWords(t)
	s.weighBoundaries(t)
	s.weighSenses(t)
	if s.matchLate(t) {
		s.sortCandidates()
		s.weighSenses(t)
	}
	s.nest()
	if s.title {
		s.weighTitle(t)
	}
	s.emit(t)
}

// collect sorts the valid matches into candidates and context.
func (s *scan) collect(t *textnorm.Text, want func(entry) bool) {
	s.reset()
	for _, m := range s.matches {
		p := &s.e.phrases[m.Pattern]
		whole, loose := p.fits(t, m.Start, m.End)
		if !loose {
			continue
		}
		for _, x := range s.e.entries[p.first : p.first+int32(p.n)] {
			at := place{x.class, x.kind, x.ref, int32(m.Pattern), m.Start, m.End}
			switch x.kind {
			case kTerm, kSlang, kSuspect, kWeak:
				if whole && want(x) && t.StepsIn(m.Start, m.End)&s.e.classes[x.class].void == 0 {
					s.cands = append(s.cands, candidate{class: x.class, kind: x.kind, phrase: int32(m.Pattern), start: m.Start, end: m.End, cue: -1})
				}
			case kPrefilter:
				s.tries = append(s.tries, at)
			case kUp, kDown:
				s.cues = append(s.cues, at)
			case kException, kConditional, kReroute, kSoundsLike:
				s.voids = append(s.voids, at)
			case kWhen:
				s.whens = append(s.whens, at)
			default:
				s.context = append(s.context, at)
			}
		}
	}
	s.reroute()
}

// reroute adds the candidates that reroutes name.
func (s *scan) reroute() {
	for _, v := range s.voids {
		if v.kind != kReroute {
			continue
		}
		c := candidate{class: v.class, kind: kTerm, phrase: v.phrase, start: v.start, end: v.end, cue: -1, review: v.ref < 0, pinned: true}
		if v.ref >= 0 {
			c.class = int16(v.ref)
		}
		s.cands = append(s.cands, c)
	}
	slices.SortStableFunc(s.cands, func(a, b candidate) int { return a.end - b.end })
}

// bury removes the dead candidates.
func (s *scan) bury() {
	s.cands = slices.DeleteFunc(s.cands, func(c candidate) bool { return c.dead })
}

// fits reports whether a match respects the words of the text: whole for
// terms, loose for context words, where a digit may touch a unit (500g).
func (p *phrase) fits(t *textnorm.Text, start, end int) (whole, loose bool) {
	whole, loose = true, true
	if p.edges&latinLeft != 0 && start > 0 && !t.GapBefore(start) {
		a, b := t.Runes[start-1], t.Runes[start]
		if wordRune(a) {
			loose = digit(a) != digit(b)
			whole = loose && p.edges&wordyLeft != 0
		}
	}
	if p.edges&latinRight != 0 && end < len(t.Runes) && !t.GapBefore(end) {
		a, b := t.Runes[end-1], t.Runes[end]
		if wordRune(b) {
			differ := digit(a) != digit(b)
			loose = loose && differ
			whole = whole && differ && p.edges&wordyRight != 0
		}
	}
	if loose && p.edges&manyRunes != 0 && !p.gapsFit(t, start, end) {
		return false, false
	}
	return whole, loose
}

func digit(r rune) bool { return r >= '0' && r <= '9' }

// gapsFit reports whether the separators inside a match are where they may
// be: between Han characters anywhere; between letters or digits where the
// dictionary has one too, or if every character stands apart (v.p.n).
func (p *phrase) gapsFit(t *textnorm.Text, start, end int) bool {
	gaps, extra := 0, 0
	for i := start + 1; i < end; i++ {
		if !t.GapBefore(i) {
			continue
		}
		gaps++
		if k := i - start; wordRune(t.Runes[i-1]) && wordRune(t.Runes[i]) && (k > 63 || p.gaps>>k&1 == 0) {
			extra++
		}
	}
	if extra == 0 {
		return true
	}
	if gaps < end-start-1 || p.edges&latinOnly != 0 && gaps < 2 {
		return false
	}
	// S/M/L/XL spells no word: a lone letter before the match belongs to it.
	before := start - 1
	return before < 0 || !wordRune(t.Runes[start]) || !wordRune(t.Runes[before]) || before > 0 && !t.GapBefore(before)
}

// reach is how far, in runes, context words reach.
const reach = 40

// alive settles what exceptions, reroutes and cues say of a candidate.
func (s *scan) alive(t *textnorm.Text, c *candidate) bool {
	if s.voided(t, c) {
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
