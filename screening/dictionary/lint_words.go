package dictionary

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// lists checks the words of a class against one another once folded.
func (l *linter) lists(c *Class) {
	seen := map[string]string{} // folded → list
	add := func(list string, words []string) {
		for _, w := range words {
			folded := l.norm.String(w)
			switch other, double := seen[folded]; {
			case folded == "":
				l.report(c.File, w, "empty-word", "%s: %q is nothing once folded", list, w)
			case double:
				l.report(c.File, w, "duplicate-word", "%s: %q is already in %s", list, w, other)
			}
			seen[folded] = list
			if list != "weak" && utf8.RuneCountInString(folded) == 1 {
				l.report(c.File, w, "one-character", "%s: %q is one character and can only be weak", list, w)
			}
		}
	}
	add("terms", c.Terms)
	add("slang", c.Slang)
	add("suspect", c.Suspect)
	add("weak", c.Weak)
	if len(c.Terms)+len(c.Patterns) == 0 && len(c.Suspect)+len(c.Weak) == 0 {
		l.report(c.File, "terms", "no-terms", "the class can never be found")
	}
	l.exceptions(c, seen)
	l.cues(c)
	for _, w := range c.Variants.SoundsLike {
		if list, ok := seen[l.norm.String(w)]; ok {
			l.report(c.File, w, "sounds-like", "%q sounds like a term but is also in %s", w, list)
		}
	}
}

// exceptions must contain something they except, or they never matter.
func (l *linter) exceptions(c *Class, words map[string]string) {
	seen := map[string]bool{}
	check := func(w string) {
		folded := l.norm.String(w)
		if list, ok := words[folded]; ok {
			l.report(c.File, w, "exception-is-term", "exception %q is also in %s", w, list)
		}
		if seen[folded] {
			l.report(c.File, w, "duplicate-exception", "%q is listed twice", w)
		}
		seen[folded] = true
		if !l.holdsWord(folded, words) && !l.holdsPrefilter(folded, c) {
			l.report(c.File, w, "dead-exception", "exception %q contains no word of the class", w)
		}
	}
	for _, w := range c.Exceptions {
		check(w)
	}
	for _, x := range c.ConditionalExceptions {
		check(x.Phrase)
		if len(x.When) == 0 {
			l.report(c.File, x.Phrase, "no-condition", "conditional exception %q has no condition", x.Phrase)
		}
	}
}

func (l *linter) holdsWord(folded string, words map[string]string) bool {
	for i := range folded {
		for j := i + 1; j <= len(folded); j++ {
			if j < len(folded) && !utf8.RuneStart(folded[j]) || j-i == len(folded) {
				continue
			}
			if _, ok := words[folded[i:j]]; ok {
				return true
			}
		}
	}
	return false
}

func (l *linter) holdsPrefilter(folded string, c *Class) bool {
	for _, p := range c.Patterns {
		for _, w := range p.Any {
			if strings.Contains(folded, l.norm.String(w)) {
				return true
			}
		}
	}
	return false
}

func (l *linter) cues(c *Class) {
	up := map[string]bool{}
	for _, w := range c.Cues.Up {
		up[l.norm.String(w)] = true
	}
	for _, w := range c.Cues.Down {
		if up[l.norm.String(w)] {
			l.report(c.File, w, "cue", "%q is both an up and a down cue", w)
		}
	}
	for _, w := range slices.Concat(c.Cues.Up, c.Cues.Down) {
		if l.norm.String(w) == "" {
			l.report(c.File, w, "empty-word", "cue %q is nothing once folded", w)
		}
	}
}

func (l *linter) reroutes(c *Class) {
	for phrase, target := range c.Reroute {
		switch {
		case l.norm.String(phrase) == "":
			l.report(c.File, phrase, "empty-word", "reroute %q is nothing once folded", phrase)
		case target == RerouteReview:
		case l.d.Class(target) == nil:
			l.report(c.File, phrase, "unknown-class", "reroute of %q to unknown class %s", phrase, target)
		case target == c.ID:
			l.report(c.File, phrase, "reroute", "%q is rerouted to its own class", phrase)
		}
	}
}

func (l *linter) patterns(c *Class) {
	ids := map[string]bool{}
	for _, p := range c.Patterns {
		if p.ID == "" || ids[p.ID] {
			l.report(c.File, p.ID, "pattern", "pattern id %q is empty or used twice", p.ID)
		}
		ids[p.ID] = true
		if p.Why == "" {
			l.report(c.File, p.ID, "pattern", "pattern %s does not say why", p.ID)
		}
		if len(p.Any) == 0 {
			l.report(c.File, p.ID, "pattern", "pattern %s has no prefilter word and would never run", p.ID)
		}
		for _, w := range p.Any {
			if strings.TrimSpace(w) == "" {
				l.report(c.File, p.ID, "pattern", "pattern %s has an empty prefilter word", p.ID)
			}
		}
		if p.Outcome != "" && p.Outcome != Review {
			l.report(c.File, p.ID, "pattern", "pattern %s: outcome can only be review", p.ID)
		}
		re, err := regexp.Compile(p.RE)
		switch {
		case err != nil:
			l.report(c.File, p.ID, "pattern", "pattern %s: %v", p.ID, err)
		case re.MatchString(""):
			l.report(c.File, p.ID, "pattern", "pattern %s matches the empty string", p.ID)
		case strings.ContainsFunc(p.RE, func(r rune) bool { return unicode.IsUpper(r) && r < 0x80 }) && upperLiteral(p.RE):
			l.report(c.File, p.ID, "pattern", "pattern %s has upper-case letters but text is folded to lower case", p.ID)
		}
	}
}

// upperLiteral reports whether a pattern matches upper-case letters rather
// than using them in escapes such as \S or \pL.
func upperLiteral(re string) bool {
	for i := 0; i < len(re); i++ {
		switch {
		case re[i] == '\\':
			if i++; i < len(re) && (re[i] == 'p' || re[i] == 'P') {
				if end := strings.IndexByte(re[i:], '}'); i+1 < len(re) && re[i+1] == '{' && end > 0 {
					i += end
				} else {
					i++
				}
			}
		case re[i] >= 'A' && re[i] <= 'Z':
			return true
		}
	}
	return false
}

func (l *linter) samples(c *Class) {
	least := 8
	if c.Disposition == Prohibited {
		least = 12
	}
	if n := len(c.Samples.Hit) + len(c.Samples.Review); n < least {
		l.report(c.File, "samples", "few-samples", "%d hit and review samples, at least %d are needed", n, least)
	}
	if n := len(c.Samples.Pass); n < least {
		l.report(c.File, "samples", "few-samples", "%d pass samples, at least %d are needed", n, least)
	}
}

func (l *linter) categoryWords(c *Class, all map[string]string) {
	for _, w := range slices.Concat(c.CategoryWords, c.CategoryRoots) {
		folded := l.norm.String(w)
		if other, ok := all[folded]; ok && other != c.ID {
			l.report(c.File, w, "category-word", "category word %q is already one of %s", w, other)
		}
		all[folded] = c.ID
	}
}

func (l *linter) context(x *Context) {
	if !slices.Contains(append([]Sense{Pack}, goodsSenses...), x.Sense) {
		l.report(x.File, "sense", "sense", "unknown sense %q", x.Sense)
	}
	seen := map[string]bool{}
	for _, w := range slices.Concat(x.Words, x.Not) {
		folded := l.norm.String(w)
		if folded == "" || seen[folded] {
			l.report(x.File, w, "duplicate-word", "%q is empty or listed twice", w)
		}
		seen[folded] = true
	}
	for _, w := range x.Suffixes {
		if n := utf8.RuneCountInString(l.norm.String(w)); n < 1 || n > 3 {
			l.report(x.File, w, "suffix", "suffix %q must have one to three characters", w)
		}
	}
}
