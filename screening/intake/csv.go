package intake

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"zhunru/screening"
)

const maxColumns = 1000

// delimiters are tried on the header in this order.
var delimiters = []string{",", "\t", ";", "；"}

// A csvSource reads delimited text as RFC 4180 has it, and takes a quote
// inside an unquoted field for what it is (15"显示器). A record that cannot be
// read is refused, and reading goes on with the line after the one it began
// on: a quote that is never closed costs its own line, not the file.
type csvSource struct {
	layout *layout
	in     *lines
	delim  []byte
	cols   columns
	record []byte // the unquoted fields of the record, each followed by a zero byte
	ends   []int  // where they end in record
	fields int    // how many there are, ends holds no more than there are columns
}

func newCSV(r io.Reader, y *layout) (*csvSource, []*RowError, error) {
	s := &csvSource{in: newLines(r), layout: y}
	for {
		end, ok := s.in.lineEnd(0, MaxRecord)
		if !ok {
			return nil, nil, fmt.Errorf("line %d: a header of more than %s bytes", s.in.line, commas(MaxRecord))
		}
		if end == 0 {
			if err := s.in.failure(); err != nil {
				return nil, nil, err
			}
			return nil, nil, errNoHeader
		}
		if line := s.in.unread()[:end]; len(bytes.TrimSpace(line)) > 0 {
			break
		}
		s.in.take(end, 1)
	}
	line := s.in.line
	cells := s.header()
	if len(cells) > maxColumns {
		return nil, nil, fmt.Errorf("line %d: a header of more than %s columns", line, commas(maxColumns))
	}
	cols, problems, err := y.readHeader(cells, line)
	if err != nil {
		return nil, problems, fmt.Errorf("line %d: %w", line, err)
	}
	s.cols = cols
	return s, problems, nil
}

// header reads the first record with the delimiter that gives the most known
// names.
func (s *csvSource) header() []string {
	var best []string
	var bestDelim []byte
	size, count, most := 0, 0, -1
	for _, d := range delimiters {
		s.delim = []byte(d)
		s.cols = make(columns, maxColumns+1)
		end, n, err := s.split()
		if err != nil {
			end, _ = s.in.lineEnd(0, MaxRecord)
			n = 1
		}
		cells := make([]string, min(s.fields, len(s.ends)))
		for i := range cells {
			cells[i] = string(s.field(i))
		}
		if k := s.layout.known(cells); k > most {
			best, bestDelim, size, count, most = cells, s.delim, end, n, k
		}
	}
	s.delim = bestDelim
	s.in.take(size, count)
	return best
}

func (s *csvSource) field(i int) []byte {
	start := 0
	if i > 0 {
		start = s.ends[i-1] + 1
	}
	return s.record[start:s.ends[i]]
}

func (s *csvSource) next(row *Row) error {
	for {
		end, ok := s.in.lineEnd(0, MaxLine)
		if !ok {
			return s.refuseLong()
		}
		if end == 0 {
			return s.in.ended()
		}
		if blank(s.in.unread()[:end]) {
			s.in.take(end, 1)
			continue
		}
		row.Line = s.in.line
		size, count, err := s.split()
		if failed := s.in.failure(); failed != nil && errors.Is(err, errUnclosed) {
			return failed
		}
		if err != nil {
			problem := refused(row.Line, FieldLine, CodeUnreadable, err.Error())
			problem.Excerpt = excerptOf(s.in.unread()[:end])
			s.in.take(end, 1)
			return problem
		}
		if s.fields != len(s.cols) {
			problem := refused(row.Line, FieldLine, CodeColumns, fmt.Sprintf("%d fields, the header has %d（列数不符）", s.fields, len(s.cols)))
			problem.Excerpt = excerptOf(s.in.unread()[:size])
			s.in.take(size, count)
			return problem
		}
		s.in.take(size, count)
		s.fillIn(&row.Listing)
		return nil
	}
}

// blank reports whether a line is nothing but spaces; such lines are no rows.
func blank(line []byte) bool {
	return line[0] <= ' ' && len(bytes.Trim(line, " \r\n")) == 0
}

// fillIn copies the record once and cuts the fields out of the copy.
func (s *csvSource) fillIn(l *screening.Listing) {
	*l = screening.Listing{}
	text := string(s.record)
	start := 0
	for i, end := range s.ends {
		s.cols.set(l, i, text[start:end])
		start = end + 1
	}
}

var (
	errUnclosed = fmt.Errorf("a quote that is not closed within %s bytes（引号未闭合）", commas(MaxRecord))
	errJunk     = errors.New("a quote that is not closed, or text after it（引号未闭合，或引号后有多余字符）")
)

// split reads the fields of the record at the start of the unread text, and
// returns its size and how many lines it takes. Columns that are not known
// are counted but not kept.
func (s *csvSource) split() (size, count int, err error) {
	s.record, s.ends, s.fields = s.record[:0], s.ends[:0], 0
	size, _ = s.in.lineEnd(0, MaxLine)
	count = 1
	rec := s.in.unread()[:size]
	for i := 0; ; {
		if i < len(rec) && rec[i] == '"' {
			if i, err = s.quoted(&rec, i+1, &count); err != nil {
				return 0, 0, err
			}
			s.endField()
			rest := rec[i:]
			switch {
			case bytes.HasPrefix(rest, s.delim):
				i += len(s.delim)
				continue
			case len(trimEnd(rest)) == 0:
				return len(rec), count, nil
			}
			return 0, 0, errJunk
		}
		j := bytes.Index(rec[i:], s.delim)
		if j < 0 {
			s.keep(trimEnd(rec[i:]))
			s.endField()
			return len(rec), count, nil
		}
		s.keep(rec[i : i+j])
		s.endField()
		i += j + len(s.delim)
	}
}

// quoted reads on after an opening quote and returns the offset after the
// closing one. It takes further lines into rec as the field needs them.
func (s *csvSource) quoted(rec *[]byte, i int, count *int) (int, error) {
	for {
		j := bytes.IndexByte((*rec)[i:], '"')
		if j < 0 {
			s.keep((*rec)[i:])
			i = len(*rec)
			end, ok := s.in.lineEnd(i, MaxRecord-i)
			if !ok || end == i {
				return i, errUnclosed
			}
			*rec = s.in.unread()[:end]
			*count++
			continue
		}
		s.keep((*rec)[i : i+j])
		i += j + 1
		if i >= len(*rec) || (*rec)[i] != '"' {
			return i, nil
		}
		s.keep((*rec)[i : i+1])
		i++
	}
}

func (s *csvSource) keep(b []byte) {
	if s.fields < len(s.cols) {
		s.record = append(s.record, b...)
	}
}

func (s *csvSource) endField() {
	if s.fields < len(s.cols) {
		s.ends = append(s.ends, len(s.record))
		s.record = append(s.record, 0)
	}
	s.fields++
}
