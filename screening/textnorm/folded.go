package textnorm

import (
	"sort"
	"unicode/utf8"
)

// Folded is canonical text for readers that need separators: the segmenter and
// the patterns. White space, line breaks and emoji are one space each,
// punctuation is half width, invisible characters are gone. The zero value is
// ready for use and keeps its memory when reused.
type Folded struct {
	Bytes []byte
	At    []int32 // At[i] is where rune i of the Text stands in Bytes; one more for the end
}

// Fold writes the folded form of t, which n must have normalised, into dst.
func (n *Normalizer) Fold(dst *Folded, t *Text) {
	dst.Bytes, dst.At = dst.Bytes[:0], dst.At[:0]
	end := 0
	for i, r := range t.Runes {
		if start := int(t.Start[i]); start > end {
			n.separators(dst, t.Source[end:start])
		}
		dst.At = append(dst.At, int32(len(dst.Bytes)))
		dst.Bytes = utf8.AppendRune(dst.Bytes, r)
		end = int(t.End[i])
	}
	n.separators(dst, t.Source[end:])
	dst.At = append(dst.At, int32(len(dst.Bytes)))
}

func (n *Normalizer) separators(dst *Folded, s string) {
	for _, r := range s {
		switch n.lookup(r).class() {
		case classSpace, classEmoji:
			dst.Bytes = append(dst.Bytes, ' ')
		case classMark:
			dst.Bytes = utf8.AppendRune(dst.Bytes, halfWidth(r))
		}
	}
}

// halfWidth maps full-width ASCII punctuation and its Chinese cousins that
// patterns are written with.
func halfWidth(r rune) rune {
	switch {
	case r >= 0xFF01 && r <= 0xFF5E:
		return r - 0xFF01 + '!'
	case r == '\n' || r == '\r':
		return ' '
	case r == '×' || r == '✕' || r == '＊':
		return '*'
	case r == '–' || r == '—' || r == '－':
		return '-'
	}
	return r
}

// Runes returns the range of runes of the Text whose text lies within the
// bytes [start, end) of the folded form. It is empty where only separators do.
func (f *Folded) Runes(start, end int) (from, to int) {
	n := len(f.At) - 1
	from = sort.Search(n, func(i int) bool { return int(f.At[i]) >= start })
	to = sort.Search(n, func(i int) bool { return int(f.At[i]) >= end })
	return from, to
}
