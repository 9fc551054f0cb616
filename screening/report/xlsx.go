package report

import (
	"fmt"
	"io"
	"strconv"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

	"zhunru/screening"
)

// sheetRows is how many rows a sheet gets below its header. Excel takes
// 1,048,576 in all.
const sheetRows = 1_000_000

// cellRunes bounds a cell; Excel takes 32,767 UTF-16 units.
const cellRunes = 16_000

// columnWidths are in characters, in the order of sheetHeader.
var columnWidths = []float64{16, 14, 48, 9, 26, 24, 9, 10, 20, 12, 8, 8, 24, 20, 48, 40, 10, 36, 60, 20}

// A Workbook writes rows to an XLSX file, one a finding and one for a listing
// without any, and goes on on a next sheet when one is full. Memory does not
// grow with the rows, they go to a temporary file. It is not safe for
// concurrent use.
type Workbook struct {
	sheets
	laws   Laws
	cells  []string
	values []any
}

// NewWorkbook returns a workbook with an empty first sheet.
func NewWorkbook(laws Laws) (*Workbook, error) {
	w := &Workbook{laws: laws, values: make([]any, len(sheetHeader))}
	w.sheets = sheets{book: excelize.NewFile(), title: "筛查结果", header: sheetHeader, widths: columnWidths, limit: sheetRows, first: true}
	return w, w.begin()
}

// Add appends the rows of one verdict.
func (w *Workbook) Add(r Row) error {
	var err error
	eachFinding(r.Verdict, func(f *screening.Finding) {
		if err == nil {
			w.cells = w.laws.cells(w.cells, r, f)
			err = w.addRow()
		}
	})
	return err
}

func (w *Workbook) addRow() error {
	clear(w.values)
	for i, c := range w.cells {
		if c != "" {
			w.values[i] = clip(c)
		}
		if n, err := strconv.Atoi(c); err == nil && (i == 10 || i == 11) {
			w.values[i] = n
		}
	}
	return w.add(w.values)
}

// clip cuts what no cell can hold, and says so with an ellipsis.
func clip(s string) string {
	if len(s) <= cellRunes || utf8.RuneCountInString(s) <= cellRunes {
		return s
	}
	return string([]rune(s)[:cellRunes]) + "…"
}

// Write writes the file. Nothing can be added afterwards.
func (w *Workbook) Write(to io.Writer) error {
	if err := w.end(); err != nil {
		return err
	}
	if err := w.book.Write(to); err != nil {
		return fmt.Errorf("report: workbook: %w", err)
	}
	return nil
}

// Close frees the temporary files.
func (w *Workbook) Close() error { return w.book.Close() }
