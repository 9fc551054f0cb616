package intake

import (
	"bytes"
	"io"

	"zhunru/screening"
)

// A jsonlSource reads one JSON object a line. Unknown keys and keys that come
// twice are refused, for a misspelt "titel" must not screen as nothing.
type jsonlSource struct {
	in     *lines
	parser objectParser
}

func newJSONL(r io.Reader, dec *decoder) *jsonlSource {
	return &jsonlSource{in: newLines(r), parser: objectParser{dec: dec}}
}

func (s *jsonlSource) next(row *Row) error {
	for {
		end, ok := s.in.lineEnd(0, MaxLine)
		if !ok {
			return s.refuseLong()
		}
		if end == 0 {
			return s.in.ended()
		}
		line := trimEnd(s.in.unread()[:end])
		row.Line = s.in.line
		s.in.take(end, 1)
		if row.Line == 1 {
			line = bytes.TrimPrefix(line, []byte("\ufeff"))
		}
		if len(bytes.TrimSpace(line)) == 0 {
			continue
		}
		row.Listing = screening.Listing{}
		if field, reason := s.parser.parse(line, &row.Listing); reason != "" {
			problem := refused(row.Line, field, CodeUnreadable, reason)
			problem.Excerpt = excerptOf(line)
			return problem
		}
		return nil
	}
}

// refuseLong passes over a line beyond MaxLine and blames the key whose value
// the limit cuts, if there is one.
func (s *jsonlSource) refuseLong() *RowError {
	line := s.in.line
	var l screening.Listing
	field, _ := s.parser.parse(s.in.unread()[:MaxLine], &l)
	if field == "" || !s.parser.cut {
		field = FieldLine
	}
	size := 0
	s.in.drop(func(b []byte) { size += len(b) })
	return tooLong(line, field, size, MaxLine)
}
