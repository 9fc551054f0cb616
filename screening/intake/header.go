package intake

import (
	"errors"
	"fmt"
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
	text := strings.TrimSpace(norm.NFKC.String(strings.ReplaceAll(header, "\ufeff", "")))
	folded := strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || r == '_' {
			return -1
		}
		return unicode.ToLower(r)
	}, text)
	if f, ok := headers[folded]; ok {
		return f
	}
	prefix, name, found := strings.Cut(text, ".")
	prefix, name = strings.ToLower(strings.TrimSpace(prefix)), strings.TrimSpace(name)
	if found && name != "" && (prefix == "attributes" || prefix == "属性") {
		return prefixAttribute + name
	}
	return ""
}

// columns says what field each column holds, "" for none.
type columns []string

var errNoHeader = errors.New("no header with the columns id (商品编号) and title (标题)")

// readHeader maps the cells of a header. Cells that it cannot map are
// problems, a missing id or title column is an error.
func readHeader(cells []string, line int) (cols columns, problems []*RowError, err error) {
	cols = make(columns, len(cells))
	first := map[string]int{}
	for i, cell := range cells {
		f := fieldOf(cell)
		switch at, twice := first[f]; {
		case f == "":
			problems = append(problems, &RowError{Line: line, Field: quoteHeader(cell), Reason: fmt.Sprintf("unknown header in column %d, ignored（无法识别的列）", i+1)})
		case twice:
			problems = append(problems, &RowError{Line: line, Field: quoteHeader(cell), Reason: fmt.Sprintf("column %d is %s again after column %d, ignored（重复的列）", i+1, f, at+1)})
		default:
			cols[i], first[f] = f, i
		}
	}
	_, hasID := first[fieldID]
	_, hasTitle := first[fieldTitle]
	switch {
	case !hasID && !hasTitle:
		return nil, problems, errNoHeader
	case !hasID:
		return nil, problems, errors.New("the header has no column id (商品编号)")
	case !hasTitle:
		return nil, problems, errors.New("the header has no column title (标题)")
	}
	return cols, problems, nil
}

// quoteHeader shortens and quotes what stands where a header is expected.
func quoteHeader(s string) string {
	if r := []rune(s); len(r) > 40 {
		s = string(r[:40]) + "…"
	}
	return fmt.Sprintf("%q", s)
}

// known counts the cells that name a field.
func known(cells []string) int {
	n := 0
	for _, c := range cells {
		if fieldOf(c) != "" {
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
