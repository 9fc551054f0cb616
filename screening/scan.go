package screening

import (
	"zhunru/screening/ahocorasick"
	"zhunru/screening/lazydfa"
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
	states  lazydfa.Cache // of the patterns
	matches []ahocorasick.Match
	cands   []candidate
	cues    []place // kUp and kDown
	voids   []place // kException, kConditional, kReroute
	whens   []place
	context []place // kSense, kSuffix, kNotSense
	tries   []place // kPrefilter
	leads   leadSet // of the folded text, for the tries
	late    []int   // tries of classes that stood on words already
	words   []Word
	wordAt  []int32 // by rune: index of its word
	runesOf []span  // by word: its runes
	sounds  []textnorm.Sound
	syllab  []rune

	names    []string // of a listing's attributes
	fields   fieldNames
	declared declaredCategories

	field      string
	title      bool // the field names the goods, so what it sells as a whole counts
	titleHeads int  // harmless goods that the title names
	findings   []Finding
	suppressed []Suppressed
}

type span struct{ from, to int }

func newScan(e *Engine) *scan { return &scan{e: e} }

// forget empties what a verdict was made from, so that a scan at rest keeps no
// text of a listing alive but the last field's.
func (s *scan) forget() {
	clear(s.findings)
	clear(s.suppressed)
	clear(s.names)
	s.findings, s.suppressed, s.names = s.findings[:0], s.suppressed[:0], s.names[:0]
}

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
