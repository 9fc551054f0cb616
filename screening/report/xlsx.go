package report

import (
	"errors"
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
	book  *excelize.File
	sheet *excelize.StreamWriter
	laws  Laws
	limit int // rows a sheet
	count int // sheets
	row   int // the last row written, the header is 1
	cells []string
	bold  int
}

// NewWorkbook returns a workbook with an empty first sheet.
func NewWorkbook(laws Laws) (*Workbook, error) {
	w := &Workbook{book: excelize.NewFile(), laws: laws, limit: sheetRows}
	var err error
	if w.bold, err = w.book.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}}); err != nil {
		return nil, fmt.Errorf("report: workbook: %w", err)
	}
	return w, w.nextSheet()
}

func (w *Workbook) nextSheet() error {
	if w.sheet != nil {
		if err := w.sheet.Flush(); err != nil {
			return fmt.Errorf("report: workbook: %w", err)
		}
	}
	w.count++
	name := "筛查结果"
	if w.count > 1 {
		name += strconv.Itoa(w.count)
	}
	if err := w.startSheet(name); err != nil {
		return fmt.Errorf("report: sheet %s: %w", name, err)
	}
	return nil
}

func (w *Workbook) startSheet(name string) (err error) {
	if w.count == 1 {
		err = w.book.SetSheetName("Sheet1", name)
	} else {
		_, err = w.book.NewSheet(name)
	}
	if err != nil {
		return err
	}
	if w.sheet, err = w.book.NewStreamWriter(name); err != nil {
		return err
	}
	for i, width := range columnWidths {
		err = errors.Join(err, w.sheet.SetColWidth(i+1, i+1, width))
	}
	err = errors.Join(err, w.sheet.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}))
	header := make([]any, len(sheetHeader))
	for i, h := range sheetHeader {
		header[i] = excelize.Cell{StyleID: w.bold, Value: h}
	}
	w.row = 1
	return errors.Join(err, w.sheet.SetRow("A1", header))
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
	if w.row > w.limit {
		if err := w.nextSheet(); err != nil {
			return err
		}
	}
	w.row++
	values := make([]any, len(w.cells))
	for i, c := range w.cells {
		if c != "" {
			values[i] = clip(c)
		}
		if n, err := strconv.Atoi(c); err == nil && (i == 10 || i == 11) {
			values[i] = n
		}
	}
	if err := w.sheet.SetRow("A"+strconv.Itoa(w.row), values); err != nil {
		return fmt.Errorf("report: row %d: %w", w.row, err)
	}
	return nil
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
	if err := w.sheet.Flush(); err != nil {
		return fmt.Errorf("report: workbook: %w", err)
	}
	if err := w.book.Write(to); err != nil {
		return fmt.Errorf("report: workbook: %w", err)
	}
	return nil
}

// Close frees the temporary files.
func (w *Workbook) Close() error { return w.book.Close() }
