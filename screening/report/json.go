package report

import (
	"strconv"
	"unicode/utf8"

	"zhunru/screening"
	"zhunru/screening/qualification"
)

// AppendJSON appends a verdict as encoding/json writes it without escaping
// HTML, byte for byte, and allocates nothing but what dst needs to grow. It
// writes no newline.
func AppendJSON(dst []byte, v *screening.Verdict) []byte {
	dst = append(dst, `{"id":`...)
	dst = appendString(dst, v.ID)
	dst = append(dst, `,"outcome":`...)
	dst = appendString(dst, string(v.Outcome))
	dst = append(dst, `,"revision":`...)
	dst = appendString(dst, v.Revision)
	dst = append(dst, `,"findings":`...)
	dst = appendList(dst, v.Findings, appendFinding)
	if len(v.Suppressed) > 0 {
		dst = append(dst, `,"suppressed":`...)
		dst = appendList(dst, v.Suppressed, appendSuppressed)
	}
	return append(dst, '}')
}

func appendList[T any](dst []byte, list []T, one func([]byte, *T) []byte) []byte {
	if list == nil {
		return append(dst, "null"...)
	}
	dst = append(dst, '[')
	for i := range list {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = one(dst, &list[i])
	}
	return append(dst, ']')
}

func appendFinding(dst []byte, f *screening.Finding) []byte {
	dst = append(dst, `{"class":`...)
	dst = appendString(dst, f.Class)
	dst = appendMember(dst, "name", f.Name)
	dst = appendMember(dst, "outcome", string(f.Outcome))
	dst = appendMember(dst, "kind", string(f.Kind))
	dst = appendMember(dst, "term", f.Term)
	dst = appendMember(dst, "field", f.Field)
	dst = append(dst, `,"span":{"byte":`...)
	dst = appendRange(dst, f.Span.Byte)
	dst = append(dst, `,"rune":`...)
	dst = appendRange(dst, f.Span.Rune)
	dst = append(dst, `,"utf16":`...)
	dst = appendRange(dst, f.Span.UTF16)
	dst = append(dst, '}')
	dst = appendMember(dst, "quote", f.Quote)
	dst = append(dst, `,"steps":`...)
	dst = appendList(dst, f.Steps, appendElement)
	dst = appendOptional(dst, "boundary", f.Boundary)
	if len(f.Tokens) > 0 {
		dst = append(dst, `,"tokens":`...)
		dst = appendList(dst, f.Tokens, appendElement)
	}
	dst = appendOptional(dst, "cue", f.Cue)
	dst = append(dst, `,"citations":`...)
	dst = appendList(dst, f.Citations, appendCitation)
	if f.Missing != nil {
		dst = append(dst, `,"missing":{"category":`...)
		dst = appendString(dst, f.Missing.Category)
		if len(f.Missing.AnyOf) > 0 {
			dst = append(dst, `,"any_of":`...)
			dst = appendList(dst, f.Missing.AnyOf, appendStrings)
		}
		if len(f.Missing.Lacks) > 0 {
			dst = append(dst, `,"lacks":`...)
			dst = appendList(dst, f.Missing.Lacks, appendLack)
		}
		dst = append(dst, '}')
	}
	if f.Held {
		dst = append(dst, `,"held":true`...)
	}
	dst = appendOptional(dst, "notice", f.Notice)
	dst = append(dst, `,"remedy":{"code":`...)
	dst = appendString(dst, f.Remedy.Code)
	dst = appendMember(dst, "merchant", f.Remedy.Merchant)
	dst = appendMember(dst, "operator", f.Remedy.Operator)
	return append(dst, `}}`...)
}

func appendLack(dst []byte, l *qualification.Lack) []byte {
	dst = append(dst, `{"document":`...)
	dst = appendString(dst, l.Document)
	dst = appendOptional(dst, "rule", l.Rule)
	dst = appendMember(dst, "why", l.Why)
	return append(dst, '}')
}

func appendCitation(dst []byte, c *screening.Citation) []byte {
	dst = append(dst, `{"source":`...)
	dst = appendString(dst, c.Source)
	dst = appendOptional(dst, "article", c.Article)
	dst = append(dst, `,"verified":`...)
	dst = strconv.AppendBool(dst, c.Verified)
	return append(dst, '}')
}

func appendSuppressed(dst []byte, s *screening.Suppressed) []byte {
	dst = append(dst, `{"class":`...)
	dst = appendString(dst, s.Class)
	dst = appendMember(dst, "term", s.Term)
	dst = appendMember(dst, "field", s.Field)
	dst = appendMember(dst, "because", s.Because)
	dst = appendMember(dst, "detail", s.Detail)
	return append(dst, '}')
}

func appendElement(dst []byte, s *string) []byte      { return appendString(dst, *s) }
func appendStrings(dst []byte, list *[]string) []byte { return appendList(dst, *list, appendElement) }

func appendMember(dst []byte, name, value string) []byte {
	dst = append(dst, ',', '"')
	dst = append(dst, name...)
	dst = append(dst, '"', ':')
	return appendString(dst, value)
}

func appendOptional(dst []byte, name, value string) []byte {
	if value == "" {
		return dst
	}
	return appendMember(dst, name, value)
}

func appendRange(dst []byte, r [2]int) []byte {
	dst = append(dst, '[')
	dst = strconv.AppendInt(dst, int64(r[0]), 10)
	dst = append(dst, ',')
	dst = strconv.AppendInt(dst, int64(r[1]), 10)
	return append(dst, ']')
}

const hex = "0123456789abcdef"

// special marks the bytes at which appendString has to look: those that are
// escaped, and the first of U+2028 and U+2029.
var special = func() (t [256]bool) {
	for c := range ' ' {
		t[c] = true
	}
	t['"'], t['\\'], t[0xE2] = true, true, true
	return t
}()

// appendString quotes s. Bytes that are not UTF-8 become \ufffd.
func appendString(dst []byte, s string) []byte {
	if !utf8.ValidString(s) {
		return appendBroken(dst, s)
	}
	dst = append(dst, '"')
	plain := 0
	for i := 0; i < len(s); i++ {
		if !special[s[i]] {
			continue
		}
		size := 1
		if s[i] == 0xE2 {
			if size = 3; s[i+1] != 0x80 || s[i+2]&^1 != 0xA8 {
				continue
			}
		}
		dst = append(dst, s[plain:i]...)
		dst = appendEscape(dst, s[i:i+size])
		plain = i + size
		i = plain - 1
	}
	dst = append(dst, s[plain:]...)
	return append(dst, '"')
}

// appendBroken is appendString for what is not UTF-8.
func appendBroken(dst []byte, s string) []byte {
	dst = append(dst, '"')
	for len(s) > 0 {
		r, size := utf8.DecodeRuneInString(s)
		if special[s[0]] && size == 1 || r == '\u2028' || r == '\u2029' || r == utf8.RuneError && size == 1 {
			dst = appendEscape(dst, s[:size])
		} else {
			dst = append(dst, s[:size]...)
		}
		s = s[size:]
	}
	return append(dst, '"')
}

// appendEscape writes one character that cannot stand for itself.
func appendEscape(dst []byte, s string) []byte {
	switch c := s[0]; {
	case len(s) == 3: // U+2028, U+2029
		return append(dst, '\\', 'u', '2', '0', '2', hex[s[2]&0xF])
	case c >= utf8.RuneSelf:
		return append(dst, `\ufffd`...)
	case c == '"', c == '\\':
		return append(dst, '\\', c)
	case c == '\b':
		return append(dst, `\b`...)
	case c == '\f':
		return append(dst, `\f`...)
	case c == '\n':
		return append(dst, `\n`...)
	case c == '\r':
		return append(dst, `\r`...)
	case c == '\t':
		return append(dst, `\t`...)
	default:
		return append(dst, '\\', 'u', '0', '0', hex[c>>4], hex[c&0xF])
	}
}
