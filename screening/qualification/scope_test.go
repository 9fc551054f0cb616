package qualification

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestCoversB21(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		scope []string
		want  bool
		why   string // part of the reason
	}{
		{"the catalogue's name without limits", []string{"在线数据处理与交易处理业务"}, true, "B21"},
		{"named as a kind in brackets", []string{"在线数据处理与交易处理业务（经营类电子商务）"}, true, ""},
		{"limited to e-commerce", []string{"在线数据处理与交易处理业务（仅限经营类电子商务）"}, true, ""},
		{"half-width brackets and spaces", []string{" 在线数据处理与 交易处理业务 ( 仅限 经营类电子商务 ) "}, true, ""},
		{"broken by a line break", []string{"在线数据处理与交\n易处理业务（仅限经营类\n电子商务）"}, true, ""},
		{"after the class prefix", []string{"第二类增值电信业务中的在线数据处理与交易处理业务"}, true, ""},
		{"after its code", []string{"B21 在线数据处理与交易处理业务"}, true, ""},
		{"second in a list by semicolon", []string{"信息服务业务（仅限互联网信息服务）；在线数据处理与交易处理业务"}, true, ""},
		{"second in a list by 、", []string{"国内呼叫中心业务、在线数据处理与交易处理业务（仅限经营类电子商务）"}, true, ""},
		{"second without any mark", []string{"国内呼叫中心业务在线数据处理与交易处理业务"}, true, ""},
		{"a bare limit of another service ends at the next name", []string{"信息服务业务仅限互联网信息服务、在线数据处理与交易处理业务"}, true, ""},
		{"a bare exclusion of another service ends at comma and name", []string{"信息服务业务（仅限互联网信息服务），不含信息搜索查询服务、信息即时交互服务，在线数据处理与交易处理业务（仅限经营类电子商务）"}, true, ""},
		{"listed in the brackets of the class", []string{"增值电信业务（信息服务业务（仅限互联网信息服务）、在线数据处理与交易处理业务）"}, true, ""},
		{"a bare exclusion of another service ends at a line that names one", []string{"信息服务业务不含信息搜索查询服务\n在线数据处理与交易处理业务"}, true, ""},
		{"the trade's short name", []string{"EDI"}, true, ""},
		{"its bare code", []string{"B24", "Ｂ21 类"}, true, "B21"},
		{"traditional characters", []string{"在線數據處理與交易處理業務（僅限經營類電子商務）"}, true, "B21"},
		{"a part excluded", []string{"在线数据处理与交易处理业务（仅限经营类电子商务，不含网络借贷信息中介类的经营类电子商务）"}, true, ""},
		{"电子数据交换 excluded", []string{"在线数据处理与交易处理业务（不含电子数据交换业务）"}, true, ""},
		{"the place it holds for", []string{"在线数据处理与交易处理业务（广东省）"}, true, ""},

		{"worked case 2, another service only", []string{"国内呼叫中心业务"}, false, "“国内呼叫中心业务”中没有在线数据处理与交易处理业务"},
		{"transaction processing excluded", []string{"在线数据处理与交易处理业务（不含交易处理业务）"}, false, "不含“交易处理业务”"},
		{"e-commerce excluded by 除…外", []string{"在线数据处理与交易处理业务（除经营类电子商务外）"}, false, "不含“经营类电子商务”"},
		{"e-commerce excluded by …除外", []string{"在线数据处理与交易处理业务（经营类电子商务除外）"}, false, "不含“经营类电子商务”"},
		{"limited to another part", []string{"在线数据处理与交易处理业务（仅限电子数据交换业务）"}, false, "仅限“电子数据交换业务”"},
		{"a part by itself", []string{"网络／电子设备数据处理业务"}, false, "数据处理或交换"},
		{"excluded from another service", []string{"信息服务业务（不含在线数据处理与交易处理业务）"}, false, "没有"},
		{"excluded, then enumerated", []string{"信息服务业务不含互联网信息服务、在线数据处理与交易处理业务"}, false, "没有"},
		{"cancelled", []string{"在线数据处理与交易处理业务（已注销）"}, false, "不含"},
		{"not granted", []string{"在线数据处理与交易处理业务不予许可"}, false, "不含"},
		{"forbidden", []string{"禁止经营在线数据处理与交易处理业务"}, false, "没有"},
		{"a trade beside it", []string{"在线数据处理与交易处理业务软件开发"}, false, "没有"},
		{"a code with an exclusion and no name", []string{"B21（不含经营类电子商务）"}, false, "没有"},
		{"its code beside a name that excludes it", []string{"B21：在线数据处理与交易处理业务（不含经营类电子商务）"}, false, "不含"},
		{"a code of another service", []string{"B25"}, false, "没有"},
		{"excluded in traditional characters", []string{"在線數據處理與交易處理業務（不含經營類電子商務）"}, false, "不含"},
		{"nothing", nil, false, "为空"},
		{"only spaces", []string{" ", "\n"}, false, "为空"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			yes, why, span, item := Covers(tt.scope, "B21")
			if yes != tt.want || !strings.Contains(why, tt.why) {
				t.Errorf("Covers(%q) = %v, %q, want %v, …%s…", tt.scope, yes, why, tt.want, tt.why)
			}
			if yes && (span == nil || item < 0) {
				t.Errorf("Covers(%q) = yes without a span", tt.scope)
			}
		})
	}
}

func TestCoversB25(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		scope []string
		want  bool
		why   string
	}{
		{"without limits", []string{"信息服务业务"}, true, ""},
		{"limited to the internet", []string{"信息服务业务（仅限互联网信息服务）"}, true, ""},
		{"limited to the internet, brackets of another kind", []string{"信息服务业务〔仅限互联网信息服务业务〕"}, true, ""},
		{"worked case 3, named for the internet with a limit", []string{"互联网信息服务业务（仅限…）"}, true, ""},
		{"named for the internet, limited to a kind", []string{"互联网信息服务业务（仅限信息发布平台和递送服务）"}, true, ""},
		{"the older 因特网", []string{"第二类增值电信业务中的因特网信息服务业务"}, true, ""},
		{"the usual partial exclusion", []string{"信息服务业务（仅限互联网信息服务）不含信息搜索查询服务、信息即时交互服务"}, true, ""},
		{"the usual partial exclusion in an item of its own", []string{"信息服务业务（仅限互联网信息服务）", "不含信息搜索查询服务、信息即时交互服务"}, true, ""},
		{"a qualified part excluded", []string{"信息服务业务（不含网络借贷信息中介类的互联网信息服务）"}, true, ""},
		{"subjects excluded", []string{"互联网信息服务（不含新闻、出版、教育、医疗保健、药品和医疗器械等内容）"}, true, ""},
		{"subjects excepted", []string{"因特网信息服务业务（除新闻、出版、教育、医疗保健、药品、医疗器械以外的内容）"}, true, ""},
		{"telephone excluded", []string{"信息服务业务（不含固定网电话信息服务）"}, true, ""},
		{"limited to both networks", []string{"信息服务业务（仅限移动网信息服务和互联网信息服务）"}, true, ""},
		{"one refusal beside one grant", []string{"信息服务业务（不含互联网信息服务）；信息服务业务（仅限互联网信息服务）"}, true, ""},
		{"all but the internet excluded", []string{"信息服务业务（不含互联网信息服务以外的服务）"}, true, ""},
		{"after a place and a space", []string{"广东省 信息服务业务"}, true, ""},
		{"the trade's short name", []string{"ICP"}, true, ""},

		{"the internet excluded", []string{"信息服务业务（不含互联网信息服务）"}, false, "不含“互联网信息服务”"},
		{"the internet excluded without brackets", []string{"信息服务业务 不含互联网信息服务业务"}, false, "不含“互联网信息服务业务”"},
		{"the internet excluded across a line break", []string{"信息服务业务（不含\n互联网信息服务）"}, false, "不含"},
		{"the internet excluded on a new line without brackets", []string{"信息服务业务不含\n互联网信息服务"}, false, "不含"},
		{"the internet excluded in an item of its own", []string{"信息服务业务", "（不含互联网信息服务）"}, false, "不含"},
		{"the internet excluded, bracket split over items", []string{"信息服务业务（不含固定网电话信息服务", "互联网信息服务）"}, false, "不含"},
		{"the internet excluded, bracket split over three items", []string{"信息服务业务（不含搜索", "互联网信息服务", "电话信息服务）"}, false, "不含"},
		{"the internet excluded, bracket never closed", []string{"信息服务业务（不含互联网信息服务"}, false, "不含"},
		{"the internet excluded among others", []string{"信息服务业务（不含固定网电话信息服务和互联网信息服务）"}, false, "不含"},
		{"the internet excluded behind an abbreviation", []string{"ICP信息服务业务（不含互联网信息服务）"}, false, "不含"},
		{"the internet excluded before an abbreviation", []string{"信息服务业务ICP（不含互联网信息服务）"}, false, "不含"},
		{"the internet excluded in a second bracket", []string{"信息服务业务（仅限互联网信息服务）（不含互联网信息服务）"}, false, "不含"},
		{"the internet excluded in an item after another service", []string{"信息服务业务", "在线数据处理与交易处理业务", "不含互联网信息服务"}, false, "不含"},
		{"the internet excluded after another service and a semicolon", []string{"信息服务业务；国内呼叫中心业务；（不含互联网信息服务）"}, false, "不含"},
		{"the internet's part of the service excluded", []string{"信息服务业务（不含互联网信息服务业务的信息服务业务）"}, false, "不含"},
		{"limited to mobile", []string{"信息服务业务（仅限移动网信息服务）"}, false, "仅限“移动网信息服务”"},
		{"limited to telephone", []string{"信息服务业务（仅限固定网电话信息服务业务）"}, false, "仅限"},
		{"limited to what the internet is not", []string{"信息服务业务（仅限非经营性互联网信息服务）"}, false, "仅限"},
		{"limited to all but the internet", []string{"信息服务业务（仅限互联网信息服务以外的服务）"}, false, "不含"},
		{"the internet's name, limited to mobile", []string{"互联网信息服务业务（仅限移动网信息服务）"}, false, "仅限"},
		{"mobile by name", []string{"移动网信息服务业务"}, false, "不是互联网信息服务"},
		{"all five kinds excluded", []string{"信息服务业务（不含信息发布平台和递送服务、信息搜索查询服务、信息社区平台服务、信息即时交互服务、信息保护和处理服务）"}, false, "不含"},
		{"not commercial", []string{"非经营性互联网信息服务"}, false, "没有"},
		{"not commercial, spaced", []string{"非经营性 互联网信息服务"}, false, "没有"},
		{"inside another trade", []string{"人力资源信息服务业务"}, false, "没有"},
		{"a drug information permit", []string{"互联网药品信息服务"}, false, "没有"},
		{"a filing number", []string{"ICP备案"}, false, "没有"},
		{"a trade that only mentions it", []string{"互联网信息服务咨询"}, false, "没有"},
		{"B21 only", []string{"在线数据处理与交易处理业务"}, false, "没有信息服务业务（B25）"},
		{"hidden beyond what is read", []string{"信息服务业务" + strings.Repeat(" ", maxScopeItem) + "（不含互联网信息服务）"}, false, "无法审读"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if yes, why, _, _ := Covers(tt.scope, "B25"); yes != tt.want || !strings.Contains(why, tt.why) {
				t.Errorf("Covers(%.80q) = %v, %q, want %v, …%s…", tt.scope, yes, why, tt.want, tt.why)
			}
		})
	}
}

func TestCoversOtherCodes(t *testing.T) {
	t.Parallel()
	scope := []string{"互联网数据中心业务（不含互联网资源协作服务）、内容分发网络业务；国内互联网虚拟专用网业务，互联网接入服务业务", "国内多方通信服务业务\n存储转发类业务\n国内呼叫中心业务", "编码和规程转换业务（仅限互联网域名解析服务业务）"}
	for _, code := range []string{"B11", "B12", "B13", "B14", "B22", "B23", "B24", "B26"} {
		if yes, why, _, _ := Covers(scope, code); !yes {
			t.Errorf("Covers(%s): %s", code, why)
		}
	}
	for _, refused := range []struct{ scope, code string }{{"离岸呼叫中心业务", "B24"}, {"国内呼叫中心业务（不含国内呼叫中心业务）", "B24"}, {"国内呼叫中心业务", "B99"}} {
		if yes, why, _, _ := Covers([]string{refused.scope}, refused.code); yes || why == "" {
			t.Errorf("Covers(%s, %s) = %v, %q", refused.scope, refused.code, yes, why)
		}
	}
}

func TestServicesQuoteWhatWasSubmitted(t *testing.T) {
	t.Parallel()
	got := Services([]string{"增值电信", "１、信息服务业务（仅限互联网信息服务）；2、国内呼叫中心业务"})
	for i := range got {
		got[i].reach = 0
	}
	want := []Service{
		{Code: "B25", Name: "信息服务业务", Quote: "信息服务业务（仅限互联网信息服务）", Item: 1,
			At: Span{Byte: [2]int{6, 57}, Rune: [2]int{2, 19}}, Limits: []string{"互联网信息服务"}, Covers: true},
		{Code: "B24", Name: "国内呼叫中心业务", Quote: "国内呼叫中心业务", Item: 1,
			At: Span{Byte: [2]int{64, 88}, Rune: [2]int{22, 30}}, Covers: true},
	}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(Service{})); diff != "" {
		t.Errorf("Services (-want +got):\n%s", diff)
	}
}

func FuzzServices(f *testing.F) {
	for _, s := range []string{"信息服务业务（不含互联网信息服务", "）；B21在线数据处理与交易处理业务\n(仅限", "除外不含仅限", "ICPICP（（（", "非\xff信息服务业务除外", "不含X以外"} {
		f.Add(s, "信息服务业务")
	}
	f.Fuzz(func(t *testing.T, a, b string) {
		scope := []string{a, b}
		for _, s := range Services(scope) {
			item := scope[s.Item]
			if s.Quote == "" || item[s.At.Byte[0]:s.At.Byte[1]] != s.Quote {
				t.Errorf("quote %q is not at %v of %q", s.Quote, s.At, item)
			}
			if n := len([]rune(item[:s.At.Byte[0]])); n != s.At.Rune[0] {
				t.Errorf("rune %d of %q, want %d", s.At.Rune[0], item, n)
			}
			if s.Covers != (s.Why == "") {
				t.Errorf("covers %v but why %q", s.Covers, s.Why)
			}
		}
		for _, code := range []string{"B21", "B25"} {
			yes, why, _, _ := Covers(scope, code)
			if why == "" {
				t.Error("no reason given")
			}
			spaced, _, _, _ := Covers([]string{" " + a, b + "\u200b"}, code)
			if yes != spaced {
				t.Errorf("Covers(%q, %s) = %v, spaced %v", scope, code, yes, spaced)
			}
			if closed := strings.ContainsAny(b, "()（）〔〕【】[]〖〗﹙﹚﹝﹞") || strings.ContainsAny(a, "()（）〔〕【】[]〖〗﹙﹚﹝﹞"); !closed {
				if none, _, _, _ := Covers([]string{a, b, "不含在线数据处理与交易处理业务、互联网信息服务"}, code); none && !yes {
					t.Errorf("an exclusion turned %q into a grant", scope)
				}
			}
		}
	})
}
