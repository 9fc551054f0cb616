package report

import (
	"strings"

	"zhunru/screening"
)

// A Language is that of the labels. Names, terms and remedies are the
// dictionary's and stay Chinese.
type Language string

// The languages. The empty value means Chinese.
const (
	Chinese Language = "zh"
	English Language = "en"
)

func (l Language) pick(zh, en string) string {
	if l == English {
		return en
	}
	return zh
}

// OutcomeName is what people call an outcome.
func OutcomeName(o screening.Outcome, l Language) string {
	switch o {
	case screening.OutcomeProhibited:
		return l.pick("禁售", "prohibited")
	case screening.OutcomeNeedsCategory:
		return l.pick("需类目", "needs category")
	case screening.OutcomeReview:
		return l.pick("待审", "review")
	case screening.OutcomeNotice:
		return l.pick("提示", "notice")
	case screening.OutcomePass:
		return l.pick("通过", "pass")
	}
	return string(o)
}

func kindName(k screening.Kind, l Language) string {
	switch k {
	case screening.KindTerm:
		return l.pick("词条", "term")
	case screening.KindSlang:
		return l.pick("黑话", "slang")
	case screening.KindSuspect:
		return l.pick("疑似词", "suspect word")
	case screening.KindWeak:
		return l.pick("弱词", "weak word")
	case screening.KindPattern:
		return l.pick("模式", "pattern")
	case screening.KindCategory:
		return l.pick("申报类目", "declared category")
	case screening.KindWrongCategory:
		return l.pick("类目不符", "wrong category")
	}
	return string(k)
}

func fieldName(f string, l Language) string {
	switch f {
	case "title":
		return l.pick("标题", f)
	case "description":
		return l.pick("描述", f)
	case "brand":
		return l.pick("品牌", f)
	case "category":
		return l.pick("类目", f)
	}
	if name, ok := strings.CutPrefix(f, "attributes."); ok {
		return l.pick("属性·"+name, f)
	}
	return f
}

// stepName says how a seller hid a word.
func stepName(s string, l Language) string {
	if l == English {
		return strings.ReplaceAll(s, "_", " ")
	}
	switch s {
	case "width":
		return "全角半角"
	case "traditional":
		return "繁体异体字"
	case "case":
		return "大写字母"
	case "separator":
		return "插入空格或符号"
	case "zero_width":
		return "插入不可见字符"
	case "combining":
		return "附加组合符号"
	case "compatibility":
		return "带圈或花体字符"
	case "confusable":
		return "形近字母"
	case "repeat":
		return "重复字"
	case "split_glyph":
		return "拆字"
	case "pinyin":
		return "拼音代字"
	case "homophone":
		return "同音字"
	case "emoji":
		return "表情符号"
	}
	return s
}

func boundaryName(b string, l Language) string {
	switch b {
	case "aligned":
		return l.pick("与分词一致", b)
	case "contained":
		return l.pick("在一个更长的词里", b)
	case "crossing":
		return l.pick("切断词语", b)
	}
	return b
}

// becauseName says why a match does not count.
func becauseName(b string, l Language) string {
	if l == English {
		return strings.ReplaceAll(b, "_", " ")
	}
	switch b {
	case "exception":
		return "例外"
	case "reroute":
		return "归入他类"
	case "sense":
		return "语境另有所指"
	case "boundary":
		return "切断词语"
	case "cue":
		return "反向线索"
	case "other_goods":
		return "标题是别的商品"
	case "longer":
		return "被更长的命中覆盖"
	case "category":
		return "类目"
	case "field":
		return "不在标题"
	case "exemption":
		return "豁免"
	}
	return b
}

func stepNames(steps []string, l Language) string {
	names := make([]string, len(steps))
	for i, s := range steps {
		names[i] = stepName(s, l)
	}
	return strings.Join(names, l.pick("、", ", "))
}
