package textnorm

import (
	"fmt"
	"slices"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// An entry says what the normaliser does with one character: its canonical
// character (21 bits), its class (3 bits) and its own steps (8 bits).
type entry uint32

const (
	classKeep       entry = iota << 21 // stands for one canonical character
	classSpace                         // white space
	classMark                          // punctuation, symbols, controls
	classInvisible                     // zero-width, format and variation characters
	classCombining                     // combining marks
	classEmoji                         // pictures
	classExpand                        // stands for several canonical characters
	classConfusable                    // stands for a Latin letter beside Latin letters
)

const (
	runeMask  entry = 1<<21 - 1
	classMask entry = 7 << 21
	stepShift       = 24
)

func (e entry) rune() rune   { return rune(e & runeMask) }
func (e entry) class() entry { return e & classMask }
func (e entry) steps() Steps { return Steps(e >> stepShift) }

func keep(r rune, s Steps) entry { return entry(r) | entry(s)<<stepShift }

// A Normalizer folds text. It is immutable and safe for concurrent use. Two
// normalizers made from equal tables fold alike.
type Normalizer struct {
	bmp        [1 << 16]entry
	astral     map[rune]entry
	expansions [][]rune
	splitFirst runeSet              // first parts of split glyphs
	splitPairs map[[2]rune]struct{} // first two parts
	split      map[string]rune
	emoji      map[rune][]rune
	sounds     *Phonetics
}

// New builds a Normalizer. It fails if a table maps a character in a circle,
// so folding always reaches a fixed point.
func New(t Tables) (*Normalizer, error) {
	n := &Normalizer{
		astral: map[rune]entry{}, splitPairs: map[[2]rune]struct{}{},
		split: map[string]rune{}, emoji: map[rune][]rune{},
	}
	b := builder{Tables: t, n: n}
	for r := range rune(1 << 16) {
		n.bmp[r] = b.entry(r)
	}
	for _, span := range astralSpans {
		for r := span[0]; r <= span[1]; r++ {
			if e := b.entry(r); e != b.fallback(r) {
				n.astral[r] = e
			}
		}
	}
	for r := range t.Traditional {
		if r >= 1<<16 {
			n.astral[r] = b.entry(r)
		}
	}
	for parts, whole := range t.Split {
		canon := n.String(parts)
		n.split[canon] = n.fold1(whole)
		runes := []rune(canon)
		n.splitFirst.add(runes[0])
		n.splitPairs[[2]rune{runes[0], runes[1]}] = struct{}{}
	}
	for r, word := range t.Emoji {
		n.emoji[r] = []rune(n.String(word))
		if r < 1<<16 {
			n.bmp[r] = classEmoji
		} else {
			n.astral[r] = classEmoji
		}
	}
	n.sounds = newPhonetics(n)
	return n, b.err
}

// A runeSet is a set of characters of the basic plane; it has no other.
type runeSet [1 << 16 / 64]uint64

func (s *runeSet) add(r rune) {
	if uint32(r) < 1<<16 {
		s[r/64] |= 1 << (r % 64)
	}
}

func (s *runeSet) has(r rune) bool { return uint32(r) < 1<<16 && s[r/64]>>(r%64)&1 == 1 }

// astralSpans are the blocks beyond the basic plane whose characters fold to
// others (mathematical and enclosed letters, compatibility ideographs).
var astralSpans = [...][2]rune{
	{0x1D400, 0x1D7FF}, {0x1F100, 0x1F2FF}, {0x1FBF0, 0x1FBF9}, {0x2F800, 0x2FA1F}, {0xE0000, 0xE01EF},
}

// fold1 returns the canonical form of a character that folds to one character.
func (n *Normalizer) fold1(r rune) rune {
	if e := n.lookup(r); e.class() == classKeep {
		return e.rune()
	}
	return r
}

func (n *Normalizer) lookup(r rune) entry {
	if r < 1<<16 {
		return n.bmp[r]
	}
	if e, ok := n.astral[r]; ok {
		return e
	}
	return astralDefault(r)
}

func astralDefault(r rune) entry {
	if r >= 0x1F000 && r <= 0x1FAFF {
		return classEmoji
	}
	if unicode.IsLetter(r) || unicode.IsDigit(r) {
		return keep(r, 0)
	}
	return classOf(r)
}

// String returns the canonical text of s as a string: what terms are compared
// in. It allocates; use Normalize on hot paths.
func (n *Normalizer) String(s string) string {
	var t Text
	n.Normalize(&t, s)
	return string(t.Runes)
}

// builder computes entries.
type builder struct {
	Tables
	n   *Normalizer
	err error
}

func (b *builder) fallback(r rune) entry {
	if r >= 1<<16 {
		return astralDefault(r)
	}
	return keep(r, 0)
}

// entry finds what a character folds to by applying case, NFKC, accents and
// the tables until nothing changes: folding in one pass would let İ or ǆ
// escape.
func (b *builder) entry(r rune) entry {
	if to, ok := b.Confusable[r]; ok {
		return classConfusable | entry(to) | entry(StepConfusable)<<stepShift
	}
	if c := classOf(r); c != classKeep {
		if _, drawn := b.Letters[r]; !drawn {
			return c
		}
	}
	out, steps := []rune{r}, Steps(0)
	for round := 0; ; round++ {
		next, s := b.foldOnce(out)
		if string(next) == string(out) {
			break
		}
		if round > 8 {
			b.err = fmt.Errorf("textnorm: %q never reaches a fixed point", r)
			return keep(r, 0)
		}
		out, steps = next, steps|s
	}
	switch {
	case len(out) == 0:
		return classMark
	case len(out) == 1:
		if to, ok := b.Confusable[out[0]]; ok {
			return classConfusable | entry(to) | entry(StepConfusable)<<stepShift
		}
		return keep(out[0], steps)
	}
	if slices.ContainsFunc(out, isLatin) {
		for i, c := range out { // μm
			if to, ok := b.Confusable[c]; ok {
				out[i] = to
			}
		}
	}
	b.n.expansions = append(b.n.expansions, out)
	return classExpand | entry(len(b.n.expansions)-1) | entry(steps)<<stepShift
}

func (b *builder) foldOnce(in []rune) (out []rune, steps Steps) {
	for _, r := range in {
		if to, ok := b.Letters[r]; ok {
			out, steps = append(out, to), steps|StepCompat
			continue
		}
		if to, ok := b.Traditional[r]; ok {
			out, steps = append(out, to), steps|StepTraditional
			continue
		}
		if low := unicode.ToLower(r); low != r {
			out, steps = append(out, low), steps|StepCase
			continue
		}
		plain := norm.NFKD.String(string(r))
		if isHangul(r) || plain == string(r) {
			out = append(out, r)
			continue
		}
		steps |= compatStep(r, plain)
		for _, p := range norm.NFC.String(dropMarks(plain)) {
			if classOf(p) == classKeep {
				out = append(out, p)
			}
		}
	}
	return out, steps
}

// compatStep names the reason for a compatibility mapping.
func compatStep(r rune, plain string) Steps {
	switch {
	case r >= 0xFF00 && r <= 0xFFEF:
		return StepWidth
	case norm.NFD.String(string(r)) == plain && utf8.RuneCountInString(plain) > 1:
		return StepCombining
	case r >= 0xF900 && r <= 0xFAFF || r >= 0x2E80 && r <= 0x2FDF:
		return StepTraditional
	}
	return StepCompat
}

func dropMarks(s string) string {
	out := make([]rune, 0, len(s))
	for _, r := range s {
		// Kana voicing marks change the letter; Latin accents do not.
		if unicode.In(r, unicode.Mn, unicode.Me) && r != 0x3099 && r != 0x309A {
			continue
		}
		out = append(out, r)
	}
	return string(out)
}

func isHangul(r rune) bool { return r >= 0xAC00 && r <= 0xD7A3 }

// classOf sorts the characters that stand for nothing by themselves;
// everything else is classKeep.
func classOf(r rune) entry {
	switch {
	case r == 0x3000 || r == 0x2800 || unicode.IsSpace(r) && r != '\n' && r != '\r':
		return classSpace
	case r == 0x20E3 || r >= 0xFE00 && r <= 0xFE0F || r >= 0xE0100 && r <= 0xE01EF:
		return classInvisible
	case r == 0x3099 || r == 0x309A:
		return classCombining
	case unicode.In(r, unicode.Mn, unicode.Me):
		return classCombining
	case unicode.Is(unicode.Cf, r) || r == 0x115F || r == 0x1160 || r == 0x3164 || r == 0xFFA0 || r == 0x17B4 || r == 0x17B5:
		return classInvisible
	case r >= 0x2600 && r <= 0x27BF || r >= 0x2B00 && r <= 0x2BFF || r >= 0x231A && r <= 0x23FF:
		return classEmoji
	case foldsToLetter(r):
		return classKeep
	case r >= 0x1F000 && r <= 0x1FAFF:
		return classEmoji
	case unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.Is(unicode.Mc, r):
		return classKeep
	}
	return classMark
}

// foldsToLetter reports whether a symbol is a drawn letter, digit or
// ideograph (Ⓐ, ㊙, 🈲): its compatibility form holds one.
func foldsToLetter(r rune) bool {
	if r < 0x80 || unicode.IsLetter(r) {
		return false
	}
	for _, p := range norm.NFKD.String(string(r)) {
		if p != r && (unicode.IsLetter(p) || unicode.IsNumber(p)) {
			return true
		}
	}
	return false
}
