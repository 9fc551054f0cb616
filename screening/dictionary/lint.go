package dictionary

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"zhunru/screening/textnorm"
)

// Lint reports everything that parses but cannot be right, ordered by file and
// line: unknown references, terms that fold to the same, words that can never
// matter, patterns that are not RE2, too few samples. A dictionary without
// problems builds an engine.
func Lint(d *Dictionary) Problems {
	norm, err := textnorm.New(d.Tables)
	if err != nil {
		return Problems{{File: "variants", Rule: "circle", Message: err.Error()}}
	}
	l := linter{d: d, norm: norm, sources: map[string]bool{}, categories: map[string]bool{}, documents: map[string]bool{}}
	l.index()
	words := map[string]string{}
	for i := range d.Classes {
		l.class(&d.Classes[i])
		l.categoryWords(&d.Classes[i], words)
	}
	for i := range d.Contexts {
		l.context(&d.Contexts[i])
	}
	for i := range d.Categories {
		c := &d.Categories[i]
		l.documentsExist(c.File, c.AnyOf)
		l.citations(c.File, c.Citations)
	}
	return l.problems.sorted()
}

type linter struct {
	d                              *Dictionary
	norm                           *textnorm.Normalizer
	sources, categories, documents map[string]bool
	problems                       Problems
}

func (l *linter) report(file, needle, rule, format string, args ...any) {
	l.problems = append(l.problems, Problem{File: file, Line: l.line(file, needle), Rule: rule, Message: fmt.Sprintf(format, args...)})
}

// line finds where needle is written in a file, 0 if it is not there as it is.
func (l *linter) line(file, needle string) int {
	at := strings.Index(l.d.text[file], needle)
	if needle == "" || at < 0 {
		return 0
	}
	return 1 + strings.Count(l.d.text[file][:at], "\n")
}

func (l *linter) index() {
	seen := func(m map[string]bool, file, rule, name string) {
		if m[name] {
			l.report(file, name, rule, "%q is defined twice", name)
		}
		m[name] = true
	}
	for _, s := range l.d.Sources {
		seen(l.sources, s.File, "duplicate-source", s.ID)
		if s.ID == "" || s.Name == "" || s.Kind == "" {
			l.report(s.File, s.ID, "incomplete-source", "source %q needs id, name and kind", s.ID)
		}
	}
	for _, c := range l.d.Categories {
		seen(l.categories, c.File, "duplicate-category", c.Name)
	}
	for _, x := range l.d.Documents {
		seen(l.documents, x.File, "duplicate-document", x.Name)
		for _, alias := range x.Aliases {
			seen(l.documents, x.File, "duplicate-document", alias)
		}
	}
}

func (l *linter) class(c *Class) {
	if want := strings.TrimSuffix(strings.TrimPrefix(c.File, "goods/"), ".yaml"); c.ID != want {
		l.report(c.File, c.ID, "class-id", "class %q must be named like its file, %s", c.ID, want)
	}
	for _, f := range []struct{ field, value string }{{"name", c.Name}, {"name_en", c.NameEN}, {"group", c.Group}} {
		if f.value == "" {
			l.report(c.File, "class:", "missing-field", "%s is empty", f.field)
		}
	}
	if !slices.Contains([]Disposition{Prohibited, NeedsCategory, Review, Notice}, c.Disposition) {
		l.report(c.File, "disposition", "disposition", "%q is none of prohibited, needs_category, review, notice", c.Disposition)
	}
	if len(c.Citations) == 0 {
		l.report(c.File, "citations", "no-citation", "a class must cite the law or rule it stands on")
	}
	l.citations(c.File, c.Citations)
	l.requirement(c)
	l.policies(c)
	l.lists(c)
	l.reroutes(c)
	l.patterns(c)
	l.samples(c)
}

func (l *linter) citations(file string, list []Citation) {
	for _, x := range list {
		if !l.sources[x.Source] {
			l.report(file, x.Source, "unknown-source", "source %q is not in sources/", x.Source)
		}
	}
}

func (l *linter) requirement(c *Class) {
	r := c.Requires
	switch {
	case c.Disposition == NeedsCategory && r == nil:
		l.report(c.File, "disposition", "no-requirement", "a needs_category class must say which category and documents it requires")
	case c.Disposition == Notice && c.Notice == "":
		l.report(c.File, "disposition", "no-notice", "a notice class must say what the product has to carry")
	}
	if r == nil {
		return
	}
	if !l.categories[r.Category] {
		l.report(c.File, r.Category, "unknown-category", "category %q is not in categories/", r.Category)
	}
	l.documentsExist(c.File, r.AnyOf)
}

func (l *linter) documentsExist(file string, anyOf [][]string) {
	for _, set := range anyOf {
		if len(set) == 0 {
			l.report(file, "any_of", "empty-set", "an empty document set would be satisfied by nothing at all")
		}
		for _, name := range set {
			if !l.documents[name] {
				l.report(file, name, "unknown-document", "document %q is not in documents/", name)
			}
		}
	}
}

var goodsSenses = []Sense{Accessory, Picture, Toy, Book, Attribute, Negated, Place, OtherGoods, Gift}

func (l *linter) policies(c *Class) {
	for sense, policy := range c.Senses {
		if !slices.Contains(goodsSenses, sense) {
			l.report(c.File, string(sense), "sense", "unknown sense %q", sense)
		}
		if policy != PolicyKeep && policy != PolicyReview && policy != PolicyDrop {
			l.report(c.File, string(policy), "sense", "%q is none of keep, review, drop", policy)
		}
	}
	switch c.Boundary {
	case "", BoundarySoft, BoundaryIgnore, BoundaryStrict:
	default:
		l.report(c.File, "boundary", "boundary", "%q is none of soft, ignore, strict", c.Boundary)
	}
	for _, step := range c.Variants.Except {
		if !slices.Contains(textnorm.StepNames(), step) {
			l.report(c.File, step, "variants", "unknown step %q; one of %s", step, strings.Join(textnorm.StepNames(), ", "))
		}
	}
	if r := c.Remedy; r != nil && (!slices.Contains(RemedyCodes, r.Code) || r.Merchant == "" || r.Operator == "") {
		l.report(c.File, "remedy", "remedy", "a remedy needs a code (%s), merchant and operator", strings.Join(RemedyCodes, ", "))
	}
}

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
