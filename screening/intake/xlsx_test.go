package intake

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"zhunru/screening"
)

// workbook returns a workbook with one sheet a slice of rows.
func workbook(tb testing.TB, sheets map[string][][]any) []byte {
	tb.Helper()
	f := excelize.NewFile()
	for name, rows := range sheets {
		if _, err := f.NewSheet(name); err != nil {
			tb.Fatal(err)
		}
		for i, row := range rows {
			cell, err := excelize.CoordinatesToCellName(1, i+1)
			if err = errors.Join(err, f.SetSheetRow(name, cell, &row)); err != nil {
				tb.Fatal(err)
			}
		}
	}
	var buf bytes.Buffer
	if err := f.Write(&buf); err != nil {
		tb.Fatal(err)
	}
	return buf.Bytes()
}

var bookRows = [][]any{
	{},
	{"商品编号", "标题", "类目", "属性.重量", "备注"},
	{1001, "家用血压计", "医疗", 2.5, "x"},
	{6901234567890.0, "仿真枪"},
	{"A-3", ""},
	{},
	{"A-4", "灯", "", "", "", "多余"},
	{1001, "重复"},
	{"007", "灯\n罩"},
	{"1.5E+19", "坏编号"},
}

func checkBook(t *testing.T, got *account) {
	t.Helper()
	want := []Row{
		{screening.Listing{ID: "1001", Title: "家用血压计", Category: "医疗", Attributes: map[string]string{"重量": "2.5"}}, 3},
		{screening.Listing{ID: "6901234567890", Title: "仿真枪"}, 4},
		{screening.Listing{ID: "007", Title: "灯\n罩"}, 9},
	}
	if diff := cmp.Diff(want, got.rows); diff != "" || got.fatal != nil {
		t.Error(diff, got.fatal)
	}
	problems := []string{
		`2: "备注": unknown header in column 5, ignored（无法识别的列）`,
		"5: title: empty（缺少标题）",
		"7: line: 6 cells, the header has 5（列数不符）",
		`8: id: duplicate "1001", first at f.xlsx:3（编号重复）`,
		"10: id: number 1.5E+19 has lost digits, store it as text（数字过长，请按文本保存）",
	}
	if diff := cmp.Diff(problems, got.messages()); diff != "" {
		t.Error(diff)
	}
}

func TestXLSXFromAStream(t *testing.T) {
	t.Parallel()
	book := workbook(t, map[string][][]any{"Sheet1": bookRows})
	checkBook(t, readAll(t, "f.xlsx", bytes.NewReader(book), Options{Seen: NewSeen()}))
}

func TestXLSXFromAFile(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "f.xlsx")
	if err := os.WriteFile(path, workbook(t, map[string][][]any{"Sheet1": bookRows}), 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close() //nolint:errcheck // read only
	checkBook(t, readAll(t, "f.xlsx", f, Options{Seen: NewSeen()}))
}

func TestXLSXSheets(t *testing.T) {
	t.Parallel()
	book := workbook(t, map[string][][]any{"商品": {{"id", "title"}, {"1", "灯"}}})
	got := readAll(t, "f.xlsx", bytes.NewReader(book), Options{Sheet: "商品"})
	if got.fatal != nil || got.ids() != "1" {
		t.Error(got.fatal, got.ids())
	}
	r, err := Open("f.xlsx", bytes.NewReader(book), Options{Sheet: "商品"})
	if err != nil {
		t.Fatal(err)
	}
	if read, others := r.Sheet(); read != "商品" || len(others) != 1 || others[0] != "Sheet1" {
		t.Errorf("sheets %s, %v", read, others)
	}
	if err := errors.Join(r.Close(), r.Close()); err != nil {
		t.Error(err)
	}
	got = readAll(t, "f.xlsx", bytes.NewReader(book), Options{Sheet: "没有"})
	if got.fatal == nil || !strings.Contains(got.fatal.Error(), "商品") {
		t.Errorf("the sheets are not named: %v", got.fatal)
	}
	if got = readAll(t, "f.xlsx", bytes.NewReader(book), Options{}); got.fatal == nil {
		t.Error("an empty first sheet has a header")
	}
}

func TestXLSXBroken(t *testing.T) {
	t.Parallel()
	book := workbook(t, map[string][][]any{"Sheet1": {{"id", "title"}, {"1", "灯"}, {"2", "灯"}, {"3", "灯"}}})
	for _, tt := range []struct {
		rule string
		book []byte
	}{
		{"no workbook", []byte("PK\x03\x04 but no more")},
		{"cut file", book[:len(book)*2/3]},
		{"broken XML", edited(t, book, `<row r="3"`, `<row r="3"><c></row><row r="3"`)},
		{"XML that ends early", edited(t, book, `<row r="3"`, `<row r="3`)},
	} {
		t.Run(tt.rule, func(t *testing.T) {
			t.Parallel()
			got := readAll(t, "f.xlsx", bytes.NewReader(tt.book), Options{})
			if got.fatal == nil || !strings.HasPrefix(got.fatal.Error(), "f.xlsx: ") {
				t.Errorf("rows %q, error %v", got.ids(), got.fatal)
			}
		})
	}
}

// edited changes the first sheet of a workbook.
func edited(tb testing.TB, book []byte, old, text string) []byte {
	tb.Helper()
	z, err := zip.NewReader(bytes.NewReader(book), int64(len(book)))
	if err != nil {
		tb.Fatal(err)
	}
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			tb.Fatal(err)
		}
		b, err := io.ReadAll(r)
		if err != nil {
			tb.Fatal(err)
		}
		if f.Name == "xl/worksheets/sheet1.xml" {
			if !bytes.Contains(b, []byte(old)) {
				tb.Fatalf("%s not in %s", old, b)
			}
			b = bytes.Replace(b, []byte(old), []byte(text), 1)
		}
		part, err := w.Create(f.Name)
		if err == nil {
			_, err = part.Write(b)
		}
		if err != nil {
			tb.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		tb.Fatal(err)
	}
	return out.Bytes()
}

func TestWholeNumber(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		in, want string
		ok       bool
	}{
		{"1001", "1001", true}, {"1001.0", "1001", true}, {"6.90123456789E+12", "6901234567890", true}, {"6.90123456789E12", "6901234567890", true},
		{"1E5", "1E5", true}, {"007", "007", true}, {"A1.0", "A1.0", true}, {"1.5", "1.5", true}, {"1.5E+19", "1.5E+19", false}, {"1.5E+0", "1.5E+0", false},
	} {
		if got, ok := wholeNumber(tt.in); got != tt.want || ok != tt.ok {
			t.Errorf("%s: %s %v", tt.in, got, ok)
		}
	}
}
