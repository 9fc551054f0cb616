package dictionary

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
)

// What the fields of requirements may hold. Telecom services are the groups of
// value-added services of the 电信业务分类目录(2015年版).
var (
	documentFields  = []string{"number", "holder", "uscc", "scope", "issuer", "issued_on", "valid_until", "text"}
	conditionFields = []string{"scope", "text", "number", "issuer"}
	documentContent = []string{"", "notice", "agreement", "admission", "dispute"}
	telecomServices = []string{"B11", "B12", "B13", "B14", "B21", "B22", "B23", "B24", "B25", "B26"}
	seedRule        = regexp.MustCompile(`^(R-S(0[1-9]|1\d|2[0-3]))?$`)
)

// requirements lints profiles, documents and categories against one another.
func (l *linter) requirements() {
	r := requirementLinter{linter: l, canonical: map[string]string{}, profiles: map[string]bool{}, used: map[string]bool{}}
	for i := range l.d.Documents {
		x := &l.d.Documents[i]
		for _, name := range append([]string{x.Name}, x.Aliases...) {
			r.canonical[name] = x.Name
		}
	}
	r.lintProfiles()
	r.categoryNames()
	for i := range l.d.Categories {
		r.category(&l.d.Categories[i])
	}
	r.cycles()
	for i := range l.d.Classes {
		if q := l.d.Classes[i].Requires; q != nil {
			r.use(q.AnyOf)
		}
	}
	for i := range l.d.Documents {
		r.document(&l.d.Documents[i])
	}
}

type requirementLinter struct {
	*linter
	canonical map[string]string // name or alias of a document → its name
	profiles  map[string]bool
	used      map[string]bool // documents that something asks for
}

// at reports a problem of the entry called owner, at the line where needle
// first stands in that entry.
func (r *requirementLinter) at(file, owner, needle, rule, format string, args ...any) {
	p := Problem{File: file, Line: r.entryLine(file, owner, needle), Rule: rule, Message: owner + ": " + fmt.Sprintf(format, args...)}
	r.problems = append(r.problems, p)
}

// entryLine finds needle in the entry, or the line that opens the entry if
// needle is not there; it is 0 if there is no such entry.
func (r *requirementLinter) entryLine(file, owner, needle string) int {
	text := r.d.text[file]
	opening := regexp.MustCompile(`(?m)^( *)- *(?:\{ *)?(?:name|id): *['"]?` + regexp.QuoteMeta(owner) + `['"]? *(?:[,}]|$)`)
	m := opening.FindStringSubmatchIndex(text)
	if m == nil {
		return 0
	}
	at, entry := m[0], text[m[0]:]
	if end := strings.Index(entry[1:], "\n"+text[m[2]:m[3]]+"- "); end >= 0 {
		entry = entry[:end+1]
	}
	if i := strings.Index(entry, needle); i > 0 {
		at += i
	}
	return 1 + strings.Count(text[:at], "\n")
}

// lintProfiles wants dates, labels, sources and exactly one default, wherever
// a dictionary has profiles or categories at all.
func (r *requirementLinter) lintProfiles() {
	var defaults []string
	for i := range r.d.Profiles {
		p := &r.d.Profiles[i]
		if p.ID == "" || r.profiles[p.ID] {
			r.at(p.File, p.ID, "id:", "profile", "profile id %q is empty or used twice", p.ID)
		}
		r.profiles[p.ID] = true
		if p.Name == "" || p.Label == "" {
			r.at(p.File, p.ID, "name:", "profile", "a profile needs a name and a label")
		}
		if _, err := time.Parse(time.DateOnly, p.Effective); err != nil {
			r.at(p.File, p.ID, "effective:", "profile-date", "effective %q is no date like 2022-11-23", p.Effective)
		}
		if len(p.Citations) == 0 {
			r.at(p.File, p.ID, "citations:", "no-citation", "a profile must cite where the table was taken from")
		}
		r.citations(p.File, p.Citations)
		if p.Default {
			defaults = append(defaults, p.ID)
		}
	}
	if len(r.d.Profiles)+len(r.d.Categories) > 0 && len(defaults) != 1 {
		r.defaults(defaults)
	}
}

func (r *requirementLinter) defaults(ids []string) {
	if len(ids) == 0 {
		r.problems = append(r.problems, Problem{File: "categories", Rule: "default-profile", Message: "no profile is the default; exactly one must be"})
	}
	for _, id := range ids {
		r.at(r.profileFile(id), id, "default:", "default-profile", "%d profiles are the default (%s); exactly one must be", len(ids), strings.Join(ids, ", "))
	}
}

func (r *requirementLinter) profileFile(id string) string {
	i := slices.IndexFunc(r.d.Profiles, func(p Profile) bool { return p.ID == id })
	return r.d.Profiles[i].File
}

// profilesExist checks a list of profile ids that limits something.
func (r *requirementLinter) profilesExist(file, owner string, ids []string) {
	for _, id := range ids {
		if !r.profiles[id] {
			r.at(file, owner, id, "unknown-profile", "profile %q is not in categories/", id)
		}
	}
}

// document checks what a document type says of itself, and that something asks
// for it.
func (r *requirementLinter) document(x *Document) {
	r.citations(x.File, x.Source)
	for i, field := range x.Fields {
		if !slices.Contains(documentFields, field) || slices.Contains(x.Fields[:i], field) {
			r.at(x.File, x.Name, "fields:", "unknown-field", "field %q is unknown or listed twice; one of %s", field, strings.Join(documentFields, ", "))
		}
	}
	if !slices.Contains(documentContent, x.Content) {
		r.at(x.File, x.Name, "content:", "unknown-content", "content %q is none of %s", x.Content, strings.Join(documentContent[1:], ", "))
	}
	for _, f := range x.Formats {
		if why := formatProblem(f); why != "" {
			r.at(x.File, x.Name, f, "format", "format %q: %s", f, why)
		}
	}
	if (len(x.Formats) == 0) != (len(x.Examples) == 0) {
		r.at(x.File, x.Name, "formats:", "no-example", "%d formats and %d examples; each needs the other", len(x.Formats), len(x.Examples))
	}
	r.term(x)
	if to := x.MistakenAs; to != "" && (r.canonical[to] != to || to == x.Name) {
		r.at(x.File, x.Name, "mistaken_as:", "unknown-document", "mistaken_as %q is not the name of another document", to)
	}
	if !r.used[x.Name] && x.MistakenAs == "" {
		r.at(x.File, x.Name, "name:", "dead-document", "no category and no class asks for it, and it is mistaken for none that is asked for")
	}
}

func (r *requirementLinter) term(x *Document) {
	days := x.Years*365 + x.Months*30
	switch {
	case x.Years < 0 || x.Months < 0 || x.Renewal < 0:
		r.at(x.File, x.Name, "years:", "term", "years, months and renewal cannot be negative")
	case days > 0 && x.Renewal >= days:
		r.at(x.File, x.Name, "renewal:", "term", "renewal %d days before the end is no shorter than the term itself", x.Renewal)
	}
}
