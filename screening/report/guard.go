package report

import (
	"strings"
	"unicode/utf8"
)

// Guard makes a text that a spreadsheet might run as a formula plain text: a
// single quote is put before it. Such a text begins with = + - @, a tab, a
// carriage return, a line feed, or a full-width ＝ ＋ － ＠, after any number of
// single quotes of its own; so Unguard gives back every text exactly.
func Guard(s string) string {
	if isGuarded(s) {
		return "'" + s
	}
	return s
}

// Unguard takes back what Guard did: Unguard(Guard(s)) is s for every s.
func Unguard(s string) string {
	if rest, ok := strings.CutPrefix(s, "'"); ok && isGuarded(rest) {
		return rest
	}
	return s
}

func isGuarded(s string) bool {
	if s == "" {
		return false
	}
	switch c := s[0]; {
	case c == '\'':
		return isFormula(strings.TrimLeft(s, "'"))
	case c < '\'', c == '+', c == '-', c == '=', c == '@', c == 0xEF: // the first byte of a full-width sign
		return isFormula(s)
	}
	return false
}

// isFormula reports whether a spreadsheet might run s.
func isFormula(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	switch r {
	case '=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠':
		return true
	}
	return false
}
