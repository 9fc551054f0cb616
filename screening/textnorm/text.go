package textnorm

import (
	"sort"
	"unicode"
	"unicode/utf8"
)

// Signals says which derived views could show something the canonical text
// does not. They cost nothing to keep and save the views on ordinary text.
type Signals uint8

// The signals.
const (
	SignalRepeat Signals = 1 << iota // a Han character stands twice in a row
	SignalSplit                      // a first part of a split glyph occurs
	SignalEmoji                      // an emoji that stands for a word occurs
	SignalLatin                      // a run of two or more Latin letters occurs
)

// A Text is canonical text with a map back to the source. The zero value is
// ready for use; a Text that is reused keeps its memory, so normalising clean
// text allocates nothing. It is not safe for concurrent use.
//
// Runes, Start, End and Steps have the same length; offsets are bytes of
// Source and never decrease.
type Text struct {
	Source string
	Runes  []rune
	Start  []int32 // first byte of the character this rune came from
	End    []int32 // byte after it
	Steps  []Steps // its own steps, and what stood between it and the rune before
	Signals
}

// Reset empties t for a new source.
func (t *Text) Reset(source string) {
	t.Source = source
	t.Runes, t.Start, t.End, t.Steps = t.Runes[:0], t.Start[:0], t.End[:0], t.Steps[:0]
	t.Signals = 0
}

func (t *Text) add(r rune, start, end int, s Steps) {
	t.Runes = append(t.Runes, r)
	t.Start = append(t.Start, int32(start))
	t.End = append(t.End, int32(end))
	t.Steps = append(t.Steps, s)
}

// Span returns the source bytes of the runes [from, to), which must not be
// empty.
func (t *Text) Span(from, to int) (start, end int) {
	return int(t.Start[from]), int(t.End[to-1])
}

// StepsIn returns what had to be undone to read the runes [from, to): their
// own steps and what stood between them, but not what stood before the first.
func (t *Text) StepsIn(from, to int) Steps {
	all := t.Steps[from]
	s := all &^ gapSteps
	for _, x := range t.Steps[from+1 : to] {
		s |= x
		all |= x
	}
	if all&ownCombining != 0 {
		s |= StepCombining
	}
	if all&ownEmoji != 0 {
		s |= StepEmoji
	}
	return s &^ (ownCombining | ownEmoji)
}

// GapBefore reports whether white space, a mark or an emoji parts rune i from
// the one before. It is true at the start of the text.
func (t *Text) GapBefore(i int) bool {
	return i == 0 || i < len(t.Steps) && t.Steps[i]&Gap != 0 || i >= len(t.Steps)
}

// RuneAt returns the index of the first rune that starts at or after byte b
// of the source, len(t.Runes) if there is none.
func (t *Text) RuneAt(b int) int {
	return sort.Search(len(t.Start), func(i int) bool { return int(t.Start[i]) >= b })
}

// Inside Text.Steps only: the character itself was accented, or an emoji. As
// gap steps, StepCombining and StepEmoji cannot tell.
const (
	ownEmoji Steps = 1 << (14 + iota)
	ownCombining
)

// Normalize reads source into t. It never fails: bytes that are not UTF-8 part
// words like a mark does. Normalising canonical text again changes nothing.
func (n *Normalizer) Normalize(t *Text, source string) {
	t.Reset(source)
	n.read(t, source, false)
}

// Picture reads t's source into dst with emoji as the words they stand for
// (🔫 → 枪). It is useful only where t has SignalEmoji.
func (n *Normalizer) Picture(dst, t *Text) {
	dst.Reset(t.Source)
	n.read(dst, t.Source, true)
}

func (n *Normalizer) read(t *Text, source string, pictures bool) {
	var gap Steps
	var look latinRun
	for i := 0; i < len(source); {
		r, size := rune(source[i]), 1
		if r >= utf8.RuneSelf {
			if r, size = hanAt(source, i); size == 0 {
				r, size = utf8.DecodeRuneInString(source[i:])
			}
		}
		e := n.lookup(r)
		switch e.class() {
		case classKeep:
			c := e.rune()
			steps := e.steps()
			if steps&StepCombining != 0 {
				steps = steps&^StepCombining | ownCombining
			}
			if isLatin(c) {
				look.letter(t, gap)
			} else {
				look.end(n, t)
				n.signal(t, c)
			}
			t.add(c, i, i+size, steps|gap)
			gap = 0
		case classSpace:
			gap |= StepSpace
		case classMark:
			if c, ok := symbolLetter(source, i); ok {
				look.confusable(t)
				t.add(c, i, i+1, StepConfusable|gap)
				gap = 0
				break
			}
			gap |= StepMark
		case classInvisible:
			gap |= StepZeroWidth
		case classCombining:
			gap |= StepCombining
		case classEmoji:
			if n.picture(t, &look, r, i, size, gap, pictures) {
				gap = 0
			} else {
				gap |= StepEmoji
			}
		case classExpand:
			for _, c := range n.expansions[e.rune()] {
				if isLatin(c) {
					look.letter(t, gap)
				} else {
					look.end(n, t)
				}
				t.add(c, i, i+size, e.steps()|gap)
				gap = 0
			}
		case classConfusable:
			look.confusable(t)
			t.add(e.rune(), i, i+size, e.steps()|gap)
			gap = 0
		}
		i += size
	}
	look.end(n, t)
}

// hanAt decodes the character at i where it is one of U+1000 to U+CFFF, most of
// Chinese text, and three whole bytes; a size of 0 leaves it to the library,
// whose decoder is too long to be inlined.
func hanAt(s string, i int) (rune, int) {
	if i+2 >= len(s) {
		return 0, 0
	}
	a, b, c := s[i], s[i+1], s[i+2]
	if a-0xE1 > 0xEC-0xE1 || b&0xC0 != 0x80 || c&0xC0 != 0x80 {
		return 0, 0
	}
	return rune(a&0xF)<<12 | rune(b&0x3F)<<6 | rune(c&0x3F), 3
}

// signal notes what the Han character c, about to be added, could mean.
func (n *Normalizer) signal(t *Text, c rune) {
	if c < 0x2E80 {
		return
	}
	if k := len(t.Runes); k > 0 && t.Runes[k-1] == c {
		t.Signals |= SignalRepeat
	}
	if k := len(t.Runes); k > 0 && t.Signals&SignalSplit == 0 && n.splitFirst.has(t.Runes[k-1]) {
		if _, ok := n.splitPairs[[2]rune{t.Runes[k-1], c}]; ok {
			t.Signals |= SignalSplit
		}
	}
}

// picture reads an emoji that stands for a word; it reports whether it added
// anything.
func (n *Normalizer) picture(t *Text, look *latinRun, r rune, at, size int, gap Steps, pictures bool) bool {
	word, ok := n.emoji[r]
	if !ok {
		return false
	}
	t.Signals |= SignalEmoji
	if !pictures {
		return false
	}
	look.end(n, t)
	for _, c := range word {
		t.add(c, at, at+size, ownEmoji|gap&^Gap)
	}
	return true
}

// latinRun follows a run of Latin letters and look-alikes. Look-alikes are
// read as Latin only in a run that holds a real Latin letter; otherwise the
// run is Cyrillic or Greek text and is put back. Separators do not end a run:
// v.р.n is one.
type latinRun struct {
	start       int // index of the first rune of the run
	n, lookLike int
}

func (l *latinRun) letter(t *Text, gap Steps) {
	if k := len(t.Runes); k > 0 && gap&Gap == 0 && isLatin(t.Runes[k-1]) {
		t.Signals |= SignalLatin
	}
	l.open(t)
	l.n++
}

func (l *latinRun) confusable(t *Text) {
	l.open(t)
	l.lookLike++
}

func (l *latinRun) open(t *Text) {
	if l.n == 0 && l.lookLike == 0 {
		l.start = len(t.Runes)
	}
}

func (l *latinRun) end(n *Normalizer, t *Text) {
	if l.lookLike > 0 && l.n == 0 {
		n.putBack(t, l.start)
	}
	l.n, l.lookLike = 0, 0
}

// putBack restores the look-alikes from rune `from` on to their own lower
// case.
func (n *Normalizer) putBack(t *Text, from int) {
	for i := from; i < len(t.Runes); i++ {
		r, _ := utf8.DecodeRuneInString(t.Source[t.Start[i]:t.End[i]])
		gap := t.Steps[i] & gapSteps
		t.Runes[i], t.Steps[i] = unicode.ToLower(r), gap
		if t.Runes[i] != r {
			t.Steps[i] |= StepCase
		}
	}
}

// symbolLetter reads @ and $ as letters where they stand between two ASCII
// letters, as in Ch@nel.
func symbolLetter(s string, i int) (rune, bool) {
	if s[i] != '@' && s[i] != '$' || i == 0 || i+1 >= len(s) || !asciiLetter(s[i-1]) || !asciiLetter(s[i+1]) {
		return 0, false
	}
	if s[i] == '@' {
		return 'a', true
	}
	return 's', true
}

func asciiLetter(b byte) bool { return b|0x20 >= 'a' && b|0x20 <= 'z' }

func isLatin(r rune) bool { return r >= 'a' && r <= 'z' }
