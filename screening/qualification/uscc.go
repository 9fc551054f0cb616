package qualification

import (
	"fmt"
	"strings"
)

// Codes of CheckUSCC, DoubtUSCC, CheckRegistrationNumber and CheckCode.
const (
	CodeUSCCEmpty     = "USCC_EMPTY"     // nothing was written
	CodeUSCCLength    = "USCC_LENGTH"    // not 18 characters
	CodeUSCCLetter    = "USCC_LETTER"    // I, O, S, V or Z, which the standard does not use
	CodeUSCCChar      = "USCC_CHAR"      // neither a digit nor a Latin letter
	CodeUSCCRegion    = "USCC_REGION"    // a letter in the division code
	CodeUSCCAuthority = "USCC_AUTHORITY" // no such registration authority
	CodeUSCCCheck     = "USCC_CHECK"     // the check character does not fit
	CodeUSCCCategory  = "USCC_CATEGORY"  // doubt: no such kind of body for that authority
	CodeUSCCProvince  = "USCC_PROVINCE"  // doubt: no province has that division code
	CodeUSCCOrgCheck  = "USCC_ORG_CHECK" // doubt: the inner organisation code does not fit
	CodeRegLength     = "REG_LENGTH"     // not 15 digits
	CodeRegChar       = "REG_CHAR"       // not a digit
	CodeRegCheck      = "REG_CHECK"      // the check digit does not fit
)

const (
	usccLength = 18
	regLength  = 15
	maxCode    = 64 // characters of a code that are looked at one by one

	usccAlphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"
)

// usccBodies lists the registration authorities of a USCC (first character)
// with the kinds of body each registers (second). The table is that of GB
// 32100—2015 with amendment 1, read in secondary sources that agree; the
// standard itself was not at hand.
var usccBodies = [...]struct {
	authority rune
	kinds     string
}{
	{'1', "1239"}, {'2', "19"}, {'3', "123459"}, {'4', "19"}, {'5', "1239"}, {'6', "129"},
	{'7', "129"}, {'8', "19"}, {'9', "123"}, {'A', "19"}, {'N', "1239"}, {'Y', "1"},
}

// CheckUSCC returns what makes s no 统一社会信用代码 under GB 32100—2015, nil if
// nothing does: 18 characters, digits and capital letters other than I, O, S, V
// and Z; a known registration authority; six digits of division code; the check
// character of GB/T 17710 (weights 3^i modulo 31). Lower case, full width,
// spaces and invisible characters are no flaw. The position is a rune index in
// s.
//
// It accepts what the standard doubts but issued codes contain; see DoubtUSCC.
func CheckUSCC(s string) *Flaw {
	gs, total := readGlyphs(s, maxCode, foldPlain)
	if total == 0 {
		return &Flaw{CodeUSCCEmpty, -1, "统一社会信用代码为空，请填写营业执照上的18位代码"}
	}
	if f := usccCharacters(s, gs); f != nil {
		return f
	}
	if total != usccLength {
		return lengthFlaw(CodeUSCCLength, "统一社会信用代码", total, usccLength)
	}
	for _, g := range gs[2:8] {
		if !isDigit(g.r) {
			return &Flaw{CodeUSCCRegion, int(g.at), fmt.Sprintf("统一社会信用代码第3至8位是登记机关行政区划码，只用数字，第%d个字符是%s，请核对", g.at+1, quotedRune(runeAt(s, g)))}
		}
	}
	if kindsOf(gs[0].r) == "" {
		return &Flaw{CodeUSCCAuthority, int(gs[0].at), fmt.Sprintf("统一社会信用代码第1位%s不是登记管理部门代码（企业和个体工商户为9），请核对", quotedRune(runeAt(s, gs[0])))}
	}
	last := gs[usccLength-1]
	if want := usccCheck(gs); last.r != want {
		return &Flaw{CodeUSCCCheck, int(last.at), fmt.Sprintf("统一社会信用代码末位校验码是%s，按前17位应为%s，代码中有字符录错，请逐位核对", quotedRune(runeAt(s, last)), quotedRune(want))}
	}
	return nil
}

// DoubtUSCC returns what is unusual about a code that CheckUSCC accepts, nil
// if nothing is or CheckUSCC refuses it. A doubt is for a person to look at and
// no reason to refuse: kinds of body are added by amendment, divisions are
// redrawn, and the inner check character says nothing that the outer does not.
// It exists because GB 32100 takes characters 9 to 17 from GB 11714, whose ninth
// is a check character (weights 3 7 9 10 5 8 4 2 modulo 11); that every issued
// code keeps it is likely and unverified.
func DoubtUSCC(s string) *Flaw {
	if CheckUSCC(s) != nil {
		return nil
	}
	gs, _ := readGlyphs(s, maxCode, foldPlain)
	if !strings.ContainsRune(kindsOf(gs[0].r), gs[1].r) {
		return &Flaw{CodeUSCCCategory, int(gs[1].at), fmt.Sprintf("统一社会信用代码前两位“%c%c”不是已知的机构类别，请对照营业执照核对", gs[0].r, gs[1].r)}
	}
	region := glyphText(gs[2:8])
	if _, ok := ProvinceOfRegion(region); !ok && region != "100000" {
		return &Flaw{CodeUSCCProvince, int(gs[2].at), fmt.Sprintf("统一社会信用代码第3至8位“%s”不属于任何省份，请对照营业执照核对", region)}
	}
	if want := orgCheck(gs[8:16]); gs[16].r != want {
		return &Flaw{CodeUSCCOrgCheck, int(gs[16].at), fmt.Sprintf("统一社会信用代码第17位（组织机构代码校验码）是%s，按GB 11714应为%s，请对照营业执照核对", quotedRune(gs[16].r), quotedRune(want))}
	}
	return nil
}

// USCCRegion returns the six-digit division code (GB/T 2260) of the registering
// authority, "" if s has not the length of a USCC or no digits there. It does
// not check the rest.
func USCCRegion(s string) string {
	gs, total := readGlyphs(s, usccLength, foldPlain)
	if total != usccLength {
		return ""
	}
	for _, g := range gs[2:8] {
		if !isDigit(g.r) {
			return ""
		}
	}
	return glyphText(gs[2:8])
}

// CheckRegistrationNumber returns what makes s no 15-digit 工商注册号 under GS
// 15—2006, nil if nothing does: six digits of the first registering authority,
// eight of sequence, and the check digit of ISO 7064 MOD 11,10. It folds as
// CheckUSCC does.
func CheckRegistrationNumber(s string) *Flaw {
	gs, total := readGlyphs(s, maxCode, foldPlain)
	for _, g := range gs {
		if !isDigit(g.r) {
			return &Flaw{CodeRegChar, int(g.at), fmt.Sprintf("工商注册号只用数字，第%d个字符是%s，请核对", g.at+1, quotedRune(runeAt(s, g)))}
		}
	}
	if total != regLength {
		return lengthFlaw(CodeRegLength, "工商注册号", total, regLength)
	}
	last := gs[regLength-1]
	if want := regCheck(gs); last.r != want {
		return &Flaw{CodeRegCheck, int(last.at), fmt.Sprintf("工商注册号末位校验码是%s，按前14位应为%s，号码中有数字录错，请逐位核对", quotedRune(runeAt(s, last)), quotedRune(want))}
	}
	return nil
}

// CheckCode checks s as a registration number if it is 15 digits long, and as
// a USCC otherwise.
func CheckCode(s string) *Flaw {
	gs, total := readGlyphs(s, maxCode, foldPlain)
	if total != regLength {
		return CheckUSCC(s)
	}
	for _, g := range gs {
		if !isDigit(g.r) {
			return CheckUSCC(s)
		}
	}
	return CheckRegistrationNumber(s)
}

// usccCharacters finds the first character that no USCC contains.
func usccCharacters(s string, gs []glyph) *Flaw {
	for _, g := range gs {
		if strings.ContainsRune(usccAlphabet, g.r) {
			continue
		}
		found := quotedRune(runeAt(s, g))
		if meant, ok := meantDigit(g.r); ok {
			return &Flaw{CodeUSCCLetter, int(g.at), fmt.Sprintf("统一社会信用代码第%d个字符%s不会出现（不用字母I、O、S、V、Z），可能是数字%c，请核对", g.at+1, found, meant)}
		}
		if g.r == 'V' {
			return &Flaw{CodeUSCCLetter, int(g.at), fmt.Sprintf("统一社会信用代码第%d个字符%s不会出现（不用字母I、O、S、V、Z），请核对", g.at+1, found)}
		}
		return &Flaw{CodeUSCCChar, int(g.at), fmt.Sprintf("统一社会信用代码只用数字和大写字母，第%d个字符是%s，请核对", g.at+1, found)}
	}
	return nil
}

// meantDigit is the digit that a letter outside the alphabet is mistaken for.
func meantDigit(r rune) (rune, bool) {
	i := strings.IndexRune("OIZS", r)
	if i < 0 {
		return 0, false
	}
	return rune("0125"[i]), true
}

func lengthFlaw(code, name string, have, want int) *Flaw {
	off, n := "少", want-have
	if have > want {
		off, n = "多", have-want
	}
	return &Flaw{code, -1, fmt.Sprintf("%s应为%d位，现有%d位，%s了%d位，请核对", name, want, have, off, n)}
}

func kindsOf(authority rune) string {
	for _, b := range usccBodies {
		if b.authority == authority {
			return b.kinds
		}
	}
	return ""
}

// usccCheck computes the check character of the first 17 characters.
func usccCheck(gs []glyph) rune {
	sum, weight := 0, 1
	for _, g := range gs[:usccLength-1] {
		sum += strings.IndexRune(usccAlphabet, g.r) * weight
		weight = weight * 3 % 31
	}
	return rune(usccAlphabet[(31-sum%31)%31])
}

// orgCheck computes the check character of an organisation code's first eight
// characters; letters count from A = 10 in the full alphabet.
func orgCheck(gs []glyph) rune {
	weights := [...]int{3, 7, 9, 10, 5, 8, 4, 2}
	sum := 0
	for i, g := range gs {
		value := int(g.r - '0')
		if g.r >= 'A' {
			value = int(g.r-'A') + 10
		}
		sum += value * weights[i]
	}
	return rune("0123456789X"[(11-sum%11)%11])
}

// regCheck computes the check digit of the first 14 digits.
func regCheck(gs []glyph) rune {
	p := 10
	for _, g := range gs[:regLength-1] {
		s := (p + int(g.r-'0')) % 10
		if s == 0 {
			s = 10
		}
		p = s * 2 % 11
	}
	return rune('0' + (11-p)%10)
}

func isDigit(r rune) bool { return r >= '0' && r <= '9' }
