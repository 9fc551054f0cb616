package intake

import (
	"errors"
	"io"
	"strings"
)

// A ColumnKind says how the cells of a column are read.
type ColumnKind int

// The kinds. Cells of ids and days lose the spaces round them, and what
// spreadsheets make of long numbers and of days is undone.
const (
	ColumnText ColumnKind = iota
	ColumnID
	ColumnDay // as written; a day of a workbook as YYYY-MM-DD
)

// A Column is one of the columns that a Table may have.
type Column struct {
	Field    string   // what Record.Fields and errors call it
	Names    []string // further headers; case, spaces, underscores and width do not matter
	Kind     ColumnKind
	Required bool // there must be such a column, and no cell of it may be empty
}

// A Table says what columns a file of merchants or documents may have, in any
// order. Key, if not nil, returns what no two of its records may have in
// common; "" is never a duplicate.
type Table struct {
	Columns []Column
	Key     func(fields map[string]string) string
}

// A Record is a row of a table. Fields holds what the file has a column or a
// key for, the empty ones too; a JSON array of strings has one element a line.
type Record struct {
	Line   int
	Fields map[string]string
}

// A RecordReader reads the records of one file. It is not safe for concurrent
// use.
type RecordReader struct {
	r     *Reader
	table *Table
	seen  *Seen
	file  int
}

// OpenRecords is Open for a file of records of a table.
func OpenRecords(name string, in io.Reader, t *Table, o Options) (*RecordReader, error) {
	out := &RecordReader{table: t, seen: o.Seen}
	o.Seen = nil
	var err error
	if out.r, err = open(name, in, o, t.layout()); err != nil {
		return nil, err
	}
	if out.seen != nil {
		out.file = out.seen.addFile(name)
	}
	return out, nil
}

// Next reads the next record; its errors are those of Reader.Next.
func (r *RecordReader) Next(rec *Record) error {
	var row Row
	if err := r.r.Next(&row); err != nil {
		return err
	}
	*rec = Record{Line: row.Line, Fields: row.Listing.Attributes}
	if rec.Fields == nil {
		rec.Fields = map[string]string{}
	}
	for _, column := range r.r.columns() {
		if name, ok := strings.CutPrefix(column, prefixAttribute); ok {
			rec.Fields[name] += "" // the empty cells too
		}
	}
	return r.remember(rec)
}

func (r *RecordReader) remember(rec *Record) error {
	if r.seen == nil || r.table.Key == nil {
		return nil
	}
	key := r.table.Key(rec.Fields)
	if key == "" {
		return nil
	}
	first, twice, err := r.seen.add(key, r.file, rec.Line)
	if err != nil || !twice {
		return err
	}
	shown := strings.Join(strings.FieldsFunc(key, func(c rune) bool { return c < ' ' }), " ")
	problem := refused(rec.Line, FieldLine, CodeDuplicate, duplicateOf(shown, first))
	problem.File, problem.Excerpt = r.r.name, excerptOf(shown)
	return problem
}

// Encoding returns the encoding of a text file, as Reader.Encoding does.
func (r *RecordReader) Encoding() Encoding { return r.r.Encoding() }

// Sheet returns the sheet of a workbook that is read, and those that are not.
func (r *RecordReader) Sheet() (read string, others []string) { return r.r.Sheet() }

// Close frees what OpenRecords opened. It may be called twice.
func (r *RecordReader) Close() error { return r.r.Close() }

// columns returns the fields of a file with a header.
func (r *Reader) columns() columns {
	switch s := r.src.(type) {
	case *csvSource:
		return s.cols
	case *xlsxSource:
		return s.cols
	}
	return nil
}

// layout reads every column into an attribute.
func (t *Table) layout() *layout {
	fields := map[string]string{}
	for _, c := range t.Columns {
		fields[fold(c.Field)] = prefixAttribute + c.Field
		for _, name := range c.Names {
			fields[fold(compose(name))] = prefixAttribute + c.Field
		}
	}
	y := &layout{
		fieldOf:  func(header string) string { return fields[fold(compose(header))] },
		complete: t.complete,
		check:    t.check,
		isID:     func(f string) bool { return t.kindOf(f) == ColumnID },
		isDay:    func(f string) bool { return t.kindOf(f) == ColumnDay },
	}
	y.jsonl = func(r io.Reader, d *decoder) source { return &recordLines{in: newLines(r), dec: d, layout: y} }
	return y
}

func (t *Table) kindOf(field string) ColumnKind {
	name := strings.TrimPrefix(field, prefixAttribute)
	for i := range t.Columns {
		if t.Columns[i].Field == name {
			return t.Columns[i].Kind
		}
	}
	return ColumnText
}

func (t *Table) complete(has func(string) bool) error {
	var missing []string
	for _, c := range t.Columns {
		if c.Required && !has(prefixAttribute+c.Field) {
			missing = append(missing, c.label())
		}
	}
	if len(missing) == 0 {
		return nil
	}
	return errors.New("表头缺少" + strings.Join(missing, "、") + "列，请补上")
}

// label names a column as people write it.
func (c *Column) label() string {
	if len(c.Names) == 0 {
		return c.Field
	}
	return c.Names[0] + "（" + c.Field + "）"
}

// check refuses the first field, in the order of the table, that is too long,
// not in the file's encoding, or empty where it must not be.
func (t *Table) check(row *Row, encoding Encoding) *RowError {
	fields := row.Listing.Attributes
	for i := range t.Columns {
		c := &t.Columns[i]
		value, has := fields[c.Field]
		if err := checkField(row.Line, c.Field, value, encoding); err != nil {
			return err
		}
		if has && c.Kind != ColumnText {
			value = strings.TrimSpace(value)
			fields[c.Field] = value
		}
		if c.Required && strings.TrimSpace(value) == "" {
			return refused(row.Line, c.Field, CodeEmpty, c.label()+"为空，请填写")
		}
	}
	return nil
}
