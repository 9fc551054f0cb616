package report

import (
	"strconv"
	"strings"

	"zhunru/screening"
)

// A Row is a verdict with the listing it judges.
type Row struct {
	Listing *screening.Listing
	Verdict *screening.Verdict
}

// sheetHeader names the columns of CSV and XLSX.
var sheetHeader = []string{
	"商品编号", "商家", "标题", "结论", "品类编号", "品类", "处置", "命中方式", "词条", "字段",
	"起（字）", "止（字）", "原文", "规避手法", "依据", "缺少", "已取得类目", "提示", "商家怎么办", "词典版本",
}

// cells fills in the columns of one finding, nil for a listing without any.
func (n Laws) cells(dst []string, r Row, f *screening.Finding) []string {
	l, v := r.Listing, r.Verdict
	dst = append(dst[:0], v.ID, l.MerchantID, l.Title, OutcomeName(v.Outcome, Chinese))
	if f == nil {
		for len(dst) < len(sheetHeader)-1 {
			dst = append(dst, "")
		}
		return append(dst, v.Revision)
	}
	held := ""
	if f.Held {
		held = "是"
	}
	return append(dst, f.Class, f.Name, OutcomeName(f.Outcome, Chinese), kindName(f.Kind, Chinese), f.Term,
		fieldName(f.Field, Chinese), strconv.Itoa(f.Span.Rune[0]), strconv.Itoa(f.Span.Rune[1]), f.Quote,
		stepNames(f.Steps, Chinese), n.citeAll(f.Citations, Chinese), missing(f.Missing, Chinese), held,
		f.Notice, f.Remedy.Merchant, v.Revision)
}

// eachFinding calls do for every finding, or once with nil.
func eachFinding(v *screening.Verdict, do func(*screening.Finding)) {
	if len(v.Findings) == 0 {
		do(nil)
		return
	}
	for i := range v.Findings {
		do(&v.Findings[i])
	}
}

// AppendCSVHeader appends a byte order mark, so that Excel reads UTF-8, and
// the header.
func AppendCSVHeader(dst []byte) []byte {
	return appendRecord(append(dst, "\ufeff"...), sheetHeader)
}

// AppendCSV appends one line a finding, and one for a listing without any.
// Cells that a spreadsheet would take for a formula are made text.
func AppendCSV(dst []byte, r Row, laws Laws) []byte {
	cells := make([]string, 0, len(sheetHeader))
	eachFinding(r.Verdict, func(f *screening.Finding) {
		cells = laws.cells(cells, r, f)
		dst = appendRecord(dst, cells)
	})
	return dst
}

func appendRecord(dst []byte, cells []string) []byte {
	for i, c := range cells {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = appendCell(dst, c)
	}
	return append(dst, '\n')
}

// needsQuotes reports whether a cell holds what ends one, or begins with a space
// that readers take away.
func needsQuotes(s string) bool {
	if strings.HasPrefix(s, " ") {
		return true
	}
	for i := range len(s) {
		if c := s[i]; c <= ',' && (c == ',' || c == '"' || c == '\n' || c == '\r') {
			return true
		}
	}
	return false
}

func appendCell(dst []byte, s string) []byte {
	guard := isGuarded(s)
	if !needsQuotes(s) {
		if guard {
			dst = append(dst, '\'')
		}
		return append(dst, s...)
	}
	dst = append(dst, '"')
	if guard {
		dst = append(dst, '\'')
	}
	for {
		before, after, found := strings.Cut(s, `"`)
		dst = append(dst, before...)
		if !found {
			return append(dst, '"')
		}
		dst = append(dst, `""`...)
		s = after
	}
}
