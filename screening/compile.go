package screening

import (
	"fmt"
	"strings"

	"zhunru/screening/ahocorasick"
	"zhunru/screening/dictionary"
	"zhunru/screening/lazydfa"
	"zhunru/screening/textnorm"
)

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
		re, err := lazydfa.Compile(p.RE)
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
