package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"zhunru/dictionaries"
	"zhunru/screening"
)

// smallDictionary writes a dictionary of three classes, with the built-in
// tables, so that these tests do not depend on the state of the big one.
func smallDictionary(tb testing.TB) string {
	tb.Helper()
	dir := tb.TempDir()
	files := map[string]string{
		"goods/P.yaml":   "class: P90_GUN\nname: 仿真枪\nname_en: Replica\ngroup: G\ndisposition: prohibited\ncitations: [{source: gunlaw, article: \"44\", verified: true}]\nterms: [仿真枪]\nsamples: {}\n",
		"goods/R.yaml":   "class: R90_MED\nname: 医疗器械\nname_en: Device\ngroup: G\ndisposition: needs_category\ncitations: []\nrequires: {category: 医疗器械自营}\nterms: [血压计]\nsamples: {}\n",
		"goods/V.yaml":   "class: V90_KNIFE\nname: 刀具\nname_en: Knife\ngroup: G\ndisposition: review\ncitations: []\nterms: [砍刀]\nsamples: {}\n",
		"sources/s.yaml": "sources: [{id: gunlaw, name: 中华人民共和国枪支管理法, kind: law, verified: true}]\n",
	}
	tables, err := fs.Glob(dictionaries.FS, "variants/*.txt")
	if err != nil {
		tb.Fatal(err)
	}
	for _, name := range tables {
		b, err := fs.ReadFile(dictionaries.FS, name)
		if err != nil {
			tb.Fatal(err)
		}
		files[name] = string(b)
	}
	for name, text := range files {
		path := filepath.Join(dir, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path, []byte(text), 0o600)); err != nil {
			tb.Fatal(err)
		}
	}
	return dir
}

// A screened is what one command line did.
type screened struct {
	status         int
	stdout, stderr string
}

// lines of stderr without the summary.
func (s *screened) problems() []string {
	lines := strings.Split(strings.TrimSuffix(s.stderr, "\n"), "\n")
	return lines[:len(lines)-1]
}

func (s *screened) outcomes(tb testing.TB) string {
	tb.Helper()
	var out []string
	for line := range strings.Lines(s.stdout) {
		var v screening.Verdict
		if err := json.Unmarshal([]byte(line), &v); err != nil {
			tb.Fatalf("%s: %v", line, err)
		}
		out = append(out, v.ID+"="+string(v.Outcome))
	}
	return strings.Join(out, " ")
}

func screen(tb testing.TB, dict, stdin string, args ...string) *screened {
	tb.Helper()
	var stdout, stderr bytes.Buffer
	args = append([]string{"screen", "--dictionaries", dict}, args...)
	status := run(tb.Context(), args, strings.NewReader(stdin), &stdout, &stderr)
	return &screened{status, stdout.String(), stderr.String()}
}

func write(tb testing.TB, name, text string) string {
	tb.Helper()
	path := filepath.Join(tb.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		tb.Fatal(err)
	}
	return path
}

const goods = "编号,标题\n1,保温杯\n2,仿 真 枪\n3,家用血压计\n4,户外砍刀\n"

func TestScreenStatusAndVerdicts(t *testing.T) {
	t.Parallel()
	dict := smallDictionary(t)
	file := write(t, "goods.csv", goods)
	all := "1=pass 2=prohibited 3=needs_category 4=review"
	for _, tt := range []struct {
		rule   string
		args   []string
		status int
		want   string
	}{
		{"done", []string{file}, 0, all},
		{"fail on prohibited", []string{file, "--fail-on", "prohibited"}, 1, all},
		{"held category", []string{file, "--held", "医疗器械自营"}, 0, "1=pass 2=prohibited 3=pass 4=review"},
		{"one worker", []string{file, "--workers", "1"}, 0, all},
		{"stdin", []string{"-"}, 0, "a=needs_category"},
		{"fail on something graver than found", []string{"-", "--fail-on", "prohibited"}, 0, "a=needs_category"},
		{"fail on something less grave", []string{"-", "--fail-on", "review"}, 1, "a=needs_category"},
		{"two inputs", []string{file, "-"}, 0, all + " a=needs_category"},
		{"a missing file does not stop the others", []string{"/nowhere.csv", file}, 3, all},
		{"bad input goes before findings", []string{"/nowhere.csv", file, "--fail-on", "review"}, 3, all},
		{"folder", []string{dict, "-"}, 3, "a=needs_category"},
		{"duplicate over files", []string{file, file}, 3, all},
	} {
		t.Run(tt.rule, func(t *testing.T) {
			t.Parallel()
			got := screen(t, dict, `{"id":"a","title":"血压计"}`, tt.args...)
			if diff := cmp.Diff(tt.want, got.outcomes(t)); diff != "" || got.status != tt.status {
				t.Errorf("status %d, want %d\n%s%s", got.status, tt.status, diff, got.stderr)
			}
		})
	}
}

func TestScreenUsage(t *testing.T) {
	t.Parallel()
	dict := smallDictionary(t)
	file := write(t, "goods.csv", goods)
	for _, args := range [][]string{
		{}, {"-", "-"}, {file, "--in", "pdf"}, {file, "--out", "pdf"}, {file, "--encoding", "big5"}, {file, "--fail-on", "pass"}, {file, "--fail-on", "bad"},
		{file, "--workers", "0"}, {file, "--held", "没有的类目"}, {file, "-o", file}, {file, "--explain", "--out", "csv"}, {file, "--color", "red"},
		{file, "--lang", "fr"}, {file, "--nonsense"},
	} {
		if got := screen(t, dict, "", args...); got.status != exitUsage || got.stdout != "" || !strings.HasPrefix(got.stderr, "zhunru: ") {
			t.Errorf("%q: status %d, %s%s", args, got.status, got.stdout, got.stderr)
		}
	}
	if b, err := os.ReadFile(file); string(b) != goods || err != nil {
		t.Error("the input was changed")
	}
}

func TestScreenNamesEveryBadRow(t *testing.T) {
	t.Parallel()
	dict := smallDictionary(t)
	file := write(t, "bad.csv", "编号,标题,价格\n1,仿真枪,3\n,x,\n2,,\n1,y,\n3,\"z\n4,保温杯,1\n5,a\n")
	got := screen(t, dict, "", file)
	want := []string{
		file + `:1: "价格": unknown header in column 3, ignored（无法识别的列）`,
		file + ":3: id: empty（缺少商品编号）",
		file + ":4: title: empty（缺少标题）",
		file + `:5: id: duplicate "1", first at ` + file + ":2（编号重复）",
		file + ":6: line: a quote that is not closed within 2,097,152 bytes（引号未闭合）",
		file + ":8: line: 2 fields, the header has 3（列数不符）",
	}
	if diff := cmp.Diff(want, got.problems()); diff != "" || got.status != exitInput || got.outcomes(t) != "1=prohibited 4=pass" {
		t.Error(got.status, got.stdout, diff)
	}
	for _, part := range []string{"读入 7 行", "筛查 2", "禁售 1", "拒绝 5", "其他问题 1", "编码 UTF-8"} {
		if !strings.Contains(got.stderr, part) {
			t.Errorf("no %s in %s", part, got.stderr)
		}
	}
}

// TestScreenKeepsTheOrder screens many batches on many workers.
func TestScreenKeepsTheOrder(t *testing.T) {
	t.Parallel()
	dict := smallDictionary(t)
	text, want := strings.Builder{}, strings.Builder{}
	text.WriteString("id,title\n")
	for i := range 20_000 {
		title, outcome := "保温杯", "pass"
		if i%7 == 0 {
			title, outcome = "仿真枪", "prohibited"
		}
		fmt.Fprintf(&text, "%d,%s\n", i, title)
		fmt.Fprintf(&want, "%d=%s ", i, outcome)
	}
	got := screen(t, dict, text.String(), "-", "--workers", "8", "--lang", "en")
	if got.outcomes(t) != strings.TrimSpace(want.String()) || got.status != 0 {
		t.Error("order or verdicts differ", got.stderr)
	}
	if !strings.HasPrefix(got.stderr, "read 20,000 rows, screened 20,000 (prohibited 2,858, needs category 0, review 0, pass 17,142), refused 0, ") {
		t.Error(got.stderr)
	}
}

func TestScreenFormats(t *testing.T) {
	t.Parallel()
	dict := smallDictionary(t)
	file := write(t, "goods.csv", goods)
	csv := screen(t, dict, "", file, "--out", "csv")
	if !strings.HasPrefix(csv.stdout, "\ufeff商品编号,") || strings.Count(csv.stdout, "\n") != 5 {
		t.Error(csv.stdout)
	}
	table := screen(t, dict, "", file, "--out", "table")
	if !strings.Contains(table.stdout, "禁售     2               仿 真 枪") || strings.Contains(table.stdout, "\x1b") {
		t.Error(table.stdout)
	}
	explained := screen(t, dict, "", file, "--explain", "--color", "always")
	if !strings.Contains(explained.stdout, "\x1b[4;1;31m仿 真 枪\x1b[0m") || !strings.Contains(explained.stdout, "《中华人民共和国枪支管理法》第44条") {
		t.Error(explained.stdout)
	}
	path := filepath.Join(t.TempDir(), "out.xlsx")
	if got := screen(t, dict, "", file, "-o", path); got.status != 0 || got.stdout != "" {
		t.Error(got.stderr)
	}
	book, err := excelize.OpenFile(path)
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close() //nolint:errcheck // read only
	if rows, err := book.GetRows("筛查结果"); err != nil || len(rows) != 5 || rows[2][3] != "禁售" {
		t.Errorf("%v %v", rows, err)
	}
	back := screen(t, dict, "", path) // our own report has unknown columns and still reads
	if back.status != exitInput || back.outcomes(t) != "1=pass 2=prohibited 3=needs_category 4=review" {
		t.Error(back.status, back.stderr)
	}
}

func TestVersion(t *testing.T) {
	t.Parallel()
	dict := smallDictionary(t)
	var stdout, stderr bytes.Buffer
	if status := run(t.Context(), []string{"version", "--json", "--dictionaries", dict}, nil, &stdout, &stderr); status != 0 {
		t.Fatal(stderr.String())
	}
	var v versionReport
	if err := json.Unmarshal(stdout.Bytes(), &v); err != nil {
		t.Fatal(err)
	}
	if v.Go != runtime.Version() || v.Dictionary.Classes != 3 || v.Dictionary.Terms != 3 || !strings.HasPrefix(v.Dictionary.Revision, "sha256:") {
		t.Errorf("%+v", v)
	}
	stdout.Reset()
	if status := run(t.Context(), []string{"version", "--dictionaries", dict}, nil, &stdout, &stderr); status != 0 || !strings.Contains(stdout.String(), "3 类，3 词") {
		t.Error(stdout.String(), stderr.String())
	}
}
