package privacy

import "time"

// most is the number of digits of a group that are looked at together; what
// follows is another group.
const most = 64

// A group is digits that stand together, with single separators between them.
type group struct {
	n      int // digits
	digits [most]byte
	start  [most]int // bytes
	end    [most]int
	breaks [most]bool // a separator stands before the digit
	check  int        // end of an X after the last digit, 0: none
}

// read reads the group that begins at byte i and returns where it ends.
func (g *group) read(text string, i int) int {
	g.n, g.check = 0, 0
	broken := false
	for i < len(text) && g.n < most {
		d, size := digitAt(text, i)
		if d < 0 {
			gap := separator(text, i)
			if gap == 0 || i+gap >= len(text) {
				break
			}
			if d, _ := digitAt(text, i+gap); d < 0 {
				break
			}
			i, broken = i+gap, true
			continue
		}
		g.digits[g.n], g.start[g.n], g.end[g.n], g.breaks[g.n] = byte(d), i, i+size, broken
		broken = false
		g.n++
		i += size
	}
	if i < len(text) && isCheck(text, i) {
		g.check = i + 1
	}
	return i
}

// separator returns the length in bytes of what may stand between the digits of
// one number at byte i; 0 if something else stands there.
func separator(text string, i int) int {
	switch text[i] {
	case ' ', '-', ')':
		return 1
	}
	for _, s := range [...]string{"－", "—", "–", "）", "　", "\u00a0"} {
		if len(text)-i >= len(s) && text[i:i+len(s)] == s {
			return len(s)
		}
	}
	return 0
}

// find appends what the group holds: the whole of it, or what its parts are.
func (g *group) find(out []Number) []Number {
	if k, from, ok := g.whole(0, g.n); ok {
		return append(out, g.number(k, from, g.n))
	}
	for from := 0; from < g.n; {
		to, k, ok := g.longest(from)
		if !ok {
			from = g.next(from)
			continue
		}
		_, at, _ := g.whole(from, to)
		out = append(out, g.number(k, at, to))
		from = to
	}
	return out
}

// longest returns the longest number that begins at a digit and ends at a break.
func (g *group) longest(from int) (to int, k Kind, ok bool) {
	for to = g.n; to > from; to-- {
		if to < g.n && !g.breaks[to] {
			continue
		}
		if k, _, ok := g.whole(from, to); ok {
			return to, k, true
		}
	}
	return 0, "", false
}

// next returns the digit after the next break.
func (g *group) next(from int) int {
	for from++; from < g.n && !g.breaks[from]; from++ {
		continue
	}
	return from
}

func (g *group) number(k Kind, from, to int) Number {
	n := Number{k, g.start[from], g.end[to-1]}
	if k == IdentityNumber && to == g.n && to-from == 17 {
		n.End = g.check
	}
	return n
}

// whole says what the digits [from, to) are, and where the number itself begins:
// after a country code.
func (g *group) whole(from, to int) (k Kind, at int, ok bool) {
	d := g.digits[from:to]
	switch n := len(d); {
	case n == 18 && born(d[6:14]), n == 17 && to == g.n && g.check > 0 && born(d[6:14]), n == 15 && bornShort(d[6:12]):
		return IdentityNumber, from, true
	case n == 11 && mobile(d):
		return Mobile, from, true
	case n == 13 && d[0] == 8 && d[1] == 6 && mobile(d[2:]):
		return Mobile, from + 2, true
	case n == 15 && d[0] == 0 && d[1] == 0 && d[2] == 8 && d[3] == 6 && mobile(d[4:]):
		return Mobile, from + 4, true
	case n >= 10 && n <= 12 && g.fixed(from, to):
		return Landline, from, true
	case n >= 16 && n <= 19 && d[0] >= 3 && d[0] <= 6 && luhn(d):
		return BankCard, from, true
	}
	return "", 0, false
}

// fixed reports whether digits are an area code, 010, 021 or 0755, a break, and
// seven or eight more.
func (g *group) fixed(from, to int) bool {
	if g.digits[from] != 0 || g.digits[from+1] == 0 {
		return false
	}
	for _, area := range [...]int{3, 4} {
		if rest := to - from - area; (rest == 7 || rest == 8) && g.breaks[from+area] && g.digits[from+area] >= 2 {
			return true
		}
	}
	return false
}

// areaDigits returns how many digits a fixed line's area code has: those before
// its first separator.
func areaDigits(number string) int {
	n := 0
	for i := 0; i < len(number); n++ {
		d, size := digitAt(number, i)
		if d < 0 {
			break
		}
		i += size
	}
	return n
}

func mobile(d []byte) bool { return d[0] == 1 && d[1] >= 3 }

// born reports whether eight digits are a day on which somebody now alive may
// have been born, as far as can be said without a clock.
func born(d []byte) bool {
	year, month, day := int(d[0])*1000+int(d[1])*100+int(d[2])*10+int(d[3]), int(d[4])*10+int(d[5]), int(d[6])*10+int(d[7])
	return year >= 1900 && year < 2100 && isDay(year, month, day)
}

// bornShort is born for the two digits of a year of the 20th century.
func bornShort(d []byte) bool {
	return isDay(1900+int(d[0])*10+int(d[1]), int(d[2])*10+int(d[3]), int(d[4])*10+int(d[5]))
}

func isDay(year, month, day int) bool {
	t := time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
	return month >= 1 && month <= 12 && day >= 1 && t.Day() == day && int(t.Month()) == month
}

// luhn is the check of ISO/IEC 7812-1, annex B.
func luhn(d []byte) bool {
	sum := 0
	for i := range d {
		v := int(d[len(d)-1-i])
		if i%2 == 1 {
			if v *= 2; v > 9 {
				v -= 9
			}
		}
		sum += v
	}
	return sum%10 == 0
}
