package intake

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strings"
)

// Options say how to read a file. The zero value finds everything out.
type Options struct {
	Format   Format
	Encoding Encoding // of text files
	Sheet    string   // of a workbook; empty for the first
	Seen     *Seen    // refuses duplicate ids, over all files that share it
}

// A source reads rows of one format. Its errors are *RowError, io.EOF, or
// end the file.
type source interface {
	next(row *Row) error
}

// A Reader reads the rows of one file. It is not safe for concurrent use.
type Reader struct {
	name    string
	format  Format
	src     source
	layout  *layout
	dec     *decoder
	pending []*RowError // problems of the header
	seen    *Seen
	file    int // this file's number in seen
	close   func() error
}

// Open begins to read a file and reads its header; name is what errors call
// it. It fails if the file cannot be read or has no column id or title; the
// error then names the file. An unknown header is only a RowError, the first
// that Next returns. A workbook is read from r if that is a regular *os.File,
// and copied to a temporary file otherwise.
func Open(name string, r io.Reader, o Options) (*Reader, error) {
	return open(name, r, o, listingLayout())
}

func open(name string, r io.Reader, o Options, y *layout) (*Reader, error) {
	buffered := bufio.NewReaderSize(&sticky{r: r}, sampleSize)
	out := &Reader{name: name, format: o.Format, seen: o.Seen, layout: y}
	if out.format == "" {
		out.format = formatOf(name, buffered)
	}
	var err error
	if out.format == FormatXLSX {
		err = out.openWorkbook(r, buffered, o.Sheet)
	} else {
		err = out.openText(buffered, o.Encoding)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("%s: %w", name, err), out.Close())
	}
	if o.Seen != nil {
		out.file = o.Seen.addFile(name)
	}
	return out, nil
}

func (r *Reader) openText(buffered *bufio.Reader, encoding Encoding) (err error) {
	if r.dec, err = newDecoder(buffered, encoding); err != nil {
		return err
	}
	if r.format == FormatJSONL {
		r.src = r.layout.jsonl(r.dec, r.dec)
		return nil
	}
	r.src, r.pending, err = asSource(newCSV(r.dec, r.layout))
	return err
}

// asSource keeps a nil *csvSource or *xlsxSource from becoming a source.
func asSource[S source](s S, problems []*RowError, err error) (source, []*RowError, error) {
	if err != nil {
		return nil, problems, err
	}
	return s, problems, nil
}

// Next reads the next row. After a *RowError the following row is next; io.EOF
// is the end of the file, and any other error an early end.
func (r *Reader) Next(row *Row) error {
	if len(r.pending) > 0 {
		problem := r.pending[0]
		r.pending = r.pending[1:]
		problem.File = r.name
		return problem
	}
	*row = Row{}
	err := r.src.next(row)
	if err == nil {
		if problem := r.accept(row); problem != nil {
			problem.File = r.name
			return problem
		}
		return r.remember(row)
	}
	if problem := (*RowError)(nil); errors.As(err, &problem) {
		problem.File = r.name
		return problem
	}
	if errors.Is(err, io.EOF) {
		return io.EOF
	}
	return fmt.Errorf("%s: %w", r.name, err)
}

func (r *Reader) accept(row *Row) *RowError { return r.layout.check(row, r.Encoding()) }

func (r *Reader) remember(row *Row) error {
	if r.seen == nil {
		return nil
	}
	first, twice, err := r.seen.add(row.Listing.ID, r.file, row.Line)
	if err != nil {
		return fmt.Errorf("%s: remember ids: %w", r.name, err)
	}
	if !twice {
		return nil
	}
	problem := refused(row.Line, fieldID, CodeDuplicate, duplicateOf(row.Listing.ID, first))
	problem.Excerpt = excerptOf(row.Listing.ID)
	problem.File = r.name
	return problem
}

// Format returns the format that is read.
func (r *Reader) Format() Format { return r.format }

// Encoding returns the encoding of a text file. It may be UTF8 until the
// first character that is not ASCII has been read, and is UTF8 for workbooks.
func (r *Reader) Encoding() Encoding {
	if r.dec == nil {
		return UTF8
	}
	return r.dec.named()
}

// Sheet returns the sheet of a workbook that is read, and those that are not.
// It returns nothing for text files.
func (r *Reader) Sheet() (read string, others []string) {
	s, ok := r.src.(*xlsxSource)
	if !ok {
		return "", nil
	}
	for _, name := range s.book.GetSheetList() {
		if !strings.EqualFold(name, s.sheet) {
			others = append(others, name)
		}
	}
	return s.sheet, others
}

// Close frees what the Reader opened itself; the file given to Open stays
// open. It may be called twice.
func (r *Reader) Close() error {
	if r.close == nil {
		return nil
	}
	f := r.close
	r.close = nil
	return f()
}
