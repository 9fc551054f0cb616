package extract

import "strings"

// maxBelow is how many lines a value may go on for.
const maxBelow = 12

// itemMarks begin an item of a list, which goes on where a sentence has ended.
const itemMarks = "123456789(（①②③④⑤⑥⑦⑧⑨"

// labelled proposes the values of all labels of the page.
func (f *finder) labelled(ix index) {
	f.hits = make([][]hit, len(f.lines))
	for i, l := range f.lines {
		f.hits[i] = ix.hits(l.glyphs, f.page.OCR)
	}
	for i := range f.lines {
		if f.header(i) {
			continue
		}
		for k, h := range f.hits[i] {
			if h.field != "" {
				f.beside(i, k, h)
			}
		}
	}
}

// beside proposes the value right of a label, or below it if there is nothing
// to the right.
func (f *finder) beside(i, k int, h hit) {
	gs := f.lines[i].glyphs
	end := len(gs)
	if k+1 < len(f.hits[i]) {
		end = f.hits[i][k+1].from
	}
	value := firstCell(gs[h.value:end], h.field)
	sure := h.sure
	switch {
	case h.tight:
		sure *= factorTight
	case !h.colon:
		sure *= factorNoColon
	case h.near:
		sure *= factorNear
	}
	at := i
	if len(value) == 0 {
		at = i + 1
		if end < len(gs) || at >= len(f.lines) || f.opensWithLabel(at) {
			return
		}
		value = firstCell(f.lines[at].glyphs, h.field)
		sure *= factorBelow
	}
	if h.field == Scope && end == len(gs) || at > i && h.field == Scope {
		value = f.goOn(value, at)
	}
	f.value(h.field, at, value, sure, h.tight)
}

// firstCell ends a value at the gap to the next column. A validity may be
// spread over columns: 自…  至…
func firstCell(gs []glyph, field Field) []glyph {
	if field == ValidUntil {
		return gs
	}
	for i := 1; i < len(gs); i++ {
		if gs[i].gap == gapWide {
			return gs[:i]
		}
	}
	return gs
}

func (f *finder) opensWithLabel(i int) bool {
	return len(f.hits[i]) > 0 && f.hits[i][0].from == 0
}

// goOn appends the lines on which a scope goes on: until a blank line, a label,
// or a line that closed the sentence.
func (f *finder) goOn(value []glyph, i int) []glyph {
	value = value[:len(value):len(value)]
	for n := 1; n <= maxBelow && i+n < len(f.lines) && len(value) < maxValue; n++ {
		next := f.lines[i+n]
		if next.after || len(f.hits[i+n]) > 0 || closed(value) && !strings.ContainsRune(itemMarks, next.glyphs[0].char) {
			break
		}
		if isAuthority(folded(next.glyphs)) || onlyDate(folded(next.glyphs)) {
			break
		}
		value = append(value, next.glyphs...)
	}
	return value
}

// closed tells a value that ends like one: with a full stop, or with a closing
// bracket that leaves none open.
func closed(gs []glyph) bool {
	if len(gs) == 0 {
		return true
	}
	switch gs[len(gs)-1].fold {
	case '。':
		return true
	case ')':
		open := 0
		for _, g := range gs {
			switch g.fold {
			case '(':
				open++
			case ')':
				open--
			}
		}
		return open <= 0
	}
	return false
}

// header reads a table whose labels stand in one line and whose values stand
// in the next, cell under label. It tells whether the line was such a header.
func (f *finder) header(i int) bool {
	hits := f.hits[i]
	if len(hits) < 2 || i+1 >= len(f.lines) || len(f.hits[i+1]) > 0 {
		return false
	}
	for k, h := range hits {
		next := len(f.lines[i].glyphs)
		if k+1 < len(hits) {
			next = hits[k+1].from
		}
		if h.value != next {
			return false
		}
	}
	cells := cellsOf(f.lines[i+1].glyphs)
	if len(cells) != len(hits) {
		return false
	}
	for k, h := range hits {
		if h.field != "" {
			f.value(h.field, i+1, cells[k], h.sure*factorBelow, false)
		}
	}
	return true
}

// cellsOf cuts a line at its wide gaps.
func cellsOf(gs []glyph) [][]glyph {
	var cells [][]glyph
	from := 0
	for i := 1; i <= len(gs); i++ {
		if i == len(gs) || gs[i].gap == gapWide {
			cells = append(cells, gs[from:i])
			from = i
		}
	}
	return cells
}
