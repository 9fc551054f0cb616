package qualification

import (
	"strings"
	"testing"
)

func mustFormats(t testing.TB, templates ...string) []Format {
	t.Helper()
	out := make([]Format, 0, len(templates))
	for _, template := range templates {
		f, err := ParseFormat(template)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, f)
	}
	return out
}

func TestFormatAcceptsHowNumbersAreTyped(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, template string
		numbers        []string
	}{
		{"literal, province and digits", "{province}B2-{d8}", []string{"粤B2-20200001", "京b2－２０２００００１", "沪 B2—20200001", "粤B2-20200001\u200b"}},
		{"alternatives of several characters", "{国|苏|京津}械注准{d11}", []string{"国械注准20203140001", "苏械注准20203140001", "京津械注准20203140001"}},
		{"alternatives that begin alike", "{兽药|兽药字|兽药添字}{d9}", []string{"兽药190010001", "兽药字190010001", "兽药添字190010001"}},
		{"a range of digits", "JY{d4-8}", []string{"JY1234", "JY12345678"}},
		{"brackets of any kind", "{province}网文({year}){d4}-{d3}号", []string{"粤网文（2020）1234-567号", "粤网文〔2020〕1234-567号", "粤网文[2020]1234–567号"}},
		{"brackets of any kind in the template", "LS〔{year}〕{d2}", []string{"LS(2020)01", "ls【2099】01"}},
		{"an optional part", "第{d3}{opt:-{d2}}号", []string{"第001号", "第001-02号"}},
		{"an optional part at the end", "A{opt:B{opt:C}}", []string{"A", "AB", "ABC"}},
		{"letters and either", "{A}{A2}{x3}", []string{"abc1D2", "ＡＢＣ123"}},
		{"Chinese characters", "({han1-3})字{d2}", []string{"(粤)字01", "(深圳市)字01"}},
		{"none or some", "X{d0-2}Y", []string{"XY", "X1Y", "X12Y"}},
		{"the years", "{year}", []string{"1949", "1950", "1999", "2000", "2099"}},
		{"the second names of provinces", "{province}ICP备{d8}号", []string{"蜀ICP备20200001号", "黔ICP备20200001号"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			f := mustFormats(t, tt.template)[0]
			for _, number := range tt.numbers {
				if flaw := f.Check(number); flaw != nil {
					t.Errorf("%s refuses %q: %+v", tt.template, number, *flaw)
				}
			}
		})
	}
}

func TestFormatSaysWhatWasExpectedWhere(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name      string
		templates []string
		number    string
		code      string
		at        int
		why       string
	}{
		{"a letter for a digit", []string{"JY{d4}"}, "JY1X34", CodeNumberChar, 3, "第4个字符“X”应为数字"},
		{"positions count submitted characters", []string{"JY{d4}"}, " J Y1 x34", CodeNumberChar, 6, "第7个字符“x”应为数字"},
		{"another literal", []string{"粤B2-{d8}"}, "粤B1-20200001", CodeNumberChar, 2, "应为“2”"},
		{"no province", []string{"{province}B2-{d8}"}, "美B2-20200001", CodeNumberChar, 0, "“美”应为省份简称"},
		{"a digit for a letter", []string{"{A2}{d2}"}, "A112", CodeNumberChar, 1, "应为字母"},
		{"a Latin letter for a Chinese character", []string{"{han2}字"}, "粤A字", CodeNumberChar, 1, "应为汉字"},
		{"a year too early", []string{"({year})"}, "(1948)", CodeNumberChar, 4, "应为1949至2099的年份"},
		{"a year too late", []string{"({year})"}, "(2100)", CodeNumberChar, 2, "应为1949至2099的年份"},
		{"too short", []string{"JY{d4}"}, "JY12", CodeNumberShort, -1, "第4个字符之后不完整，其后应为数字"},
		{"too long", []string{"JY{d4}"}, "JY123456", CodeNumberLong, 6, "第7个字符起多出“56”"},
		{"either of two", []string{"{d2}{opt:-}号"}, "12X", CodeNumberChar, 2, "应为“-”或“号”"},
		{"the format that got farthest speaks", []string{"JY{d4}", "{province}B2-{d8}", "国械{d8}"}, "粤B2-2020X001", CodeNumberChar, 8, "“X”应为数字"},
		{"formats that got equally far speak together", []string{"国药准字H{d8}", "国药准字Z{d8}"}, "国药准字Q20200001", CodeNumberChar, 4, "应为“H”或“Z”"},
		{"nothing", []string{"JY{d4}"}, " \u200b", CodeNumberEmpty, -1, "为空"},
		{"not UTF-8", []string{"JY{d4}"}, "JY\xff123", CodeNumberChar, 2, "应为数字"},
		{"endless", []string{"JY{d4}"}, "JY" + strings.Repeat("1", 1<<20), CodeNumberLong, 6, "多出"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			flaw := CheckFormats(mustFormats(t, tt.templates...), tt.number)
			if flaw == nil || flaw.Code != tt.code || flaw.At != tt.at || !strings.Contains(flaw.Why, tt.why) {
				t.Errorf("CheckFormats(%.40q) = %+v, want %s at %d, …%s…", tt.number, flaw, tt.code, tt.at, tt.why)
			}
			if flaw != nil && len(flaw.Why) > 400 {
				t.Errorf("a message of %d bytes", len(flaw.Why))
			}
		})
	}
	if flaw := CheckFormats(nil, "anything"); flaw != nil {
		t.Errorf("without formats: %+v", *flaw)
	}
	if flaw := (Format{}).Check("A"); flaw == nil {
		t.Error("the zero Format accepts a number")
	}
}

func TestParseFormatRefuses(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, template, why string }{
		{"nothing", " ", "empty"},
		{"an open brace", "粤{d8", "{ without }"},
		{"a stray brace", "粤d8}", "unmatched }"},
		{"an unknown name", "{digits}", "not a count"},
		{"an unknown class", "{q3}", "unknown"},
		{"empty braces", "{}", "unknown"},
		{"a count of none", "{d0}", "not a count"},
		{"a range turned round", "{d8-4}", "not a count"},
		{"a negative count", "{d-4}", "not a count"},
		{"too many", "{d65}", "not a count"},
		{"too many in all", strings.Repeat("{d64}", 5), "256"},
		{"an empty alternative", "{国||京}", "empty"},
		{"braces in an alternative", "{国|{d8}}", "plain text"},
		{"an empty option", "A{opt:}", "empty"},
		{"an open option", "A{opt:B", "without }"},
		{"options too deep", "{opt:a{opt:b{opt:c{opt:d{opt:e}}}}}", "nested"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if f, err := ParseFormat(tt.template); err == nil || !strings.Contains(err.Error(), tt.why) {
				t.Errorf("ParseFormat(%.40q) = %v, %v, want an error on %s", tt.template, f, err, tt.why)
			}
		})
	}
}

// FuzzFormat holds formats against what any of them must keep: no panic, a
// position inside the number, and the same answer however the number is spaced
// and cased.
func FuzzFormat(f *testing.F) {
	for _, template := range []string{"{province}B2-{d8}", "({year})外饲准字{d3}号", "{A}{opt:-{x1-3}}{国|省}", "{opt:a}{opt:a}{opt:a}{opt:a}b", "{d0-64}{x0-64}{A0-64}"} {
		for _, number := range []string{"粤B2-20200001", "（2020）外饲准字001号", "a-1省", "aaaac", "\xff", strings.Repeat("1", 300)} {
			f.Add(template, number)
		}
	}
	f.Fuzz(func(t *testing.T, template, number string) {
		format, err := ParseFormat(template)
		if err != nil {
			return
		}
		flaw := format.Check(number)
		if flaw != nil && (flaw.Why == "" || flaw.At < -1 || flaw.At >= len([]rune(number))) {
			t.Errorf("%q on %q: %+v", template, number, *flaw)
		}
		var spaced strings.Builder
		for i := 0; i < len(number); i++ {
			if number[i] < 0x80 {
				spaced.WriteByte(' ')
				spaced.WriteString(strings.ToLower(number[i : i+1]))
			} else {
				spaced.WriteByte(number[i])
			}
		}
		if again := format.Check(spaced.String()); (again == nil) != (flaw == nil) {
			t.Errorf("%q takes %q: %v, spaced: %v", template, number, flaw == nil, again == nil)
		}
	})
}
