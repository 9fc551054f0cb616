package intake

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"zhunru/screening"
)

// The fields of a listing, as in its JSON.
const (
	fieldID          = "id"
	fieldMerchant    = "merchant_id"
	fieldTitle       = "title"
	fieldDescription = "description"
	fieldCategory    = "category"
	fieldBrand       = "brand"
	prefixAttribute  = "attributes."
)

// headers maps folded header names to fields.
var headers = map[string]string{
	"id": fieldID, "商品编号": fieldID, "商品id": fieldID, "编号": fieldID, "listingid": fieldID,
	"merchantid": fieldMerchant, "merchant": fieldMerchant, "商家": fieldMerchant, "商家编号": fieldMerchant, "商家id": fieldMerchant,
	"title": fieldTitle, "标题": fieldTitle, "商品名称": fieldTitle, "商品标题": fieldTitle,
	"description": fieldDescription, "描述": fieldDescription, "商品描述": fieldDescription,
	"category": fieldCategory, "类目": fieldCategory, "商品类目": fieldCategory,
	"brand": fieldBrand, "品牌": fieldBrand,
}

// fieldOf returns the field that a header names, "" for none. Case, spaces,
// underscores, width and a byte order mark do not matter; the name of an
// attribute is kept as written.
func fieldOf(header string) string {
	text := compose(header)
	if f, ok := headers[fold(text)]; ok {
		return f
	}
	prefix, name, found := strings.Cut(text, ".")
	prefix, name = strings.ToLower(strings.TrimSpace(prefix)), strings.TrimSpace(name)
	if found && name != "" && (prefix == "attributes" || prefix == "属性") {
		return prefixAttribute + name
	}
	return ""
}

// compose returns a header in one width, without a byte order mark.
func compose(header string) string {
	return strings.TrimSpace(norm.NFKC.String(strings.ReplaceAll(header, "\ufeff", "")))
}

// fold makes headers that mean the same the same.
func fold(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || r == '_' {
			return -1
		}
		return unicode.ToLower(r)
	}, text)
}

// A layout says what the columns of a file may hold.
type layout struct {
	fieldOf  func(header string) string           // "" for none
	complete func(has func(string) bool) error    // what is missing of a header
	check    func(*Row, Encoding) *RowError       // the first problem of a row
	isID     func(field string) bool              // digits that spreadsheets must not round
	isDay    func(field string) bool              // days that spreadsheets keep as numbers
	jsonl    func(r io.Reader, d *decoder) source // reads JSON Lines
}

func listingLayout() *layout {
	return &layout{
		fieldOf: fieldOf, complete: completeListing, check: check,
		isID:  func(f string) bool { return f == fieldID || f == fieldMerchant },
		isDay: func(string) bool { return false },
		jsonl: func(r io.Reader, d *decoder) source { return newJSONL(r, d) },
	}
}

// columns says what field each column holds, "" for none.
type columns []string

var errNoHeader = errors.New("no header with the columns id (商品编号) and title (标题)")

// readHeader maps the cells of a header. Cells that it cannot map are
// problems, a missing mandatory column is an error.
func (y *layout) readHeader(cells []string, line int) (cols columns, problems []*RowError, err error) {
	cols = make(columns, len(cells))
	first := map[string]int{}
	for i, cell := range cells {
		f := y.fieldOf(cell)
		switch at, twice := first[f]; {
		case f == "":
			problems = append(problems, &RowError{Line: line, Field: quoteHeader(cell), Code: CodeUnknown, Reason: fmt.Sprintf("unknown header in column %d, ignored（无法识别的列）", i+1)})
		case twice:
			problems = append(problems, &RowError{Line: line, Field: quoteHeader(cell), Code: CodeColumnAgain, Reason: fmt.Sprintf("column %d is %s again after column %d, ignored（重复的列）", i+1, f, at+1)})
		default:
			cols[i], first[f] = f, i
		}
	}
	if err := y.complete(func(f string) bool { _, has := first[f]; return has }); err != nil {
		return nil, problems, err
	}
	return cols, problems, nil
}

func completeListing(has func(field string) bool) error {
	hasID, hasTitle := has(fieldID), has(fieldTitle)
	switch {
	case !hasID && !hasTitle:
		return errNoHeader
	case !hasID:
		return errors.New("the header has no column id (商品编号)")
	case !hasTitle:
		return errors.New("the header has no column title (标题)")
	}
	return nil
}

// quoteHeader shortens and quotes what stands where a header is expected.
func quoteHeader(s string) string {
	if r := []rune(s); len(r) > 40 {
		s = string(r[:40]) + "…"
	}
	return fmt.Sprintf("%q", s)
}

// known counts the cells that name a field.
func (y *layout) known(cells []string) int {
	n := 0
	for _, c := range cells {
		if y.fieldOf(c) != "" {
			n++
		}
	}
	return n
}

// set puts a value into the field of column i. Identifiers lose the spaces
// round them; everything else stays as submitted, for spans count in it.
func (c columns) set(l *screening.Listing, i int, value string) {
	switch f := c[i]; f {
	case "":
	case fieldID:
		l.ID = strings.TrimSpace(value)
	case fieldMerchant:
		l.MerchantID = strings.TrimSpace(value)
	case fieldTitle:
		l.Title = value
	case fieldDescription:
		l.Description = value
	case fieldCategory:
		l.Category = value
	case fieldBrand:
		l.Brand = value
	default:
		if value == "" {
			return
		}
		if l.Attributes == nil {
			l.Attributes = make(map[string]string, len(c))
		}
		l.Attributes[strings.TrimPrefix(f, prefixAttribute)] = value
	}
}
