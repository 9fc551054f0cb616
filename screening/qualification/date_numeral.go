package qualification

import "slices"

const (
	chineseDigits = "〇一二三四五六七八九"
	otherDigits   = "零壹贰叁肆伍陆柒捌玖"
)

// digitOf returns the value of one digit in any of the accepted scripts.
func digitOf(r rune) (int, bool) {
	if r >= '0' && r <= '9' {
		return int(r - '0'), true
	}
	if r == '○' {
		return 0, true
	}
	for _, set := range [...]string{chineseDigits, otherDigits} {
		if i := slices.Index([]rune(set), r); i >= 0 {
			return i, true
		}
	}
	return 0, false
}

// tensOf returns the tens that 十, 廿 or 卅 stand for.
func tensOf(r rune) (int, bool) {
	switch r {
	case '十', '拾':
		return 1, true
	case '廿':
		return 2, true
	case '卅':
		return 3, true
	}
	return 0, false
}

func isNumeral(r rune) bool {
	_, digit := digitOf(r)
	_, tens := tensOf(r)
	return digit || tens
}

// dateNumeral reads digits in a row (二〇二二), or a number below one hundred with
// 十 (十, 十二, 二十, 二十九, 廿九). At most eight digits are a number.
func dateNumeral(run []glyph) (int, bool) {
	at := slices.IndexFunc(run, func(g glyph) bool { _, ok := tensOf(g.r); return ok })
	if at < 0 {
		value := 0
		for _, g := range run[:min(len(run), 8)] {
			d, _ := digitOf(g.r)
			value = value*10 + d
		}
		return value, len(run) <= 8
	}
	value, _ := tensOf(run[at].r)
	if at == 1 && value == 1 {
		value, _ = digitOf(run[0].r)
	}
	if at > 1 || at == 1 && (value == 0 || run[1].r == '廿' || run[1].r == '卅') || len(run)-at > 2 {
		return 0, false
	}
	ones := 0
	if len(run)-at == 2 {
		var ok bool
		if ones, ok = digitOf(run[at+1].r); !ok {
			return 0, false
		}
	}
	return value*10 + ones, true
}
