package report

import (
	"errors"
	"fmt"
	"strconv"

	"github.com/xuri/excelize/v2"
)

// sheets writes rows to a workbook, and goes on on a next sheet when one is
// full. Memory does not grow with the rows, they go to a temporary file.
type sheets struct {
	book   *excelize.File
	stream *excelize.StreamWriter
	title  string // of the first sheet; the others are numbered
	header []string
	widths []float64
	filter bool // the header gets filters
	first  bool // the workbook's own first sheet is the first one
	limit  int  // rows a sheet
	count  int  // sheets
	row    int  // the last row written, the header is 1
	bold   int
}

func (s *sheets) begin() error {
	var err error
	if s.bold, err = s.book.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}}); err != nil {
		return fmt.Errorf("report: workbook: %w", err)
	}
	return s.next()
}

func (s *sheets) next() error {
	if err := s.end(); err != nil {
		return err
	}
	s.count++
	name := s.title
	if s.count > 1 {
		name += strconv.Itoa(s.count)
	}
	if err := s.start(name); err != nil {
		return fmt.Errorf("report: sheet %s: %w", name, err)
	}
	return nil
}

func (s *sheets) start(name string) (err error) {
	if s.count == 1 && s.first {
		err = s.book.SetSheetName("Sheet1", name)
	} else {
		_, err = s.book.NewSheet(name)
	}
	if err != nil {
		return err
	}
	if s.stream, err = s.book.NewStreamWriter(name); err != nil {
		return err
	}
	for i, width := range s.widths {
		err = errors.Join(err, s.stream.SetColWidth(i+1, i+1, width))
	}
	err = errors.Join(err, s.stream.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}))
	header := make([]any, len(s.header))
	for i, h := range s.header {
		header[i] = excelize.Cell{StyleID: s.bold, Value: h}
	}
	s.row = 1
	return errors.Join(err, s.stream.SetRow("A1", header))
}

func (s *sheets) add(values []any) error {
	if s.row > s.limit {
		if err := s.next(); err != nil {
			return err
		}
	}
	s.row++
	if err := s.stream.SetRow("A"+strconv.Itoa(s.row), values); err != nil {
		return fmt.Errorf("report: row %d: %w", s.row, err)
	}
	return nil
}

// end completes the sheet at hand.
func (s *sheets) end() error {
	if s.stream == nil {
		return nil
	}
	if s.filter {
		corner, err := excelize.CoordinatesToCellName(len(s.header), max(s.row, 2))
		if err == nil {
			err = s.stream.AddTable(&excelize.Table{Range: "A1:" + corner, StyleName: "TableStyleLight1"})
		}
		if err != nil {
			return fmt.Errorf("report: filters: %w", err)
		}
	}
	if err := s.stream.Flush(); err != nil {
		return fmt.Errorf("report: workbook: %w", err)
	}
	s.stream = nil
	return nil
}
