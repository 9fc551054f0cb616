package report

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"zhunru/screening"
	"zhunru/screening/textnorm"
)

func TestTable(t *testing.T) {
	t.Parallel()
	s := Screen{Width: 70}
	out := s.AppendTableHeader(nil)
	for _, r := range []Row{disguised(), restricted(), passing()} {
		out = s.AppendTable(out, r)
	}
	want := `结论     编号            标题                   为什么
禁售     L-1             家用催*情*香*水 送手…  迷药：催情香水
需类目   =L-2            家用 "好" 仪器         第二类医疗器械：血压…
通过     L-3             保温杯
`
	got := string(out)
	head, rest, _ := strings.Cut(got, "\n")
	if diff := cmp.Diff(want, strings.TrimRight(head, " ")+"\n"+rest); diff != "" {
		t.Error(diff)
	}
	for line := range strings.Lines(got) {
		if n := textWidth(strings.TrimSuffix(line, "\n")); n > 70 {
			t.Errorf("%d cells: %s", n, line)
		}
	}
}

func TestExplanation(t *testing.T) {
	t.Parallel()
	s := Screen{Laws: laws}
	out := s.AppendExplanation(nil, disguised())
	out = s.AppendExplanation(out, restricted())
	out = s.AppendExplanation(out, passing())
	want := `● 禁售  L-1  商家 M-1
  标题      家用催*情*香*水 送手枪钻
                ^^^^^^^^^^^
  ▸ 迷药  P15  禁售
    命中    催情香水（词条），标题第 3–9 字“催*情*香*水”
    规避    插入空格或符号
    分词    与分词一致：催情｜香水
    依据    《中华人民共和国刑法》第125条、第287条之一；《药品管理法》（待核）
    处理    请下架。
  ▹ 未计入：手枪  P01，标题，例外：手枪钻

● 需类目  =L-2
  标题      家用 "好" 仪器
  描述      上臂式血压计
                  ^^^^^^
  属性·色   
  ▸ 第二类医疗器械  R02  需类目
    命中    血压计（词条），描述第 4–6 字“血压计”
    线索    上臂式
    缺少    类目“医疗器械”：《备案凭证》+《营业执照》 或 《许可证》
  ▸ 提示类  R99  提示（已取得类目）
    命中    p1（模式），属性·色第 1–0 字“”
    提示    须标注。

● 通过  L-3  保温杯
`
	if diff := cmp.Diff(want, string(out)); diff != "" {
		t.Error(diff)
	}
}

func TestExplanationInColour(t *testing.T) {
	t.Parallel()
	s := Screen{Colour: true, Language: English}
	got := string(s.AppendExplanation(nil, disguised()))
	for _, want := range []string{
		"\x1b[1;31m● prohibited\x1b[0m  L-1", "家用\x1b[4;1;31m催*情*香*水\x1b[0m 送手枪钻\n", "《药品管理法》 (unverified)", "\x1b[90m  ▹ does not count: 手枪",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in %q", want, got)
		}
	}
	if strings.Count(got, "\x1b[0m")*2 != strings.Count(got, "\x1b[") {
		t.Error("a colour is not closed")
	}
	if strings.Contains(got, "^^") {
		t.Error("carets beside colours")
	}
}

func TestLongFieldsAreExcerpted(t *testing.T) {
	t.Parallel()
	text := strings.Repeat("长", 200) + "枪" + strings.Repeat("尾", 200)
	f := screening.Finding{Field: "title", Outcome: screening.OutcomeReview, Span: screening.Span{Byte: [2]int{600, 603}, Rune: [2]int{200, 201}}}
	var shown strings.Builder
	for _, p := range pieces(text, "title", []screening.Finding{f}) {
		shown.WriteString(p.text)
	}
	got := shown.String()
	if want := "…" + strings.Repeat("长", excerptReach) + "枪" + strings.Repeat("尾", excerptReach) + "…"; got != want {
		t.Errorf("%s", got)
	}
}

// TestListingsCannotDriveTheTerminal shows what moves the cursor, turns the
// writing or hides.
func TestListingsCannotDriveTheTerminal(t *testing.T) {
	t.Parallel()
	r := passing()
	r.Listing.Title = "a\x1b[31m\u202e\u200b\n\u0085\x7f\xff"
	r.Verdict.ID = "\x1b]0;x\a"
	s := Screen{Width: 200}
	for _, got := range []string{string(s.AppendTable(nil, r)), string(s.AppendExplanation(nil, r))} {
		if !strings.Contains(got, "a␛[31m‹U+202E›‹U+200B›⏎‹U+0085›␡\ufffd") || strings.ContainsAny(got, "\x1b\a\u202e\u200b\x7f") || strings.Count(got, "\n") != 1 {
			t.Errorf("%q", got)
		}
	}
}

func TestEveryStepHasAName(t *testing.T) {
	t.Parallel()
	for _, s := range textnorm.StepNames() {
		if stepName(s, Chinese) == s {
			t.Errorf("step %s has no Chinese name", s)
		}
	}
	for _, o := range append(screening.Outcomes, screening.OutcomeNotice) {
		if OutcomeName(o, Chinese) == string(o) {
			t.Errorf("outcome %s has no Chinese name", o)
		}
	}
}

func TestArticles(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"": "", "29": "第29条", "13、29": "第13条、第29条", "287之一": "第287条之一", "16-18": "第16-18条", "120条之三": "第120条之三", "12条": "第12条", "第二条": "第二条", "附录A": "附录A", "42第1款": "第42条第1款", "2024版": "2024版",
	} {
		if got := articles(in); got != want {
			t.Errorf("%q: %s, want %s", in, got, want)
		}
	}
}
