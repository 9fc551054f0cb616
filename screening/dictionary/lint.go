package dictionary

import (
	"fmt"
	"slices"
	"strings"

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
	l.requirements()
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
