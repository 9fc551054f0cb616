package report

import (
	"strings"

	"zhunru/screening"
)

// A field of more than maxExcerpt runes is shown round its findings only, with
// excerptReach runes on both sides.
const (
	maxExcerpt   = 100
	excerptReach = 20
)

// A piece is a character of a field as it is shown.
type piece struct {
	text  string
	style style // of the gravest finding that covers it, styleNone for none
	worst screening.Outcome
}

// pieces returns what is shown of a field: characters that findings cover are
// styled, what is left out is an ellipsis.
func pieces(text, field string, findings []screening.Finding) []piece {
	runes := len([]rune(text))
	out := make([]piece, 0, min(runes, 4*maxExcerpt))
	n, gap := -1, false
	for i, r := range text {
		n++
		near := runes <= maxExcerpt
		p := piece{text: visible(r), worst: screening.OutcomePass}
		for j := range findings {
			f := &findings[j]
			if f.Field != field {
				continue
			}
			near = near || n >= f.Span.Rune[0]-excerptReach && n < f.Span.Rune[1]+excerptReach
			if i >= f.Span.Byte[0] && i < f.Span.Byte[1] && (p.style == styleNone || f.Outcome.AtLeast(p.worst)) {
				p.style, p.worst = outcomeStyle(f.Outcome), f.Outcome
			}
		}
		if near {
			out, gap = append(out, p), false
		} else if !gap {
			out, gap = append(out, piece{text: "…"}), true
		}
	}
	return out
}

// appendExcerpt appends a field with its findings underlined: by colour where
// there are colours, by a line of carets under the text otherwise.
func (s *Screen) appendExcerpt(dst []byte, label, text, field string, findings []screening.Finding) []byte {
	all := pieces(text, field, findings)
	dst = s.appendLabel(dst, label)
	open := styleNone
	for _, p := range all {
		if p.style != open {
			dst = s.off(dst, open)
			if p.style != styleNone {
				dst = s.on(dst, "4;"+p.style)
			}
			open = p.style
		}
		dst = append(dst, p.text...)
	}
	dst = append(s.off(dst, open), '\n')
	if s.Colour {
		return dst
	}
	return appendCarets(dst, labelCells(label), all)
}

func appendCarets(dst []byte, indent int, all []piece) []byte {
	line := strings.Builder{}
	line.WriteString(strings.Repeat(" ", indent))
	for _, p := range all {
		mark := " "
		if p.style != styleNone {
			mark = "^"
		}
		line.WriteString(strings.Repeat(mark, textWidth(p.text)))
	}
	out := strings.TrimRight(line.String(), " ")
	if out == "" {
		return dst
	}
	dst = append(dst, out...)
	return append(dst, '\n')
}

// fieldText returns the submitted text of a field.
func fieldText(l *screening.Listing, field string) string {
	switch field {
	case "title":
		return l.Title
	case "description":
		return l.Description
	case "brand":
		return l.Brand
	case "category":
		return l.Category
	}
	name, _ := strings.CutPrefix(field, "attributes.")
	return l.Attributes[name]
}
