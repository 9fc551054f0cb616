package intake

import (
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"zhunru/screening"
)

func TestCSVHeaders(t *testing.T) {
	t.Parallel()
	want := []screening.Listing{{
		ID: "1", MerchantID: "m", Title: "水杯", Description: "好", Category: "家居", Brand: "无",
		Attributes: map[string]string{"颜色": "红"},
	}}
	for _, tt := range []struct{ rule, text string }{
		{"english", "id,merchant_id,title,description,category,brand,attributes.颜色\n1,m,水杯,好,家居,无,红\n"},
		{"chinese", "商品编号,商家,标题,描述,类目,品牌,属性.颜色\n1,m,水杯,好,家居,无,红\n"},
		{"other chinese names", "商品ID,商家编号,商品名称,商品描述,商品类目,品牌,属性．颜色\n1,m,水杯,好,家居,无,红\n"},
		{"any order", "品牌,标题,类目,属性.颜色,描述,商家,编号\n无,水杯,家居,红,好,m,1\n"},
		{"byte order mark", "\ufeffid,merchant_id,title,description,category,brand,attributes.颜色\n1,m,水杯,好,家居,无,红\n"},
		{"case and spaces", " ID , Merchant ID ,TITLE,Description,Category,BRAND,Attributes . 颜色\n1,m,水杯,好,家居,无,红\n"},
		{"full width", "ｉｄ,ｍｅｒｃｈａｎｔ＿ｉｄ,ｔｉｔｌｅ,描述,类目,品牌,属性.颜色\n1,m,水杯,好,家居,无,红\n"},
		{"semicolon", "id;merchant_id;title;description;category;brand;attributes.颜色\n1;m;水杯;好;家居;无;红\n"},
		{"full-width semicolon", "id；商家；标题；描述；类目；品牌；属性.颜色\n1；m；水杯；好；家居；无；红\n"},
		{"tab", "id\t商家\t标题\t描述\t类目\t品牌\t属性.颜色\n1\tm\t水杯\t好\t家居\t无\t红\n"},
		{"CRLF and blank lines", "\r\nid,商家,标题,描述,类目,品牌,属性.颜色\r\n\r\n1,m,水杯,好,家居,无,红\r\n\r\n"},
		{"no newline at the end", "id,商家,标题,描述,类目,品牌,属性.颜色\n1,m,水杯,好,家居,无,红"},
		{"quotes", "\"id\",\"商家\",标题,描述,类目,品牌,属性.颜色\n\"1\",m,\"水杯\",好,家居,无,\"红\"\n"},
		{"spaces round ids", "id,商家,标题,描述,类目,品牌,属性.颜色\n 1 ,　m ,水杯,好,家居,无,红\n"},
	} {
		t.Run(tt.rule, func(t *testing.T) {
			t.Parallel()
			got := readText(t, tt.text, FormatCSV)
			if diff := cmp.Diff(want, got.listings()); diff != "" || got.fatal != nil || len(got.problems) > 0 {
				t.Error(diff, got.fatal, got.messages())
			}
		})
	}
}

func TestCSVFatalHeaders(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ rule, text, want string }{
		{"empty file", "", "f: no header with the columns id (商品编号) and title (标题)"},
		{"no header", "1,水杯\n2,台灯\n", "f: line 1: no header with the columns id (商品编号) and title (标题)"},
		{"no id", "标题\n水杯\n", "f: line 1: the header has no column id (商品编号)"},
		{"no title", "\nid,描述\n1,好\n", "f: line 2: the header has no column title (标题)"},
		{"too many columns", "id,title" + strings.Repeat(",", 2000) + "\n", "f: line 1: a header of more than 1,000 columns"},
		{"endless", strings.Repeat("x", MaxRecord+1), "f: line 1: a header of more than 2,097,152 bytes"},
	} {
		t.Run(tt.rule, func(t *testing.T) {
			t.Parallel()
			if got := readText(t, tt.text, FormatCSV); got.fatal == nil || got.fatal.Error() != tt.want {
				t.Errorf("got %v, want %s", got.fatal, tt.want)
			}
		})
	}
}

const csvHead = "id,title,description\n"

func TestCSVBadRows(t *testing.T) {
	t.Parallel()
	broken := "line: a quote that is not closed, or text after it（引号未闭合，或引号后有多余字符）"
	for _, tt := range []struct {
		rule, text string
		ids        string
		problems   []string
	}{
		{"no id", csvHead + ",水杯,\n2,灯,\n", "2", []string{"2: id: empty（缺少商品编号）"}},
		{"no title", csvHead + "1, ,\n2,灯,\n", "2", []string{"2: title: empty（缺少标题）"}},
		{"too few fields", csvHead + "1,水杯\n2,灯,\n", "2", []string{"2: line: 2 fields, the header has 3（列数不符）"}},
		{"too many fields", csvHead + "1,水杯,,,\n2,灯,\n", "2", []string{"2: line: 5 fields, the header has 3（列数不符）"}},
		{"duplicate id", csvHead + "1,a,\n2,b,\n1,c,\n", "1 2", []string{`4: id: duplicate "1", first at f:2（编号重复）`}},
		{"a refused row does not take the id", csvHead + "1,,\n1,b,\n", "1", []string{"2: title: empty（缺少标题）"}},
		{"text after a quote", csvHead + "1,\"水\"杯,\n2,灯,\n", "2", []string{"2: " + broken}},
		{"quote closed by the next row's", csvHead + "1,\"水杯,\n2,\"灯\",\n3,桌,\n", "2 3", []string{"2: " + broken}},
		{"quote never closed", csvHead + "1,\"水杯,\n2,灯,\n3,桌,\n", "2 3", []string{"2: line: a quote that is not closed within 2,097,152 bytes（引号未闭合）"}},
		{"bytes that are not UTF-8", csvHead + "1,水\xff杯,\n2,灯,\xe6\x88\n3,中文让编码确定为,UTF-8\n", "3",
			[]string{"2: title: bytes that are not UTF-8（编码错误）", "3: description: bytes that are not UTF-8（编码错误）"}},
		{"half characters at a delimiter", csvHead + "1,好好好好\xe6,\x88\x91\n", "", []string{"2: title: bytes that are not UTF-8（编码错误）"}},
		{"long title", csvHead + "1," + strings.Repeat("a", MaxTitle+1) + ",\n2,灯,\n", "2", []string{"2: title: 4,097 bytes, at most 4,096（过长）"}},
		{"longest title", csvHead + "1," + strings.Repeat("a", MaxTitle) + ",\n", "1", nil},
		{"long id", csvHead + strings.Repeat("9", 257) + ",灯,\n", "", []string{"2: id: 257 bytes, at most 256（过长）"}},
		{"long description", csvHead + "1,灯," + strings.Repeat("a", MaxField+1) + "\n2,灯,\n", "2", []string{"2: description: 1,048,577 bytes, at most 1,048,576（过长）"}},
		{"title of 10 MiB", csvHead + "1," + strings.Repeat("a", 10<<20) + ",x\n2,灯,\n", "2", []string{"2: title: 10,485,760 bytes, at most 4,096（过长）"}},
		{"quoted title of 10 MiB", csvHead + "1,\"" + strings.Repeat("a,", 5<<20) + "\",x\n2,灯,\n", "2", []string{"2: title: 10,485,760 bytes, at most 4,096（过长）"}},
		{"line of 9 MiB of commas", csvHead + strings.Repeat(",", 9<<20) + "\n2,灯,\n", "2", []string{"2: line: 9,437,184 bytes, at most 8,388,608（过长）"}},
		{"long last line", csvHead + "2,灯,\n1," + strings.Repeat("a", 10<<20), "2", []string{"3: title: 10,485,760 bytes, at most 4,096（过长）"}},
		{"unknown header", "id,title,价格\n1,灯,3\n", "1", []string{`1: "价格": unknown header in column 3, ignored（无法识别的列）`}},
		{"header twice", "id,标题,商品名称\n1,灯,x\n", "1", []string{`1: "商品名称": column 3 is title again after column 2, ignored（重复的列）`}},
		{"header without a name", "id,标题,\n1,灯,x\n", "1", []string{`1: "": unknown header in column 3, ignored（无法识别的列）`}},
		{"quote inside an unquoted field", csvHead + "1,15\"显示器,\n", "1", nil},
		{"field of several lines", csvHead + "1,灯,\"一\n二\r\n三\"\n2,,\n", "1", []string{"5: title: empty（缺少标题）"}},
	} {
		t.Run(tt.rule, func(t *testing.T) {
			t.Parallel()
			got := readText(t, tt.text, FormatCSV)
			if got.fatal != nil {
				t.Fatal(got.fatal)
			}
			if diff := cmp.Diff(tt.problems, got.messages()); diff != "" || got.ids() != tt.ids {
				t.Errorf("ids %q, want %q\n%s", got.ids(), tt.ids, diff)
			}
		})
	}
}

func TestCSVKeepsWhatWasSubmitted(t *testing.T) {
	t.Parallel()
	got := readText(t, csvHead+"1,\" 他说\"\"好\"\"，\r\n买 \",a b \n", FormatCSV)
	want := []screening.Listing{{ID: "1", Title: " 他说\"好\"，\r\n买 ", Description: "a b "}}
	if diff := cmp.Diff(want, got.listings()); diff != "" {
		t.Error(diff)
	}
}

func TestProblemsNameTheFileOnce(t *testing.T) {
	t.Parallel()
	got := readAll(t, "一月.csv", strings.NewReader("id,title\n1,\n"), Options{})
	if want := "一月.csv:2: title: empty（缺少标题）"; len(got.problems) != 1 || got.problems[0].Error() != want || !got.problems[0].Refused {
		t.Errorf("got %v, want %s", got.problems, want)
	}
	if got := readText(t, "id,title,x\n", FormatCSV); len(got.problems) != 1 || got.problems[0].Refused {
		t.Error("a header problem refuses no row")
	}
}

// failing fails after its text.
type failing struct{ io.Reader }

func (f failing) Read(p []byte) (int, error) {
	n, err := f.Reader.Read(p)
	if errors.Is(err, io.EOF) {
		err = errors.New("disk on fire")
	}
	return n, err
}

// TestReadErrorsAreFatal also makes sure that half a row is not taken for one.
func TestReadErrorsAreFatal(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"id,title\n1,灯\n2,半", "id,title\n1,灯\n2,\"半", "id,title\n1,灯\n2,\"半\n行", "id,title\n1,灯\n", "id,title\n", "id,ti", ""} {
		got := readAll(t, "f", failing{strings.NewReader(text)}, Options{Format: FormatCSV})
		if want := strings.Contains(text, "灯"); (got.ids() == "1") != want || len(got.problems) > 0 {
			t.Errorf("after %q: ids %q, %v", text, got.ids(), got.messages())
		}
		if got.fatal == nil || !strings.Contains(got.fatal.Error(), "f: disk on fire") {
			t.Errorf("after %q: %v", text, got.fatal)
		}
	}
}

// TestMemoryOfLongLines proves that a line beyond the limit is not held.
func TestMemoryOfLongLines(t *testing.T) {
	t.Parallel()
	long := io.LimitReader(endless('a'), 64<<20)
	in := io.MultiReader(strings.NewReader("id,title\n1,"), long, strings.NewReader("\n2,灯\n"))
	r, err := Open("f", in, Options{Format: FormatCSV})
	if err != nil {
		t.Fatal(err)
	}
	a := &account{}
	a.drain(r)
	if a.ids() != "2" || len(a.problems) != 1 || a.problems[0].Reason != "67,108,864 bytes, at most 4,096（过长）" {
		t.Errorf("%s %v", a.ids(), a.problems)
	}
	if n := cap(r.src.(*csvSource).in.buf); n > 4*MaxLine {
		t.Errorf("buffer of %d bytes", n)
	}
}

type endless byte

func (e endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = byte(e)
	}
	return len(p), nil
}
