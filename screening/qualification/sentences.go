package qualification

import (
	"slices"
	"strings"
	"unicode/utf8"

	"zhunru/screening/textnorm"
)

// maxQuote is the most runes of a submitted text that a quote holds.
const maxQuote = 80

// A gapMark says what stands between two canonical runes, in the eyes of a
// reader: the end of a sentence, a comma, a line break.
type gapMark uint16

const (
	gapLine   gapMark = 1 << iota // a line break
	gapPara                       // an empty line, or a paragraph separator
	gapStop                       // 。！？；
	gapAsk                        // ？
	gapSemi                       // ；
	gapClause                     // a comma, colon, bracket or dash
	gapColon                      // ：
	gapLeader                     // dots that lead to a page number
	gapOdd                        // what is not usual inside a statement
	gapBox                        // a box to tick, a stroke, a direction control
)

// A reading is a text as it is read here: canonical runes, and the marks that
// textnorm leaves out. Slices are kept when it is reused.
type reading struct {
	textnorm.Text
	gaps []gapMark // gaps[i] stands before rune i; the last one after all
	at   []int32   // at[i] is how many runes of the source stand before rune i
}

// A sentence is a range of canonical runes without an end mark inside. Before
// and After are the gaps around it.
type sentence struct {
	from, to      int
	before, after gapMark
}

func (r *reading) read(n *textnorm.Normalizer, text string) {
	n.Normalize(&r.Text, text)
	r.gaps, r.at = r.gaps[:0], r.at[:0]
	end, runes := 0, 0
	for i := range r.Runes {
		start := int(r.Start[i])
		switch {
		case start > end:
			gap := r.Source[end:start]
			r.gaps = append(r.gaps, marksOf(gap))
			runes += utf8.RuneCountInString(gap)
		default:
			r.gaps = append(r.gaps, 0)
		}
		if start < end { // a second rune of the same character
			runes--
		}
		r.at = append(r.at, int32(runes))
		runes++
		end = int(r.End[i])
	}
	r.gaps = append(r.gaps, marksOf(r.Source[end:]))
}

// marksOf sums up what stands in a gap.
func marksOf(gap string) (m gapMark) {
	lines, dots, last := 0, 0, rune(0)
	for _, c := range gap {
		switch c {
		case '\n':
			if last != '\r' {
				lines++
			}
		case '\r', '\u0085', '\u2028', '\v':
			lines++
		case '\u2029':
			lines += 2
		case '.', '·', '．', '…', '‥', '⋯', '・', '_':
			dots++
			if c == '…' || c == '⋯' {
				dots++
			}
			m |= gapOdd
		default:
			m |= markOf(c)
		}
		last = c
	}
	if lines > 0 {
		m |= gapLine
	}
	if lines > 1 {
		m |= gapPara
	}
	if dots > 1 {
		m |= gapLeader
	}
	return m
}

func markOf(c rune) gapMark {
	switch c {
	case '。', '!', '！', '｡', '︒', '﹒', '﹗', '︕':
		return gapStop
	case '?', '？', '﹖', '︖', '⁇', '‽':
		return gapStop | gapAsk
	case ';', '；', '﹔', '︔':
		return gapStop | gapSemi
	case ',', '，', '﹐', '︐':
		return gapClause
	case ':', '：', '﹕', '︓', '∶':
		return gapClause | gapColon | gapOdd
	case '、', '《', '》', '〈', '〉', '“', '”', '‘', '’', '"', '「', '」', '『', '』', '\'', '\f',
		' ', '\t', '\u00a0', '\u3000', '\u2002', '\u2003', '\u2009', '\u200a', '\u202f',
		'\u200b', '\u200c', '\u200d', '\u2060', '\ufeff', '\u00ad', '\u180e':
		return 0
	case '(', ')', '（', '）', '—', '–', '―', '【', '】', '[', ']', '〔', '〕', '{', '}', '|', '｜':
		return gapClause | gapOdd
	case '□', '☐', '☑', '☒', '■', '○', '◯', '×', '✗', '✘', '√', '✓', '~', '～', '\u200e', '\u200f', '\u061c',
		'\u202a', '\u202b', '\u202c', '\u202d', '\u202e', '\u2066', '\u2067', '\u2068', '\u2069':
		return gapBox | gapOdd
	}
	return gapOdd
}

// sentences appends the sentences of the text to dst. A sentence ends at 。；！？
// in either width, at an empty line, and after a line of the letterhead; any
// other single line break, and spaces, are how a scan wraps it, and do not end
// it.
func (r *reading) sentences(dst []sentence) []sentence {
	from, line := 0, 0
	for i := 1; i <= len(r.Runes); i++ {
		ends := i == len(r.Runes) || r.gaps[i]&(gapStop|gapPara) != 0
		if !ends && r.gaps[i]&gapLine != 0 {
			ends = line == from && r.letterhead(line, i)
			line = i
		}
		if !ends {
			continue
		}
		dst = append(dst, sentence{from, i, r.gaps[from], r.gaps[i]})
		from, line = i, i
	}
	return dst
}

// maxLetterhead is how many runes a line of a letterhead has at most.
const maxLetterhead = 40

// letterhead reports whether the runes [from, to) are a line that stands above
// a letter's text: its title (…通知书), its number (…〔2026〕12号), or the
// company it is addressed to, with a colon. A line that somebody's words follow
// (申请人称：) is none.
func (r *reading) letterhead(from, to int) bool {
	line := r.Runes[from:to]
	if len(line) > maxLetterhead || r.gapsIn(from, to)&gapStop != 0 {
		return false
	}
	if r.gaps[to]&gapColon != 0 {
		return endsWith(line, "公司", "中心", "合作社", "经营部", "商行")
	}
	return endsWith(line, "通知书") || endsWith(line, "号") && slices.ContainsFunc(line, func(c rune) bool { return c >= '0' && c <= '9' })
}

func endsWith(line []rune, words ...string) bool {
	text := string(line)
	return slices.ContainsFunc(words, func(w string) bool { return strings.HasSuffix(text, w) })
}

// gapsIn returns what stands between the runes [from, to), not around them.
func (r *reading) gapsIn(from, to int) (m gapMark) {
	for _, g := range r.gaps[from+1 : to] {
		m |= g
	}
	return m
}

// clauseReach is how far back a clause is looked at, in runes.
const clauseReach = 60

// clauseStart returns where the clause that holds rune i starts, not before
// from nor clauseReach.
func (r *reading) clauseStart(i, from int) int {
	from = max(from, i-clauseReach)
	for i > from && r.gaps[i]&(gapClause|gapStop|gapPara) == 0 {
		i--
	}
	return i
}

// quote returns the submitted text of the runes [from, to), cut to at most
// maxQuote runes around the rune at keep, and where it stands.
func (r *reading) quote(from, to, keep int) (string, *Span) {
	if from >= to {
		return "", nil
	}
	size := func(a, b int) int { return int(r.at[b-1]-r.at[a]) + 1 }
	for from < keep && size(from, min(keep+20, to)) > maxQuote {
		from++
	}
	for to-1 > max(from, keep) && size(from, to) > maxQuote {
		to--
	}
	return r.whole(from, to)
}

// whole returns the submitted text of the runes [from, to), which must not be
// empty, and where it stands: the quote is exactly what the span covers.
func (r *reading) whole(from, to int) (string, *Span) {
	start, end := r.Span(from, to)
	return r.Source[start:end], &Span{
		Byte: [2]int{start, end},
		Rune: [2]int{int(r.at[from]), int(r.at[to-1]) + 1},
	}
}
