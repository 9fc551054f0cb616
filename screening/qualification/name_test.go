package qualification

import (
	"testing"
	"unicode/utf8"
)

func TestSameNameFoldsTypingOnly(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, a, b string
		want       bool
	}{
		{"equal", "深圳示例科技有限公司", "深圳示例科技有限公司", true},
		{"full-width and half-width brackets", "示例（深圳）有限公司", "示例(深圳)有限公司", true},
		{"〔〕 and 【】", "示例〔深圳〕有限公司", "示例【深圳】有限公司", true},
		{"spaces anywhere", " 深圳 示例\n有限　公司", "深圳示例有限公司", true},
		{"zero-width characters", "深圳\u200b示例\ufeff有限公司", "深圳示例有限公司", true},
		{"full-width letters and Latin case", "ＡＢＣ贸易有限公司", "abc贸易有限公司", true},
		{"interpuncts", "阿里・巴巴有限公司", "阿里·巴巴有限公司", true},
		{"a radical out of a PDF", "信\u2f64卡有限公司", "信用卡有限公司", true},
		{"a compatibility ideograph", "\uf9dc昌有限公司", "隆昌有限公司", true},

		{"市 more", "深圳市示例科技有限公司", "深圳示例科技有限公司", false},
		{"责任 more", "示例有限责任公司", "示例有限公司", false},
		{"甲 and 乙", "甲公司", "乙公司", false},
		{"a traditional character", "東方有限公司", "东方有限公司", false},
		{"brackets more", "示例（深圳）有限公司", "示例深圳有限公司", false},
		{"an interpunct more", "阿里·巴巴", "阿里巴巴", false},
		{"a homophone", "腾讯有限公司", "腾迅有限公司", false},
		{"O and 0", "O2有限公司", "02有限公司", false},
		{"dotted and dotless i", "İ有限公司", "i有限公司", false},
		{"a branch", "示例有限公司", "示例有限公司深圳分公司", false},
		{"two different broken bytes", "示例\xff", "示例\xfe", false},
		{"broken bytes that would join", "示例\xc5 \xb5", "示例ŵ", false},
		{"a broken name and itself", "示例\xff", "示例\xff", false},
		{"two blank names", "", " ", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := SameName(tt.a, tt.b); got != tt.want || SameName(tt.b, tt.a) != tt.want {
				t.Errorf("SameName(%q, %q) = %v, want %v", tt.a, tt.b, got, tt.want)
			}
		})
	}
}

func TestDiffNameSaysWhere(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, a, b, want string }{
		{"the same", "示例（深圳）", "示例(深圳)", ""},
		{"another character", "深圳市示例", "深圳示例", "第3个字“市”在“深圳示例”中是“示”"},
		{"counted as submitted", "深 圳\u200b市示例", "深圳示例", "第5个字“市”在“深圳示例”中是“示”"},
		{"longer", "示例公司深圳分公司", "示例公司", "从第5个字起多出“深圳分公司”，“示例公司”中没有"},
		{"shorter", "示例公司", "示例公司深圳", "第4个字之后少了“深圳”，“示例公司深圳”中有"},
		{"shorter and spaced", "示 例", "示例公司", "第3个字之后少了“公司”，“示例公司”中有"},
		{"not UTF-8", "示例\xff", "示例\xff", "名称含有无法识别的字节，请重新录入"},
		{"one blank", "", "示例公司", "一处名称为空，另一处为“示例公司”，请补全"},
		{"both blank", " ", "", "两处名称均为空，请填写"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := DiffName(tt.a, tt.b); got != tt.want {
				t.Errorf("DiffName(%q, %q) = %s, want %s", tt.a, tt.b, got, tt.want)
			}
		})
	}
}

func FuzzNormalName(f *testing.F) {
	for _, s := range []string{"示例（深圳）", "ＡＢＣ ı İ ſ", "\xff\xfe", "\u2f64\uf9dc", "e\u0301\u200b", "ǅ K Å"} {
		f.Add(s, "示例")
	}
	f.Fuzz(func(t *testing.T, a, b string) {
		n := NormalName(a)
		if again := NormalName(n); again != n {
			t.Errorf("NormalName(%q) = %q, again %q", a, n, again)
		}
		if !utf8.ValidString(n) {
			t.Errorf("NormalName(%q) = %q is not UTF-8", a, n)
		}
		if n != "" && utf8.ValidString(a) && !SameName(a, " "+a+"\u200b") {
			t.Errorf("%q is not the same with spaces around", a)
		}
		if same, diff := SameName(a, b), DiffName(a, b); same != (diff == "") {
			t.Errorf("SameName(%q, %q) = %v, DiffName %q", a, b, same, diff)
		}
		if !SameName(a, b) && SameName(a+"公司", b+"公司") && n != "" && utf8.ValidString(a) {
			t.Errorf("%q and %q are the same only with 公司 after them", a, b)
		}
	})
}
