package qualification

import (
	"fmt"
	"slices"
	"strings"
)

// Codes of Format.Check and CheckFormats.
const (
	CodeNumberEmpty = "NUMBER_EMPTY" // nothing was written
	CodeNumberChar  = "NUMBER_CHAR"  // another character was expected there
	CodeNumberShort = "NUMBER_SHORT" // the number ends too early
	CodeNumberLong  = "NUMBER_LONG"  // something stands after the number
)

// A Format is the form of a kind of document number; see ParseFormat. It is
// immutable and safe for concurrent use. The zero Format fits no number.
type Format struct {
	template string
	steps    []formatStep
}

// A step of a compiled format either takes one character or, as opSplit and
// opJump, leads to others. All steps lead forward, so a pass in order over the
// active ones closes over them and matching is linear in the number's length.
type formatStep struct {
	op    formatOp
	r     rune   // opLiteral
	set   string // opOneOf
	x, y  int    // opSplit: both; opJump: x
	label string // what a message says was expected
}

type formatOp int

const (
	opLiteral formatOp = iota + 1
	opDigit
	opLetter
	opLetterOrDigit
	opHan
	opOneOf
	opSplit
	opJump
)

// String returns the template.
func (f Format) String() string { return f.template }

// Check returns what keeps number from having the format, nil if nothing does.
// Width, Latin case, the kind of brackets and dashes, white space and invisible
// characters do not matter. The flaw names the first character that cannot
// belong there, by its rune index in number, and what was expected; it is -1
// where the number ends too early.
func (f Format) Check(number string) *Flaw { return CheckFormats([]Format{f}, number) }

// CheckFormats returns nil if number has any of the formats, or if there are
// none. Otherwise the flaw is that of the formats that got farthest into
// number, and names what each of those would have taken there.
func CheckFormats(formats []Format, number string) *Flaw {
	if len(formats) == 0 {
		return nil
	}
	gs, total := readGlyphs(number, maxNumber, foldCode)
	if total == 0 {
		return &Flaw{CodeNumberEmpty, -1, "证号为空，请按证件填写"}
	}
	best, expected := -1, []string(nil)
	for _, f := range formats {
		reached, want := f.run(gs)
		switch {
		case want == nil && reached == total:
			return nil
		case reached > best:
			best, expected = reached, want
		case reached == best:
			expected = append(expected, want...)
		}
	}
	return numberFlaw(number, gs, best, expected)
}

// maxNumber is how many characters of a number are read. ParseFormat refuses
// formats that could take as many.
const maxNumber = 256

// numberFlaw words what was expected after the glyphs already taken.
func numberFlaw(number string, gs []glyph, taken int, expected []string) *Flaw {
	want := wording(expected)
	switch {
	case taken >= len(gs):
		return &Flaw{CodeNumberShort, -1, fmt.Sprintf("证号在第%d个字符之后不完整，其后应为%s，请对照证件补全", gs[len(gs)-1].at+1, want)}
	case want == "":
		return &Flaw{CodeNumberLong, int(gs[taken].at), fmt.Sprintf("证号从第%d个字符起多出%s，请对照证件核对", gs[taken].at+1, quoted(number[gs[taken].from:]))}
	}
	return &Flaw{CodeNumberChar, int(gs[taken].at), fmt.Sprintf("第%d个字符%s应为%s，请对照证件核对证号", gs[taken].at+1, quotedRune(runeAt(number, gs[taken])), want)}
}

// wording joins at most four expectations.
func wording(expected []string) string {
	var once []string
	for _, e := range expected {
		if !slices.Contains(once, e) {
			once = append(once, e)
		}
	}
	if len(once) > 4 {
		return strings.Join(once[:4], "、") + "等"
	}
	return strings.Join(once, "或")
}

// run feeds glyphs to the format. It returns how many fit and what would have
// fitted next; nil if the whole number fits.
func (f Format) run(gs []glyph) (reached int, expected []string) {
	end := len(f.steps)
	now, next := make([]bool, end+1), make([]bool, end+1)
	now[0] = true
	for i := 0; ; i++ {
		expected = f.step(now, next, gs, i)
		switch {
		case i == len(gs) && now[end] && end > 0:
			return i, nil
		case i == len(gs) || !slices.Contains(next, true):
			return i, append([]string{}, expected...)
		}
		now, next = next, now
		clear(next)
	}
}

// step closes the active steps over splits and jumps, and marks in next what
// the glyph i leads to. It returns the labels of the steps that take a
// character.
func (f Format) step(now, next []bool, gs []glyph, i int) (expected []string) {
	for pc, s := range f.steps {
		switch {
		case !now[pc]:
		case s.op == opSplit:
			now[s.x], now[s.y] = true, true
		case s.op == opJump:
			now[s.x] = true
		case i < len(gs) && s.takes(gs[i].r):
			next[pc+1] = true
		default:
			expected = append(expected, s.label)
		}
	}
	return expected
}

func (s formatStep) takes(r rune) bool {
	switch s.op {
	case opLiteral:
		return r == s.r
	case opDigit:
		return isDigit(r)
	case opLetter:
		return isCapital(r)
	case opLetterOrDigit:
		return isDigit(r) || isCapital(r)
	case opHan:
		return isHan(r)
	case opOneOf:
		return strings.ContainsRune(s.set, r)
	}
	return false
}
