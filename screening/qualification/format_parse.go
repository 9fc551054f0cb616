package qualification

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode"
)

// provinceSigns are the one-character names of provinces that licences and
// filings carry. 滇 黔 陇 蜀 秦 are the second names of 云 贵 甘 川 陕: filing
// numbers use some of them (蜀ICP备, 黔ICP备).
const provinceSigns = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼滇黔陇蜀秦"

// Bounds of a template: what it may repeat, how deep {opt:…} may nest, and how
// many steps it may compile to.
const (
	maxRepeat = 64
	maxNested = 4
	maxSteps  = 1000
)

// ParseFormat compiles a template of document numbers. A template is literal
// text in which braces stand for what varies:
//
//	{d8} {d4-8}      eight digits; four to eight
//	{A} {A2}         one Latin letter; two
//	{x3} {x1-3}      letters or digits
//	{han1-6}         Chinese characters
//	{year}           four digits, 1949 to 2099
//	{province}       one-character name of a province: 粤, 京, 沪
//	{国|省|京津}      one of these texts
//	{opt:…}          what follows may be absent; it may hold braces
//
// Spaces in a template mean nothing; literals are compared as Format.Check
// says. The error says what is wrong and where.
func ParseFormat(template string) (Format, error) {
	p := formatParser{rest: []rune(template)}
	err := p.sequence(0)
	switch {
	case err != nil:
	case len(p.rest) > 0:
		err = errors.New("unmatched }")
	case len(p.steps) == 0:
		err = errors.New("it is empty")
	}
	if err != nil {
		return Format{}, fmt.Errorf("qualification: number format %.80q: %w", template, err)
	}
	return Format{template: template, steps: p.steps}, nil
}

type formatParser struct {
	rest  []rune
	steps []formatStep
	width int // most characters that the steps take
}

// sequence parses up to the end or to a } that it does not open.
func (p *formatParser) sequence(depth int) error {
	for len(p.rest) > 0 && p.rest[0] != '}' {
		r := p.rest[0]
		p.rest = p.rest[1:]
		var err error
		switch {
		case r == '{':
			err = p.brace(depth)
		case isHidden(r):
		default:
			p.literal(foldCode(r))
		}
		if err != nil {
			return err
		}
		if p.width >= maxNumber || len(p.steps) > maxSteps {
			return fmt.Errorf("it takes numbers of %d characters or more", maxNumber)
		}
	}
	return nil
}

func (p *formatParser) emit(s formatStep) {
	if s.op < opSplit {
		p.width++
	}
	p.steps = append(p.steps, s)
}

func (p *formatParser) literal(r rune) {
	p.emit(formatStep{op: opLiteral, r: r, label: "“" + string(r) + "”"})
}

// brace parses what stands after {.
func (p *formatParser) brace(depth int) error {
	if strings.HasPrefix(string(p.rest[:min(4, len(p.rest))]), "opt:") {
		p.rest = p.rest[4:]
		return p.optional(depth + 1)
	}
	end := 0
	for end < len(p.rest) && p.rest[end] != '}' {
		end++
	}
	if end == len(p.rest) {
		return errors.New("{ without }")
	}
	body := string(p.rest[:end])
	p.rest = p.rest[end+1:]
	switch {
	case strings.Contains(body, "|"):
		return p.alternatives(body)
	case body == "year":
		p.year()
	case body == "province":
		p.emit(formatStep{op: opOneOf, set: provinceSigns, label: "省份简称（如粤、京）"})
	default:
		return p.class(body)
	}
	return nil
}

func (p *formatParser) optional(depth int) error {
	if depth > maxNested {
		return fmt.Errorf("{opt:…} nested deeper than %d", maxNested)
	}
	at := len(p.steps)
	p.emit(formatStep{op: opSplit, x: at + 1})
	if err := p.sequence(depth); err != nil {
		return err
	}
	if len(p.rest) == 0 {
		return errors.New("{opt: without }")
	}
	if len(p.steps) == at+1 {
		return errors.New("{opt:} is empty")
	}
	p.rest = p.rest[1:]
	p.steps[at].y = len(p.steps)
	return nil
}

// alternatives compiles {a|b|c}.
func (p *formatParser) alternatives(body string) error {
	if strings.Contains(body, "{") {
		return fmt.Errorf("{%.40s}: alternatives are plain text", body)
	}
	words := strings.Split(body, "|")
	var jumps []int
	for i, word := range words {
		split := len(p.steps)
		if i < len(words)-1 {
			p.emit(formatStep{op: opSplit, x: split + 1})
		}
		before := len(p.steps)
		for _, r := range word {
			if !isHidden(r) {
				p.literal(foldCode(r))
			}
		}
		if len(p.steps) == before {
			return fmt.Errorf("{%.40s}: an alternative is empty", body)
		}
		if i < len(words)-1 {
			jumps = append(jumps, len(p.steps))
			p.emit(formatStep{op: opJump})
			p.steps[split].y = len(p.steps)
		}
	}
	for _, j := range jumps {
		p.steps[j].x = len(p.steps)
	}
	return nil
}

// year compiles 1949 to 2099: 20dd, 19 and then 5 to 9 and d, or 1949.
func (p *formatParser) year() {
	const any10 = "0123456789"
	at := len(p.steps)
	digit := func(set string) formatStep { return formatStep{op: opOneOf, set: set, label: "1949至2099的年份"} }
	p.steps = append(p.steps,
		formatStep{op: opSplit, x: at + 1, y: at + 6},
		digit("2"), digit("0"), digit(any10), digit(any10),
		formatStep{op: opJump, x: at + 14},
		digit("1"), digit("9"),
		formatStep{op: opSplit, x: at + 9, y: at + 12},
		digit("56789"), digit(any10),
		formatStep{op: opJump, x: at + 14},
		digit("4"), digit("9"),
	)
	p.width += 4
}

var formatClasses = [...]struct {
	name  string
	op    formatOp
	label string
}{
	{"han", opHan, "汉字"}, {"d", opDigit, "数字"}, {"A", opLetter, "字母"}, {"x", opLetterOrDigit, "字母或数字"},
}

// class compiles {d8}, {A}, {x1-3}, {han1-6}.
func (p *formatParser) class(body string) error {
	for _, c := range formatClasses {
		count, ok := strings.CutPrefix(body, c.name)
		if !ok {
			continue
		}
		least, most, err := repeat(count)
		if err != nil {
			return fmt.Errorf("{%.40s}: %w", body, err)
		}
		s := formatStep{op: c.op, label: c.label}
		for range least {
			p.emit(s)
		}
		end := len(p.steps) + 2*(most-least)
		for len(p.steps) < end {
			p.emit(formatStep{op: opSplit, x: len(p.steps) + 1, y: end})
			p.emit(s)
		}
		return nil
	}
	return fmt.Errorf("{%.40s} is unknown", body)
}

// repeat reads "", "8" or "4-8".
func repeat(count string) (least, most int, err error) {
	if count == "" {
		return 1, 1, nil
	}
	low, high, isRange := strings.Cut(count, "-")
	if !isRange {
		high = low
	}
	least, err1 := strconv.Atoi(low)
	most, err2 := strconv.Atoi(high)
	if err1 != nil || err2 != nil || least < 0 || most < 1 || least > most || most > maxRepeat {
		return 0, 0, fmt.Errorf("%q is not a count of 1 to %d or a range", count, maxRepeat)
	}
	return least, most, nil
}

func isCapital(r rune) bool { return r >= 'A' && r <= 'Z' }

func isHan(r rune) bool { return unicode.Is(unicode.Han, r) }
