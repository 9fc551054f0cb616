package extract

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

const (
	titleLines = 12
	titleRunes = 40
	sureTitle  = 0.85
)

var (
	titleShape   = regexp.MustCompile(`^[\p{Han}()A-Za-z]{0,30}(?:许可证|执照|通知书|决定书|备案凭证|备案表|备案证明|证书|注册证|登记证|批准书|批准文件|授权书|承诺书|承诺函|申请表|合格证|检验报告|协议|合同|章程|规则|规范|机制|方案|资质证|经营证|印刷证)(?:\([^)]{1,12}\))?$`)
	copyShape    = regexp.MustCompile(`\((?:正本|副本|副本[0-9]*|电子证照|电子版|样本)\)$`)
	addressShape = regexp.MustCompile(`^[\p{Han}()A-Za-z0-9·&]{4,40}(?:公司|中心|厂|店|社|所|院|部|行|馆|协会|企业)(?:\([^)]*\))?:$`)
)

const republic = "中华人民共和国"

// titled proposes the document's type from the title at the top of the first
// page: a short line of its own that ends like the name of a document.
func (f *finder) titled() {
	if !f.first {
		return
	}
	for i, l := range f.lines[:min(titleLines, len(f.lines))] {
		gs := unquote(l.glyphs)
		if len(gs) > titleRunes || len(f.hits[i]) > 0 && f.hits[i][0].from == 0 {
			continue
		}
		text := folded(gs)
		if loc := copyShape.FindStringIndex(text); loc != nil && loc[0] > 0 {
			gs = cut(gs, text, 0, loc[0])
			text = text[:loc[0]]
		}
		if strings.HasPrefix(text, republic) && len(text) > len(republic) {
			gs = gs[utf8.RuneCountInString(republic):]
			text = text[len(republic):]
		}
		if titleShape.MatchString(text) && utf8.RuneCountInString(text) > 3 {
			f.add(Type, written(gs), i, gs, sureTitle)
			return
		}
	}
}

// unquote drops the marks 《 and 》 around a title.
func unquote(gs []glyph) []glyph {
	if n := len(gs); n > 2 && gs[0].fold == '《' && gs[n-1].fold == '》' {
		return gs[1 : n-1]
	}
	return gs
}

// unlabelled proposes what letters and notices carry without a label: their
// number, whom they address, and the authority and date they close with; and
// a unified code anywhere. A field that a label gave is left alone.
func (f *finder) unlabelled() {
	number, holder, uscc := f.has(Number), f.has(Holder), f.has(USCC)
	for i, l := range f.lines {
		if len(l.glyphs) > maxValue {
			continue
		}
		text := folded(l.glyphs)
		if !number && i < titleLines {
			f.shape(Number, noticeShape, i, text)
		}
		if !uscc {
			f.shape(USCC, usccShape, i, text)
		}
		if !holder && f.first && i < titleLines && addressShape.MatchString(text) {
			gs := trim(l.glyphs)
			f.add(Holder, written(gs), i, gs, factorGuess)
		}
	}
	f.closing(f.has(Issuer), f.has(IssuedOn))
}

func (f *finder) shape(field Field, shape *regexp.Regexp, i int, text string) {
	if loc := shape.FindStringIndex(text); loc != nil {
		gs := cut(f.lines[i].glyphs, text, loc[0], loc[1])
		f.add(field, compact(gs), i, gs, factorGuess)
	}
}

// closing proposes the authority and the date a letter ends with: a date alone
// on its line, an authority alone on the line before.
func (f *finder) closing(issuer, issued bool) {
	for i := len(f.lines) - 1; i > 0; i-- {
		date, name := f.lines[i].glyphs, f.lines[i-1].glyphs
		if !onlyDate(folded(date)) {
			continue
		}
		if !issued {
			f.add(IssuedOn, compact(date), i, date, factorGuess)
		}
		if !issuer && isAuthority(folded(name)) {
			f.add(Issuer, compact(name), i-1, name, factorGuess)
		}
		return
	}
}
