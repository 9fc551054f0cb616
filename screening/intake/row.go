package intake

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"zhunru/screening"
)

// Limits of what is read, in bytes of UTF-8. What is longer is refused as a
// RowError; none of it is cut.
const (
	MaxID     = 256
	MaxTitle  = 4096
	MaxField  = 1 << 20 // any other field
	MaxLine   = 8 << 20 // one line of a text file
	MaxRecord = 2 << 20 // one CSV record of several lines: what an unclosed quote can swallow
)

// FieldLine is the Field of a RowError about the line as a whole.
const FieldLine = "line"

// A Row is one listing with the line where it begins, counted from 1. In a
// workbook the line is the row.
type Row struct {
	Listing screening.Listing
	Line    int
}

// The codes of a RowError.
const (
	CodeUnreadable  = "ROW_UNREADABLE" // no record, or no JSON object
	CodeColumns     = "ROW_COLUMNS"    // more or fewer fields than the header
	CodeTooLong     = "FIELD_TOO_LONG"
	CodeEncoding    = "FIELD_ENCODING"
	CodeEmpty       = "FIELD_EMPTY"
	CodeDigitsLost  = "FIELD_DIGITS_LOST" // a spreadsheet rounded a long number
	CodeDuplicate   = "ID_DUPLICATE"
	CodeUnknown     = "COLUMN_UNKNOWN"
	CodeColumnAgain = "COLUMN_DUPLICATE"
)

// A RowError says what is wrong with one row or with the header. Reading goes
// on after it.
type RowError struct {
	File    string
	Line    int
	Field   string // as in Listing's JSON; the header's own words for an unknown column
	Code    string
	Reason  string
	Excerpt string // the beginning of what was refused, valid UTF-8; may be empty
	// Refused is true if the row was not passed on. It is false for headers,
	// and for a duplicate found only after its row was.
	Refused bool
}

func (e *RowError) Error() string {
	return e.File + ":" + strconv.Itoa(e.Line) + ": " + e.Field + ": " + e.Reason
}

func refused(line int, field, code, reason string) *RowError {
	return &RowError{Line: line, Field: field, Code: code, Reason: reason, Refused: true}
}

// maxExcerptRunes is how much of a refused text an error repeats.
const maxExcerptRunes = 80

// excerptOf keeps the beginning of a text for people to find it again.
func excerptOf[T string | []byte](text T) string {
	head := text[:min(len(text), 4*maxExcerptRunes)]
	s := strings.ToValidUTF8(strings.TrimSpace(string(head)), "\uFFFD")
	n := 0
	for i := range s {
		if n++; n > maxExcerptRunes {
			return s[:i] + "…"
		}
	}
	if len(head) < len(text) {
		s += "…"
	}
	return s
}

func tooLong(line int, field string, size, limit int) *RowError {
	return refused(line, field, CodeTooLong, fmt.Sprintf("%s bytes, at most %s（过长）", commas(size), commas(limit)))
}

// commas writes n with a comma every three digits.
func commas(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

func limitOf(field string) int {
	switch field {
	case fieldID:
		return MaxID
	case fieldTitle:
		return MaxTitle
	}
	return MaxField
}

// check refuses a row without id or title and one with a field that is too
// long or not in the file's encoding. It returns the first problem.
func check(row *Row, encoding Encoding) *RowError {
	l := &row.Listing
	for _, f := range [...]struct{ name, value string }{
		{fieldID, l.ID}, {fieldMerchant, l.MerchantID}, {fieldTitle, l.Title},
		{fieldDescription, l.Description}, {fieldCategory, l.Category}, {fieldBrand, l.Brand},
	} {
		if err := checkField(row.Line, f.name, f.value, encoding); err != nil {
			return err
		}
	}
	if len(l.Attributes) > 0 {
		if err := checkAttributes(row, encoding); err != nil {
			return err
		}
	}
	switch {
	case strings.TrimSpace(l.ID) == "":
		return refused(row.Line, fieldID, CodeEmpty, "empty（缺少商品编号）")
	case strings.TrimSpace(l.Title) == "":
		return refused(row.Line, fieldTitle, CodeEmpty, "empty（缺少标题）")
	}
	return nil
}

func checkField(line int, name, value string, encoding Encoding) *RowError {
	var problem *RowError
	switch {
	case len(value) > limitOf(name):
		problem = tooLong(line, name, len(value), limitOf(name))
	case !utf8.ValidString(value):
		problem = refused(line, name, CodeEncoding, "bytes that are not "+string(encoding)+"（编码错误）")
	default:
		return nil
	}
	problem.Excerpt = excerptOf(value)
	return problem
}

// checkAttributes names the first bad attribute in the order of names, so
// that the same file gives the same error.
func checkAttributes(row *Row, encoding Encoding) *RowError {
	var worst *RowError
	for name, value := range row.Listing.Attributes {
		err := checkField(row.Line, prefixAttribute+name, value, encoding)
		if err == nil && !utf8.ValidString(name) {
			err = checkField(row.Line, "attributes", name, encoding)
		}
		if err != nil && (worst == nil || err.Field < worst.Field) {
			worst = err
		}
	}
	return worst
}
