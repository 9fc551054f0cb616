package report

import "zhunru/screening/privacy"

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
		masked, _ := privacy.Mask(s)
		return masked
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
