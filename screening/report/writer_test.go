package report

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"

	"zhunru/screening"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// head is a Head of the present of the tests.
func head(kind string, f Format, change func(*Spec)) Head {
	h := Head{Spec: Spec{Kind: kind, Format: f, Mask: MaskPersonal}, Revision: "sha256:aa", Generated: time.Date(2026, 1, 31, 16, 0, 0, 0, time.UTC), Actor: "cli:operator"}
	if change != nil {
		change(&h.Spec)
	}
	return h
}

// written writes rows and returns the file.
func written(t *testing.T, h Head, rows [][]Cell) ([]byte, Totals) {
	t.Helper()
	var out bytes.Buffer
	w, err := NewWriter(&out, h)
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close() //nolint:errcheck // a temporary file
	for _, r := range rows {
		if err := w.Add(r); err != nil {
			t.Fatal(err)
		}
	}
	totals, err := w.Finish()
	if err != nil {
		t.Fatal(err)
	}
	return out.Bytes(), totals
}

// changes are rows of the kind changes, with all that can go wrong in a cell.
func changeRows() [][]Cell {
	at := func(day int) Cell { return At(time.Date(2026, 1, day, 17, 30, 0, 0, time.UTC)) }
	row := func(id, title, merchant, name, old, now, because string, run int64) []Cell {
		return []Cell{Str(id), Str(title), Str(merchant), Str(name), Str(old), Str(now), Flag(old != now), Str(because), at(1), at(30), Num(run), Str("sha256:aa"), Str("sha256:bb")}
	}
	return [][]Cell{
		row("L-1", "=HYPERLINK(\"http://x\")", "M-1", "甲, \"乙\"\n公司", "pass", "prohibited", "rule", 1),
		row("＝L-2", "联系13800138000", "@M", "-甲", "pass", "pass", "listing", 2),
		row("'L-3", "'=1", "M-1", "<script>alert(1)</script>", "review", "pass", "date", 2),
		row("L-4", "", "", "", "prohibited", "needs_category", "licence", 0),
	}
}

func TestGuardIsReversible(t *testing.T) {
	t.Parallel()
	for _, s := range []string{"", "a", "=1", "+1", "-1", "@x", "\tx", "\rx", "\nx", "＝1", "＋1", "－1", "＠x", "'", "'=1", "''=1", "'a", " =1", "a=1"} {
		g := Guard(s)
		if isFormula(g) {
			t.Errorf("%q is still a formula", g)
		}
		if got := Unguard(g); got != s {
			t.Errorf("%q comes back as %q", s, got)
		}
	}
}

func FuzzGuard(f *testing.F) {
	f.Add("'＝1")
	f.Fuzz(func(t *testing.T, s string) {
		if g := Guard(s); Unguard(g) != s || isFormula(g) {
			t.Errorf("%q, %q", s, g)
		}
	})
}

// readCSV reads a report with a reader of others: headers, names, rows, notes.
func readCSV(t *testing.T, b []byte) (titles, names []string, rows [][]string, notes map[string]string) {
	t.Helper()
	all, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(b, []byte("\ufeff")))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	notes = map[string]string{}
	rows = all[2:]
	for i, r := range all[2:] {
		if n, ok := strings.CutPrefix(r[0], "# 行数："); ok {
			if n != strconv.Itoa(i) {
				t.Errorf("%s rows are said, %d are there", n, i)
			}
			rows = all[2 : 2+i]
			for _, r := range all[2+i:] {
				k, v, _ := strings.Cut(strings.TrimPrefix(r[0], "# "), "：")
				notes[k] = v
			}
			break
		}
	}
	return all[0], all[1], rows, notes
}

func TestGoldenFiles(t *testing.T) {
	t.Parallel()
	for _, f := range []Format{FormatCSV, FormatJSONL, FormatHTML} {
		t.Run(string(f), func(t *testing.T) {
			t.Parallel()
			got, _ := written(t, head("changes", f, func(s *Spec) { s.From, s.To = "2026-01-01", "2026-01-31" }), changeRows())
			path := filepath.Join("testdata", "changes."+string(f))
			if *update {
				if err := os.WriteFile(path, got, 0o600); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), string(got)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestCSVGivesBackEveryText(t *testing.T) {
	t.Parallel()
	for _, e := range []Encoding{UTF8, GB18030} {
		got, _ := written(t, head("changes", FormatCSV, func(s *Spec) { s.Encoding, s.Mask = e, MaskNone }), changeRows())
		if e == GB18030 {
			if bytes.HasPrefix(got, []byte("\ufeff")) {
				t.Error("GB18030 with a mark of UTF-8")
			}
			decoded, err := simplifiedchinese.GB18030.NewDecoder().Bytes(got)
			if err != nil {
				t.Fatal(err)
			}
			got = decoded
		}
		_, names, rows, notes := readCSV(t, got)
		k, _ := KindOf("changes")
		if diff := cmp.Diff(k.columnNames(), names); diff != "" {
			t.Error(diff)
		}
		for i, row := range changeRows() {
			for c, col := range k.Columns {
				if col.Type == TypeText && col.names == nil && Unguard(rows[i][c]) != row[c].Text {
					t.Errorf("row %d, %s: %q is not %q", i, col.Name, rows[i][c], row[c].Text)
				}
			}
		}
		if notes["计数 原结论 通过"] != "2" || notes["脱敏"] != "未脱敏（none）" {
			t.Errorf("%v", notes)
		}
	}
}

func TestTotalsAreTheRows(t *testing.T) {
	t.Parallel()
	for _, k := range Kinds() {
		rows := made(&k, 137)
		_, totals := written(t, head(k.Name, FormatCSV, nil), rows)
		if totals.Rows != int64(len(rows)) {
			t.Errorf("%s: %d rows", k.Name, totals.Rows)
		}
		for _, c := range totals.Counts {
			sum := c.Other
			for _, v := range c.Values {
				sum += v.Rows
			}
			shown := int64(0)
			for _, v := range c.shown() {
				shown += v.Rows
			}
			if sum != totals.Rows || shown != totals.Rows {
				t.Errorf("%s by %s: %d and %d of %d", k.Name, c.Column, sum, shown, totals.Rows)
			}
		}
		for _, s := range totals.Sums {
			sum := int64(0)
			for _, r := range rows {
				sum += r[k.index(s.Column)].Number
			}
			if sum != s.Sum {
				t.Errorf("%s: %s adds up to %d, not %d", k.Name, s.Column, sum, s.Sum)
			}
		}
	}
}

// made returns rows of a kind, of words that come again.
func made(k *Kind, n int) [][]Cell {
	rows := make([][]Cell, n)
	for i := range rows {
		rows[i] = make([]Cell, len(k.Columns))
		for c := range k.Columns {
			switch k.Columns[c].Type {
			case TypeText:
				rows[i][c] = Str("值" + strconv.Itoa(i*(c+1)%41))
			case TypeDay:
				rows[i][c] = Str("2026-01-" + strconv.Itoa(10+i%20))
			case TypeTime:
				rows[i][c] = At(time.Date(2026, 1, 1, 0, 0, i, 0, time.UTC))
			case TypeFlag:
				rows[i][c] = Flag(i%3 == 0)
			default:
				rows[i][c] = Num(int64(i % 7))
			}
		}
	}
	return rows
}

func TestColumnsAndFilters(t *testing.T) {
	t.Parallel()
	h := head("changes", FormatCSV, func(s *Spec) {
		s.Columns = []string{"run", "listing_id"}
		s.Where = []Filter{{"new", []string{"pass", "prohibited"}}, {"flipped", []string{"true"}}}
	})
	got, _ := written(t, h, changeRows())
	titles, _, rows, notes := readCSV(t, got)
	if diff := cmp.Diff([]string{"运行", "商品编号"}, titles); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([][]string{{"1", "L-1"}, {"2", "'L-3"}}, rows); diff != "" {
		t.Error(diff)
	}
	if notes["筛选"] != "new=pass,prohibited；flipped=true" || notes["列"] != "run,listing_id" {
		t.Errorf("%v", notes)
	}
}

func TestJSONLHoldsValuesAsTheyAre(t *testing.T) {
	t.Parallel()
	got, totals := written(t, head("changes", FormatJSONL, nil), changeRows())
	lines := strings.Split(strings.TrimSuffix(string(got), "\n"), "\n")
	var first struct {
		Title, New string
		Flipped    bool
		Run        int64
		ChangedAt  time.Time `json:"changed_at"`
	}
	if err := json.Unmarshal([]byte(lines[1]), &first); err != nil {
		t.Fatal(err)
	}
	if first.Title != "=HYPERLINK(\"http://x\")" || first.New != "prohibited" || !first.Flipped || first.Run != 1 || first.ChangedAt.Day() != 31 {
		t.Errorf("%+v", first)
	}
	var last struct{ Totals Totals }
	if err := json.Unmarshal([]byte(lines[len(lines)-1]), &last); err != nil || !strings.Contains(lines[2], "138****8000") {
		t.Error(err, lines[2])
	}
	for i := range totals.Counts {
		for k := range totals.Counts[i].Values {
			if totals.Counts[i].Values[k] != last.Totals.Counts[i].Values[k] {
				t.Error("totals differ")
			}
		}
	}
}

func TestSpecsThatMakeNoSenseAreRefused(t *testing.T) {
	t.Parallel()
	for field, change := range map[string]func(*Spec){
		"kind": func(s *Spec) { s.Kind = "all" }, "format": func(s *Spec) { s.Format = "" }, "encoding": func(s *Spec) { s.Encoding = "latin1" },
		"mask": func(s *Spec) { s.Mask = "" }, "from": func(s *Spec) { s.From = "2026-02-30" }, "to": func(s *Spec) { s.From, s.To = "2026-02-01", "2026-01-01" },
		"columns": func(s *Spec) { s.Columns = []string{"run", "run"} }, "where": func(s *Spec) { s.Where = []Filter{{"nothing", []string{"x"}}} },
	} {
		h := head("changes", FormatCSV, change)
		var problem *screening.InvalidError
		if _, err := NewWriter(&bytes.Buffer{}, h); !errors.As(err, &problem) || problem.Field != field {
			t.Errorf("%s: %v", field, err)
		}
	}
	masked := head("identity", FormatCSV, func(s *Spec) { s.Where = []Filter{{"phone", []string{"13800138000"}}} })
	if _, err := NewWriter(&bytes.Buffer{}, masked); err == nil {
		t.Error("a masked column can be guessed by filters")
	}
}

// tool returns a program, or skips where it may be missing.
func tool(t *testing.T, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		if os.Getenv("ZHUNRU_REQUIRE_TOOLS") != "" {
			t.Fatalf("%s is not installed", name)
		}
		t.Skipf("%s is not installed", name)
	}
	return path
}

// samples are rows of a kind: of changes those that have broken programs, of the
// others words that come again.
func samples(k *Kind) [][]Cell {
	if k.Name == "changes" {
		return changeRows()
	}
	return made(k, 45)
}

// TestLibreOfficeReadsWhatCSVSays opens a workbook of every kind with
// LibreOffice and compares its rows with those of the CSV file.
func TestLibreOfficeReadsWhatCSVSays(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	args := make([]string, 0, 64)
	args = append(args,
		"-env:UserInstallation=file://"+dir+"/profile", "--headless", "--convert-to",
		`csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1`, "--outdir", dir)
	for _, k := range Kinds() {
		book, _ := written(t, head(k.Name, FormatXLSX, nil), samples(&k))
		path := filepath.Join(dir, k.Name+".xlsx")
		if err := os.WriteFile(path, book, 0o600); err != nil {
			t.Fatal(err)
		}
		args = append(args, path)
	}
	if out, err := exec.CommandContext(t.Context(), tool(t, "soffice"), args...).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	for _, k := range Kinds() {
		seen, err := os.ReadFile(filepath.Join(dir, k.Name+"-明细.csv"))
		if err != nil {
			t.Fatal(err)
		}
		got, err := csv.NewReader(bytes.NewReader(seen)).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		file, _ := written(t, head(k.Name, FormatCSV, nil), samples(&k))
		titles, _, rows, _ := readCSV(t, file)
		if diff := cmp.Diff(append([][]string{titles}, rows...), got); diff != "" {
			t.Errorf("%s: %s", k.Name, diff)
		}
	}
}

func TestWorkbookHasTypesFiltersAndTotals(t *testing.T) {
	t.Parallel()
	book, totals := written(t, head("changes", FormatXLSX, nil), changeRows())
	f, err := excelize.OpenReader(bytes.NewReader(book))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close() //nolint:errcheck // in memory
	if diff := cmp.Diff([]string{"摘要", "明细", "字段"}, f.GetSheetList()); diff != "" {
		t.Error(diff)
	}
	tables, err := f.GetTables("明细")
	if err != nil || len(tables) != 1 || tables[0].Range != "A1:M5" {
		t.Errorf("%v, %v", tables, err)
	}
	for cell, want := range map[string]string{"B2": `'=HYPERLINK("http://x")`, "K2": "1", "J2": "46053.0625", "E2": "通过", "G2": "是"} {
		if got, err := f.GetCellValue("明细", cell, excelize.Options{RawCellValue: true}); err != nil || got != want && (cell != "J2" || !strings.HasPrefix(got, want)) {
			t.Errorf("%s: %q, %v", cell, got, err)
		}
	}
	if kind, err := f.GetCellType("明细", "K2"); err != nil || kind != excelize.CellTypeNumber && kind != excelize.CellTypeUnset {
		t.Errorf("a number of type %v, %v", kind, err)
	}
	rows, err := f.GetRows("摘要")
	if err != nil {
		t.Fatal(err)
	}
	found := false
	for _, r := range rows {
		found = found || len(r) > 1 && r[0] == "行数" && r[1] == strconv.FormatInt(totals.Rows, 10)
	}
	if !found {
		t.Errorf("no total in %v", rows)
	}
}

// TestPageSaysWhatCSVSays compares every row and every total of a page of every
// kind with those of the CSV file, as Chromium shows it.
func TestPageSaysWhatCSVSays(t *testing.T) {
	t.Parallel()
	browser := tool(t, "chromium")
	for _, k := range Kinds() { // one after the other: each is a whole browser
		dir := t.TempDir()
		file, _ := written(t, head(k.Name, FormatHTML, nil), samples(&k))
		path := filepath.Join(dir, "r.html")
		if err := os.WriteFile(path, file, 0o600); err != nil {
			t.Fatal(err)
		}
		picture := filepath.Join(dir, "r.png")
		if keep := os.Getenv("ZHUNRU_SCREENSHOTS"); keep != "" {
			picture = filepath.Join(keep, "report-"+k.Name+".png")
		}
		cmd := exec.CommandContext(t.Context(), browser, "--headless", "--no-sandbox", "--disable-gpu", "--user-data-dir="+dir+"/profile",
			"--window-size=1500,1400", "--screenshot="+picture, "--dump-dom", "file://"+path)
		dom, err := cmd.Output()
		if err != nil {
			t.Fatal(err)
		}
		if info, err := os.Stat(picture); err != nil || info.Size() < 10_000 {
			t.Errorf("%s: no picture: %v", k.Name, err)
		}
		samePage(t, &k, string(dom))
	}
}

// samePage compares a page with the CSV file of the same rows.
func samePage(t *testing.T, k *Kind, dom string) {
	t.Helper()
	unescape := strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&", "&#34;", `"`, "&#39;", "'")
	_, table, _ := strings.Cut(dom, `<table class="rows">`)
	shown := make([][]string, 0, 4)
	for _, tr := range regexp.MustCompile(`(?s)<tr>(<td.*?)</tr>`).FindAllStringSubmatch(table, -1) {
		var cells []string
		for _, td := range regexp.MustCompile(`(?s)<td[^>]*>(.*?)</td>`).FindAllStringSubmatch(tr[1], -1) {
			cells = append(cells, unescape.Replace(td[1]))
		}
		shown = append(shown, cells)
	}
	sheet, totals := written(t, head(k.Name, FormatCSV, nil), samples(k))
	_, _, rows, _ := readCSV(t, sheet)
	for _, r := range rows {
		for i := range r {
			r[i] = Unguard(r[i])
		}
	}
	if diff := cmp.Diff(rows, shown); diff != "" {
		t.Errorf("%s: %s", k.Name, diff)
	}
	want, got := make([]string, 0, 16), make([]string, 0, 16)
	for i := range totals.Counts {
		for _, c := range totals.Counts[i].shown() {
			want = append(want, strconv.FormatInt(c.Rows, 10))
		}
	}
	for _, v := range regexp.MustCompile(`class="v"[^>]*>(\d+)<`).FindAllStringSubmatch(dom, -1) {
		got = append(got, v[1])
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s: %s", k.Name, diff)
	}
	if strings.Contains(dom, "<script") {
		t.Errorf("%s: a script in the page", k.Name)
	}
}

func TestPageRefusesTooManyRows(t *testing.T) {
	t.Parallel()
	k, _ := KindOf("coverage")
	w, err := NewWriter(&bytes.Buffer{}, head("coverage", FormatHTML, nil))
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close() //nolint:errcheck // a temporary file
	row := made(&k, 1)[0]
	for range htmlRows {
		if err := w.Add(row); err != nil {
			t.Fatal(err)
		}
	}
	var problem *screening.InvalidError
	if err := w.Add(row); !errors.As(err, &problem) {
		t.Error(err)
	}
}
