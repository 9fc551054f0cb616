package extract

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"zhunru/screening/qualification"
)

func document(pages ...string) Document {
	d := Document{Kind: KindText}
	for i, text := range pages {
		d.Pages = append(d.Pages, Page{Number: i + 1, Text: text, Confidence: 1})
	}
	return d
}

// values are the proposals as "field=value", in order.
func values(ps []Proposal) string {
	out := make([]string, 0, len(ps))
	for _, p := range ps {
		out = append(out, string(p.Field)+"="+p.Value)
	}
	return strings.Join(out, "\n")
}

func TestProposeReadsLayouts(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, text, want string }{
		{"a colon between", "许可证编号：粤B2-20200001", "number=粤B2-20200001"},
		{"a half-width colon", "发证机关:广东省通信管理局", "issuer=广东省通信管理局"},
		{"a gap between", "公司名称      深圳示例科技有限公司", "holder=深圳示例科技有限公司"},
		{"a tab between, from a table of Word", "公司名称\t深圳示例科技有限公司\t法定代表人\t张三", "holder=深圳示例科技有限公司"},
		{"a rule of a table between", "公司名称│深圳示例科技有限公司│", "holder=深圳示例科技有限公司"},
		{"nothing between, but a date follows", "有效期至2027年1月1日", "valid_until=2027年1月1日"},
		{"nothing between, and prose follows", "编号规则由平台制定", ""},
		{"spaces inside the label", "名    称：深圳示例科技有限公司", "holder=深圳示例科技有限公司"},
		{"full-width spaces inside the label", "名　　称　深圳示例科技有限公司", "holder=深圳示例科技有限公司"},
		{"OCR's spaces between Han characters", "公 司 名 称 ： 深 圳 示 例 科 技 有 限 公 司", "holder=深圳示例科技有限公司"},
		{"spaces inside Latin text stay", "公司名称：Shenzhen Example Co., Ltd", "holder=Shenzhen Example Co., Ltd"},
		{"the value on the next line", "公司名称：\n    深圳示例科技有限公司\n", "holder=深圳示例科技有限公司"},
		{"the next line is a label", "公司名称：\n发证机关：广东省通信管理局", "issuer=广东省通信管理局"},
		{"labels in one line, values in the next", "许可证编号   公司名称   有效期至\n粤B2-20200001   甲有限公司   2027-01-01", "number=粤B2-20200001\nholder=甲有限公司\nvalid_until=2027-01-01"},
		{"two labels in a line", "编号：粤B2-20200001 有效期至：2027年1月1日", "number=粤B2-20200001\nvalid_until=2027年1月1日"},
		{"a note behind the label", "名称（公章）：甲有限公司", "holder=甲有限公司"},
		{"产品名称 is not 名称", "产品名称：血压计", ""},
		{"法定代表人 is not the holder", "法定代表人：张三", ""},
		{"text goes on behind the number", "证号：粤B2-20200001 适用于全省", "number=粤B2-20200001"},
		{"a label without a value", "编号：________", ""},
		{"no labels", "本平台依法经营。", ""},
		{"nothing", "", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(tt.want, values(Propose(document(tt.text)))); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestProposeReadsFields(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, text, want string }{
		{"title", "《增值电信业务经营许可证》\n", "type=增值电信业务经营许可证"},
		{"title with the republic and its copy", "中华人民共和国\n中华人民共和国食品经营许可证（副本）\n", "type=食品经营许可证"},
		{"title of a notice", "行政许可不予受理通知书", "type=行政许可不予受理通知书"},
		{"a sentence is no title", "请申请人提交食品经营许可证，并等待通知书。", ""},
		{"term from and to", "有效期限：自2022年1月1日至2027年1月1日", "valid_until=2027年1月1日"},
		{"term with hyphens", "有效期：2022-01-01 至 2027-01-01", "valid_until=2027-01-01"},
		{"term spread over columns", "营业期限   2022年01月01日   至   长期", "valid_until=长期"},
		{"term whose end is not written", "营业期限：2022年1月1日起", ""},
		{"date in Han digits", "发证日期：二〇二二年一月十一日", "issued_on=二〇二二年一月十一日"},
		{"date with spaces", "发证日期：2022 年 01 月 01 日", "issued_on=2022年01月01日"},
		{"成立日期 is not the date of issue", "成立日期：2010年1月1日", ""},
		{"code without a label", "（证照编号见附件）91440300MA5FAKE012", "uscc=91440300MA5FAKE012"},
		{"code in full width", "统一社会信用代码：９１４４０３００ＭＡ５ＦＡＫＥ０１２", "uscc=91440300MA5FAKE012"},
		{"scope over two lines", "业务种类      在线数据处理与交易处理业务（仅限经营类电子商\n              务）\n发证机关：甲局", "scope=在线数据处理与交易处理业务（仅限经营类电子商务）\nissuer=甲局"},
		{"scope under its label", "业务种类（服务项目）及覆盖范围\n1.在线数据处理与交易处理业务（不含网络支付）\n2.互联网信息服务业务\n\n附注", "scope=1.在线数据处理与交易处理业务（不含网络支付）2.互联网信息服务业务"},
		{"scope ends with the sentence", "经营范围：零售。\n其他内容", "scope=零售"},
		{"a letter without labels", "粤通不受〔2022〕12号\n深圳示例科技有限公司：\n你单位的申请收悉。\n广东省通信管理局\n2022年3月1日", "number=粤通不受〔2022〕12号\nholder=深圳示例科技有限公司\nissuer=广东省通信管理局\nissued_on=2022年3月1日"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(tt.want, values(Propose(document(tt.text)))); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// A scan's mistakes are forgiven in labels, never in text of a text layer.
func TestProposeForgivesOCR(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, text, want, layer string }{
		{"one wrong character in a label", "发证机天：广东省通信管理局", "issuer=广东省通信管理局", ""},
		{"a comma for a colon, before a date", "发证日期，2022年01月01日", "issued_on=2022年01月01日", "issued_on=2022年01月01日"},
		{"letters that the code's alphabet lacks", "统一社会信用代码：9144O3OOMASFAKEO12", "uscc=91440300MA5FAKE012", "uscc=9144O3OOMASFAKEO12"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			d := document(tt.text)
			if got := values(Propose(d)); got != tt.layer {
				t.Errorf("text layer: %q, want %q", got, tt.layer)
			}
			d.Pages[0].OCR = true
			if got := values(Propose(d)); got != tt.want {
				t.Errorf("OCR: %q, want %q", got, tt.want)
			}
		})
	}
}

func TestProposalShowsItsPlace(t *testing.T) {
	t.Parallel()
	d := document("第一页", "  公司 名称：深圳 示例公司  \r尾")
	d.Pages[1].Confidence = 0.5
	want := []Proposal{{
		Field: Holder, Value: "深圳示例公司", Page: 2, Line: "公司 名称：深圳 示例公司  \r尾", Confidence: 0.95 * 0.5,
		Span: qualification.Span{Byte: [2]int{18, 37}, Rune: [2]int{8, 15}},
	}}
	if diff := cmp.Diff(want, Propose(d)); diff != "" {
		t.Error(diff)
	}
}

// Layouts that say less are less sure.
func TestConfidenceFallsWithDoubt(t *testing.T) {
	t.Parallel()
	last := 1.0
	for _, text := range []string{
		"公司名称：甲有限公司", "公司名称  甲有限公司", "公司名称：\n甲有限公司", "名称：甲有限公司", "甲乙丙有限公司：", "公司名称：这里写的。是一句话",
	} {
		ps := Propose(document(text))
		if len(ps) != 1 || ps[0].Field != Holder {
			t.Fatalf("%q: %+v", text, ps)
		}
		if c := ps[0].Confidence; c >= last || c <= 0 {
			t.Errorf("%q: confidence %v after %v", text, c, last)
		}
		last = ps[0].Confidence
	}
}

func TestFill(t *testing.T) {
	t.Parallel()
	propose := func(field Field, value string, confidence float64) Proposal {
		return Proposal{Field: field, Value: value, Confidence: confidence}
	}
	ps := []Proposal{
		propose(ValidUntil, "长期", 0.9), propose(Number, "一", 0.5), propose(Number, "二", 0.7), propose(Number, "三", 0.7),
		propose(Holder, "丙公司", 0.9), propose(Scope, "甲（不含乙；丙）；丁。", 0.8),
	}
	doc := qualification.Document{Holder: "甲公司"}
	filled := Fill(&doc, ps)
	want := qualification.Document{Number: "二", Holder: "甲公司", Scope: []string{"甲（不含乙；丙）", "丁"}, ValidUntil: "长期"}
	if diff := cmp.Diff(want, doc); diff != "" {
		t.Errorf("document: %s", diff)
	}
	if diff := cmp.Diff([]Proposal{ps[2], ps[5], ps[0]}, filled); diff != "" {
		t.Errorf("filled: %s", diff)
	}
	if again := Fill(&doc, ps); again != nil {
		t.Errorf("filled again: %v", again)
	}
}

func TestParseTSV(t *testing.T) {
	t.Parallel()
	rows := []string{
		"level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop\twidth\theight\tconf\ttext",
		"4\t1\t1\t1\t1\t0\t0\t0\t0\t0\t-1\t",
		"5\t1\t1\t1\t1\t1\t0\t0\t40\t40\t90\t名称",
		"5\t1\t1\t1\t1\t2\t42\t0\t40\t40\t90\tA",
		"5\t1\t1\t1\t1\t3\t90\t0\t40\t40\t90\tB",
		"5\t1\t1\t1\t1\t4\t300\t0\t40\t40\t50\t甲乙丙丁",
		"5\t1\t1\t1\t2\t1\t0\t0\t40\t40\t90\t\"引",
		"5\t1\t2\t1\t1\t1\t0\t0\t40\t40\tnan\t坏",
		"5\tx\t2\t1\t1\t1\t0\t0\t40\t40\t90\t坏",
		"5\t2\t1\t1\t1\t1\t0\t0\t40\t40\t100\t二",
	}
	want := []Page{
		{Number: 1, Text: "名称A B  甲乙丙丁\n\"引\n", Confidence: (6*90 + 4*50) / 1000.0, OCR: true},
		{Number: 2, Text: "二\n", Confidence: 1, OCR: true},
	}
	if diff := cmp.Diff(want, parseTSV(strings.Join(rows, "\n"))); diff != "" {
		t.Error(diff)
	}
}
