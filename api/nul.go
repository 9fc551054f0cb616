package api

import (
	"encoding/json"
	"reflect"
	"strconv"
	"strings"
)

// nuls returns where an input of a handler has a NUL character: PostgreSQL keeps
// none, and a text that ends at one for whoever reads it in C is a trick. It
// looks at every parameter and every text of the body.
func nuls(input any) []FieldProblem {
	var found []FieldProblem
	findNuls(reflect.ValueOf(input), FieldProblem{In: "body", Code: "NUL"}, &found)
	return found
}

func findNuls(v reflect.Value, at FieldProblem, found *[]FieldProblem) {
	switch v.Kind() {
	case reflect.String:
		if strings.IndexByte(v.String(), 0) >= 0 {
			*found = append(*found, at)
		}
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() {
			findNuls(v.Elem(), at, found)
		}
	case reflect.Slice, reflect.Array:
		if raw, ok := v.Interface().(json.RawMessage); ok {
			if strings.Contains(string(raw), `\u0000`) {
				*found = append(*found, at)
			}
			return
		}
		if v.Type().Elem().Kind() == reflect.Uint8 {
			return
		}
		for i := range v.Len() {
			findNuls(v.Index(i), at.below(strconv.Itoa(i)), found)
		}
	case reflect.Map:
		before := len(*found)
		for k, e := range v.Seq2() { // order does not matter: they are one problem
			findNuls(k, at, found)
			findNuls(e, at, found)
		}
		*found = (*found)[:min(len(*found), before+1)]
	case reflect.Struct:
		for i := range v.NumField() {
			if f := v.Type().Field(i); f.IsExported() {
				findNuls(v.Field(i), at.of(f), found)
			}
		}
	}
}

func (p FieldProblem) below(name string) FieldProblem {
	p.Pointer += "/" + name
	return p
}

// of is the place of a field of a struct that stands at p.
func (p FieldProblem) of(f reflect.StructField) FieldProblem {
	for _, in := range [...]string{"path", "query", "header"} {
		if name, ok := f.Tag.Lookup(in); ok {
			name, _, _ = strings.Cut(name, ",")
			return FieldProblem{In: in, Pointer: name, Code: p.Code}
		}
	}
	name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
	switch {
	case name != "":
		return p.below(name)
	case f.Anonymous || f.Name == "Body":
		return p
	}
	return p.below(f.Name)
}
