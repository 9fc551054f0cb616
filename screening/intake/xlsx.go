package intake

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"

	"zhunru/screening"
)

// An xlsxSource reads the rows of one sheet. Empty rows are no rows.
type xlsxSource struct {
	layout      *layout
	path, sheet string
	book        *excelize.File
	rows        *excelize.Rows
	line        int
	cols        columns
	done        bool
}

// openWorkbook wants a file with a name, for a workbook is read from its end.
func (r *Reader) openWorkbook(file io.Reader, buffered *bufio.Reader, sheet string) error {
	path, temporary, err := nameOf(file, buffered)
	if err != nil {
		return err
	}
	var s *xlsxSource
	r.close = func() error { return closeWorkbook(s, path, temporary) }
	if s, err = openSheet(path, sheet); err != nil {
		return err
	}
	s.layout = r.layout
	r.src, r.pending, err = asSource(s.start())
	return err
}

// nameOf returns the path of a regular file, or that of a temporary copy.
func nameOf(file io.Reader, buffered *bufio.Reader) (path string, temporary bool, err error) {
	if f, ok := file.(interface {
		Name() string
		Stat() (os.FileInfo, error)
	}); ok {
		if info, err := f.Stat(); err == nil && info.Mode().IsRegular() {
			if named, err := os.Stat(f.Name()); err == nil && os.SameFile(info, named) {
				return f.Name(), false, nil
			}
		}
	}
	tmp, err := os.CreateTemp("", "zhunru-*.xlsx")
	if err != nil {
		return "", false, err
	}
	_, err = io.Copy(tmp, buffered)
	if closeErr := tmp.Close(); err == nil {
		err = closeErr
	}
	if err != nil {
		_ = os.Remove(tmp.Name())
		return "", false, err
	}
	return tmp.Name(), true, nil
}

func openSheet(path, sheet string) (*xlsxSource, error) {
	book, err := excelize.OpenFile(path, excelize.Options{RawCellValue: true})
	if err != nil {
		return nil, fmt.Errorf("workbook: %w", err)
	}
	s := &xlsxSource{path: path, sheet: sheet, book: book}
	sheets := book.GetSheetList()
	if sheet == "" && len(sheets) > 0 {
		s.sheet = sheets[0]
	}
	if s.rows, err = book.Rows(s.sheet); err != nil {
		_ = book.Close()
		return nil, fmt.Errorf("workbook: %w (it has %s)", err, strings.Join(sheets, ", "))
	}
	return s, nil
}

func closeWorkbook(s *xlsxSource, path string, temporary bool) error {
	var err error
	if s != nil {
		err = s.rows.Close()
		if e := s.book.Close(); err == nil {
			err = e
		}
	}
	if temporary {
		if e := os.Remove(path); err == nil {
			err = e
		}
	}
	return err
}

// start reads the header, the first row that is not empty.
func (s *xlsxSource) start() (*xlsxSource, []*RowError, error) {
	cells, err := s.cells()
	if errors.Is(err, io.EOF) {
		return s, nil, errNoHeader
	}
	if err != nil {
		return s, nil, err
	}
	cols, problems, err := s.layout.readHeader(cells, s.line)
	if err != nil {
		return s, problems, fmt.Errorf("row %d: %w", s.line, err)
	}
	s.cols = cols
	return s, problems, nil
}

// cells returns the next row that is not empty. At the end it makes sure that
// all rows were seen.
func (s *xlsxSource) cells() ([]string, error) {
	for !s.done && s.rows.Next() {
		s.line++
		cells, err := s.rows.Columns()
		if err != nil {
			return nil, fmt.Errorf("row %d: %w", s.line, err)
		}
		for len(cells) > 0 && cells[len(cells)-1] == "" {
			cells = cells[:len(cells)-1]
		}
		if len(cells) > 0 {
			return cells, nil
		}
	}
	if !s.done {
		s.done = true
		if err := s.rows.Error(); err != nil {
			return nil, err
		}
		if err := checkSheet(s.path, s.sheet, s.line); err != nil {
			return nil, err
		}
	}
	return nil, io.EOF
}

func (s *xlsxSource) next(row *Row) error {
	cells, err := s.cells()
	if err != nil {
		return err
	}
	row.Line = s.line
	if len(cells) > len(s.cols) {
		problem := refused(s.line, FieldLine, CodeColumns, fmt.Sprintf("%d cells, the header has %d（列数不符）", len(cells), len(s.cols)))
		problem.Excerpt = excerptOf(strings.Join(cells, " | "))
		return problem
	}
	row.Listing = screening.Listing{}
	for i, value := range cells {
		f := s.cols[i]
		if s.layout.isDay(f) {
			value = s.day(value)
		}
		if s.layout.isID(f) {
			whole, ok := wholeNumber(value)
			if !ok {
				return refused(s.line, f, CodeDigitsLost, "number "+value+" has lost digits, store it as text（数字过长，请按文本保存）")
			}
			value = whole
		}
		s.cols.set(&row.Listing, i, value)
	}
	return nil
}

var (
	zeroFraction = regexp.MustCompile(`^\d+\.0+$`)
	exponent     = regexp.MustCompile(`^\d(\.\d+E\+?|E\+)\d+$`)
)

// maxExact is the largest number of which a float64 holds every digit.
const maxExact = 1 << 53

// wholeNumber undoes what spreadsheets make of an id of digits: 1001.0,
// 6.90123E+12. It reports false if digits were lost.
func wholeNumber(s string) (string, bool) {
	switch {
	case zeroFraction.MatchString(s):
		whole, _, _ := strings.Cut(s, ".")
		return whole, true
	case exponent.MatchString(s):
		f, err := strconv.ParseFloat(s, 64)
		if err != nil || f > maxExact || f != float64(int64(f)) {
			return s, false
		}
		return strconv.FormatInt(int64(f), 10), true
	}
	return s, true
}
