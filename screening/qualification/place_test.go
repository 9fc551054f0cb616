package qualification

import (
	"strings"
	"testing"
)

func TestProvinceOfPlace(t *testing.T) {
	t.Parallel()
	tests := map[string]Province{
		"广东省深圳市": "广东", "深圳市南山区": "广东", "深圳南山区": "广东", "广东深圳": "广东", "广 东省": "广东", "中国广东省": "广东",
		"北京": "北京", "北京市朝阳区": "北京", "北京朝阳区": "北京", "上海市浦东新区": "上海",
		"内蒙古自治区呼和浩特市": "内蒙古", "内蒙古呼和浩特": "内蒙古", "新疆维吾尔自治区乌鲁木齐市": "新疆", "新疆": "新疆", "石河子市": "新疆",
		"吉林省": "吉林", "吉林市": "吉林", "海南省海口市": "海南", "海南藏族自治州": "青海", "海南州共和县": "青海",
		"朝阳市双塔区": "辽宁", "延边朝鲜族自治州延吉市": "吉林", "恩施土家族苗族自治州": "湖北", "巴音郭楞蒙古自治州库尔勒市": "新疆",
		"大兴安岭地区": "黑龙江", "锡林郭勒盟": "内蒙古", "神农架林区": "湖北", "济源市": "河南", "香港特别行政区": "香港",
		"黑龙江哈尔滨道里区": "黑龙江", "重庆市渝中区": "重庆", "西藏自治区拉萨市": "西藏", "宁夏回族自治区银川市": "宁夏", "广西壮族自治区": "广西",
	}
	for in, want := range tests {
		if got, ok := ProvinceOfPlace(in); got != want || !ok {
			t.Errorf("ProvinceOfPlace(%q) = %q, %v, want %q", in, got, ok, want)
		}
	}
	for _, in := range []string{"", "朝阳区", "北京西路1号", "南京路", "中山东路", "广州大道中", "上海街道", "朝阳门大街", "河南蒙古族自治县", "通化县", "昆山", "\xff", strings.Repeat("路", 1<<16)} {
		if got, ok := ProvinceOfPlace(in); ok || got != "" {
			t.Errorf("ProvinceOfPlace(%.30q) = %q, want none", in, got)
		}
	}
}

func TestProvinceOfIssuer(t *testing.T) {
	t.Parallel()
	tests := []struct {
		in       string
		want     Province
		national bool
		ok       bool
	}{
		{"广东省通信管理局", "广东", false, true},
		{"上海市通信管理局", "上海", false, true},
		{"广东通信管理局", "广东", false, true},
		{"内蒙古自治区通信管理局", "内蒙古", false, true},
		{"深圳市市场监督管理局", "广东", false, true},
		{"工业和信息化部", "", true, true},
		{"中华人民共和国工业和信息化部", "", true, true},
		{"国家药品监督管理局", "", true, true},
		{"国家税务总局深圳市税务局", "广东", false, true},
		{"国家税务总局", "", true, true},
		{"中华人民共和国上海海关", "上海", false, true},
		{"市场监督管理局", "", false, false},
		{"通信管理局", "", false, false},
		{"", "", false, false},
	}
	for _, tt := range tests {
		got, national, ok := ProvinceOfIssuer(tt.in)
		if got != tt.want || national != tt.national || ok != tt.ok {
			t.Errorf("ProvinceOfIssuer(%q) = %q, %v, %v, want %q, %v, %v", tt.in, got, national, ok, tt.want, tt.national, tt.ok)
		}
	}
}

func TestProvinceOfNumber(t *testing.T) {
	t.Parallel()
	tests := []struct {
		in       string
		want     Province
		national bool
		ok       bool
	}{
		{"粤B2-20200001", "广东", false, true},
		{" 粤 Ｂ２－20200001", "广东", false, true},
		{"B2-20200001", "", true, true},
		{"A2.B1.B2-20200001", "", true, true},
		{"京ICP证030173号", "北京", false, true},
		{"蜀ICP备20200001号", "四川", false, true},
		{"川B2-20200001", "四川", false, true},
		{"国械注准20203140001", "", true, true},
		{"新B2-20200001", "新疆", false, true},
		{"新出发京零字第0001号", "", false, false},
		{"JY14403000000001", "", false, false},
		{"BA-1", "", false, false},
		{"粤", "", false, false},
		{"", "", false, false},
	}
	for _, tt := range tests {
		got, national, ok := ProvinceOfNumber(tt.in)
		if got != tt.want || national != tt.national || ok != tt.ok {
			t.Errorf("ProvinceOfNumber(%q) = %q, %v, %v, want %q, %v, %v", tt.in, got, national, ok, tt.want, tt.national, tt.ok)
		}
	}
}

func TestProvinceOfRegion(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]Province{"440300": "广东", "11": "北京", "６５０１００": "新疆", "820000": "澳门", "100000": "", "": "", "4": "", "44030A": "", "4403001": "", "990000": ""} {
		if got, ok := ProvinceOfRegion(in); got != want || ok != (want != "") {
			t.Errorf("ProvinceOfRegion(%q) = %q, %v, want %q", in, got, ok, want)
		}
	}
}

// TestTableOfPlaces holds the table against counts that are public: 34
// provinces, of them 4 municipalities; 333 prefecture-level divisions, and 莱芜.
func TestTableOfPlaces(t *testing.T) {
	t.Parallel()
	seen := map[string]Province{}
	signs, codes := map[rune]bool{}, map[string]bool{}
	count := 0
	for _, p := range provinces {
		codes[p.code] = true
		for _, r := range p.signs {
			if signs[r] {
				t.Errorf("%c stands for two provinces", r)
			}
			signs[r] = true
		}
		for city := range strings.FieldsSeq(p.cities) {
			if other, twice := seen[city]; twice {
				t.Errorf("%s is in %s and %s", city, other, p.name)
			}
			seen[city], count = p.name, count+1
			if got, ok := ProvinceOfPlace(city + "市"); !ok || got != p.name {
				t.Errorf("ProvinceOfPlace(%s市) = %q, want %s", city, got, p.name)
			}
		}
		for county := range strings.FieldsSeq(p.direct) {
			if got, ok := ProvinceOfPlace(county); !ok || got != p.name {
				t.Errorf("ProvinceOfPlace(%s) = %q, want %s", county, got, p.name)
			}
		}
		if got, ok := ProvinceOfPlace(string(p.name) + p.suffix); !ok || got != p.name {
			t.Errorf("ProvinceOfPlace(%s%s) = %q", p.name, p.suffix, got)
		}
	}
	if len(codes) != 34 || count != 334 {
		t.Errorf("%d provinces and %d prefectures, want 34 and 334", len(codes), count)
	}
	for _, r := range provinceSigns {
		if !signs[r] {
			t.Errorf("number formats take %c, which stands for no province", r)
		}
	}
}
