package qualification

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// A reach tells apart the names of one service by what they leave in it.
type reach int

const (
	reachWhole    reach = iota // the service without limits
	reachInternet              // B25: named as the internet's alone
	reachOther                 // a part that is not what the code is asked for: 移动网信息服务
)

// A serviceName is a name of a telecom service as licences write it, folded.
type serviceName struct {
	text  string
	code  string
	reach reach
}

// catalogue names the codes in the words of the catalogue (电信业务分类目录,
// 2015 edition as amended in 2019).
var catalogue = [...]struct{ code, name string }{
	{"B11", "互联网数据中心业务"},
	{"B12", "内容分发网络业务"},
	{"B13", "国内互联网虚拟专用网业务"},
	{"B14", "互联网接入服务业务"},
	{"B21", "在线数据处理与交易处理业务"},
	{"B22", "国内多方通信服务业务"},
	{"B23", "存储转发类业务"},
	{"B24", "国内呼叫中心业务"},
	{"B25", "信息服务业务"},
	{"B26", "编码和规程转换业务"},
}

// serviceNames holds the catalogue's names and what licences and the trade
// write for them, of names that begin alike the longer first. The variants are
// from practice; the catalogue itself was not at hand.
var serviceNames = [...]serviceName{
	{"互联网数据中心业务", "B11", reachWhole}, {"互联网数据中心", "B11", reachWhole}, {"因特网数据中心业务", "B11", reachWhole},
	{"互联网资源协作服务业务", "B11", reachWhole}, {"IDC业务", "B11", reachWhole}, {"IDC", "B11", reachWhole},
	{"内容分发网络业务", "B12", reachWhole}, {"内容分发网络", "B12", reachWhole}, {"CDN业务", "B12", reachWhole}, {"CDN", "B12", reachWhole},
	{"国内互联网虚拟专用网业务", "B13", reachWhole}, {"国内因特网虚拟专用网业务", "B13", reachWhole}, {"互联网虚拟专用网业务", "B13", reachWhole},
	{"互联网接入服务业务", "B14", reachWhole}, {"因特网接入服务业务", "B14", reachWhole}, {"互联网接入服务", "B14", reachWhole}, {"ISP业务", "B14", reachWhole}, {"ISP", "B14", reachWhole},
	{"在线数据处理与交易处理业务", "B21", reachWhole}, {"在线数据处理和交易处理业务", "B21", reachWhole},
	{"在线数据处理与交易处理", "B21", reachWhole}, {"在线数据处理和交易处理", "B21", reachWhole},
	{"经营类电子商务业务", "B21", reachWhole}, {"经营类电子商务", "B21", reachWhole}, {"交易处理业务", "B21", reachWhole},
	{"EDI业务", "B21", reachWhole}, {"EDI", "B21", reachWhole},
	{"电子数据交换业务", "B21", reachOther}, {"网络/电子设备数据处理业务", "B21", reachOther},
	{"国内多方通信服务业务", "B22", reachWhole}, {"国内多方通信业务", "B22", reachWhole},
	{"存储转发类业务", "B23", reachWhole}, {"存储转发业务", "B23", reachWhole},
	{"国内呼叫中心业务", "B24", reachWhole}, {"离岸呼叫中心业务", "B24", reachOther}, {"呼叫中心业务", "B24", reachWhole},
	{"经营性互联网信息服务业务", "B25", reachInternet}, {"经营性互联网信息服务", "B25", reachInternet},
	{"国际互联网信息服务业务", "B25", reachInternet}, {"国际互联网信息服务", "B25", reachInternet},
	{"互联网信息服务业务", "B25", reachInternet}, {"互联网信息服务", "B25", reachInternet},
	{"因特网信息服务业务", "B25", reachInternet}, {"因特网信息服务", "B25", reachInternet},
	{"移动网信息服务业务", "B25", reachOther}, {"移动网信息服务", "B25", reachOther},
	{"固定网电话信息服务业务", "B25", reachOther}, {"固定网电话信息服务", "B25", reachOther}, {"固定网信息服务业务", "B25", reachOther},
	{"固定电话信息服务业务", "B25", reachOther}, {"电话信息服务业务", "B25", reachOther}, {"电话信息服务", "B25", reachOther},
	{"信息服务业务", "B25", reachWhole}, {"ICP业务", "B25", reachInternet}, {"ICP", "B25", reachInternet},
	{"编码和规程转换业务", "B26", reachWhole}, {"编码与规程转换业务", "B26", reachWhole}, {"互联网域名解析服务业务", "B26", reachWhole}, {"域名解析服务业务", "B26", reachWhole},
}

// catalogueName returns the catalogue's name of a code, "" for none.
func catalogueName(code string) string {
	for _, s := range catalogue {
		if s.code == code {
			return s.name
		}
	}
	return ""
}

// nameAt returns the name that gs begin with.
func nameAt(gs []glyph) (serviceName, int) {
	for _, n := range serviceNames {
		if size := prefixed(gs, n.text); size > 0 {
			return n, size
		}
	}
	return serviceName{}, 0
}

// prefixed returns the number of glyphs of word if gs begin with it, else 0.
func prefixed(gs []glyph, word string) int {
	n := 0
	for _, r := range word {
		if n >= len(gs) || gs[n].r != r {
			return 0
		}
		n++
	}
	return n
}

// anyPrefixed is prefixed for the first of several words.
func anyPrefixed(gs []glyph, words []string) int {
	for _, w := range words {
		if n := prefixed(gs, w); n > 0 {
			return n
		}
	}
	return 0
}

// foldScope folds punctuation besides what foldCode folds.
func foldScope(r rune) rune {
	switch r = foldCode(r); {
	case r == '。' || r == '｡':
		return ';'
	case r == '､':
		return '、'
	case r == '﹕' || r == '∶':
		return ':'
	case r >= 0x4E00 && r <= 0x9FFF:
		return simplified(r)
	case strings.ContainsRune("“”\"「」『』《》", r):
		return '"'
	}
	return r
}

// simplified folds the traditional characters of services' names and clauses.
func simplified(r rune) rune {
	const traditional, plain = "線數據處與業務網際聯電經營類僅內國動話開發傳遞轉換編碼規範競會議儲虛擬專聲訊錄視頻閱遊戲區項為準許證從", "线数据处与业务网际联电经营类仅内国动话开发传递转换编码规范竞会议储虚拟专声讯录视频阅游戏区项为准许证从"
	if at := strings.IndexRune(traditional, r); at >= 0 {
		one, _ := utf8.DecodeRuneInString(plain[at:]) // all of three bytes
		return one
	}
	return r
}

// stands reports whether the name at [from, to) is a name by itself.
func (r *scopeReader) stands(from, to int, name serviceName) bool {
	if short := name.text[0] < 0x80; short {
		// ICP信息服务业务 and 互联网信息服务业务ICP name one service, in its
		// long form.
		if _, n := nameAt(r.gs[to:]); n > 0 || r.ended == from && from > 0 {
			return false
		}
		if from > 0 && isCapital(r.gs[from-1].r) || to < len(r.gs) && isCapital(r.gs[to].r) {
			return false
		}
	}
	return r.mayPrecede(from) && r.mayFollow(to)
}

// leads may stand directly before a service's name.
var scopeLeads = []string{"中的", "业务的", "业务", "中", "类", "和", "与", "及", "或", "含", "包括", "包含", "经营", "从事", "开展", "提供", "国内", "为", "是", "许可", "核准"}

func (r *scopeReader) mayPrecede(i int) bool {
	if i == 0 || i == r.ended || !isHan(r.gs[i-1].r) {
		return true
	}
	for _, lead := range scopeLeads {
		if n := len([]rune(lead)); i >= n && prefixed(r.gs[i-n:i], lead) > 0 {
			return true
		}
	}
	return r.gs[i].gap && !strings.ContainsRune("非不未无禁止停销消", r.gs[i-1].r)
}

// follows may stand directly after a service's name.
var scopeFollows = []string{"和", "与", "及", "以及", "等", "不", "仅", "限", "只", "除", "含", "包", "未", "已", "覆盖", "业务覆盖"}

func (r *scopeReader) mayFollow(i int) bool {
	if i == len(r.gs) || r.gs[i].gap || !unicode.IsLetter(r.gs[i].r) || isCapital(r.gs[i].r) {
		return true
	}
	_, n := nameAt(r.gs[i:])
	return n > 0 || anyPrefixed(r.gs[i:], scopeFollows) > 0
}
