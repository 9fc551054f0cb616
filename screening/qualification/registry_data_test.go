package qualification_test

import (
	"slices"
	"strings"
	"testing"

	"zhunru/dictionaries"
	"zhunru/screening/dictionary"
	"zhunru/screening/qualification"
)

func builtInData(t *testing.T) *dictionary.Dictionary {
	t.Helper()
	d, err := dictionary.Load(dictionaries.FS)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// Every example of the registry fits a format of its document, and every
// format has an example that no other format of the document takes.
func TestRegistryExamplesFitFormats(t *testing.T) {
	t.Parallel()
	for _, x := range builtInData(t).Documents {
		t.Run(x.Name, func(t *testing.T) {
			t.Parallel()
			formats := parseFormats(t, x.Formats)
			for _, example := range x.Examples {
				if flaw := qualification.CheckFormats(formats, example); flaw != nil {
					t.Errorf("example %q: %s", example, flaw.Why)
				}
			}
			for i, f := range formats {
				if !slices.ContainsFunc(x.Examples, func(e string) bool { return f.Check(e) == nil && onlyFits(formats, i, e) }) {
					t.Errorf("format %q has no example of its own", f)
				}
			}
		})
	}
}

func parseFormats(t *testing.T, templates []string) []qualification.Format {
	t.Helper()
	formats := make([]qualification.Format, len(templates))
	for i, template := range templates {
		f, err := qualification.ParseFormat(template)
		if err != nil {
			t.Fatal(err)
		}
		formats[i] = f
	}
	return formats
}

func onlyFits(formats []qualification.Format, i int, number string) bool {
	return !slices.ContainsFunc(slices.Concat(formats[:i:i], formats[i+1:]), func(f qualification.Format) bool { return f.Check(number) == nil })
}

// A format that takes anything would check nothing: one character less, one
// more, and a character of another kind are refused.
func TestRegistryFormatsRefuseDamagedExamples(t *testing.T) {
	t.Parallel()
	for _, x := range builtInData(t).Documents {
		formats := parseFormats(t, x.Formats)
		for _, example := range x.Examples {
			for _, damaged := range []string{"☆" + example, example + "☆", strings.Replace(example, "0", "☆", 1), ""} {
				if qualification.CheckFormats(formats, damaged) == nil {
					t.Errorf("%s: %q damaged to %q still fits", x.Name, example, damaged)
				}
			}
		}
	}
}

// Numbers as they are really written; each stands for a form that public
// listings of licences show, none is of a real holder.
func TestRegistryFormatsTakeUsualSpellings(t *testing.T) {
	t.Parallel()
	d := builtInData(t)
	for _, tt := range []struct {
		form, document, number string
		fits                   bool
	}{
		{"provincial telecom licence", "增值电信业务经营许可证", "粤B2－20200001", true},
		{"provincial telecom licence in full width", "增值电信业务经营许可证", "粤Ｂ２－２０２０００１２", true},
		{"old provincial ICP licence", "增值电信业务经营许可证", "京ICP证990001号", true},
		{"ICP filing is no licence", "增值电信业务经营许可证", "粤ICP备20200001号", false},
		{"national licence is not provincial", "增值电信业务经营许可证", "B2-20200001", false},
		{"national telecom licence", "跨地区增值电信业务经营许可证", "合字B2-20200001", true},
		{"national licence of several services", "跨地区增值电信业务经营许可证", "A1.B1.B2-20200001", true},
		{"provincial licence is not national", "跨地区增值电信业务经营许可证", "粤B2-20200001", false},
		{"food trade licence", "食品经营许可证", "JY14403000000001", true},
		{"food trade licence a digit short", "食品经营许可证", "JY1440300000001", false},
		{"food production licence is not trade", "食品经营许可证", "SC10644030000001", false},
		{"device registered abroad", "医疗器械注册证", "国械注进20203160001", true},
		{"provinces register no imports", "医疗器械注册证", "粤械注进20202070001", false},
		{"device filing is no registration", "医疗器械注册证", "粤深械备20200001号", false},
		{"class I filing by a city", "第一类医疗器械备案凭证", "粤深械备20200001号", true},
		{"class II trade filing before the reform", "第二类医疗器械经营备案凭证", "粤深食药监械经营备20200001号", true},
		{"class II trade filing after the reform", "第二类医疗器械经营备案凭证", "粤深药监械经营备20230001号", true},
		{"trade licence is no filing", "第二类医疗器械经营备案凭证", "粤深食药监械经营许20200001号", false},
		{"information service with dashes outside", "互联网药品信息服务资格证书", "（粤）—非经营性—2020—0001", true},
		{"drug platform with tortoise brackets", "药品网络交易服务第三方平台备案凭证", "（粤）网药平台备字〔2023〕第000001号", true},
		{"drug made at home", "药品注册证书", "国药准字Z44000001", true},
		{"special cosmetics of the old form", "特殊化妆品注册证", "国妆特字G20200001", true},
		{"ordinary cosmetics are filed", "特殊化妆品注册证", "粤G妆网备字2020000001", false},
		{"book retail of a city", "出版物经营许可证", "新出发粤穗零字第Y001号", true},
		{"book number is no licence", "出版物经营许可证", "ISBN 978-7-111-00000-0", false},
		{"pesticide for homes", "农药登记证", "WP20200001", true},
		{"tobacco retail", "烟草专卖零售许可证", "440304100001", true},
	} {
		t.Run(tt.form, func(t *testing.T) {
			t.Parallel()
			i := slices.IndexFunc(d.Documents, func(x dictionary.Document) bool { return x.Name == tt.document })
			if i < 0 {
				t.Fatalf("no document %s", tt.document)
			}
			flaw := qualification.CheckFormats(parseFormats(t, d.Documents[i].Formats), tt.number)
			if (flaw == nil) != tt.fits {
				t.Errorf("%s: fits = %v, want %v (%+v)", tt.number, flaw == nil, tt.fits, flaw)
			}
		})
	}
}

// The registry that the program is built with compiles, and every name and
// alias leads to its own entry, however names are folded.
func TestRegistryNamesAreTheirOwn(t *testing.T) {
	t.Parallel()
	d := builtInData(t)
	r, err := qualification.NewRegistry(d)
	if err != nil {
		t.Fatal(err)
	}
	for i := range d.Documents {
		x := &d.Documents[i]
		for _, name := range append([]string{x.Name, "《" + x.Name + "》"}, x.Aliases...) {
			if got, ok := r.Type(name); !ok || got.Name != x.Name {
				t.Errorf("document %q leads to %+v, want %s", name, got, x.Name)
			}
		}
	}
	for i := range d.Categories {
		c := &d.Categories[i]
		for _, name := range append([]string{c.Name}, c.Aliases...) {
			if got, ok := r.Category(name); !ok || got.Name != c.Name {
				t.Errorf("category %q leads to %+v, want %s", name, got, c.Name)
			}
		}
	}
}

// The categories of regulations.md B1 and of the seed document.
func TestRegistryHasTheListedCategories(t *testing.T) {
	t.Parallel()
	r, err := qualification.NewRegistry(builtInData(t))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{
		"电商平台 > 电商平台", "电商平台-电商平台", "社交-直播", "网上竞价平台(非文物)", "网上竞价平台（文物）",
		"食品饮料", "母婴食品", "酒类", "保健品", "生鲜/初级食用农产品", "成人用品(医疗器械类)", "成人情趣用品",
		"图书报刊/音像/影视/游戏/动漫", "成品油", "纪念币", "电话卡", "预付卡", "免税商店", "珠宝玉石", "种子", "商用设备机械",
		"家装/五金/建材", "眼镜", "美妆", "宠物", "玩具", "3C", "家电", "服饰", "箱包", "母婴用品", "农资", "邮票", "园艺",
		"药品(非处方药)销售", "非处方药销售平台", "处方药服务", "医疗器械自营", "医疗器械经营销售平台",
		"医疗器械信息展示", "药品信息展示", "兽药", "兽药平台", "体育/福利彩票", "血液、干细胞服务", "烟草制品", "电子烟",
	} {
		if _, ok := r.Category(name); !ok {
			t.Errorf("no category %q", name)
		}
	}
	for _, id := range []string{"", "seed-2022-11", "seed-form-literal", "wx-2026-02", "wx-2017"} {
		if _, ok := r.Profile(id); !ok {
			t.Errorf("no profile %q", id)
		}
	}
}
