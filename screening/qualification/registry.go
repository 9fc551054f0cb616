package qualification

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"zhunru/screening/dictionary"
	"zhunru/screening/textnorm"
)

// Errors of asking about something the registry does not know.
var (
	ErrUnknownCategory = errors.New("没有这个类目")
	ErrUnknownProfile  = errors.New("没有这个口径")
	ErrNoName          = errors.New("subject.name 为空：须写明主体名称")
)

// A Registry knows the document types, and what every category demands under
// every profile. It is immutable and safe for concurrent use.
type Registry struct {
	types      []documentType // ordered by name
	typeOf     map[string]int // by name or alias, as it is and folded
	categories map[string]*dictionary.Category
	names      []string // of categories, ordered
	profiles   map[string]*dictionary.Profile
	standard   string // default profile
	plans      map[planKey]*plan
	notice     *NoticeReader
	topics     *TopicReader
}

type documentType struct {
	*dictionary.Document
	formats []Format
}

type planKey struct{ profile, category string }

// NewRegistry compiles the requirements of a dictionary. It fails on what the
// linter would call an error: an unknown document, a number format that does
// not parse, no default profile.
func NewRegistry(d *dictionary.Dictionary) (*Registry, error) {
	norm, err := textnorm.New(d.Tables)
	if err != nil {
		return nil, err
	}
	r := &Registry{
		typeOf:     map[string]int{},
		categories: map[string]*dictionary.Category{},
		profiles:   map[string]*dictionary.Profile{},
		plans:      map[planKey]*plan{},
		notice:     NewNoticeReader(norm),
		topics:     NewTopicReader(norm),
	}
	if err := r.addDocuments(d.Documents); err != nil {
		return nil, err
	}
	for i := range d.Profiles {
		p := &d.Profiles[i]
		r.profiles[p.ID] = p
		if p.Default {
			r.standard = p.ID
		}
	}
	if r.standard == "" {
		return nil, errors.New("qualification: no profile is the default")
	}
	for i := range d.Categories {
		if err := r.addCategory(&d.Categories[i]); err != nil {
			return nil, err
		}
	}
	return r, nil
}

func (r *Registry) addDocuments(documents []dictionary.Document) error {
	for i := range documents {
		t := documentType{Document: &documents[i]}
		for _, template := range t.Formats {
			f, err := ParseFormat(template)
			if err != nil {
				return fmt.Errorf("qualification: document %s: format %q: %w", t.Name, template, err)
			}
			t.formats = append(t.formats, f)
		}
		r.types = append(r.types, t)
		for _, name := range append([]string{t.Name}, t.Aliases...) {
			r.typeOf[name], r.typeOf[foldName(name)] = i, i
		}
	}
	return nil
}

func (r *Registry) addCategory(c *dictionary.Category) error {
	r.names = append(r.names, c.Name)
	for _, name := range append([]string{c.Name}, c.Aliases...) {
		r.categories[foldName(name)] = c
	}
	for id := range r.profiles {
		p, err := r.compile(c, id)
		if err != nil {
			return fmt.Errorf("qualification: category %s: %w", c.Name, err)
		}
		r.plans[planKey{id, c.Name}] = p
	}
	return nil
}

// foldName makes the ways of writing a name of a document or category equal:
// book-title marks, spaces, width of brackets, the separator of a path.
func foldName(s string) string {
	s = strings.NewReplacer("《", "", "》", "", ">", "-", "＞", "-", "/", "-", "－", "-", "—", "-").Replace(s)
	return NormalName(s)
}

// kindOf finds a document type; most names are written as they are registered.
func (r *Registry) kindOf(name string) (int, bool) {
	i, ok := r.typeOf[name]
	if !ok {
		i, ok = r.typeOf[foldName(name)]
	}
	return i, ok
}

// Type returns the type of document that a name or alias stands for.
func (r *Registry) Type(name string) (*dictionary.Document, bool) {
	i, ok := r.kindOf(name)
	if !ok {
		return nil, false
	}
	return r.types[i].Document, true
}

// Category returns the category that a name or alias stands for.
func (r *Registry) Category(name string) (*dictionary.Category, bool) {
	c, ok := r.categories[foldName(name)]
	return c, ok
}

// Categories returns the names of all categories, ordered.
func (r *Registry) Categories() []string { return slices.Clone(r.names) }

// Profile returns a profile, the default one for the empty id.
func (r *Registry) Profile(id string) (*dictionary.Profile, bool) {
	if id == "" {
		id = r.standard
	}
	p, ok := r.profiles[id]
	return p, ok
}

// Profiles returns the ids of all profiles, ordered.
func (r *Registry) Profiles() []string {
	ids := make([]string, 0, len(r.profiles))
	for id := range r.profiles {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return ids
}
