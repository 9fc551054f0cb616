package dictionary

import (
	"encoding/json"
	"maps"
	"slices"
)

// A Change is one difference between two dictionaries. For lists of words
// Added and Removed hold the words; for anything else they hold the new and the
// old value as JSON.
type Change struct {
	Class   string   `json:"class,omitempty"` // empty for context words, categories, documents, sources, tables
	Field   string   `json:"field"`           // terms, exceptions, patterns.ID, senses, context, …
	Added   []string `json:"added,omitempty"`
	Removed []string `json:"removed,omitempty"`
}

// A Diff is what changes from one revision to another. Classes lists the ids of
// the classes whose rules differ, sorted; a change of context words or tables
// touches every class and sets Everything.
type Diff struct {
	From       string   `json:"from"`
	To         string   `json:"to"`
	Classes    []string `json:"classes"`
	Everything bool     `json:"everything"`
	Changes    []Change `json:"changes"`
}

// Compare returns what changes from a to b, ordered by class and field.
// Samples do not count: they judge nothing.
func Compare(a, b *Dictionary) Diff {
	d := Diff{From: a.Revision, To: b.Revision, Classes: []string{}, Changes: []Change{}}
	ids := map[string]bool{}
	for _, dict := range []*Dictionary{a, b} {
		for i := range dict.Classes {
			ids[dict.Classes[i].ID] = true
		}
	}
	for _, id := range slices.Sorted(maps.Keys(ids)) {
		changes := compareClass(id, fieldsOf(a.Class(id)), fieldsOf(b.Class(id)))
		if len(changes) > 0 {
			d.Classes = append(d.Classes, id)
			d.Changes = append(d.Changes, changes...)
		}
	}
	before := len(d.Changes)
	d.add("context", contextWords(a), contextWords(b))
	d.add("variants", tableLines(a), tableLines(b))
	d.Everything = len(d.Changes) > before
	d.add("profiles", named(a.Profiles, func(x Profile) string { return x.ID }), named(b.Profiles, func(x Profile) string { return x.ID }))
	d.add("categories", named(a.Categories, func(x Category) string { return x.Name }), named(b.Categories, func(x Category) string { return x.Name }))
	d.add("documents", named(a.Documents, func(x Document) string { return x.Name }), named(b.Documents, func(x Document) string { return x.Name }))
	d.add("sources", named(a.Sources, func(x Source) string { return x.ID }), named(b.Sources, func(x Source) string { return x.ID }))
	return d
}

func (d *Diff) add(field string, from, to []string) {
	if added, removed := setDiff(from, to); len(added)+len(removed) > 0 {
		d.Changes = append(d.Changes, Change{Field: field, Added: added, Removed: removed})
	}
}

// fieldsOf spreads a class into sets of strings by field; nil has none.
func fieldsOf(c *Class) map[string][]string {
	if c == nil {
		return map[string][]string{}
	}
	f := map[string][]string{
		"terms": c.Terms, "slang": c.Slang, "suspect": c.Suspect, "weak": c.Weak,
		"cues.up": c.Cues.Up, "cues.down": c.Cues.Down, "exceptions": c.Exceptions,
		"category_words": c.CategoryWords, "category_roots": c.CategoryRoots, "variants.sounds_like": c.Variants.SoundsLike, "variants.except": c.Variants.Except,
		"disposition": {string(c.Disposition)}, "boundary": {string(c.Boundary)},
		"name": {c.Name}, "notice": {c.Notice},
		"requires": {jsonOf(c.Requires)}, "remedy": {jsonOf(c.Remedy)}, "senses": {jsonOf(c.Senses)},
	}
	for _, x := range c.Citations {
		f["citations"] = append(f["citations"], jsonOf(x))
	}
	for _, x := range c.ConditionalExceptions {
		f["conditional_exceptions"] = append(f["conditional_exceptions"], jsonOf(x))
	}
	for phrase, target := range c.Reroute {
		f["reroute"] = append(f["reroute"], phrase+" → "+target)
	}
	for _, p := range c.Patterns {
		f["patterns."+p.ID] = []string{jsonOf(p)}
	}
	return f
}

func compareClass(id string, a, b map[string][]string) []Change {
	fields := slices.Collect(maps.Keys(a))
	for k := range b {
		if _, ok := a[k]; !ok {
			fields = append(fields, k)
		}
	}
	slices.Sort(fields)
	var out []Change
	for _, field := range fields {
		if added, removed := setDiff(a[field], b[field]); len(added)+len(removed) > 0 {
			out = append(out, Change{id, field, added, removed})
		}
	}
	return out
}

// setDiff compares two lists as sets; empty strings stand for nothing.
func setDiff(from, to []string) (added, removed []string) {
	had, has := map[string]bool{}, map[string]bool{}
	for _, w := range from {
		had[w] = true
	}
	for _, w := range to {
		has[w] = true
	}
	for w := range has {
		if !had[w] && w != "" {
			added = append(added, w)
		}
	}
	for w := range had {
		if !has[w] && w != "" {
			removed = append(removed, w)
		}
	}
	slices.Sort(added)
	slices.Sort(removed)
	return added, removed
}

func contextWords(d *Dictionary) []string {
	var out []string
	for i := range d.Contexts {
		x := &d.Contexts[i]
		prefix := string(x.Sense) + " "
		for _, w := range x.Words {
			out = append(out, prefix+w)
		}
		for _, w := range x.Suffixes {
			out = append(out, prefix+"…"+w)
		}
		for _, w := range x.Not {
			out = append(out, prefix+"≠"+w)
		}
	}
	return out
}

func tableLines(d *Dictionary) []string {
	t := &d.Tables
	out := make([]string, 0, len(t.Traditional)+len(t.Confusable)+len(t.Letters)+len(t.Split)+len(t.Emoji))
	for from, to := range d.Tables.Traditional {
		out = append(out, "traditional "+string(from)+" "+string(to))
	}
	for from, to := range d.Tables.Confusable {
		out = append(out, "confusables "+string(from)+" "+string(to))
	}
	for from, to := range d.Tables.Letters {
		out = append(out, "letters "+string(from)+" "+string(to))
	}
	for from, to := range d.Tables.Split {
		out = append(out, "split_glyphs "+from+" "+string(to))
	}
	for from, to := range d.Tables.Emoji {
		out = append(out, "emoji "+string(from)+" "+to)
	}
	return out
}

// named identifies entries by name and content, so that a changed entry shows
// as both removed and added.
func named[T any](list []T, name func(T) string) []string {
	out := make([]string, len(list))
	for i, x := range list {
		out[i] = name(x) + " " + jsonOf(x)
	}
	return out
}

// jsonOf renders a value for comparison; an absent one is empty.
func jsonOf(v any) string {
	b, err := json.Marshal(v)
	if err != nil || string(b) == "null" {
		return ""
	}
	return string(b)
}
