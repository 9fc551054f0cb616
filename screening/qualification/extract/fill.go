package extract

import (
	"strings"

	"zhunru/screening/qualification"
)

// Fill sets the empty fields of a document to the surest proposal of each, the
// first of equals, and returns the proposals it used, in the order of the
// fields of a dossier. A field that holds something is never changed. What it
// filled is a draft: a person must confirm it before it is judged.
func Fill(doc *qualification.Document, ps []Proposal) []Proposal {
	var filled []Proposal
	for _, field := range []struct {
		name  Field
		empty bool
		set   func(string)
	}{
		{Type, doc.Type == "", func(v string) { doc.Type = v }},
		{Number, doc.Number == "", func(v string) { doc.Number = v }},
		{Holder, doc.Holder == "", func(v string) { doc.Holder = v }},
		{USCC, doc.USCC == "", func(v string) { doc.USCC = v }},
		{Scope, len(doc.Scope) == 0, func(v string) { doc.Scope = scopes(v) }},
		{Issuer, doc.Issuer == "", func(v string) { doc.Issuer = v }},
		{IssuedOn, doc.IssuedOn == "", func(v string) { doc.IssuedOn = v }},
		{ValidUntil, doc.ValidUntil == "", func(v string) { doc.ValidUntil = v }},
	} {
		best, ok := surest(field.name, ps)
		if !field.empty || !ok {
			continue
		}
		field.set(best.Value)
		filled = append(filled, best)
	}
	return filled
}

func surest(field Field, ps []Proposal) (best Proposal, ok bool) {
	for _, p := range ps {
		if p.Field == field && p.Value != "" && (!ok || p.Confidence > best.Confidence) {
			best, ok = p, true
		}
	}
	return best, ok
}

// scopes cuts a scope into its items at semicolons and full stops outside
// brackets: 不含… in brackets belongs to the item before it.
func scopes(value string) []string {
	var out []string
	open, from := 0, 0
	item := func(to int) {
		if s := strings.TrimSpace(value[from:to]); s != "" {
			out = append(out, s)
		}
	}
	for i, r := range value {
		switch r {
		case '(', '（':
			open++
		case ')', '）':
			open--
		case ';', '；', '。':
			if open <= 0 {
				item(i)
				from = i + len(string(r))
				open = 0
			}
		}
	}
	item(len(value))
	return out
}
