package screening

import (
	"slices"
	"strings"

	"zhunru/screening/ahocorasick"
	"zhunru/screening/dictionary"
	"zhunru/screening/textnorm"
)

// A Probe tells which listings a change of the dictionary can touch, far
// faster than screening them: it holds nothing but the words that changed. It
// errs on one side only: a listing it does not touch has the same findings by
// both revisions. It is immutable and safe for concurrent use.
//
// A class whose words changed is represented by those words; one whose policy,
// law, requirement or remedy changed by all of its words, old and new. A change
// of the tables of characters touches everything.
type Probe struct {
	everything bool
	norm       *textnorm.Normalizer
	automaton  *ahocorasick.Automaton // nil without words
	sounds     *ahocorasick.Automaton // syllables of changed prohibited terms, nil without any
	markers    []string               // changed prefilter words of punctuation only
}

// NewProbe compiles what differs between two dictionaries.
func NewProbe(from, to *dictionary.Dictionary) (*Probe, error) {
	norm, err := textnorm.New(to.Tables)
	if err != nil {
		return nil, err
	}
	c := probeCompiler{p: &Probe{norm: norm}, words: map[string]bool{}, sounds: map[string]bool{}}
	diff := dictionary.Compare(from, to)
	for _, change := range diff.Changes {
		if change.Field == "variants" {
			c.p.everything = true
			return c.p, nil
		}
	}
	c.classes(diff, from, to)
	c.contexts(from, to)
	return c.p, c.build()
}

// Everything reports that the change touches every listing.
func (p *Probe) Everything() bool { return p.everything }

// Nothing reports that the change touches no listing.
func (p *Probe) Nothing() bool { return !p.everything && p.automaton == nil && len(p.markers) == 0 }

type probeCompiler struct {
	p      *Probe
	words  map[string]bool // canonical
	sounds map[string]bool // syllables as runes
	text   textnorm.Text
}

func (c *probeCompiler) add(words ...string) {
	for _, w := range words {
		c.p.norm.Normalize(&c.text, w)
		if len(c.text.Runes) > 0 {
			c.words[string(c.text.Runes)] = true
		} else if w = strings.TrimSpace(w); w != "" {
			c.p.markers = append(c.p.markers, w)
		}
	}
}

// hear adds the syllables of terms that are looked for by sound.
func (c *probeCompiler) hear(words ...string) {
	for _, w := range words {
		c.p.norm.Normalize(&c.text, w)
		syllables := make([]rune, 0, len(c.text.Runes))
		for _, r := range c.text.Runes {
			syllables = append(syllables, rune(c.p.norm.Syllable(r)))
		}
		if len(syllables) > 1 && !slices.Contains(syllables, 0) {
			c.sounds[string(syllables)] = true
		}
	}
}

// wordLists are the fields of a class that hold nothing but words.
var wordLists = []string{
	"terms", "slang", "suspect", "weak", "cues.up", "cues.down", "exceptions",
	"category_words", "category_roots", "variants.sounds_like",
}

func (c *probeCompiler) classes(diff dictionary.Diff, from, to *dictionary.Dictionary) {
	whole := map[string]bool{}
	for _, change := range diff.Changes {
		switch {
		case change.Class == "":
			c.requirements(change.Field, whole, from, to)
		case slices.Contains(wordLists, change.Field):
			c.add(change.Added...)
			c.add(change.Removed...)
			if change.Field == "terms" || change.Field == "slang" {
				c.hear(change.Added...)
				c.hear(change.Removed...)
			}
		case strings.HasPrefix(change.Field, "patterns."):
			c.pattern(from.Class(change.Class), strings.TrimPrefix(change.Field, "patterns."))
			c.pattern(to.Class(change.Class), strings.TrimPrefix(change.Field, "patterns."))
		default:
			whole[change.Class] = true
		}
	}
	for id := range whole { // order does not matter: the words are a set
		c.class(from.Class(id))
		c.class(to.Class(id))
	}
}

// requirements marks the classes whose demand may have changed with the
// categories or the registry of documents.
func (c *probeCompiler) requirements(field string, whole map[string]bool, dictionaries ...*dictionary.Dictionary) {
	if field != "categories" && field != "documents" && field != "profiles" {
		return
	}
	for _, d := range dictionaries {
		for i := range d.Classes {
			if d.Classes[i].Requires != nil {
				whole[d.Classes[i].ID] = true
			}
		}
	}
}

func (c *probeCompiler) pattern(k *dictionary.Class, id string) {
	if k == nil {
		return
	}
	for i := range k.Patterns {
		if k.Patterns[i].ID == id {
			c.add(k.Patterns[i].Any...)
		}
	}
}

// class adds every word that can set off the class.
func (c *probeCompiler) class(k *dictionary.Class) {
	if k == nil {
		return
	}
	for _, list := range [][]string{
		k.Terms, k.Slang, k.Suspect, k.Weak, k.Cues.Up, k.Cues.Down, k.Exceptions,
		k.CategoryWords, k.CategoryRoots, k.Variants.SoundsLike,
	} {
		c.add(list...)
	}
	c.hear(k.Terms...)
	c.hear(k.Slang...)
	for i := range k.ConditionalExceptions {
		c.add(k.ConditionalExceptions[i].Phrase)
		c.add(k.ConditionalExceptions[i].When...)
	}
	for phrase := range k.Reroute {
		c.add(phrase)
	}
	for i := range k.Patterns {
		c.add(k.Patterns[i].Any...)
	}
}

// contexts adds the context words that only one of the dictionaries has.
func (c *probeCompiler) contexts(from, to *dictionary.Dictionary) {
	count := map[[3]string]int{}
	note := func(d *dictionary.Dictionary, by int) {
		for i := range d.Contexts {
			x := &d.Contexts[i]
			sense := string(x.Sense)
			for kind, list := range map[string][]string{"word": x.Words, "suffix": x.Suffixes, "not": x.Not, "domain": {x.Domain}} {
				for _, w := range list {
					count[[3]string{sense, kind, w}] += by
				}
			}
		}
	}
	note(from, 1)
	note(to, -1)
	for key, n := range count {
		if n != 0 {
			c.add(key[2])
		}
	}
}

func (c *probeCompiler) build() error {
	var err error
	if c.p.automaton, err = automatonOf(c.words); err == nil {
		c.p.sounds, err = automatonOf(c.sounds)
	}
	return err
}

func automatonOf(words map[string]bool) (*ahocorasick.Automaton, error) {
	if len(words) == 0 {
		return nil, nil
	}
	patterns := make([][]rune, 0, len(words))
	for w := range words { // order does not matter: nobody sees the numbers
		patterns = append(patterns, []rune(w))
	}
	return ahocorasick.Build(patterns)
}

// A ProbeScan is the working memory of a probe: one for each goroutine.
type ProbeScan struct {
	text, view textnorm.Text
	sounds     []textnorm.Sound
	syllables  []rune
	matches    []ahocorasick.Match

	probe *Probe // whose answers seen holds
	seen  map[string]bool
}

// Categories, brands and attributes are the same again and again: the answers
// for so many of them are remembered.
const (
	maxSeen     = 4096
	maxSeenSize = 256 // bytes of a text
)

// touchesOften is touches for a text that other listings are likely to have, too.
func (p *Probe) touchesOften(s *ProbeScan, text string) bool {
	if text == "" || len(text) > maxSeenSize {
		return p.touches(s, text)
	}
	if s.probe != p || len(s.seen) >= maxSeen {
		s.probe, s.seen = p, make(map[string]bool)
	}
	known, ok := s.seen[text]
	if !ok {
		known = p.touches(s, text)
		s.seen[strings.Clone(text)] = known
	}
	return known
}

// Touches reports whether the change can alter the findings of a listing.
func (p *Probe) Touches(s *ProbeScan, l *Listing) bool {
	if p.everything {
		return true
	}
	if p.Nothing() {
		return false
	}
	if p.touches(s, l.Title) || p.touches(s, l.Description) || p.touchesOften(s, l.Brand) || p.touchesOften(s, l.Category) {
		return true
	}
	for _, text := range l.Attributes {
		if p.touchesOften(s, text) {
			return true
		}
	}
	return false
}

func (p *Probe) touches(s *ProbeScan, source string) bool {
	for _, m := range p.markers {
		if strings.Contains(source, m) {
			return true
		}
	}
	if source == "" || p.automaton == nil {
		return false
	}
	p.norm.Normalize(&s.text, source)
	if p.finds(s, &s.text) || s.text.Signals != 0 && p.findsView(s) {
		return true
	}
	if p.sounds == nil {
		return false
	}
	s.sounds = p.norm.Sounds(s.sounds[:0], &s.text)
	s.syllables = s.syllables[:0]
	for _, sound := range s.sounds {
		s.syllables = append(s.syllables, rune(sound.Syllable))
	}
	s.matches = p.sounds.Append(s.matches[:0], s.syllables)
	return len(s.matches) > 0
}

func (p *Probe) finds(s *ProbeScan, t *textnorm.Text) bool {
	s.matches = p.automaton.Append(s.matches[:0], t.Runes)
	return len(s.matches) > 0
}

// findsView looks at the views that an engine would look at.
func (p *Probe) findsView(s *ProbeScan) bool {
	if s.text.Signals&textnorm.SignalRepeat != 0 {
		p.norm.Collapse(&s.view, &s.text)
		if p.finds(s, &s.view) {
			return true
		}
	}
	if s.text.Signals&textnorm.SignalSplit != 0 && p.norm.Fuse(&s.view, &s.text) && p.finds(s, &s.view) {
		return true
	}
	if s.text.Signals&textnorm.SignalEmoji != 0 {
		p.norm.Picture(&s.view, &s.text)
		return p.finds(s, &s.view)
	}
	return false
}
