package report

import (
	"strings"
	"unicode/utf8"
)

// A Mask says what of personal data a file shows. The empty value is invalid.
type Mask string

// The masks. MaskPersonal hides the numbers of identity cards, telephones,
// and the names and addresses of people; MaskNone hides nothing.
const (
	MaskNone     Mask = "none"
	MaskPersonal Mask = "personal"
)

// MaskOf is what a role is shown: those who run the platform see all, everybody
// else, the unknown too, sees no personal data.
func MaskOf(role string) Mask {
	if role == "operator" || role == "admin" {
		return MaskNone
	}
	return MaskPersonal
}

// Includes reports whether somebody who is shown m may take a file made with
// other.
func (m Mask) Includes(other Mask) bool { return m == MaskNone || other == MaskPersonal }

// A Privacy says what kind of personal data a value may be. The empty value is
// none.
type Privacy string

// The kinds of personal data. PrivateText is a text of any content in which a
// number may stand.
const (
	PrivateID      Privacy = "id"
	PrivatePhone   Privacy = "phone"
	PrivateName    Privacy = "name"
	PrivateAddress Privacy = "address"
	PrivateText    Privacy = "text"
)

// Hide returns a value as the mask shows it. Hiding twice changes nothing.
func (m Mask) Hide(p Privacy, s string) string {
	if m == MaskNone || s == "" {
		return s
	}
	switch p {
	case PrivateID:
		return hideMiddle(s, 3, 2)
	case PrivatePhone:
		return hideMiddle(s, 3, 4)
	case PrivateName:
		return hideMiddle(s, 1, 0)
	case PrivateAddress:
		return hideMiddle(s, 6, 0)
	case PrivateText:
		return hideNumbers(s)
	}
	return s
}

// hideMiddle leaves some characters at both ends, never more than two thirds.
func hideMiddle(s string, head, tail int) string {
	r := []rune(s)
	if 2*len(r) < 3*(head+tail) {
		head, tail = min(head, len(r)/4), 0
	}
	for i := head; i < len(r)-tail; i++ {
		r[i] = '*'
	}
	return string(r)
}

// Lengths of numbers in running text.
const (
	idDigits    = 18
	phoneDigits = 11
)

// hideNumbers hides what looks like a number of an identity card or a mobile
// telephone; full-width digits count as digits.
func hideNumbers(s string) string {
	var out strings.Builder
	from := 0
	for i := 0; i < len(s); {
		n, end := digits(s, i)
		if n < phoneDigits {
			i = max(end, i+1)
			continue
		}
		end, kind := numberKind(s, i, n, end)
		if kind != "" {
			out.WriteString(s[from:i])
			out.WriteString(MaskPersonal.Hide(kind, s[i:end]))
			from = end
		}
		i = end
	}
	if from == 0 {
		return s
	}
	out.WriteString(s[from:])
	return out.String()
}

// digits counts the digits that begin at i, and returns where they end; where
// there is none that is after the character at i.
func digits(s string, i int) (n, end int) {
	for end = i; end < len(s); {
		r, size := utf8.DecodeRuneInString(s[end:])
		if (r < '0' || r > '9') && (r < '０' || r > '９') {
			if n == 0 {
				end += size
			}
			return n, end
		}
		n, end = n+1, end+size
	}
	return n, end
}

// numberKind says what a run of n digits is: an identity card's number may end in X.
func numberKind(s string, i, n, end int) (int, Privacy) {
	first, size := utf8.DecodeRuneInString(s[i:])
	second, _ := utf8.DecodeRuneInString(s[i+size:])
	if n == idDigits-1 && end < len(s) {
		if r, size := utf8.DecodeRuneInString(s[end:]); r == 'x' || r == 'X' || r == 'Ｘ' || r == 'ｘ' {
			return end + size, PrivateID
		}
	}
	switch {
	case n == idDigits && first != '0' && first != '9' && first != '０' && first != '９': // a region's code is from 1 to 8
		return end, PrivateID
	case n == phoneDigits && (first == '1' || first == '１') && second != '0' && second != '1' && second != '2' && second != '０' && second != '１' && second != '２':
		return end, PrivatePhone
	}
	return end, ""
}
