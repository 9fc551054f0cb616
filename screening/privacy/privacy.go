// Package privacy finds personal numbers in text and hides them: resident
// identity numbers (GB 11643: 18 characters, and the 15 of before 1999), mobile
// and fixed-line telephone numbers, and bank card numbers. It knows nothing of
// who may see what.
//
// It errs on the side of hiding: a number that looks like one of these is hidden
// though it may be an order's. A 统一社会信用代码 is public and stays, unless it
// happens to read as an identity number.
package privacy

import "strings"

// A Kind is what a number was taken for. The empty value is invalid.
type Kind string

// The kinds of personal numbers.
const (
	IdentityNumber Kind = "identity_number" // 居民身份证号
	Mobile         Kind = "mobile"          // 手机号
	Landline       Kind = "landline"        // 固定电话
	BankCard       Kind = "bank_card"       // 银行卡号
)

// A Number is a personal number in a text: the bytes [Start, End) of it, half
// open, separators inside it included.
type Number struct {
	Kind       Kind
	Start, End int
}

// shortest is the number of digits below which nothing is personal.
const shortest = 10

// Find returns the personal numbers of a text in order, never overlapping; nil,
// without allocating, if there are none. Digits may be full-width and separated
// by single spaces, hyphens or brackets. Any text is taken, not only UTF-8; the
// time is linear in its length.
func Find(text string) []Number {
	var out []Number
	var g group
	for i := 0; i < len(text); {
		if digit, _ := digitAt(text, i); digit < 0 {
			i++
			continue
		}
		i = g.read(text, i)
		if g.n >= shortest {
			out = g.find(out)
		}
	}
	return out
}

// Mask returns a text with the middle of its personal numbers hidden by
// asterisks, one for each digit, and whether it hid anything. An identity number
// keeps its first three and last two characters, a mobile number its first three
// and last four, a fixed line its area code and last two, a bank card its last
// four.
func Mask(text string) (masked string, hidden bool) {
	numbers := Find(text)
	if len(numbers) == 0 {
		return text, false
	}
	var b strings.Builder
	b.Grow(len(text))
	last := 0
	for _, n := range numbers {
		b.WriteString(text[last:n.Start])
		maskInto(&b, text[n.Start:n.End], n.Kind)
		last = n.End
	}
	b.WriteString(text[last:])
	return b.String(), true
}

// maskInto writes a number with its middle hidden.
func maskInto(b *strings.Builder, number string, k Kind) {
	head, tail := 3, 4
	switch k {
	case IdentityNumber:
		tail = 2
	case BankCard:
		head = 0
	case Landline:
		head, tail = areaDigits(number), 2
	}
	total := 0
	for i := 0; i < len(number); {
		if d, n := digitAt(number, i); d >= 0 || isCheck(number, i) {
			total, i = total+1, i+n
			continue
		}
		i++
	}
	at := 0
	for i := 0; i < len(number); {
		d, n := digitAt(number, i)
		if d < 0 && !isCheck(number, i) {
			b.WriteByte(number[i])
			i++
			continue
		}
		if at < head || at >= total-tail {
			b.WriteString(number[i : i+n])
		} else {
			b.WriteByte('*')
		}
		at, i = at+1, i+n
	}
}

// isCheck reports whether an X, the check character of an identity number,
// stands at byte i.
func isCheck(text string, i int) bool { return text[i] == 'X' || text[i] == 'x' }

// digitAt returns the value of the digit at byte i, ASCII or full-width, and its
// length in bytes; -1 and 1 if there is none.
func digitAt(text string, i int) (value, size int) {
	switch c := text[i]; {
	case c >= '0' && c <= '9':
		return int(c - '0'), 1
	case c == 0xEF && i+2 < len(text) && text[i+1] == 0xBC && text[i+2] >= 0x90 && text[i+2] <= 0x99: // U+FF10 to U+FF19
		return int(text[i+2] - 0x90), 3
	}
	return -1, 1
}
