package screening

import (
	"strings"

	"zhunru/screening/textnorm"
)

// Listings come by the thousand with the same categories and names of
// attributes. A scan remembers what it made of the last ones; its memory is
// bounded, and what is too long to be a name is made anew each time. What is
// remembered follows from the engine and the text alone, so that verdicts do
// not depend on it.
const (
	mostRemembered    = 1024
	longestRemembered = 256 // bytes
)

// fieldNames are the fields of findings in attributes, by name.
type fieldNames map[string]string

// of returns attributes.NAME.
func (f *fieldNames) of(name string) string {
	if field, ok := (*f)[name]; ok {
		return field
	}
	field := "attributes." + name
	if len(name) > longestRemembered {
		return field
	}
	if *f == nil || len(*f) >= mostRemembered {
		*f = fieldNames{}
	}
	(*f)[field[len(field)-len(name):]] = field
	return field
}

// declaredCategories are the answers of Engine.declared.
type declaredCategories map[string]declaredCategory

type declaredCategory struct {
	class   int16
	level   string
	neutral bool
}

// of returns what e.declared does.
func (d *declaredCategories) of(e *Engine, category string, t *textnorm.Text) declaredCategory {
	if known, ok := (*d)[category]; ok {
		return known
	}
	category = strings.Clone(category) // the level is part of it
	var c declaredCategory
	c.class, c.level, c.neutral = e.declared(category, t)
	if len(category) > longestRemembered {
		return c
	}
	if *d == nil || len(*d) >= mostRemembered {
		*d = declaredCategories{}
	}
	(*d)[category] = c
	return c
}
