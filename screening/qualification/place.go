package qualification

import (
	"strings"
	"unicode/utf8"
)

// A Province is a province-level division by its short name: 广东, 北京, 内蒙古,
// 香港. The empty value is no province.
type Province string

// maxPlace is how many characters of a place, an issuer or a number are read
// for its province.
const maxPlace = 128

// ProvinceOfPlace returns the province that a place or an address begins with:
// 广东省深圳市, 深圳市南山区, 北京, 内蒙古自治区呼和浩特市. It knows provinces,
// prefecture-level divisions and the counties directly under a province, and
// is false for any other place: a street (北京西路) or a district (朝阳区) alone
// belongs to no province for certain.
func ProvinceOfPlace(place string) (Province, bool) {
	gs, _ := readGlyphs(place, maxPlace, foldPlain)
	return provinceOf(glyphText(gs))
}

func provinceOf(s string) (Province, bool) {
	for _, lead := range [...]string{"中华人民共和国", "中国"} {
		s = strings.TrimPrefix(s, lead)
	}
	for _, find := range [...]func(string, *provinceRow) bool{fullProvince, fullCity, shortProvince, shortCity} {
		for i := range provinces {
			if find(s, &provinces[i]) {
				return provinces[i].name, true
			}
		}
	}
	return "", false
}

func fullProvince(s string, p *provinceRow) bool {
	return strings.HasPrefix(s, string(p.name)+p.suffix)
}

func fullCity(s string, p *provinceRow) bool {
	for city := range strings.FieldsSeq(p.cities) {
		if rest, ok := strings.CutPrefix(s, city); ok && isPrefecture(rest) {
			return true
		}
	}
	for county := range strings.FieldsSeq(p.direct) {
		if strings.HasPrefix(s, county) {
			return true
		}
	}
	return false
}

// isPrefecture reports whether what follows a city's name makes it a
// prefecture-level division. An autonomous prefecture names its peoples first.
func isPrefecture(rest string) bool {
	for _, suffix := range [...]string{"市", "地区", "盟", "州"} {
		if strings.HasPrefix(rest, suffix) {
			return true
		}
	}
	before, _, ok := strings.Cut(rest, "自治州")
	return ok && utf8.RuneCountInString(before) <= 10 && !strings.ContainsAny(before, "省市县区")
}

func shortProvince(s string, p *provinceRow) bool { return shortName(s, string(p.name)) }

func shortCity(s string, p *provinceRow) bool {
	for city := range strings.FieldsSeq(p.cities) {
		if shortName(s, city) {
			return true
		}
	}
	return false
}

// shortName reports whether s begins with a name that what follows does not
// turn into another place (朝阳区), a street (中山东路) or a people's prefecture
// or county (海南藏族自治州, 河南蒙古族自治县).
func shortName(s, name string) bool {
	rest, ok := strings.CutPrefix(s, name)
	if !ok {
		return false
	}
	next := []rune(rest)
	next = next[:min(4, len(next))]
	if len(next) > 0 && strings.ContainsRune("区县旗镇乡村州盟", next[0]) {
		return false
	}
	ahead := string(next)
	return !strings.ContainsAny(ahead, "路街巷弄族") && !strings.Contains(ahead, "大道")
}

// nationalBodies begin the names of authorities that act for the whole
// country.
var nationalBodies = [...]string{
	"工业和信息化部", "工信部", "信息产业部", "国务院", "文化和旅游部", "文化部", "农业农村部", "农业部", "公安部",
	"商务部", "交通运输部", "生态环境部", "应急管理部", "自然资源部", "民政部", "教育部", "卫生部", "水利部", "财政部",
	"海关总署", "中国人民银行", "国家",
}

// ProvinceOfIssuer says where an issuing authority acts: 广东省通信管理局 in 广东,
// 深圳市市场监督管理局 too, 工业和信息化部 in the whole country (national, with no
// province). A local branch named after its national body (国家税务总局深圳市
// 税务局) is local. It is not ok where the name does not tell.
func ProvinceOfIssuer(issuer string) (p Province, national, ok bool) {
	gs, _ := readGlyphs(issuer, maxPlace, foldPlain)
	s := strings.TrimPrefix(glyphText(gs), "中华人民共和国")
	if p, ok = provinceOf(s); ok {
		return p, false, true
	}
	for _, body := range nationalBodies {
		rest, found := strings.CutPrefix(s, body)
		if !found {
			continue
		}
		for _, end := range [...]string{"总局", "总署", "局", "委员会", "银行"} {
			if _, branch, cut := strings.Cut(rest, end); cut {
				rest = branch
				break
			}
		}
		if p, ok = provinceOf(rest); ok {
			return p, false, true
		}
		return "", true, true
	}
	return "", false, false
}

// ProvinceOfNumber says where a document number was given: 粤B2-20200001 and
// 粤网文(2020)… in 广东, 京ICP证030173号 in 北京, B2-20200001, A2.B1-… and 国…
// nationally (with no province). It is not ok where the number does not tell.
func ProvinceOfNumber(number string) (p Province, national, ok bool) {
	gs, _ := readGlyphs(number, maxPlace, foldCode)
	s := glyphText(gs)
	if len(gs) < 2 {
		return "", false, false
	}
	first := string(gs[0].r)
	switch {
	case first == "国":
		return "", true, true
	case isTelecomClass(gs):
		return "", true, true
	case strings.HasPrefix(s, "新出"), strings.HasPrefix(s, "新广"): // 新闻出版, not 新疆
		return "", false, false
	}
	for i := range provinces {
		if strings.Contains(provinces[i].signs, first) {
			return provinces[i].name, false, true
		}
	}
	return "", false, false
}

// isTelecomClass reports whether a number begins with the class of a telecom
// licence: B2-, A2.B1.
func isTelecomClass(gs []glyph) bool {
	return len(gs) > 2 && strings.ContainsRune("AB", gs[0].r) && strings.ContainsRune("12", gs[1].r) &&
		strings.ContainsRune("-.、,", gs[2].r)
}

// ProvinceOfRegion returns the province of a division code (GB/T 2260), of
// which it reads the first two digits. It is false for 100000, the whole
// country, and for anything that is no such code.
func ProvinceOfRegion(code string) (Province, bool) {
	gs, total := readGlyphs(code, 6, foldPlain)
	if total < 2 || total > 6 {
		return "", false
	}
	for _, g := range gs {
		if !isDigit(g.r) {
			return "", false
		}
	}
	for i := range provinces {
		if provinces[i].code == glyphText(gs[:2]) {
			return provinces[i].name, true
		}
	}
	return "", false
}
