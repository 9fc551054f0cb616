package privacy_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"zhunru/screening/privacy"
)

// All numbers are made up.
func TestMask(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, in, want string }{
		{"nothing", "", ""},
		{"no digits", "深圳示例科技有限公司", "深圳示例科技有限公司"},
		{"identity number", "身份证110101199003071234。", "身份证110*************34。"},
		{"identity number with X", "11010119900307123X", "110*************3X"},
		{"identity number with x", "号码11010119900307123x有效", "号码110*************3x有效"},
		{"identity number in groups", "110101 19900307 1234", "110*** ******** **34"},
		{"full-width digits", "１１０１０１１９９００３０７１２３４", "１１０*************３４"},
		{"identity number of 15 digits", "110101900307123", "110**********23"},
		{"mobile", "请拨13800138000。", "请拨138****8000。"},
		{"mobile in groups", "138-0013-8000", "138-****-8000"},
		{"mobile with country code", "+86 13800138000", "+86 138****8000"},
		{"mobile with 0086", "0086-13800138000", "0086-138****8000"},
		{"mobile in a WeChat id", "微信wx13800138000", "微信wx138****8000"},
		{"two mobiles and a space", "13800138000 13900139000", "138****8000 139****9000"},
		{"three mobiles", "13800138000 13900139000 13700137000", "138****8000 139****9000 137****7000"},
		{"fixed line", "0755-26001234", "0755-******34"},
		{"fixed line in brackets", "(010)82001234", "(010)******34"},
		{"bank card", "卡号6222 0000 0000 0000 004", "卡号**** **** **** ***0 004"},
		{"a price", "￥1299.00 满100减20", "￥1299.00 满100减20"},
		{"a day", "2022-01-01至2027-01-01", "2022-01-01至2027-01-01"},
		{"a licence's number", "粤B2-20200001", "粤B2-20200001"},
		{"a credit code of digits", "914403001922038216", "914403001922038216"},
		{"a credit code", "91440300MA5EXAMPLE", "91440300MA5EXAMPLE"},
		{"a bar code", "6901234567892", "6901234567892"},
		{"a month that is none", "110101199013071234", "110101199013071234"},
		{"a day that is none", "110101199002301234", "110101199002301234"},
		{"a longer run of digits", strings.Repeat("1", 40), strings.Repeat("1", 40)},
		{"no UTF-8", "\xff13800138000\xef\xbc", "\xff138****8000\xef\xbc"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, hidden := privacy.Mask(tt.in)
			if got != tt.want || hidden != (tt.in != tt.want) {
				t.Errorf("Mask(%q) = %q, %v, want %q", tt.in, got, hidden, tt.want)
			}
		})
	}
}

func TestFindNamesTheKind(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]privacy.Kind{
		"110101199003071234": privacy.IdentityNumber, "13800138000": privacy.Mobile,
		"0755-26001234": privacy.Landline, "6222000000000000004": privacy.BankCard,
	} {
		got := privacy.Find(text)
		if len(got) != 1 || got[0] != (privacy.Number{Kind: want, Start: 0, End: len(text)}) {
			t.Errorf("Find(%q) = %+v, want one %s over all of it", text, got, want)
		}
	}
}

func TestTextWithoutNumbersCostsNoMemory(t *testing.T) { //nolint:paralleltest // AllocsPerRun
	text := strings.Repeat("第二类医疗器械经营备案凭证 2022-01-01 粤深食药监械经营备20200001号 ", 20)
	if n := testing.AllocsPerRun(100, func() { privacy.Mask(text) }); n != 0 {
		t.Errorf("Mask allocates %v times", n)
	}
}

// FuzzMask: what is masked has no personal number left, keeps its other bytes
// and is UTF-8 where it was.
func FuzzMask(f *testing.F) {
	for _, s := range []string{"", "11010119900307123X", "+86-138 0013 8000", "0755）2600-1234", "１３８００１３８０００13800138000", "62220000000000000046222"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got, hidden := privacy.Mask(s)
		if !hidden && got != s {
			t.Fatalf("Mask(%q) = %q and hid nothing", s, got)
		}
		if left := privacy.Find(got); len(left) > 0 && hidden && len(privacy.Find(s)) <= len(left) {
			t.Fatalf("Mask(%q) = %q: %+v is left", s, got, left)
		}
		if utf8.ValidString(s) && !utf8.ValidString(got) {
			t.Fatalf("Mask(%q) = %q is no UTF-8", s, got)
		}
		end := 0
		for _, n := range privacy.Find(s) {
			if n.Start < end || n.End <= n.Start || n.End > len(s) {
				t.Fatalf("Find(%q): %+v is out of order", s, n)
			}
			end = n.End
		}
	})
}
