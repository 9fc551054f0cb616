package catalogue

// A town is where companies are registered: its division code (GB/T 2260) and
// the character that numbers of its province begin with.
type town struct{ province, city, code, sign string }

// towns lists places with much e-commerce. The codes are those of the city, or
// of one district of a municipality.
var towns = [...]town{
	{"广东省", "深圳市", "440300", "粤"}, {"广东省", "广州市", "440100", "粤"}, {"广东省", "东莞市", "441900", "粤"}, {"广东省", "佛山市", "440600", "粤"},
	{"浙江省", "杭州市", "330100", "浙"}, {"浙江省", "宁波市", "330200", "浙"}, {"浙江省", "温州市", "330300", "浙"}, {"浙江省", "金华市", "330700", "浙"},
	{"江苏省", "南京市", "320100", "苏"}, {"江苏省", "苏州市", "320500", "苏"}, {"江苏省", "南通市", "320600", "苏"}, {"江苏省", "无锡市", "320200", "苏"},
	{"", "上海市", "310101", "沪"}, {"", "北京市", "110105", "京"}, {"", "天津市", "120101", "津"}, {"", "重庆市", "500103", "渝"},
	{"山东省", "青岛市", "370200", "鲁"}, {"山东省", "临沂市", "371300", "鲁"}, {"福建省", "福州市", "350100", "闽"}, {"福建省", "泉州市", "350500", "闽"},
	{"湖北省", "武汉市", "420100", "鄂"}, {"湖南省", "长沙市", "430100", "湘"}, {"四川省", "成都市", "510100", "川"}, {"河南省", "郑州市", "410100", "豫"},
	{"陕西省", "西安市", "610100", "陕"}, {"安徽省", "合肥市", "340100", "皖"}, {"江西省", "南昌市", "360100", "赣"}, {"河北省", "石家庄市", "130100", "冀"},
	{"辽宁省", "沈阳市", "210100", "辽"}, {"黑龙江省", "哈尔滨市", "230100", "黑"}, {"云南省", "昆明市", "530100", "云"}, {"广西壮族自治区", "南宁市", "450100", "桂"},
}

func (t *town) place() string { return t.province + t.city }

var (
	lines  = [...]string{"贸易", "电子商务", "商贸", "家居用品", "日用品", "服饰", "网络科技", "供应链管理", "实业", "百货"}
	stalls = [...]string{"商行", "百货店", "经营部", "网店", "贸易商行", "服饰店"}
)

// A firm is who a merchant is, before its documents.
type firm struct {
	town   *town
	name   string
	uscc   string
	single bool // 个体工商户
}

// firmOf makes up a merchant's firm. Licensed trades are for companies.
func (c *Catalogue) firmOf(s *stream, merchant int, licensed bool) firm {
	f := firm{town: &towns[s.below(len(towns))]}
	f.single = s.chance(25) && !licensed
	city := f.town.city[:len(f.town.city)-len("市")]
	if f.single {
		f.name = city + stemOf(c.seed, merchant) + pick(s, stalls[:]) + "(个体工商户)"
	} else {
		f.name = city + stemOf(c.seed, merchant) + pick(s, lines[:]) + "有限公司"
	}
	f.uscc = usccOf(f.town.code, f.single, uint64(merchant))
	return f
}

// stemOf returns three characters that differ for as many merchants as there
// are triples, some hundred thousand.
func stemOf(seed uint64, merchant int) string {
	list := []rune(stems)
	n := uint64(len(list))
	all := n * n * n
	x := (uint64(merchant)%all*104729 + seed%all) % all
	return string([]rune{list[x%n], list[x/n%n], list[x/n/n]})
}

// usccAlphabet are the characters of a unified code, each of the value of its
// index (GB 32100—2015).
const (
	usccAlphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"
	maxMerchants = 800_000_000 // below 31^6, what six characters can count
)

// usccOf returns the unified code of the merchant: registration authority 9,
// kind 1 (company) or 2 (个体工商户), the division, an organisation code with
// its own check character (GB 11714) and the check character. Codes differ
// where merchants do.
func usccOf(division string, single bool, merchant uint64) string {
	b := append(make([]byte, 0, 18), '9', '1')
	if single {
		b[1] = '2'
	}
	b = append(b, division...)
	b = append(b, 'M', 'A')
	const all = 31 * 31 * 31 * 31 * 31 * 31
	for x, k := (merchant%all*15485863+417263903)%all, 0; k < 6; k++ {
		b = append(b, usccAlphabet[x%31])
		x /= 31
	}
	b = append(b, organisationCheck(b[8:16]))
	return string(append(b, unifiedCheck(b)))
}

// organisationCheck weighs eight characters by 3 7 9 10 5 8 4 2 modulo 11;
// letters count from A = 10 through the whole alphabet.
func organisationCheck(code []byte) byte {
	sum := 0
	for i, weight := range [...]int{3, 7, 9, 10, 5, 8, 4, 2} {
		value := int(code[i] - '0')
		if code[i] >= 'A' {
			value = int(code[i]-'A') + 10
		}
		sum += value * weight
	}
	return "0123456789X"[(11-sum%11)%11]
}

// unifiedCheck weighs seventeen characters by powers of 3 modulo 31.
func unifiedCheck(code []byte) byte {
	sum, weight := 0, 1
	for _, r := range code {
		for value := range len(usccAlphabet) {
			if usccAlphabet[value] == r {
				sum += value * weight
			}
		}
		weight = weight * 3 % 31
	}
	return usccAlphabet[(31-sum%31)%31]
}
