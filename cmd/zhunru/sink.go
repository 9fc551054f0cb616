package main

import (
	"errors"
	"io"
	"os"

	"zhunru/screening"
	"zhunru/screening/intake"
	"zhunru/screening/report"
)

// An outFormat is how verdicts are written.
type outFormat string

const (
	outTable   outFormat = "table"
	outExplain outFormat = "explain"
	outJSONL   outFormat = "jsonl"
	outCSV     outFormat = "csv"
	outXLSX    outFormat = "xlsx"
)

// A sink takes verdicts. encode may be called by many goroutines at once,
// write by one and in the order of the input.
type sink struct {
	format outFormat
	screen *report.Screen
	to     io.Writer
	file   *os.File         // -o
	book   *report.Workbook // XLSX
}

func openSink(format outFormat, screen *report.Screen, path string, stdout io.Writer) (*sink, error) {
	s := &sink{format: format, screen: screen, to: stdout}
	if path != "" {
		f, err := os.Create(path)
		if err != nil {
			return nil, err
		}
		s.file, s.to = f, f
	}
	var header []byte
	switch format {
	case outCSV:
		header = report.AppendCSVHeader(nil)
	case outTable:
		header = screen.AppendTableHeader(nil)
	case outXLSX:
		book, err := report.NewWorkbook(screen.Laws)
		if err != nil {
			return nil, errors.Join(err, s.close())
		}
		s.book = book
	}
	if _, err := s.to.Write(header); err != nil {
		return nil, errors.Join(err, s.close())
	}
	return s, nil
}

// encode appends a verdict, whole lines only. For XLSX there is nothing to do
// before write.
func (s *sink) encode(dst []byte, row *intake.Row, v *screening.Verdict) []byte {
	r := report.Row{Listing: &row.Listing, Verdict: v}
	switch s.format {
	case outTable:
		return s.screen.AppendTable(dst, r)
	case outExplain:
		return s.screen.AppendExplanation(dst, r)
	case outCSV:
		return report.AppendCSV(dst, r, s.screen.Laws)
	case outXLSX:
		return dst
	}
	return append(report.AppendJSON(dst, v), '\n')
}

func (s *sink) write(b *batch) error {
	if s.book == nil {
		if len(b.out) == 0 {
			return nil
		}
		_, err := s.to.Write(b.out)
		return err
	}
	for i := range b.verdicts {
		if err := s.book.Add(report.Row{Listing: &b.rows[i].Listing, Verdict: &b.verdicts[i]}); err != nil {
			return err
		}
	}
	return nil
}

// finish completes the output.
func (s *sink) finish() error {
	var err error
	if s.book != nil {
		err = s.book.Write(s.to)
	}
	return errors.Join(err, s.close())
}

func (s *sink) close() error {
	var err error
	if s.book != nil {
		err = s.book.Close()
		s.book = nil
	}
	if s.file != nil {
		err = errors.Join(err, s.file.Close())
		s.file = nil
	}
	return err
}
