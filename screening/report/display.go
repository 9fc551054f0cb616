package report

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/width"

	"zhunru/screening"
)

// visible returns r as it may be shown on a terminal: control characters and
// invisible ones become signs, so that no listing can move the cursor, change
// colours, turn the direction of writing or hide a character.
func visible(r rune) string {
	switch {
	case r == '\n':
		return "⏎"
	case r == '\t':
		return " "
	case r < ' ':
		return string('␀' + r)
	case r == 0x7F:
		return "␡"
	case r == 0xFE0F: // asks for an emoji's coloured form
		return ""
	case unicode.In(r, unicode.Cf, unicode.Cc, unicode.Zl, unicode.Zp, unicode.Co):
		return fmt.Sprintf("‹U+%04X›", r)
	}
	return string(r)
}

// appendVisible appends all of s as visible gives it.
func appendVisible(dst []byte, s string) []byte {
	for _, r := range s {
		if plainRune(r) {
			dst = utf8.AppendRune(dst, r)
		} else {
			dst = append(dst, visible(r)...)
		}
	}
	return dst
}

// plainRune covers what most text is made of.
func plainRune(r rune) bool { return r >= ' ' && r < 0x7F || r >= 0x4E00 && r < 0xA000 }

// runeWidth is the number of terminal cells that r takes.
func runeWidth(r rune) int {
	switch {
	case r >= ' ' && r < 0x7F:
		return 1
	case unicode.In(r, unicode.Mn, unicode.Me):
		return 0
	}
	if k := width.LookupRune(r).Kind(); k == width.EastAsianWide || k == width.EastAsianFullwidth {
		return 2
	}
	return 1
}

func textWidth(s string) int {
	n := 0
	for _, r := range s {
		n += runeWidth(r)
	}
	return n
}

// appendFit appends s, shown as visible gives it, in exactly cells terminal
// cells: cut with an ellipsis or filled with spaces.
func appendFit(dst []byte, s string, cells int) []byte {
	text := string(appendVisible(nil, s))
	if n := textWidth(text); n <= cells {
		dst = append(dst, text...)
		return append(dst, strings.Repeat(" ", cells-n)...)
	}
	used := 0
	for _, r := range text {
		if used+runeWidth(r) > cells-1 {
			break
		}
		dst = utf8.AppendRune(dst, r)
		used += runeWidth(r)
	}
	dst = append(dst, "…"...)
	return append(dst, strings.Repeat(" ", cells-1-used)...)
}

// A style is an ANSI attribute list.
type style string

const (
	styleNone  style = ""
	styleBold  style = "1"
	styleGrey  style = "90"
	styleLabel style = "2"
)

func outcomeStyle(o screening.Outcome) style {
	switch o {
	case screening.OutcomeProhibited:
		return "1;31"
	case screening.OutcomeNeedsCategory:
		return "1;33"
	case screening.OutcomeReview:
		return "1;35"
	case screening.OutcomeNotice:
		return "1;36"
	case screening.OutcomePass:
		return "32"
	}
	return styleBold
}

// Screen says how text for a terminal looks. The zero value is Chinese, plain
// and 100 cells wide.
type Screen struct {
	Language Language
	Colour   bool
	Width    int // cells; 0 for 100
	Laws     Laws
}

func (s *Screen) cells() int {
	if s.Width <= 0 {
		return 100
	}
	return s.Width
}

func (s *Screen) on(dst []byte, st style) []byte {
	if !s.Colour || st == styleNone {
		return dst
	}
	dst = append(dst, "\x1b["...)
	dst = append(dst, st...)
	return append(dst, 'm')
}

func (s *Screen) off(dst []byte, st style) []byte {
	if !s.Colour || st == styleNone {
		return dst
	}
	return append(dst, "\x1b[0m"...)
}
