package catalogue

import (
	"strings"
	"unicode/utf8"
)

// A word is a text with its number of runes.
type word struct {
	text  string
	runes int
}

func wordOf(s string) word { return word{s, utf8.RuneCountInString(s)} }

// wordsOf returns the words of a list parted by spaces.
func wordsOf(list string) []word {
	var words []word
	for s := range strings.FieldsSeq(list) {
		words = append(words, wordOf(s))
	}
	return words
}

func wordsIn(list []string) []word {
	words := make([]word, len(list))
	for i, s := range list {
		words[i] = wordOf(s)
	}
	return words
}

// A shelf is a department with its words counted and its categories spelt out.
type shelf struct {
	path, platform                string
	goods                         []article
	looks, made, fit, when, sizes []word
}

// An article is a kind of ordinary goods and the category it belongs in.
type article struct {
	noun     word
	category string
}

func shelfOf(d *department) shelf {
	sh := shelf{
		path: d.path, platform: d.platform, looks: wordsOf(d.looks), made: wordsOf(d.made), fit: wordsOf(d.fit),
		when: wordsOf(d.when), sizes: wordsOf(d.sizes),
	}
	for _, noun := range wordsOf(d.nouns) {
		sh.goods = append(sh.goods, article{noun, d.path + "/" + noun.text})
	}
	return sh
}

// A piece of a sentence is text, or a slot that a word of the goods fills.
type piece struct {
	slot byte
	text word
}

// piecesOf reads a sentence with slots in braces: {N} the goods, {M} what they
// are made of, {K} how they look, {F} whom they fit, {W} when or where.
func piecesOf(sentence string) []piece {
	var ps []piece
	for rest := sentence; rest != ""; {
		before, after, found := strings.Cut(rest, "{")
		if before != "" {
			ps = append(ps, piece{text: wordOf(before)})
		}
		if !found {
			break
		}
		ps = append(ps, piece{slot: after[0]})
		rest = after[2:]
	}
	return ps
}

// A draft is text under way: what was written so far, and the runes since the
// last mark.
type draft struct {
	text  strings.Builder
	runes int
}

// mark starts a new text and returns where.
func (d *draft) mark() int {
	d.runes = 0
	return d.text.Len()
}

func (d *draft) add(w word) {
	d.text.WriteString(w.text)
	d.runes += w.runes
}

func (d *draft) char(c byte) {
	d.text.WriteByte(c)
	d.runes++
}

// number writes n with at least the digits given.
func (d *draft) number(n uint64, digits int) {
	var buf [20]byte
	at := len(buf)
	for n > 0 || digits > 0 {
		at--
		buf[at] = byte('0' + n%10)
		n /= 10
		digits--
	}
	d.text.Write(buf[at:])
	d.runes += len(buf) - at
}
