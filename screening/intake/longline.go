package intake

import "bytes"

// refuseLong passes over a line beyond MaxLine and blames its longest field,
// if that is too long by itself.
func (s *csvSource) refuseLong() *RowError {
	line := s.in.line
	m := longLine{delim: s.delim}
	s.in.drop(m.see)
	m.endField(0)
	if field := m.name(s.cols); field != "" {
		return tooLong(line, field, m.longest, limitOf(field))
	}
	return tooLong(line, FieldLine, m.size, MaxLine)
}

// A longLine measures the fields of a line that is seen in pieces.
type longLine struct {
	delim           []byte
	last            []byte // the last bytes seen, as many as the delimiter has
	quoted          bool
	field, length   int
	column, longest int
	size            int
}

func (m *longLine) see(b []byte) {
	m.size += len(b)
	for _, c := range b {
		if c == '"' {
			m.quoted = !m.quoted
			continue
		}
		m.length++
		if len(m.last) == len(m.delim) {
			m.last = append(m.last[:0], m.last[1:]...)
		}
		m.last = append(m.last, c)
		if !m.quoted && c == m.delim[len(m.delim)-1] && bytes.Equal(m.last, m.delim) {
			m.endField(len(m.delim))
		}
	}
}

func (m *longLine) endField(delim int) {
	if m.length -= delim; m.length > m.longest {
		m.column, m.longest = m.field, m.length
	}
	m.field++
	m.length = 0
}

// name is the field that is too long, "" if none is.
func (m *longLine) name(cols columns) string {
	if m.column >= len(cols) {
		return ""
	}
	if f := cols[m.column]; f != "" && m.longest > limitOf(f) {
		return f
	}
	return ""
}
