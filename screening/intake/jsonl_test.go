package intake

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"zhunru/screening"
)

func TestJSONL(t *testing.T) {
	t.Parallel()
	got := readText(t, "\ufeff"+`{"id":"1","merchant_id":"m","title":"水\"杯\"","description":"a\nb","category":"家居","brand":null,"attributes":{"颜色":"红","k":""}}
 { "title" : "灯" , "id" : 7001 } 

{"id":"3","title":"\ud83d\ude00","attributes":{}}`, FormatJSONL)
	want := []Row{
		{screening.Listing{ID: "1", MerchantID: "m", Title: `水"杯"`, Description: "a\nb", Category: "家居", Attributes: map[string]string{"颜色": "红", "k": ""}}, 1},
		{screening.Listing{ID: "7001", Title: "灯"}, 2},
		{screening.Listing{ID: "3", Title: "😀", Attributes: map[string]string{}}, 4},
	}
	if diff := cmp.Diff(want, got.rows); diff != "" || len(got.problems) > 0 {
		t.Error(diff, got.messages())
	}
}

func TestJSONLBadRows(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ rule, line, want string }{
		{"no id", `{"title":"x"}`, "id: empty（缺少商品编号）"},
		{"null title", `{"id":"1","title":null}`, "title: empty（缺少标题）"},
		{"unknown key", `{"id":"1","titel":"x"}`, `"titel": unknown key（无法识别的字段）`},
		{"keys are exact", `{"ID":"1","title":"x"}`, `"ID": unknown key（无法识别的字段）`},
		{"duplicate key", `{"id":"1","title":"x","title":"y"}`, "title: key comes twice（重复的字段）"},
		{"duplicate attribute", `{"id":"1","title":"x","attributes":{"色":"a","色":"b"}}`, "attributes.色: key comes twice（重复的字段）"},
		{"duplicate attributes", `{"id":"1","title":"x","attributes":null,"attributes":{}}`, "attributes: key comes twice（重复的字段）"},
		{"number for a title", `{"id":"1","title":5}`, "title: not a string（应是字符串）, at byte 19（JSON 格式错误）"},
		{"fraction for an id", `{"id":1.5,"title":"x"}`, "id: not a string（应是字符串）, at byte 7（JSON 格式错误）"},
		{"number for an attribute", `{"id":"1","title":"x","attributes":{"重":5}}`, "attributes.重: not a string（应是字符串）, at byte 43（JSON 格式错误）"},
		{"array", `[{"id":"1","title":"x"}]`, "line: not a JSON object（每行应是一个 JSON 对象）"},
		{"cut line", `{"id":"1","title":"x`, "title: a string that does not end（字符串未结束）"},
		{"no brace", `{"id":"1","title":"x"`, "line: neither comma nor closing brace, at byte 22（JSON 格式错误）"},
		{"more text", `{"id":"1","title":"x"} {}`, "line: text after the object, at byte 24（JSON 格式错误）"},
		{"no colon", `{"id" "1"}`, "line: no colon after a key, at byte 7（JSON 格式错误）"},
		{"trailing comma", `{"id":"1",}`, "line: no string where one is due, at byte 11（JSON 格式错误）"},
		{"bad escape", `{"id":"1","title":"\x"}`, "title: invalid character 'x' in string escape code, at byte 23（JSON 格式错误）"},
		{"control character", "{\"id\":\"1\",\"title\":\"a\tb\"}", "title: control character inside a string, at byte 21（JSON 格式错误）"},
		{"half a surrogate pair", `{"id":"1","title":"a\ud800"}`, `title: half of a surrogate pair in \u escapes（编码错误）`},
		{"broken bytes", "{\"id\":\"1\",\"title\":\"汉汉\xff\"}", "title: bytes that are not UTF-8（编码错误）"},
		{"long title", `{"id":"1","title":"` + strings.Repeat("a", 5000) + `"}`, "title: 5,000 bytes, at most 4,096（过长）"},
		{"long line", `{"id":"1","title":"` + strings.Repeat("a", 10<<20) + `"}`, "title: 10,485,781 bytes, at most 8,388,608（过长）"},
		{"long name of an attribute", `{"id":"1","title":"x","attributes":{"` + "k" + `":"` + strings.Repeat("a", MaxField+1) + `"}}`, "attributes.k: 1,048,577 bytes, at most 1,048,576（过长）"},
	} {
		t.Run(tt.rule, func(t *testing.T) {
			t.Parallel()
			got := readText(t, `{"id":"a","title":"x"}`+"\n"+tt.line+"\n"+`{"id":"b","title":"x"}`+"\n", FormatJSONL)
			if got.fatal != nil || got.ids() != "a b" {
				t.Errorf("ids %q %v", got.ids(), got.fatal)
			}
			if diff := cmp.Diff([]string{"2: " + tt.want}, got.messages()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestFormatOf(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, head string
		want       Format
	}{
		{"a.csv", "{", FormatCSV}, {"a.TSV", "", FormatCSV}, {"a.jsonl", "", FormatJSONL}, {"a.xlsx", "", FormatXLSX},
		{"stdin", "\ufeff {\"id\"", FormatJSONL}, {"stdin", "PK\x03\x04", FormatXLSX}, {"stdin", "id,title\n", FormatCSV}, {"stdin", "", FormatCSV},
	} {
		if got := formatOf(tt.name, newSized(tt.head, 512)); got != tt.want {
			t.Errorf("%s %q: %s, want %s", tt.name, tt.head, got, tt.want)
		}
	}
}
