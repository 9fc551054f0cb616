package qualification

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// NormalName returns the form in which company names are compared. It folds
// full-width letters and signs, brackets of every kind to ( and ), the
// interpunct's variants to ·, Latin case, and ideographs that Unicode keeps
// twice; it drops white space and invisible characters. Bytes that are not
// UTF-8 become U+FFFD. Folding twice changes nothing.
//
// It goes no further, because a registered name is a legal fact: 東 and 东,
// 深圳市示例 and 深圳示例, 有限公司 and 有限责任公司 may be different
// subjects, and only a person may say that they are one (R-S10).
func NormalName(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	for _, r := range s {
		if !isHidden(r) {
			b.WriteRune(foldNameRune(r))
		}
	}
	return b.String()
}

// foldNameRune is foldPlain with one interpunct, as in 阿里·巴巴.
func foldNameRune(r rune) rune {
	if strings.ContainsRune("·・•‧∙⋅･", r) {
		return '·'
	}
	return foldPlain(r)
}

// SameName reports whether two company names are the same after NormalName.
// An empty name, or one that is not UTF-8, is the same as no name, not even
// itself: two blank or garbled fields never prove who holds a document.
func SameName(a, b string) bool {
	na := NormalName(a)
	return na != "" && (a == b || na == NormalName(b)) && utf8.ValidString(a) && utf8.ValidString(b)
}

// DiffName says in one short Chinese sentence where two names first differ,
// counting the characters of a as submitted. It returns "" if they are the
// same.
func DiffName(a, b string) string {
	na, nb := NormalName(a), NormalName(b)
	switch {
	case na == "" && nb == "":
		return "两处名称均为空，请填写"
	case na == "" || nb == "":
		return fmt.Sprintf("一处名称为空，另一处为%s，请补全", quoted(a+b))
	case !utf8.ValidString(a) || !utf8.ValidString(b):
		return "名称含有无法识别的字节，请重新录入"
	case na == nb:
		return ""
	}
	ga, _ := readGlyphs(a, len(a), foldNameRune)
	gb, _ := readGlyphs(b, len(b), foldNameRune)
	i := 0
	for i < len(ga) && i < len(gb) && ga[i].r == gb[i].r {
		i++
	}
	switch {
	case i < len(ga) && i < len(gb):
		return fmt.Sprintf("第%d个字%s在%s中是%s", ga[i].at+1, quotedRune(runeAt(a, ga[i])), quoted(b), quotedRune(runeAt(b, gb[i])))
	case i < len(ga):
		return fmt.Sprintf("从第%d个字起多出%s，%s中没有", ga[i].at+1, quoted(a[ga[i].from:]), quoted(b))
	}
	return fmt.Sprintf("第%d个字之后少了%s，%s中有", ga[i-1].at+1, quoted(b[gb[i].from:]), quoted(b))
}
