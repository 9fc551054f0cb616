package qualification

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// A glyph is one visible character of a submitted value, folded for
// comparison, and where it stood. Bytes that are not UTF-8 are U+FFFD, one
// glyph a byte.
type glyph struct {
	r        rune
	at       int32 // rune index in the submitted value
	from, to int32 // its bytes there
	gap      bool  // white space stood before it
	line     bool  // a line break stood before it
}

// readGlyphs folds s and leaves out spaces and invisible characters. It keeps
// the first limit glyphs and counts all of them, so a hostile value costs time
// in its length and memory in limit.
func readGlyphs(s string, limit int, fold func(rune) rune) (kept []glyph, total int) {
	kept = make([]glyph, 0, min(len(s), limit))
	at, gap, line := int32(0), false, false
	for i := 0; i < len(s); at++ {
		r, size := utf8.DecodeRuneInString(s[i:])
		switch {
		case isHidden(r):
			gap = gap || unicode.IsSpace(r)
			line = line || r == '\n' || r == '\r'
		default:
			if total++; total <= limit {
				kept = append(kept, glyph{fold(r), at, int32(i), int32(i + size), gap, line})
			}
			gap, line = false, false
		}
		i += size
	}
	return kept, total
}

// foldPlain folds what is a matter of typing and never of meaning: width,
// brackets, Latin case, and ideographs that Unicode keeps twice (a PDF's text
// layer often holds ⽤ U+2F64 for 用).
func foldPlain(r rune) rune {
	if r < utf8.RuneSelf {
		return foldASCII(r)
	}
	switch {
	case r >= 0xFF01 && r <= 0xFF5E:
		return foldASCII(r - 0xFF01 + '!')
	case strings.ContainsRune("〔【〖﹙﹝", r):
		return '('
	case strings.ContainsRune("〕】〗﹚﹞", r):
		return ')'
	case r >= 0x2E80 && r <= 0x2FDF, r >= 0xF900 && r <= 0xFAFF, r >= 0x2F800 && r <= 0x2FA1F:
		one, _ := utf8.DecodeRuneInString(norm.NFKC.String(string(r)))
		return one
	case unicode.Is(unicode.Latin, r):
		// Only pairs that lead back: ı, ſ and İ are letters of their own.
		if up := unicode.ToUpper(r); unicode.ToLower(up) == r {
			return up
		}
	}
	return r
}

func foldASCII(r rune) rune {
	switch {
	case r == '[':
		return '('
	case r == ']':
		return ')'
	case r >= 'a' && r <= 'z':
		return r - 'a' + 'A'
	}
	return r
}

// foldCode is foldPlain for numbers and codes: the dashes that keyboards and
// fonts offer are one dash.
func foldCode(r rune) rune {
	if strings.ContainsRune("－—–―−‐‑‒﹣", r) {
		return '-'
	}
	return foldPlain(r)
}

// isHidden reports whether r shows nothing: white space, controls, zero-width,
// direction and variation characters, blank letters.
func isHidden(r rune) bool {
	if r < utf8.RuneSelf {
		return r <= ' ' || r == 0x7F
	}
	switch r {
	case 0x034F, 0x115F, 0x1160, 0x2800, 0x3164, 0xFFA0:
		return true
	}
	return r >= 0xFE00 && r <= 0xFE0F || r >= 0xE0100 && r <= 0xE01EF ||
		unicode.IsSpace(r) || unicode.In(r, unicode.Cf, unicode.Cc)
}

// glyphText returns the folded characters as a string.
func glyphText(gs []glyph) string {
	var b strings.Builder
	for _, g := range gs {
		b.WriteRune(g.r)
	}
	return b.String()
}

// maxShown is how many characters of a submitted value a message repeats.
const maxShown = 30

// quoted quotes a submitted value for a message: in Chinese quotation marks,
// without line breaks, at most maxShown characters of it.
func quoted(s string) string {
	var b strings.Builder
	b.WriteString("“")
	n := 0
	for _, r := range s {
		if n == maxShown {
			b.WriteString("…")
			break
		}
		if r == '\n' || r == '\r' || r == '\t' {
			r = ' '
		}
		if r == ' ' || !isHidden(r) {
			b.WriteRune(r)
			n++
		}
	}
	b.WriteString("”")
	return b.String()
}

// quotedRune quotes one character.
func quotedRune(r rune) string { return quoted(string(r)) }

// runeAt returns the submitted character that a glyph came from.
func runeAt(s string, g glyph) rune {
	r, _ := utf8.DecodeRuneInString(s[g.from:])
	return r
}
