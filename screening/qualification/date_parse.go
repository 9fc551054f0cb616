package qualification

import (
	"fmt"
	"strings"
)

// Codes of ParseDate.
const (
	CodeDateEmpty    = "DATE_EMPTY"    // nothing was written
	CodeDateForm     = "DATE_FORM"     // not a date at all, or one cannot be sure which
	CodeDateYear     = "DATE_YEAR"     // not a year of four digits, 1900 to 9999
	CodeDateMonth    = "DATE_MONTH"    // no such month
	CodeDateDay      = "DATE_DAY"      // the month has no such day
	CodeDatePart     = "DATE_PART"     // month or day missing
	CodeDateTrailing = "DATE_TRAILING" // something stands after the date
)

// maxDate is how many characters of a date are read; no date is longer.
const maxDate = 64

// ParseDate reads a date as people and licences write it: 2022-01-01,
// 2022/1/1, 2022.1.1, 20220101, 2022年1月1日, in half or full width or Chinese
// numerals (二〇二二年一月一日), with or without 至 before and 止 or 前 after
// it, which both leave the day itself inside. 长期, 永久, 长期有效 and
// 无固定期限 are perpetual. Spaces do not matter unless they part two digits,
// for then nobody can tell which number was meant.
//
// On a flaw the date is zero and not perpetual. The flaw says which part is
// wrong; its position is a rune index in s.
func ParseDate(s string) (d Date, perpetual bool, flaw *Flaw) {
	gs, total := readGlyphs(s, maxDate, foldCode)
	if total == 0 {
		return 0, false, &Flaw{CodeDateEmpty, -1, "日期为空，请按“2022-01-01”填写，无期限的填“长期”"}
	}
	switch glyphText(gs) {
	case "长期", "長期", "永久", "长期有效", "長期有效", "永久有效", "无固定期限":
		return 0, true, nil
	}
	p := dateParser{s: s, rest: gs}
	d, flaw = p.date()
	return d, false, flaw
}

// dateParser reads a date from the front of rest.
type dateParser struct {
	s    string
	rest []glyph
}

// A datePart is a number and where it was written.
type datePart struct {
	value  int
	digits int
	at     int
}

func (p *dateParser) date() (Date, *Flaw) {
	p.skip("有效期至")
	p.skip("至")
	if flaw := p.spaces(); flaw != nil {
		return 0, flaw
	}
	year, flaw := p.number("年份")
	if flaw != nil {
		return 0, flaw
	}
	if year.digits == 8 {
		month := datePart{year.value / 100 % 100, 2, year.at + 4}
		day := datePart{year.value % 100, 2, year.at + 6}
		return p.finish(datePart{year.value / 10000, 4, year.at}, month, day)
	}
	if year.digits != 4 {
		return 0, &Flaw{CodeDateYear, year.at, fmt.Sprintf("日期%s的年份应为四位数字，请写全，如2022", quoted(p.s))}
	}
	sep, flaw := p.separator("-/.年", "月份")
	if flaw != nil {
		return 0, flaw
	}
	month, flaw := p.number("月份")
	if flaw != nil {
		return 0, flaw
	}
	second := string(sep)
	if sep == '年' {
		second = "月"
	}
	if _, flaw = p.separator(second, "日"); flaw != nil {
		return 0, flaw
	}
	day, flaw := p.number("日")
	if flaw != nil {
		return 0, flaw
	}
	p.skip("日")
	return p.finish(year, month, day)
}

// finish judges the three numbers and what stands after them.
func (p *dateParser) finish(y, m, d datePart) (Date, *Flaw) {
	for _, end := range []string{"日", "止", "为止", "前", "以前", "之前"} {
		if glyphText(p.rest) == end {
			p.rest = nil
		}
	}
	switch {
	case len(p.rest) > 0:
		return 0, &Flaw{CodeDateTrailing, int(p.rest[0].at), fmt.Sprintf("日期之后多出%s，请只填一个日期", quoted(p.s[p.rest[0].from:]))}
	case y.value < 1900:
		return 0, &Flaw{CodeDateYear, y.at, fmt.Sprintf("年份%d过早，请核对日期的年份", y.value)}
	case m.value < 1 || m.value > 12:
		return 0, &Flaw{CodeDateMonth, m.at, fmt.Sprintf("没有%d月，月份应为1至12，请核对日期", m.value)}
	}
	if date, ok := NewDate(y.value, m.value, d.value); ok {
		return date, nil
	}
	return 0, &Flaw{CodeDateDay, d.at, fmt.Sprintf("%s没有%d日，%d年该月共%d天，请核对日期", monthNames[m.value-1], d.value, y.value, daysIn(y.value, m.value))}
}

var monthNames = [...]string{"一月", "二月", "三月", "四月", "五月", "六月", "七月", "八月", "九月", "十月", "十一月", "十二月"}

// spaces refuses white space between two digits.
func (p *dateParser) spaces() *Flaw {
	for i, g := range p.rest {
		if g.gap && i > 0 && isNumeral(g.r) && isNumeral(p.rest[i-1].r) {
			return &Flaw{CodeDateForm, int(g.at), fmt.Sprintf("日期%s的数字之间有空格，请去掉空格或用“-”分开年月日", quoted(p.s))}
		}
	}
	return nil
}

func (p *dateParser) skip(word string) {
	want := []rune(word)
	if len(p.rest) < len(want) {
		return
	}
	for i, r := range want {
		if p.rest[i].r != r {
			return
		}
	}
	p.rest = p.rest[len(want):]
}

func (p *dateParser) separator(allowed, next string) (rune, *Flaw) {
	if len(p.rest) == 0 {
		return 0, &Flaw{CodeDatePart, -1, fmt.Sprintf("日期%s缺少%s，请写明年、月、日", quoted(p.s), next)}
	}
	g := p.rest[0]
	if !strings.ContainsRune(allowed, g.r) {
		return 0, &Flaw{CodeDateForm, int(g.at), fmt.Sprintf("日期的第%d个字符%s应为%s，请按“2022-01-01”填写", g.at+1, quotedRune(runeAt(p.s, g)), oneOf(allowed))}
	}
	p.rest = p.rest[1:]
	return g.r, nil
}

func oneOf(chars string) string {
	parts := make([]string, 0, len(chars))
	for _, r := range chars {
		parts = append(parts, "“"+string(r)+"”")
	}
	return strings.Join(parts, "或")
}

// number reads a run of digits or Chinese numerals.
func (p *dateParser) number(name string) (datePart, *Flaw) {
	n := 0
	for n < len(p.rest) && isNumeral(p.rest[n].r) {
		n++
	}
	run := p.rest[:n]
	switch {
	case len(p.rest) == 0:
		return datePart{}, &Flaw{CodeDatePart, -1, fmt.Sprintf("日期%s缺少%s，请写明年、月、日", quoted(p.s), name)}
	case n == 0:
		g := p.rest[0]
		return datePart{}, &Flaw{CodeDateForm, int(g.at), fmt.Sprintf("日期的第%d个字符%s应为%s的数字，请按“2022-01-01”填写", g.at+1, quotedRune(runeAt(p.s, g)), name)}
	}
	part := datePart{digits: n, at: int(run[0].at)}
	var ok bool
	if part.value, ok = dateNumeral(run); !ok {
		return datePart{}, &Flaw{CodeDateForm, part.at, fmt.Sprintf("日期的%s写作%s，无法读成数字，请按“2022-01-01”填写", name, quoted(glyphText(run)))}
	}
	p.rest = p.rest[n:]
	return part, nil
}
