package intake

import (
	"bytes"
	"encoding/json"
	"errors"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

	"zhunru/screening"
)

// recordLines reads one JSON object a line into attributes. Unknown keys and
// keys that come twice are refused, as they are for listings.
type recordLines struct {
	in     *lines
	dec    *decoder
	layout *layout
}

func (s *recordLines) next(row *Row) error {
	for {
		end, ok := s.in.lineEnd(0, MaxLine)
		if !ok {
			line, size := s.in.line, 0
			s.in.drop(func(b []byte) { size += len(b) })
			return tooLong(line, FieldLine, size, MaxLine)
		}
		if end == 0 {
			return s.in.ended()
		}
		line := bytes.TrimPrefix(trimEnd(s.in.unread()[:end]), []byte("\ufeff"))
		row.Line = s.in.line
		s.in.take(end, 1)
		if len(bytes.TrimSpace(line)) == 0 {
			continue
		}
		if problem := s.parse(line, row); problem != nil {
			problem.Excerpt = excerptOf(line)
			return problem
		}
		return nil
	}
}

func (s *recordLines) parse(line []byte, row *Row) *RowError {
	if !utf8.Valid(line) {
		return refused(row.Line, FieldLine, CodeEncoding, "bytes that are not "+string(s.dec.named())+"（编码错误）")
	}
	row.Listing = screening.Listing{Attributes: map[string]string{}}
	d := json.NewDecoder(bytes.NewReader(line))
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return refused(row.Line, FieldLine, CodeUnreadable, "每行应是一个 JSON 对象，请检查这一行")
	}
	for d.More() {
		if problem := s.member(d, row); problem != nil {
			return problem
		}
	}
	if _, err := d.Token(); err != nil {
		return refused(row.Line, FieldLine, CodeUnreadable, "JSON 对象没有结束，请检查这一行")
	}
	if len(bytes.TrimSpace(line[d.InputOffset():])) > 0 {
		return refused(row.Line, FieldLine, CodeUnreadable, "对象之后还有多余的内容，请删除")
	}
	return nil
}

func (s *recordLines) member(d *json.Decoder, row *Row) *RowError {
	key, err := d.Token()
	name, ok := key.(string)
	if err != nil || !ok {
		return refused(row.Line, FieldLine, CodeUnreadable, "JSON 格式错误，请检查这一行")
	}
	field, known := strings.CutPrefix(s.layout.fieldOf(name), prefixAttribute)
	if !known {
		return refused(row.Line, quoteHeader(name), CodeUnknown, "无法识别的字段，请删除或改名")
	}
	if _, twice := row.Listing.Attributes[field]; twice {
		return refused(row.Line, field, CodeColumnAgain, "重复的字段，请只留一个")
	}
	var raw json.RawMessage
	if err := d.Decode(&raw); err != nil {
		return refused(row.Line, field, CodeUnreadable, "JSON 格式错误，请检查这个字段")
	}
	value, err := textOf(raw)
	if err != nil {
		return refused(row.Line, field, CodeUnreadable, err.Error())
	}
	row.Listing.Attributes[field] = value
	return nil
}

// textOf reads a string, a number, a truth value, null as "", or strings of an
// array as lines.
func textOf(raw json.RawMessage) (string, error) {
	var text string
	var list []string
	switch {
	case string(raw) == "null":
		return "", nil
	case json.Unmarshal(raw, &text) == nil:
		return text, nil
	case json.Unmarshal(raw, &list) == nil:
		return strings.Join(list, "\n"), nil
	case raw[0] == '{' || raw[0] == '[':
		return "", errors.New("应是字符串或字符串的数组，请修改")
	}
	return string(raw), nil
}

// day undoes what spreadsheets make of a day: the number of days since 1899-12-30,
// or since 1904-01-01. Anything else stays as it is.
func (s *xlsxSource) day(value string) string {
	const firstSerial, lastSerial = 10_000, 200_000 // 1927 to 2447; 20220101 is a day written without dashes
	serial, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
	if err != nil || serial < firstSerial || serial > lastSerial {
		return value
	}
	props, err := s.book.GetWorkbookProps()
	t, timeErr := excelize.ExcelDateToTime(math.Floor(serial), err == nil && props.Date1904 != nil && *props.Date1904)
	if timeErr != nil {
		return value
	}
	return t.Format("2006-01-02")
}
