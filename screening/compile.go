package screening

import (
	"fmt"
	"regexp"
	"strings"
	"unicode"

	"zhunru/screening/ahocorasick"
	"zhunru/screening/dictionary"
	"zhunru/screening/textnorm"
)

// kind says what a phrase of the automaton is to a class.
type kind uint8

const (
	kTerm kind = iota
	kSlang
	kSuspect
	kWeak
	kPrefilter // a word near which a pattern is tried; ref is the prefilter
	kUp
	kDown
	kException
	kConditional // ref is the conditional exception
	kReroute     // ref is the target class, -1 for review
	kWhen        // a word that fulfils conditional exception ref
	kSense       // ref is the sense
	kSuffix      // ref is the sense; counts only at the end of a token
	kNotSense    // looks like a context word of sense ref but is not
	kSoundsLike  // an ordinary word that sounds like a term
)

// An entry ties a phrase to a class.
type entry struct {
	kind  kind
	class int16 // -1 for context words
	ref   int32
}

// A phrase is one pattern of the automaton. It is small because every match
// touches one; texts and candidates are kept apart in the Engine.
type phrase struct {
	gaps  uint64 // bit i: the dictionary has a separator before rune i
	first int32  // its entries
	n     uint16
	edges edge
}

// An edge says how a phrase borders on letters and digits.
type edge uint8

const (
	latinLeft  edge = 1 << iota // begins with a letter or digit
	latinRight                  // ends with one
	latinOnly                   // has nothing else
	wordyLeft                   // begins with a letter of so long a word that a digit may touch it
	wordyRight                  // ends with one
	manyRunes                   // has more than one character
)

type compiledPattern struct {
	class  int16
	id     string
	re     *regexp.Regexp
	needs  []literalSet // see factorer
	review bool
}

type conditional struct {
	phrase string
	when   []string
}

type class struct {
	*dictionary.Class
	senses    [numSenses]dictionary.Policy
	void      textnorm.Steps // a match that needed one of these steps does not count
	citations []Citation
	missing   *Missing
	remedy    dictionary.Remedy
	held      string // category that lifts the class
}

// senses are numbered for arrays.
var senses = [...]dictionary.Sense{
	dictionary.Goods, dictionary.Accessory, dictionary.Picture, dictionary.Toy, dictionary.Book,
	dictionary.Attribute, dictionary.Negated, dictionary.Place, dictionary.OtherGoods,
	dictionary.Pack, dictionary.Gift,
}

const numSenses = len(senses)

const (
	sGoods int32 = iota
	sAccessory
	sPicture
	sToy
	sBook
	sAttribute
	sNegated
	sPlace
	sOtherGoods
	sPack
	sGift
)

func senseNumber(s dictionary.Sense) (int32, bool) {
	for i, x := range senses {
		if x == s {
			return int32(i), true
		}
	}
	return 0, false
}

// A compiler gathers phrases before the automaton is built.
type compiler struct {
	e      *Engine
	ids    map[string]int32 // canonical text → phrase
	canon  [][]rune
	byText [][]entry
	texts  []string
	text   textnorm.Text
}

func (c *compiler) add(phrase string, e entry) error {
	c.e.norm.Normalize(&c.text, phrase)
	if len(c.text.Runes) == 0 {
		return nil // the linter's business: it could never match
	}
	key := string(c.text.Runes)
	id, ok := c.ids[key]
	if !ok {
		id = int32(len(c.canon))
		c.ids[key] = id
		c.canon = append(c.canon, append([]rune(nil), c.text.Runes...))
		c.byText = append(c.byText, nil)
		c.texts = append(c.texts, phrase)
	}
	for _, x := range c.byText[id] {
		if x == e {
			return nil
		}
	}
	c.byText[id] = append(c.byText[id], e)
	return nil
}

func (c *compiler) addAll(words []string, e entry) error {
	for _, w := range words {
		if err := c.add(w, e); err != nil {
			return err
		}
	}
	return nil
}

func (c *compiler) class(i int16, k *class) error {
	for _, list := range []struct {
		words []string
		kind  kind
	}{
		{k.Terms, kTerm}, {k.Slang, kSlang}, {k.Suspect, kSuspect}, {k.Weak, kWeak},
		{k.Cues.Up, kUp}, {k.Cues.Down, kDown}, {k.Exceptions, kException}, {k.Variants.SoundsLike, kSoundsLike},
	} {
		if err := c.addAll(list.words, entry{list.kind, i, 0}); err != nil {
			return fmt.Errorf("%s: %w", k.ID, err)
		}
	}
	for _, x := range k.ConditionalExceptions {
		ref := int32(len(c.e.conditionals))
		c.e.conditionals = append(c.e.conditionals, conditional{x.Phrase, x.When})
		if err := c.add(x.Phrase, entry{kConditional, i, ref}); err != nil {
			return err
		}
		if err := c.addAll(x.When, entry{kWhen, i, ref}); err != nil {
			return err
		}
	}
	for phrase, target := range k.Reroute { // order does not matter: entries are sorted below
		ref := int32(-1)
		if target != dictionary.RerouteReview {
			n, ok := c.e.byID[target]
			if !ok {
				return fmt.Errorf("screening: %s: reroute of %q to unknown class %s", k.ID, phrase, target)
			}
			ref = int32(n)
		}
		if err := c.add(phrase, entry{kReroute, i, ref}); err != nil {
			return err
		}
	}
	return c.patterns(i, k)
}

func (c *compiler) patterns(i int16, k *class) error {
	for _, p := range k.Patterns {
		re, err := regexp.Compile(p.RE)
		if err != nil {
			return fmt.Errorf("screening: %s: pattern %s: %w", k.ID, p.ID, err)
		}
		words, needs, err := prefiltered(p.RE, p.Any)
		if err != nil {
			return fmt.Errorf("screening: %s: pattern %s: %w", k.ID, p.ID, err)
		}
		pattern := int32(len(c.e.patterns))
		c.e.patterns = append(c.e.patterns, compiledPattern{i, p.ID, re, needs, p.Outcome == dictionary.Review})
		for _, w := range words {
			if err := c.prefilter(i, pattern, w); err != nil {
				return err
			}
		}
	}
	return nil
}

// prefilter adds a word near which a pattern is tried.
func (c *compiler) prefilter(class int16, pattern int32, word string) error {
	folded := c.e.norm.String(word)
	ref := int32(len(c.e.prefilters))
	c.e.prefilters = append(c.e.prefilters, prefilter{pattern, literalOf(word, folded)})
	if folded == "" {
		c.e.markers = append(c.e.markers, marker{strings.TrimSpace(word), class, ref})
		return nil
	}
	return c.add(word, entry{kPrefilter, class, ref})
}

func (c *compiler) context(x *dictionary.Context) error {
	sense, ok := senseNumber(x.Sense)
	if !ok {
		return fmt.Errorf("screening: %s: unknown sense %q", x.File, x.Sense)
	}
	if err := c.addAll(x.Words, entry{kSense, -1, sense}); err != nil {
		return err
	}
	if err := c.addAll(x.Suffixes, entry{kSuffix, -1, sense}); err != nil {
		return err
	}
	return c.addAll(x.Not, entry{kNotSense, -1, sense})
}

// finish builds the automaton and the phrase table.
func (c *compiler) finish() error {
	a, err := ahocorasick.Build(c.canon)
	if err != nil {
		return err
	}
	c.e.automaton = a
	c.e.phrases, c.e.texts = make([]phrase, len(c.canon)), c.texts
	c.e.prospects = make([]prospect, len(c.canon))
	for id, runes := range c.canon {
		entries := c.byText[id]
		sortEntries(entries)
		p := phrase{first: int32(len(c.e.entries)), n: uint16(len(entries)), edges: edgesOf(runes)}
		c.e.norm.Normalize(&c.text, c.texts[id])
		for i := 1; i < min(len(runes), 64); i++ {
			if c.text.GapBefore(i) {
				p.gaps |= 1 << i
			}
		}
		for _, x := range entries {
			c.e.prospects[id] |= c.prospect(x)
		}
		c.e.entries = append(c.e.entries, entries...)
		c.e.phrases[id] = p
	}
	return nil
}

// prospect says what an entry could come to.
func (c *compiler) prospect(x entry) prospect {
	switch x.kind {
	case kTerm, kSlang, kSuspect, kReroute:
		return couldDecide
	case kWeak:
		if c.e.classes[x.class].Disposition == dictionary.Prohibited {
			return couldDecide
		}
		return couldWeigh
	case kPrefilter:
		return couldTry
	case kUp:
		return couldCue
	}
	return 0
}

func edgesOf(runes []rune) edge {
	first, last := runes[0], runes[len(runes)-1]
	letters, e := 0, latinOnly
	for _, r := range runes {
		if !wordRune(r) {
			e = 0
		}
		if r >= 'a' && r <= 'z' {
			letters++
		}
	}
	set := func(bit edge, on bool) {
		if on {
			e |= bit
		}
	}
	set(latinLeft, wordRune(first))
	set(latinRight, wordRune(last))
	set(wordyLeft, letters >= 4 && !unicode.IsDigit(first))
	set(wordyRight, letters >= 4 && !unicode.IsDigit(last))
	set(manyRunes, len(runes) > 1)
	return e
}

// isUpCue reports whether a phrase is an up cue of a class.
func (e *Engine) isUpCue(phrase int32, class int16) bool {
	p := &e.phrases[phrase]
	for _, x := range e.entries[p.first : p.first+int32(p.n)] {
		if x.kind == kUp && x.class == class {
			return true
		}
	}
	return false
}

// wordRune reports whether r joins its neighbours into a word: letters and
// digits of scripts that part words with spaces.
func wordRune(r rune) bool {
	return r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r >= 0x80 && r < 0x2E80 && unicode.IsLetter(r)
}
