package store

import (
	"strconv"
	"unicode/utf8"

	"zhunru/screening"
	"zhunru/screening/qualification"
)

// The functions of this file append what encoding/json writes, byte for byte
// with its escapes for HTML: hashes of verdicts were made of that. They cost a
// tenth of it and allocate only to grow dst.

// appendVerdict appends what VerdictHash covers.
func appendVerdict(dst []byte, v *screening.Verdict) []byte {
	dst = append(dst, `{"outcome":`...)
	dst = appendQuoted(dst, string(v.Outcome))
	dst = append(dst, `,"findings":`...)
	dst = appendList(dst, v.Findings, appendFinding)
	if len(v.Suppressed) > 0 {
		dst = append(dst, `,"suppressed":`...)
		dst = appendList(dst, v.Suppressed, appendSuppressed)
	}
	return append(dst, '}')
}

func appendFinding(dst []byte, f *screening.Finding) []byte {
	dst = append(dst, `{"class":`...)
	dst = appendQuoted(dst, f.Class)
	dst = appendMember(dst, `,"name":`, f.Name)
	dst = appendMember(dst, `,"outcome":`, string(f.Outcome))
	dst = appendMember(dst, `,"kind":`, string(f.Kind))
	dst = appendMember(dst, `,"term":`, f.Term)
	dst = appendMember(dst, `,"field":`, f.Field)
	dst = appendSpan(append(dst, `,"span":`...), &f.Span)
	dst = appendMember(dst, `,"quote":`, f.Quote)
	dst = appendList(append(dst, `,"steps":`...), f.Steps, appendElement)
	dst = appendOptional(dst, `,"boundary":`, f.Boundary)
	if len(f.Tokens) > 0 {
		dst = appendList(append(dst, `,"tokens":`...), f.Tokens, appendElement)
	}
	dst = appendOptional(dst, `,"cue":`, f.Cue)
	dst = appendList(append(dst, `,"citations":`...), f.Citations, appendCitation)
	dst = appendMissing(dst, f.Missing)
	if f.Held {
		dst = append(dst, `,"held":true`...)
	}
	return appendRemedy(dst, f)
}

// appendRule appends the part of a finding that all findings of its class
// share: a ruleBody.
func appendRule(dst []byte, f *screening.Finding) []byte {
	dst = append(dst, `{"class":`...)
	dst = appendQuoted(dst, f.Class)
	dst = appendMember(dst, `,"name":`, f.Name)
	dst = appendList(append(dst, `,"citations":`...), f.Citations, appendCitation)
	return appendRemedy(appendMissing(dst, f.Missing), f)
}

// appendOwn appends the part of a finding that is its own: a findingBody.
func appendOwn(dst []byte, f *screening.Finding) []byte {
	dst = append(dst, '{')
	if f.Term != "" {
		dst = append(appendMember(dst, `"t":`, f.Term), ',')
	}
	dst = appendMember(dst, `"f":`, f.Field)
	dst = appendSpan(append(dst, `,"s":`...), &f.Span)
	dst = appendOptional(dst, `,"q":`, f.Quote)
	if len(f.Steps) > 0 {
		dst = appendList(append(dst, `,"st":`...), f.Steps, appendElement)
	}
	if f.Steps == nil {
		dst = append(dst, `,"ns":true`...)
	}
	dst = appendOptional(dst, `,"b":`, f.Boundary)
	if len(f.Tokens) > 0 {
		dst = appendList(append(dst, `,"k":`...), f.Tokens, appendElement)
	}
	dst = appendOptional(dst, `,"c":`, f.Cue)
	if f.Held {
		dst = append(dst, `,"h":true`...)
	}
	return append(dst, '}')
}

func appendMissing(dst []byte, m *screening.Missing) []byte {
	if m == nil {
		return dst
	}
	dst = appendMember(dst, `,"missing":{"category":`, m.Category)
	if len(m.AnyOf) > 0 {
		dst = appendList(append(dst, `,"any_of":`...), m.AnyOf, appendStrings)
	}
	if len(m.Lacks) > 0 {
		dst = appendList(append(dst, `,"lacks":`...), m.Lacks, appendLack)
	}
	return append(dst, '}')
}

// appendRemedy appends the end of a finding or of its shared part.
func appendRemedy(dst []byte, f *screening.Finding) []byte {
	dst = appendOptional(dst, `,"notice":`, f.Notice)
	dst = appendMember(dst, `,"remedy":{"code":`, f.Remedy.Code)
	dst = appendMember(dst, `,"merchant":`, f.Remedy.Merchant)
	dst = appendMember(dst, `,"operator":`, f.Remedy.Operator)
	return append(dst, `}}`...)
}

func appendCitation(dst []byte, c *screening.Citation) []byte {
	dst = appendMember(dst, `{"source":`, c.Source)
	dst = appendOptional(dst, `,"article":`, c.Article)
	dst = strconv.AppendBool(append(dst, `,"verified":`...), c.Verified)
	return append(dst, '}')
}

func appendLack(dst []byte, l *qualification.Lack) []byte {
	dst = appendMember(dst, `{"document":`, l.Document)
	dst = appendOptional(dst, `,"rule":`, l.Rule)
	dst = appendMember(dst, `,"why":`, l.Why)
	return append(dst, '}')
}

func appendSuppressed(dst []byte, s *screening.Suppressed) []byte {
	dst = appendMember(dst, `{"class":`, s.Class)
	dst = appendMember(dst, `,"term":`, s.Term)
	dst = appendMember(dst, `,"field":`, s.Field)
	dst = appendMember(dst, `,"because":`, s.Because)
	dst = appendMember(dst, `,"detail":`, s.Detail)
	return append(dst, '}')
}

func appendSpan(dst []byte, s *screening.Span) []byte {
	dst = appendRange(append(dst, `{"byte":[`...), s.Byte)
	dst = appendRange(append(dst, `],"rune":[`...), s.Rune)
	dst = appendRange(append(dst, `],"utf16":[`...), s.UTF16)
	return append(dst, `]}`...)
}

func appendRange(dst []byte, r [2]int) []byte {
	dst = append(strconv.AppendInt(dst, int64(r[0]), 10), ',')
	return strconv.AppendInt(dst, int64(r[1]), 10)
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

func appendElement(dst []byte, s *string) []byte      { return appendQuoted(dst, *s) }
func appendStrings(dst []byte, list *[]string) []byte { return appendList(dst, *list, appendElement) }

func appendMember(dst []byte, name, value string) []byte {
	return appendQuoted(append(dst, name...), value)
}

func appendOptional(dst []byte, name, value string) []byte {
	if value == "" {
		return dst
	}
	return appendMember(dst, name, value)
}

// appendQuoted appends s as a JSON string. Bytes that are not UTF-8 become
// \ufffd.
func appendQuoted(dst []byte, s string) []byte {
	const hex = "0123456789abcdef"
	dst = append(dst, '"')
	plain := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c >= utf8.RuneSelf {
			r, size := utf8.DecodeRuneInString(s[i:])
			broken := r == utf8.RuneError && size == 1
			if broken || r == '\u2028' || r == '\u2029' {
				dst = append(dst, s[plain:i]...)
				if broken {
					dst = append(dst, `\ufffd`...)
				} else {
					dst = append(dst, '\\', 'u', '2', '0', '2', hex[r&0xF])
				}
				plain = i + size
			}
			i += size
			continue
		}
		if c >= ' ' && c != '"' && c != '\\' && c != '<' && c != '>' && c != '&' {
			i++
			continue
		}
		dst = append(dst, s[plain:i]...)
		switch c {
		case '"', '\\':
			dst = append(dst, '\\', c)
		case '\b':
			dst = append(dst, `\b`...)
		case '\f':
			dst = append(dst, `\f`...)
		case '\n':
			dst = append(dst, `\n`...)
		case '\r':
			dst = append(dst, `\r`...)
		case '\t':
			dst = append(dst, `\t`...)
		default:
			dst = append(dst, '\\', 'u', '0', '0', hex[c>>4], hex[c&0xF])
		}
		i++
		plain = i
	}
	return append(append(dst, s[plain:]...), '"')
}
