package report

import (
	"bytes"
	"fmt"
	"strings"

	"zhunru/screening"
)

// Widths of the columns that do not stretch, in cells.
const (
	outcomeCells    = 7
	outcomeCellsEN  = 15
	idCells         = 14
	minTitleCells   = 16
	columnGap       = "  "
	shareForReasons = 2 // of the cells left, one in so many is for the reason
)

func (s *Screen) columns() (outcome, title, reason int) {
	outcome = outcomeCells
	if s.Language == English {
		outcome = outcomeCellsEN
	}
	rest := s.cells() - outcome - idCells - 3*len(columnGap) - 1
	title = max(minTitleCells, rest-rest/shareForReasons)
	return outcome, title, max(minTitleCells, rest-title)
}

// AppendTableHeader appends the header of the table.
func (s *Screen) AppendTableHeader(dst []byte) []byte {
	outcome, title, reason := s.columns()
	l := s.Language
	dst = s.on(dst, styleLabel)
	dst = appendFit(dst, l.pick("结论", "OUTCOME"), outcome)
	dst = appendFit(append(dst, columnGap...), l.pick("编号", "ID"), idCells)
	dst = appendFit(append(dst, columnGap...), l.pick("标题", "TITLE"), title)
	dst = appendFit(append(dst, columnGap...), l.pick("为什么", "WHY"), reason)
	return append(s.off(dst, styleLabel), '\n')
}

// AppendTable appends one line a listing, no wider than the screen.
func (s *Screen) AppendTable(dst []byte, r Row) []byte {
	outcome, title, reason := s.columns()
	v := r.Verdict
	st := outcomeStyle(v.Outcome)
	dst = s.on(dst, st)
	dst = appendFit(dst, OutcomeName(v.Outcome, s.Language), outcome)
	dst = s.off(dst, st)
	dst = appendFit(append(dst, columnGap...), v.ID, idCells)
	dst = appendFit(append(dst, columnGap...), r.Listing.Title, title)
	dst = appendFit(append(dst, columnGap...), s.why(v), reason)
	return append(bytes.TrimRight(dst, " "), '\n')
}

// why sums a verdict up: the class and the term of its gravest finding.
func (s *Screen) why(v *screening.Verdict) string {
	if len(v.Findings) == 0 {
		return ""
	}
	worst := &v.Findings[0]
	for i := range v.Findings {
		if f := &v.Findings[i]; !worst.Outcome.AtLeast(f.Outcome) {
			worst = f
		}
	}
	named := worst.Term
	if worst.Kind == screening.KindPattern {
		named = strings.Join(strings.Fields(worst.Quote), " ") // a pattern's id says nothing to people
	}
	out := worst.Name + "：" + named
	if worst.Held {
		out += s.Language.pick("（已取得类目）", " (category held)")
	}
	if more := len(v.Findings) - 1; more > 0 {
		out += fmt.Sprintf(" +%d", more)
	}
	return out
}
