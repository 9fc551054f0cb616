package dictionary

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"

	"github.com/goccy/go-yaml"

	"zhunru/screening/textnorm"
)

// Load reads a dictionary rooted at fsys: goods/*.yaml, context/*.yaml,
// categories/*.yaml, documents/*.yaml, sources/*.yaml and variants/*.txt. An
// unknown key, a duplicate key or a value of the wrong type is a problem with
// file, line and column; all files are read before it returns, and the error
// is then of type Problems. Load does not Lint.
func Load(fsys fs.FS) (*Dictionary, error) {
	r := reader{fsys: fsys, text: map[string]string{}}
	d := &Dictionary{text: r.text}
	d.Classes = readAll(&r, "goods", func(c *Class, file string) []Class { c.File = file; return []Class{*c} })
	d.Contexts = readAll(&r, "context", func(c *Context, file string) []Context { c.File = file; return []Context{*c} })
	d.Categories = readAll(&r, "categories", func(f *struct {
		Profiles   []Profile  `yaml:"profiles"`
		Categories []Category `yaml:"categories"`
	}, file string) []Category {
		for i := range f.Categories {
			f.Categories[i].File = file
		}
		for _, p := range f.Profiles {
			p.File = file
			d.Profiles = append(d.Profiles, p)
		}
		return f.Categories
	})
	d.Documents = readAll(&r, "documents", func(f *struct {
		Documents []Document `yaml:"documents"`
	}, file string) []Document {
		for i := range f.Documents {
			f.Documents[i].File = file
		}
		return f.Documents
	})
	d.Sources = readAll(&r, "sources", func(f *struct {
		Sources []Source `yaml:"sources"`
	}, file string) []Source {
		for i := range f.Sources {
			f.Sources[i].File = file
		}
		return f.Sources
	})
	d.readTables(&r)
	if len(d.Classes) == 0 && len(r.problems) == 0 {
		r.problem("goods", "empty", errors.New("no class of goods found; is this the root of a dictionary?"))
	}
	if len(r.problems) > 0 {
		return nil, r.problems.sorted()
	}
	d.sort()
	revision, err := d.hash()
	if err != nil {
		return nil, err
	}
	d.Revision = revision
	return d, nil
}

func (d *Dictionary) readTables(r *reader) {
	sub, err := fs.Sub(r.fsys, "variants")
	if err == nil {
		d.Tables, err = textnorm.ReadTables(sub)
	}
	if err != nil {
		r.problem("variants", "syntax", err)
	}
}

// sort makes the order of files and of entries in them irrelevant.
func (d *Dictionary) sort() {
	slices.SortStableFunc(d.Classes, func(a, b Class) int { return cmp.Compare(a.ID, b.ID) })
	slices.SortStableFunc(d.Contexts, func(a, b Context) int {
		return cmp.Or(cmp.Compare(a.Sense, b.Sense), cmp.Compare(a.Domain, b.Domain), cmp.Compare(a.File, b.File))
	})
	slices.SortStableFunc(d.Profiles, func(a, b Profile) int { return cmp.Compare(a.ID, b.ID) })
	slices.SortStableFunc(d.Categories, func(a, b Category) int { return cmp.Compare(a.Name, b.Name) })
	slices.SortStableFunc(d.Documents, func(a, b Document) int { return cmp.Compare(a.Name, b.Name) })
	slices.SortStableFunc(d.Sources, func(a, b Source) int { return cmp.Compare(a.ID, b.ID) })
}

// hash covers all data, in sorted order, through their JSON: comments and
// layout of the files do not count.
func (d *Dictionary) hash() (string, error) {
	h := sha256.New()
	tables := map[string]string{}
	for file, text := range d.text {
		if len(file) > 9 && file[:9] == "variants/" {
			tables[file] = text
		}
	}
	err := json.NewEncoder(h).Encode([]any{d.Classes, d.Contexts, d.Profiles, d.Categories, d.Documents, d.Sources, tables})
	if err != nil {
		return "", fmt.Errorf("dictionary: hash: %w", err)
	}
	return "sha256:" + hex.EncodeToString(h.Sum(nil)), nil
}

// A reader collects the problems of all files.
type reader struct {
	fsys     fs.FS
	text     map[string]string
	problems Problems
}

func readAll[F, T any](r *reader, folder string, take func(f *F, file string) []T) []T {
	files, err := fs.Glob(r.fsys, folder+"/*.yaml")
	if err != nil {
		r.problem(folder, "read", err)
	}
	if folder == "goods" || folder == "context" {
		tables, _ := fs.Glob(r.fsys, "variants/*.txt")
		for _, t := range tables {
			if b, err := fs.ReadFile(r.fsys, t); err == nil {
				r.text[t] = string(b)
			}
		}
	}
	var out []T
	for _, file := range files {
		b, err := fs.ReadFile(r.fsys, file)
		if err != nil {
			r.problem(file, "read", err)
			continue
		}
		r.text[file] = string(b)
		f := new(F)
		if err := yaml.NewDecoder(bytes.NewReader(b), yaml.Strict()).Decode(f); err != nil {
			if errors.Is(err, io.EOF) {
				err = errors.New("the file is empty")
			}
			r.problem(file, "syntax", err)
			continue
		}
		out = append(out, take(f, file)...)
	}
	return out
}

func (r *reader) problem(file, rule string, err error) {
	p := Problem{File: file, Rule: rule, Message: err.Error()}
	if y := yaml.Error(nil); errors.As(err, &y) {
		p.Message = y.GetMessage()
		if t := y.GetToken(); t != nil {
			p.Line, p.Column = t.Position.Line, t.Position.Column
		}
	}
	r.problems = append(r.problems, p)
}
