package report

import (
	"encoding/json"
	"strconv"
)

// jsonlFile writes one object a line: {"report":{…}} with what the file says of
// itself, a row each by the machine's names and words, {"totals":{…}}.
type jsonlFile struct {
	*page
	keys [][]byte // {"a": and ,"b":
	buf  []byte
	text []byte
}

func newJSONL(p *page) *jsonlFile {
	f := &jsonlFile{page: p, buf: append(make([]byte, 0, flushAt+4096), `{"report":{`...)}
	for i, l := range p.head {
		if i > 0 {
			f.buf = append(f.buf, ',')
		}
		f.buf = appendString(f.buf, l.name)
		f.buf = append(f.buf, ':')
		f.buf = appendString(f.buf, l.value)
	}
	f.buf = append(f.buf, "}}\n"...)
	for i := range p.cols {
		sign := byte(',')
		if i == 0 {
			sign = '{'
		}
		f.keys = append(f.keys, append(appendString([]byte{sign}, p.cols[i].Name), ':'))
	}
	return f
}

func (f *jsonlFile) add(row []Cell) error {
	for i := range row {
		c, v := &f.cols[i], &row[i]
		f.buf = append(f.buf, f.keys[i]...)
		switch {
		case c.Type == TypeText || c.Type == TypeDay:
			f.buf = f.value(c, v)
		case !v.Known:
			f.buf = append(f.buf, "null"...)
		case c.Type == TypeTime:
			f.text = c.machine(f.text[:0], v)
			f.buf = append(append(append(f.buf, '"'), f.text...), '"')
		case c.Type == TypeFlag:
			f.buf = strconv.AppendBool(f.buf, v.Number != 0)
		default:
			f.buf = strconv.AppendInt(f.buf, v.Number, 10)
		}
	}
	f.buf = append(f.buf, "}\n"...)
	if len(f.buf) < flushAt {
		return nil
	}
	return f.flush()
}

// value appends a text, masked, in the machine's words.
func (f *jsonlFile) value(c *Column, v *Cell) []byte {
	if v.Text == "" {
		return append(f.buf, "null"...)
	}
	s := v.Text
	if c.Privacy != "" {
		s = f.mask.Hide(c.Privacy, s)
	}
	return appendString(f.buf, s)
}

func (f *jsonlFile) flush() error {
	_, err := f.to.Write(f.buf)
	f.buf = f.buf[:0]
	return err
}

func (f *jsonlFile) finish(t *Totals) error {
	b, err := json.Marshal(map[string]*Totals{"totals": t})
	if err != nil {
		return err
	}
	f.buf = append(append(f.buf, b...), '\n')
	return f.flush()
}

func (f *jsonlFile) close() error { return nil }
