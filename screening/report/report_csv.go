package report

import (
	"io"
	"strconv"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/transform"
)

// flushAt is how many bytes are gathered before they are written.
const flushAt = 64 << 10

// csvFile writes two rows of headers, Chinese and the machine's, the rows, and
// below them what the file says of itself, each line of it beginning with "# "
// in the first cell. The line “# 行数” tells where the rows end.
type csvFile struct {
	*page
	out io.Writer
	end io.Closer // of the encoding; nil: none
	buf []byte
}

func newCSV(p *page, e Encoding) *csvFile {
	f := &csvFile{page: p, out: p.to, buf: make([]byte, 0, flushAt+4096)}
	if e == GB18030 {
		w := transform.NewWriter(p.to, simplifiedchinese.GB18030.NewEncoder())
		f.out, f.end = w, w
	} else {
		f.buf = append(f.buf, "\ufeff"...)
	}
	titles, names := make([]string, len(p.cols)), make([]string, len(p.cols))
	for i := range p.cols {
		titles[i], names[i] = p.cols[i].Title, p.cols[i].Name
	}
	f.buf = appendRecord(appendRecord(f.buf, titles), names)
	return f
}

func (f *csvFile) add(row []Cell) error {
	for i := range row {
		if i > 0 {
			f.buf = append(f.buf, ',')
		}
		c := &f.cols[i]
		if c.Type == TypeText || c.Type == TypeDay {
			f.buf = appendCell(f.buf, c.text(&row[i], f.mask))
			continue
		}
		f.buf = c.shown(f.buf, &row[i], f.mask)
	}
	f.buf = append(f.buf, '\n')
	if len(f.buf) < flushAt {
		return nil
	}
	return f.flush()
}

func (f *csvFile) flush() error {
	_, err := f.out.Write(f.buf)
	f.buf = f.buf[:0]
	return err
}

// note appends a line below the rows, as wide as they are.
func (f *csvFile) note(s string) {
	cells := make([]string, len(f.cols))
	cells[0] = "# " + s
	f.buf = appendRecord(f.buf, cells)
}

func (f *csvFile) finish(t *Totals) error {
	f.note("行数：" + strconv.FormatInt(t.Rows, 10))
	for _, s := range t.Sums {
		f.note("合计 " + s.Title + "：" + strconv.FormatInt(s.Sum, 10))
	}
	for i := range t.Counts {
		for _, c := range t.Counts[i].shown() {
			f.note("计数 " + t.Counts[i].Title + " " + c.Title + "：" + strconv.FormatInt(c.Rows, 10))
		}
	}
	for _, l := range f.head {
		f.note(l.title + "：" + l.value)
	}
	if err := f.flush(); err != nil || f.end == nil {
		return err
	}
	return f.end.Close()
}

func (f *csvFile) close() error { return nil }

// shownCounts bounds the values of a tally that people are shown; the others
// are one.
const shownCounts = 20

// shown returns the counts that people are shown. They add up to the rows.
func (t *Tally) shown() []Count {
	list := t.Values
	rest := Count{Title: "其他", Rows: t.Other}
	if len(list) > shownCounts {
		for _, c := range list[shownCounts:] {
			rest.Rows += c.Rows
		}
		list = list[:shownCounts]
	}
	if rest.Rows == 0 {
		return list
	}
	return append(list[:len(list):len(list)], rest)
}
