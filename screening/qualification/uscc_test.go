package qualification

import (
	"strings"
	"testing"
)

// sealed completes 17 characters of a USCC, or 14 digits of a registration
// number, by a table of powers written out here, so that the tests do not
// trust the code they test.
func sealed(body string) string {
	if len(body) == 14 {
		p := 10
		for _, r := range body {
			s := (int(r-'0') + p) % 10
			if s == 0 {
				s = 10
			}
			p = 2 * s % 11
		}
		for d := range 10 {
			if (p+d)%10 == 1 {
				return body + string(rune('0'+d))
			}
		}
	}
	const alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"
	weights := []int{1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28}
	sum := 0
	for i, r := range body {
		sum += weights[i] * strings.IndexRune(alphabet, r)
	}
	return body + string(alphabet[(31-sum%31)%31])
}

// The codes are printed in public code that explains the standard.
func TestCheckUSCCAcceptsPublishedCodes(t *testing.T) {
	t.Parallel()
	for _, s := range []string{"91350200776049653A", "913502000728319549", "123502001549897397", "9135021359498494XQ", "91440101MA5CJQ4N59", "91350200MA31E12PXF"} {
		if f := CheckUSCC(s); f != nil {
			t.Errorf("CheckUSCC(%s): %+v", s, *f)
		}
		if f := DoubtUSCC(s); f != nil {
			t.Errorf("DoubtUSCC(%s): %+v", s, *f)
		}
	}
}

func TestCheckUSCCFoldsHowItIsTyped(t *testing.T) {
	t.Parallel()
	for _, s := range []string{"91350200776049653a", "９１３５０２００７７６０４９６５３Ａ", " 913502 00776049653A\n", "91350200\u200b776049653A"} {
		if f := CheckUSCC(s); f != nil {
			t.Errorf("CheckUSCC(%q): %+v", s, *f)
		}
	}
}

func TestCheckUSCCSaysWhichCharacterIsWrong(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, in, code string
		at             int
		why            string
	}{
		{"nothing", " ", CodeUSCCEmpty, -1, "为空"},
		{"one too few", "9135020077604965A", CodeUSCCLength, -1, "现有17位，少了1位"},
		{"two too many", "91350200776049653A00", CodeUSCCLength, -1, "现有20位，多了2位"},
		{"O for 0", "9135O200776049653A", CodeUSCCLetter, 4, "可能是数字0"},
		{"I for 1", "9I350200776049653A", CodeUSCCLetter, 1, "可能是数字1"},
		{"Z for 2", "91350Z00776049653A", CodeUSCCLetter, 5, "可能是数字2"},
		{"S for 5", "913S0200776049653A", CodeUSCCLetter, 3, "可能是数字5"},
		{"V for nothing certain", "91350200V76049653A", CodeUSCCLetter, 8, "不用字母I、O、S、V、Z"},
		{"lower-case o after a space", "91 35o200776049653A", CodeUSCCLetter, 5, "第6个字符“o”"},
		{"a letter that is wrong beats a length that is", "9135O20077604965", CodeUSCCLetter, 4, "可能是数字0"},
		{"a dash", "91350200-776049653A", CodeUSCCChar, 8, "第9个字符是“-”"},
		{"Chinese", "无", CodeUSCCChar, 0, "“无”"},
		{"not UTF-8", "9135020077604965\xffA", CodeUSCCChar, 16, "第17个字符"},
		{"a letter in the division", "91A50200776049653A", CodeUSCCRegion, 2, "行政区划码"},
		{"no such authority", "D1350200776049653A", CodeUSCCAuthority, 0, "登记管理部门代码"},
		{"the check character", "91350200776049653B", CodeUSCCCheck, 17, "是“B”，按前17位应为“A”"},
		{"two digits swapped", "91350200776094653A", CodeUSCCCheck, 17, "逐位核对"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			f := CheckUSCC(tt.in)
			if f == nil || f.Code != tt.code || f.At != tt.at || !strings.Contains(f.Why, tt.why) {
				t.Errorf("CheckUSCC(%q) = %+v, want %s at %d, …%s…", tt.in, f, tt.code, tt.at, tt.why)
			}
		})
	}
}

func TestCheckUSCCFindsEverySingleWrongCharacter(t *testing.T) {
	t.Parallel()
	const good = "91350200776049653A"
	for i := range good {
		for _, r := range usccAlphabet {
			if byte(r) == good[i] {
				continue
			}
			if bad := good[:i] + string(r) + good[i+1:]; CheckUSCC(bad) == nil {
				t.Errorf("CheckUSCC(%s) accepts a wrong character %d", bad, i+1)
			}
		}
	}
}

func TestDoubtUSCCIsNoFlaw(t *testing.T) {
	t.Parallel()
	for body, code := range map[string]string{
		"98350200776049653": CodeUSCCCategory,
		"91990200776049653": CodeUSCCProvince,
		"91350200776049654": CodeUSCCOrgCheck,
	} {
		s := sealed(body)
		if f := CheckUSCC(s); f != nil {
			t.Errorf("CheckUSCC(%s): %+v, want only a doubt", s, *f)
		}
		if f := DoubtUSCC(s); f == nil || f.Code != code {
			t.Errorf("DoubtUSCC(%s) = %+v, want %s", s, f, code)
		}
	}
	if f := DoubtUSCC(sealed("91100000776049653")); f != nil {
		t.Errorf("the national authority is no doubt: %+v", *f)
	}
	if f := DoubtUSCC("91350200776049653B"); f != nil {
		t.Errorf("DoubtUSCC of a refused code = %+v, want nothing", *f)
	}
}

func TestUSCCRegion(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{"91440300776049653A": "440300", "９１４４０３００７７６０４９６５３Ａ": "440300", "91A40300776049653A": "", "440301000000014": "", "": ""} {
		if got := USCCRegion(in); got != want {
			t.Errorf("USCCRegion(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestCheckRegistrationNumber(t *testing.T) {
	t.Parallel()
	good := sealed("11000000102435")
	tests := []struct {
		name, in, code string
		at             int
	}{
		{"fits", good, "", 0},
		{"fits where a partial sum is ten", sealed("00000000000000"), "", 0},
		{"fits in full width", "　" + good, "", 0},
		{"too few", good[:14], CodeRegLength, -1},
		{"too many", good + "1", CodeRegLength, -1},
		{"a letter", "1100000010243O" + good[14:], CodeRegChar, 13},
		{"the copy's number after it", good + "(1-1)", CodeRegChar, 15},
		{"the check digit", good[:14] + string('0'+(good[14]-'0'+1)%10), CodeRegCheck, 14},
		{"nothing", "", CodeRegLength, -1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			f := CheckRegistrationNumber(tt.in)
			if (f == nil) != (tt.code == "") || f != nil && (f.Code != tt.code || f.At != tt.at) {
				t.Errorf("CheckRegistrationNumber(%q) = %+v, want %q at %d", tt.in, f, tt.code, tt.at)
			}
		})
	}
}

func TestCheckCodePicksByLength(t *testing.T) {
	t.Parallel()
	for in, code := range map[string]string{
		"91350200776049653A":          "",
		sealed("11000000102435"):      "",
		sealed("11000000102435")[:14]: CodeUSCCLength,
		"110000001024350":             CodeRegCheck,
		"91350200MA31E12":             CodeUSCCLength,
		"":                            CodeUSCCEmpty,
		strings.Repeat("9", 1<<20):    CodeUSCCLength,
		"11000000102435" + strings.Repeat("9", 40): CodeUSCCLength,
	} {
		f := CheckCode(in)
		if (f == nil) != (code == "") || f != nil && f.Code != code {
			t.Errorf("CheckCode(%.30q) = %+v, want %q", in, f, code)
		}
	}
}
