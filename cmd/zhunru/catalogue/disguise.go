package catalogue

import (
	"slices"
	"strings"
	"unicode"

	"zhunru/screening/dictionary"
)

// disguises are the names of the ways to hide a word, in the order of
// wardrobe.put.
var disguises = [...]string{
	"spaces", "asterisks", "mixed_punctuation", "brackets", "emoji", "zero_width", "newline", "combining_mark", "traditional",
	"upper_case", "full_width", "dotted_latin", "circled", "mathematical", "pinyin", "homophone", "split_glyph",
}

// Disguises returns the names of all disguises.
func Disguises() []string { return append([]string(nil), disguises[:]...) }

// separators part the characters of a word, for the disguises that do no more.
var separators = [...][]string{
	{" "}, {"*"}, {"·", "、", "|", ".", "-", "_", "~"}, nil, {"😊", "🌸", "👍🏻"}, {"\u200b", "\u200d", "\ufeff"}, {"\n"}, {"\u0335", "\u0301"},
}

// A wardrobe puts disguises on words.
type wardrobe struct {
	traditional map[rune]rune   // the least of the traditional forms
	parts       map[rune]string // the least of the ways to take a character apart
	spelt       map[rune]string
	alike       map[rune]rune
}

func newWardrobe(d *dictionary.Dictionary) *wardrobe {
	w := &wardrobe{map[rune]rune{}, map[rune]string{}, map[rune]string{}, map[rune]rune{}}
	for form, plain := range d.Tables.Traditional {
		if old, ok := w.traditional[plain]; !ok || form < old {
			w.traditional[plain] = form
		}
	}
	for parts, whole := range d.Tables.Split {
		if old, ok := w.parts[whole]; !ok || parts < old {
			w.parts[whole] = parts
		}
	}
	rows := strings.Fields(sounds)
	for i := 0; i+1 < len(rows); i += 2 {
		pair := []rune(rows[i])
		w.spelt[pair[0]], w.alike[pair[0]] = rows[i+1], pair[1]
	}
	return w
}

// dress puts every disguise on every term of a class that can wear it.
func (w *wardrobe) dress(u *lure) {
	for at := range disguises {
		for _, term := range u.terms {
			if dressed := w.put(at, term.text); dressed != "" && dressed != term.text {
				u.hide[at] = append(u.hide[at], wordOf(dressed))
			}
		}
	}
}

// put returns a term in a disguise, "" if it cannot wear it.
func (w *wardrobe) put(at int, term string) string {
	if at < len(separators) && separators[at] != nil {
		return between(term, separators[at])
	}
	switch disguises[at] {
	case "brackets":
		return each(term, func(r rune) string { return "【" + string(r) + "】" })
	case "traditional":
		return each(term, func(r rune) string {
			if form, ok := w.traditional[r]; ok {
				return string(form)
			}
			return string(r)
		})
	case "upper_case":
		return strings.ToUpper(term)
	case "full_width":
		return shifted(term, func(r rune) bool { return r > ' ' && r < 0x7F }, func(r rune) rune { return r - '!' + '！' })
	case "dotted_latin":
		return dotted(term)
	case "circled":
		return shifted(term, isLatin, func(r rune) rune { return 'ⓐ' + unicode.ToLower(r) - 'a' })
	case "mathematical":
		return shifted(term, isLatin, func(r rune) rune { return '𝐚' + unicode.ToLower(r) - 'a' })
	case "pinyin":
		return replaced(term, func(r rune) string { return w.spelt[r] })
	case "homophone":
		return replaced(term, func(r rune) string {
			if other, ok := w.alike[r]; ok {
				return string(other)
			}
			return ""
		})
	}
	return replaced(term, func(r rune) string { return w.parts[r] })
}

func between(term string, seps []string) string {
	var b strings.Builder
	for i, r := range []rune(term) {
		if i > 0 {
			b.WriteString(seps[i%len(seps)])
		}
		b.WriteRune(r)
	}
	return b.String()
}

func each(term string, f func(rune) string) string {
	var b strings.Builder
	for _, r := range term {
		b.WriteString(f(r))
	}
	return b.String()
}

func shifted(term string, which func(rune) bool, to func(rune) rune) string {
	return strings.Map(func(r rune) rune {
		if which(r) {
			return to(r)
		}
		return r
	}, term)
}

func isLatin(r rune) bool { return r < 0x80 && unicode.IsLetter(r) }

// dotted puts full stops between the letters of a word that is all Latin.
func dotted(term string) string {
	if len(term) < 3 || strings.ContainsFunc(term, func(r rune) bool { return !isLatin(r) }) {
		return ""
	}
	return between(term, []string{"."})
}

// replaced replaces the first character that f has something for, in a word
// that is all Han.
func replaced(term string, f func(rune) string) string {
	if strings.ContainsFunc(term, func(r rune) bool { return !unicode.Is(unicode.Han, r) }) {
		return ""
	}
	for at, r := range term {
		if other := f(r); other != "" {
			return term[:at] + other + term[at+len(string(r)):]
		}
	}
	return ""
}

// disguised draws a term of a class in the disguise whose turn it is, or in
// the next one that any term of the class can wear.
func (c *Catalogue) disguised(l *screeningDraft, u *lure) word {
	for k := range disguises {
		at := (l.serial + l.serial/len(c.prohibited) + k) % len(disguises)
		if hide := u.hide[at]; len(hide) > 0 {
			l.disguise = disguises[at]
			return pick(&l.stream, hide)
		}
	}
	return pick(&l.stream, slices.Concat(u.terms, u.hits))
}

// sounds lists characters of hidden words, each with another of the same
// sound, and the sound.
const sounds = `
枪腔 qiang 弹蛋 dan 刀叨 dao 炮泡 pao 药要 yao 烟咽 yan 毒独 du 赌睹 du 博伯 bo 彩采 cai 票漂 piao 证正 zheng
假贾 jia 钞抄 chao 银垠 yin 卡咔 ka 号浩 hao 代待 dai 办扮 ban 考烤 kao 试式 shi 作做 zuo 弊毕 bi 黑嘿 hei 客课 ke
病并 bing 木目 mu 马码 ma 外歪 wai 挂卦 gua 破颇 po 解姐 jie 监间 jian 听厅 ting 窃切 qie 偷头 tou 拍排 pai 窥亏 kui
定订 ding 位未 wei 器汽 qi 屏平 ping 蔽毕 bi 信芯 xin 干甘 gan 扰绕 rao 翻番 fan 墙樯 qiang 电店 dian 子紫 zi 警景 jing
军君 jun 制治 zhi 服福 fu 迷弥 mi 催崔 cui 情晴 qing 春椿 chun 麻嘛 ma 大达 da 冰兵 bing 粉份 fen 酒九 jiu 象像 xiang
牙芽 ya 虎唬 hu 骨古 gu 犀西 xi 角脚 jiao 甲贾 jia 猎列 lie 捕补 bu 网往 wang 鱼渔 yu 炸诈 zha 爆豹 bao 雷蕾 lei 管馆 guan
火伙 huo 弩努 nu 甩帅 shuai 棍滚 gun 手首 shou 铐靠 kao 肉柔 rou 针真 zhen 肽太 tai 激机 ji 素速 su 减简 jian 肥非 fei
壮状 zhuang 阳洋 yang 色涩 se 黄皇 huang 片骗 pian 精晶 jing 卵乱 luan 孕运 yun 胎台 tai 血雪 xue 肾甚 shen 币必 bi 矿况 kuang
套讨 tao 现线 xian 贷袋 dai 款宽 kuan 传船 chuan 销消 xiao 私思 si 人仁 ren 侦贞 zhen 探叹 tan 债寨 zhai 刷唰 shua 单丹 dan
`
