package extract

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	westDate = `(?:19|20)[0-9]{2}[年./-][0-9]{1,2}[月./-][0-9]{1,2}日?`
	hanDate  = `[〇○零一二三四五六七八九OＯ]{4}年[一二三四五六七八九十]{1,3}月[一二三四五六七八九十]{1,3}日`
)

// The shapes of values in folded text. They are compiled once and never
// changed.
var (
	dateShape      = regexp.MustCompile(westDate + `|` + hanDate)
	dateOnlyShape  = regexp.MustCompile(`^(?:` + westDate + `|` + hanDate + `)$`)
	endlessShape   = regexp.MustCompile(`长期(?:有效)?|永久(?:有效)?|无固定期限`)
	usccShape      = regexp.MustCompile(`[0-9A-HJ-NP-RT-UW-Y]{2}[0-9]{6}[0-9A-HJ-NP-RT-UW-Y]{10}`)
	codeShape      = regexp.MustCompile(`[0-9A-Za-z]{10,}`)
	noticeShape    = regexp.MustCompile(`\p{Han}{1,10}[〔\[【(](?:19|20)[0-9]{2}[〕\]】)]第?[0-9]{1,6}号`)
	authorityShape = regexp.MustCompile(`^\p{Han}{2,24}(?:管理局|监督局|通信局|委员会|审批局|服务局|公安局|工业和信息化部|总局|卫生健康局|商务局|农业农村局|邮政局|烟草专卖局|新闻出版局|厅)$`)
	holderShape    = regexp.MustCompile(`(?:公司|中心|厂|店|社|所|院|部|行|馆|户|协会|企业)(?:\([^)]*\))?$`)
)

func onlyDate(folded string) bool    { return len(folded) < 64 && dateOnlyShape.MatchString(folded) }
func isAuthority(folded string) bool { return len(folded) < 128 && authorityShape.MatchString(folded) }

// value proposes what stands at a label, reduced to the shape of its field. A
// tight value must have that shape: it may be prose that begins like a label.
func (f *finder) value(field Field, i int, gs []glyph, sure float64, tight bool) {
	if gs = gs[:min(len(gs), maxValue)]; len(gs) == 0 {
		return
	}
	switch field {
	case IssuedOn, ValidUntil:
		f.date(field, i, gs, sure)
	case USCC:
		f.code(i, gs, sure, tight)
	case Number:
		f.number(i, gs, sure, tight)
	default:
		gs = trim(gs)
		f.add(field, written(gs), i, gs, sure*likely(field, gs))
	}
}

// date proposes the date in gs: of a term the last one. What holds no date is
// not proposed.
func (f *finder) date(field Field, i int, gs []glyph, sure float64) {
	text := folded(gs)
	dates := dateShape.FindAllStringIndex(text, 3)
	if field == IssuedOn {
		if len(dates) > 0 {
			gs = cut(gs, text, dates[0][0], dates[0][1])
			f.add(field, compact(gs), i, gs, sure)
		}
		return
	}
	found := endlessShape.FindStringIndex(text)
	switch {
	case found != nil:
	case len(dates) == 1 && isStart(text[dates[0][1]:]):
		return // 自 2022-01-01 起五年: the end is not written
	case len(dates) > 0:
		found = dates[min(len(dates), 2)-1]
	default:
		return
	}
	gs = cut(gs, text, found[0], found[1])
	f.add(field, compact(gs), i, gs, sure)
}

// isStart tells that the date before rest begins a term.
func isStart(rest string) bool {
	for _, word := range []string{"起", "至", "到", "-", "—", "~"} {
		if strings.HasPrefix(rest, word) {
			return true
		}
	}
	return false
}

// code proposes a unified code. GB 32100-2015 leaves out the letters I, O, S, V
// and Z; where OCR saw one, the digit that looks like it is proposed.
func (f *finder) code(i int, gs []glyph, sure float64, tight bool) {
	text := folded(gs)
	found := usccShape.FindStringIndex(text)
	if found == nil && f.page.OCR {
		text = strings.NewReplacer("I", "1", "O", "0", "S", "5", "Z", "2").Replace(text)
		found = usccShape.FindStringIndex(text)
		sure *= factorNear
	}
	if found == nil {
		if found = codeShape.FindStringIndex(text); found == nil || tight {
			return
		}
		sure *= factorOdd
	}
	f.add(USCC, text[found[0]:found[1]], i, cut(gs, text, found[0], found[1]), sure)
}

// number proposes a number up to the space where text goes on.
func (f *finder) number(i int, gs []glyph, sure float64, tight bool) {
	for k := 1; k < len(gs); k++ {
		if gs[k].gap != gapNone && unicode.Is(unicode.Han, gs[k].fold) && gs[k].fold != '号' && gs[k].fold != '第' &&
			(isDigit(gs[k-1].fold) || gs[k-1].fold == '号') {
			gs = gs[:k]
			break
		}
	}
	gs = trim(gs)
	if !isNumber(gs) {
		if tight || digits(gs) == 0 {
			return
		}
		sure *= factorOdd
	}
	f.add(Number, compact(gs), i, gs, sure)
}

// isNumber tells the shape of a licence number: at least three digits, no
// sentence.
func isNumber(gs []glyph) bool {
	if len(gs) > 60 || digits(gs) < 3 {
		return false
	}
	for _, g := range gs {
		if !unicode.IsLetter(g.fold) && !isDigit(g.fold) && !strings.ContainsRune("-_—–/.()[]【】〔〕《》", g.fold) {
			return false
		}
	}
	return true
}

func isDigit(r rune) bool { return r >= '0' && r <= '9' }

func digits(gs []glyph) int {
	n := 0
	for _, g := range gs {
		if isDigit(g.fold) {
			n++
		}
	}
	return n
}

// compact returns glyphs as written, without any space.
func compact(gs []glyph) string {
	var b strings.Builder
	for _, g := range gs {
		b.WriteRune(g.char)
	}
	return b.String()
}

// likely measures how much a free text looks like a value of its field.
func likely(field Field, gs []glyph) float64 {
	text := folded(gs)
	runes := utf8.RuneCountInString(text)
	sentence := strings.ContainsAny(text, "。;") || runes > 60
	switch {
	case runes < 2, !strings.ContainsFunc(text, unicode.IsLetter):
		return 0.1
	case field == Scope:
		return 1
	case sentence:
		return factorOdd
	case field == Holder && !holderShape.MatchString(text):
		return 0.8
	}
	return 1
}
