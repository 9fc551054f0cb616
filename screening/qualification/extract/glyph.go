package extract

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// A glyph is a character of a page with the place it stands at.
type glyph struct {
	char, fold rune  // as written, and half width
	at, rune   int32 // offsets in the page's text: byte and rune
	size       uint8 // bytes
	gap        uint8 // space before it: gapNone, gapThin, gapWide
}

// A gap inside a label or between OCR's Han characters is thin; one between
// columns is wide. A line begins with a wide gap.
const (
	gapNone = iota
	gapThin
	gapWide
)

// A line is a line of a page without its spaces, never empty.
type line struct {
	glyphs []glyph
	text   string // as written, trimmed
	after  bool   // a blank line stands before it
}

// linesOf cuts a page into lines. It reads the text once.
func linesOf(page string) []line {
	var lines []line
	at, runes, blank := 0, 0, false
	for at <= len(page) {
		end := strings.IndexByte(page[at:], '\n')
		if end < 0 {
			end = len(page) - at
		}
		text := page[at : at+end]
		if glyphs := glyphsOf(text, at, runes); len(glyphs) > 0 {
			lines = append(lines, line{glyphs: glyphs, text: strings.TrimSpace(text), after: blank})
			blank = false
		} else {
			blank = true
		}
		at += end + 1
		runes += utf8.RuneCountInString(text) + 1
	}
	return lines
}

func glyphsOf(text string, at, runes int) []glyph {
	var out []glyph
	gap := uint8(gapWide)
	spaces := 0
	for i, n := 0, 0; i < len(text); n++ {
		r, size := utf8.DecodeRuneInString(text[i:])
		switch {
		case strings.ContainsRune("\t|│┃丨", r):
			gap = gapWide
		case unicode.IsSpace(r) || unicode.Is(unicode.Cf, r):
			if spaces++; gap == gapNone {
				gap = gapThin
			}
			if spaces > 1 {
				gap = gapWide
			}
		default:
			out = append(out, glyph{char: r, fold: halfWidth(r), at: int32(at + i), rune: int32(runes + n), size: uint8(size), gap: gap})
			gap, spaces = gapNone, 0
		}
		i += size
	}
	return out
}

// halfWidth maps full-width forms, and the signs that stand for a colon, to
// ASCII. One character stays one character.
func halfWidth(r rune) rune {
	switch {
	case r >= 0xFF01 && r <= 0xFF5E:
		return r - 0xFEE0
	case r == '︰' || r == '﹕' || r == '∶' || r == '꞉':
		return ':'
	}
	return r
}

// folded returns the half-width text of glyphs, without spaces.
func folded(gs []glyph) string {
	var b strings.Builder
	for _, g := range gs {
		b.WriteRune(g.fold)
	}
	return b.String()
}

// written returns glyphs as they were written. Spaces stay only inside Latin
// text: a space beside a Han character comes from the layout or from OCR.
func written(gs []glyph) string {
	var b strings.Builder
	for i, g := range gs {
		if i > 0 && g.gap != gapNone && latin(gs[i-1].char) && latin(g.char) {
			b.WriteByte(' ')
		}
		b.WriteRune(g.char)
	}
	return b.String()
}

func latin(r rune) bool { return r > ' ' && r < 0x2E80 }

// cut returns the glyphs of folded(gs)[from:to].
func cut(gs []glyph, text string, from, to int) []glyph {
	a := utf8.RuneCountInString(text[:from])
	return gs[a : a+utf8.RuneCountInString(text[from:to])]
}

// trim drops signs around a value that are not of it.
func trim(gs []glyph) []glyph {
	const edge = ":;,.、。·_—-=*'\"“”"
	for len(gs) > 0 && strings.ContainsRune(edge, gs[0].fold) {
		gs = gs[1:]
	}
	for len(gs) > 0 && strings.ContainsRune(edge, gs[len(gs)-1].fold) {
		gs = gs[:len(gs)-1]
	}
	return gs
}
