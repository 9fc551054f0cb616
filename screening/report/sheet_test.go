package report

import (
	"bytes"
	"encoding/csv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
)

var laws = Laws{"刑法": "中华人民共和国刑法"}

// wantSheet is what disguised, restricted and passing look like in a sheet.
var wantSheet = [][]string{
	sheetHeader,
	{"L-1", "M-1", "家用催*情*香*水 送手枪钻", "禁售", "P15", "迷药", "禁售", "词条", "催情香水", "标题", "2", "9", "催*情*香*水", "插入空格或符号",
		"《中华人民共和国刑法》第125条、第287条之一；《药品管理法》（待核）", "", "", "", "请下架。", revision},
	{"=L-2", "", "家用 \"好\" 仪器", "需类目", "R02", "第二类医疗器械", "需类目", "词条", "血压计", "描述", "3", "6", "血压计", "", "",
		"类目“医疗器械”：《备案凭证》+《营业执照》 或 《许可证》", "", "", "", revision},
	{"=L-2", "", "家用 \"好\" 仪器", "需类目", "R99", "提示类", "提示", "模式", "p1", "属性·色", "0", "0", "", "", "", "", "是", "须标注。", "", revision},
	{"L-3", "", "保温杯", "通过", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", revision},
}

func TestCSV(t *testing.T) {
	t.Parallel()
	out := AppendCSVHeader(nil)
	for _, r := range []Row{disguised(), restricted(), passing()} {
		out = AppendCSV(out, r, laws)
	}
	text, ok := strings.CutPrefix(string(out), "\ufeff")
	if !ok {
		t.Error("no byte order mark")
	}
	got, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for i := range got {
		for j := range got[i] {
			got[i][j] = strings.TrimPrefix(got[i][j], "'")
		}
	}
	if diff := cmp.Diff(wantSheet, got); diff != "" {
		t.Error(diff)
	}
}

func TestCSVDisarmsFormulas(t *testing.T) {
	t.Parallel()
	if got := string(appendCell(nil, " a")); got != "\" a\"" {
		t.Errorf("a space at the start: %q", got)
	}
	for in, want := range map[string]string{
		"=1+1": "'=1+1", "+1": "'+1", "-1": "'-1", "@SUM": "'@SUM", "\tx": "'\tx", "\rx": "\"'\rx\"", "＝1": "'＝1", "＋1": "'＋1", "－1": "'－1", "＠x": "'＠x",
		"=\"a\"": "\"'=\"\"a\"\"\"", "a=1": "a=1", "": "", "a,b": "\"a,b\"", "a\nb": "\"a\nb\"",
	} {
		if got := string(appendCell(nil, in)); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

func readSheets(t *testing.T, w *Workbook) map[string][][]string {
	t.Helper()
	var b bytes.Buffer
	if err := w.Write(&b); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(&b)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close() //nolint:errcheck // in memory
	out := map[string][][]string{}
	for _, name := range f.GetSheetList() {
		if out[name], err = f.GetRows(name); err != nil {
			t.Fatal(err)
		}
	}
	return out
}

func TestWorkbookGoesOnOnTheNextSheet(t *testing.T) {
	t.Parallel()
	w, err := NewWorkbook(laws)
	if err != nil {
		t.Fatal(err)
	}
	w.limit = 3
	for _, r := range []Row{disguised(), restricted(), passing()} {
		if err := w.Add(r); err != nil {
			t.Fatal(err)
		}
	}
	want := map[string][][]string{"筛查结果": wantSheet[:4], "筛查结果2": {sheetHeader, wantSheet[4]}}
	if diff := cmp.Diff(want, readSheets(t, w)); diff != "" {
		t.Error(diff)
	}
}

func TestWorkbookWithoutRows(t *testing.T) {
	t.Parallel()
	w, err := NewWorkbook(nil)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[string][][]string{"筛查结果": {sheetHeader}}, readSheets(t, w)); diff != "" {
		t.Error(diff)
	}
}

func TestSheetColumnsAgree(t *testing.T) {
	t.Parallel()
	if len(columnWidths) != len(sheetHeader) {
		t.Errorf("%d widths for %d columns", len(columnWidths), len(sheetHeader))
	}
}

func TestClip(t *testing.T) {
	t.Parallel()
	if got := clip(strings.Repeat("好", cellRunes)); strings.HasSuffix(got, "…") {
		t.Error("what fits is cut")
	}
	if got := []rune(clip(strings.Repeat("好", cellRunes+1))); len(got) != cellRunes+1 || got[cellRunes] != '…' {
		t.Errorf("%d runes", len(got))
	}
}
