package qualification_test

import (
	"math/rand/v2"
	"os"
	"strings"
	"sync"
	"testing"
	"unicode/utf8"

	"zhunru/screening/qualification"
	"zhunru/screening/textnorm"
)

const (
	exactMini     = "微信小程序不需取得电信业务经营许可证"
	exactPlatform = "利用微信平台服务不需取得电信业务经营许可证"
)

var textNormalizer = sync.OnceValues(func() (*textnorm.Normalizer, error) {
	tables, err := textnorm.ReadTables(os.DirFS("../../dictionaries/variants"))
	if err != nil {
		return nil, err
	}
	return textnorm.New(tables)
})

func normalizerOf(tb testing.TB) *textnorm.Normalizer {
	tb.Helper()
	n, err := textNormalizer()
	if err != nil {
		tb.Fatal(err)
	}
	return n
}

var noticeCases = []struct{ rule, text, code, quote string }{
	{"the sentence of mini-programs", exactMini, "ACCEPTED", exactMini},
	{"the sentence of the platform", exactPlatform + "。", "ACCEPTED", exactPlatform},
	{"inside a longer sentence", "经审查，你公司申请的业务属于" + exactPlatform + "的情形，决定不予受理。", "ACCEPTED", exactPlatform},
	{"as a general clause", "根据《行政许可法》，利用微信平台服务不需取得电信业务经营许可证的，不予受理。", "ACCEPTED", exactPlatform},
	{"after the applicant's name", "深圳市未来科技有限公司的微信小程序不需取得电信业务经营许可证，故不予受理。", "ACCEPTED", exactMini},
	{"after the authority's own view", "经审查，我局认为" + exactMini + "。", "ACCEPTED", exactMini},
	{"reasons as follows", "理由如下：" + exactMini + "。", "ACCEPTED", exactMini},
	{"followed by equivalents", exactMini + "等相关内容。", "ACCEPTED", exactMini},
	{"line break inside", "微信小程序不需取得电信\n业务经营许可证。", "ACCEPTED", "微信小程序不需取得电信\n业务经营许可证"},
	{"licence in title marks", "微信小程序不需取得《电信业务经营许可证》。", "ACCEPTED", "微信小程序不需取得《电信业务经营许可证"},
	{"full-width spaces and comma", "微信　小程序，不需　取得电信业务经营许可证", "ACCEPTED", "微信　小程序，不需　取得电信业务经营许可证"},
	{"traditional characters", "微信小程序不需取得電信業務經營許可證", "ACCEPTED", "微信小程序不需取得電信業務經營許可證"},
	{"signature on the next line", exactMini + "\n广东省通信管理局\n2023年1月5日", "ACCEPTED", exactMini},
	{"whole notice", "行政许可不予受理通知书\n粤通许不受〔2023〕12号\n深圳示例科技有限公司：\n你公司于2023年1月5日提出的电信业务经营许可申请收悉。经审查，" + exactMini + "，决定不予受理。\n如不服本决定，可在六十日内申请行政复议。\n广东省通信管理局", "ACCEPTED", exactMini},
	{"general law beside the statement", "根据《电信条例》，经营电信业务应当取得电信业务经营许可证。" + exactMini + "。", "ACCEPTED", exactMini},
	{"another kind named in the body", "不予受理通知书\n你公司收到《补正通知书》后已补正。" + exactMini + "。", "ACCEPTED", exactMini},

	{"paraphrase with 无需 and 办理", "你公司利用微信小程序开展业务，无需办理增值电信业务经营许可证。", "PARAPHRASE", "你公司利用微信小程序开展业务，无需办理增值电信业务经营许可证"},
	{"paraphrase with 不需要", "微信小程序不需要取得电信业务经营许可证。", "PARAPHRASE", "微信小程序不需要取得电信业务经营许可证"},
	{"paraphrase with 无须申领", "在微信平台内经营无须申领电信业务经营许可证。", "PARAPHRASE", "在微信平台内经营无须申领电信业务经营许可证"},
	{"paraphrase with 不必", "小程序不必申请增值电信业务经营许可证。", "PARAPHRASE", "小程序不必申请增值电信业务经营许可证"},
	{"paraphrase with 毋须", "微信小程序毋须办理电信业务经营许可。", "PARAPHRASE", "微信小程序毋须办理电信业务经营许可"},
	{"paraphrase of an official account", "微信公众号不用取得电信业务经营许可证。", "PARAPHRASE", "微信公众号不用取得电信业务经营许可证"},
	{"paraphrase with the licence first", "电信业务经营许可证对微信小程序无需办理。", "PARAPHRASE", "电信业务经营许可证对微信小程序无需办理"},
	{"并不需要 is no double negation", "微信小程序并不需要取得电信业务经营许可证。", "PARAPHRASE", "微信小程序并不需要取得电信业务经营许可证"},
	{"platform in another sentence", "你公司使用微信小程序。该业务不需取得电信业务经营许可证。", "PARAPHRASE", "该业务不需取得电信业务经营许可证"},
	{"不属于电信业务 is a reason", "微信小程序不属于电信业务，无需取得电信业务经营许可证。", "PARAPHRASE", "微信小程序不属于电信业务，无需取得电信业务经营许可证"},

	{"need stated", "微信小程序需取得电信业务经营许可证。", "NEGATED", "微信小程序需取得电信业务经营许可证"},
	{"need without a subject", "需取得电信业务经营许可证", "NEGATED", "需取得电信业务经营许可证"},
	{"need with 应当", "你公司应当依法取得增值电信业务经营许可证。", "NEGATED", "你公司应当依法取得增值电信业务经营许可证"},
	{"need with 必须办理", "微信小程序必须办理电信业务经营许可证。", "NEGATED", "微信小程序必须办理电信业务经营许可证"},
	{"need in some cases", "微信小程序在从事平台业务的情况下需取得电信业务经营许可证。", "NEGATED", "微信小程序在从事平台业务的情况下需取得电信业务经营许可证"},
	{"need as prohibition", "你公司未取得电信业务经营许可证，不得开展经营。", "NEGATED", "你公司未取得电信业务经营许可证，不得开展经营"},
	{"need as first condition", "微信小程序取得电信业务经营许可证后方可经营。", "NEGATED", ""},
	{"double negation 并非", "微信小程序并非不需取得电信业务经营许可证。", "NEGATED", "微信小程序并非不需取得电信业务经营许可证"},
	{"double negation before the sentence", "并非" + exactMini + "。", "NEGATED", "并非" + exactMini},
	{"double negation 不属于", "你公司业务不属于" + exactPlatform + "的情形。", "NEGATED", ""},
	{"double negation 不属于不需", "你公司的微信小程序不属于不需取得电信业务经营许可证的情形。", "NEGATED", ""},
	{"cannot be held", "不能认定其" + exactMini + "。", "NEGATED", ""},
	{"not the platform of the sentence", "非" + exactMini + "。", "NEGATED", ""},
	{"applicant's claim rejected", "申请人称其" + exactMini + "，经审查不予认可。", "NEGATED", ""},
	{"claim does not stand", exactMini + "的说法不成立。", "NEGATED", ""},
	{"paraphrase rejected", "关于微信小程序无需办理电信业务经营许可证的意见，我局不予采纳。", "NEGATED", ""},
	{"only the general law", "根据《电信条例》规定，经营电信业务必须取得电信业务经营许可证。", "NEGATED", ""},
	{"no need of something else", "微信小程序不需取得前置审批，应当取得电信业务经营许可证。", "NEGATED", ""},

	{"Alipay", "支付宝小程序不需取得电信业务经营许可证。", "OTHER_PLATFORM", "支付宝小程序不需取得电信业务经营许可证"},
	{"Douyin", "抖音小店无需办理电信业务经营许可证。", "OTHER_PLATFORM", ""},
	{"Baidu", "百度小程序不需要取得电信业务经营许可证。", "OTHER_PLATFORM", ""},
	{"Kuaishou", "利用快手平台服务不需取得电信业务经营许可证。", "OTHER_PLATFORM", ""},
	{"website", "自有网站不需取得电信业务经营许可证。", "OTHER_PLATFORM", ""},
	{"app", "你公司的ＡＰＰ无需取得增值电信业务经营许可证。", "OTHER_PLATFORM", ""},
	{"WeChat left out", "微信小程序以外的业务不需取得电信业务经营许可证。", "OTHER_PLATFORM", ""},
	{"all but WeChat", "除微信小程序外，不需取得电信业务经营许可证。", "OTHER_PLATFORM", ""},

	{"decision of no permit", "不予许可决定书\n" + exactMini + "。", "OTHER_KIND", "不予许可决定书"},
	{"supplement notice", "补正通知书：你公司材料不齐，请补正。", "OTHER_KIND", "补正通知书"},
	{"supplement notice of materials", "广东省通信管理局\n补正材料通知书\n请补正。", "OTHER_KIND", "补正材料通知书"},
	{"acceptance notice", "行政许可受理通知书\n你公司的申请已受理。", "OTHER_KIND", "行政许可受理通知书"},
	{"termination", "决定终止办理你公司的申请。", "OTHER_KIND", "终止办理"},
	{"filing notice", "备案通知\n你公司网站备案成功。", "OTHER_KIND", "备案通知"},

	{"materials incomplete", "你公司申请材料不齐全，决定不予受理。", "OTHER_REASON", "你公司申请材料不齐全，决定不予受理"},
	{"materials incomplete, short", "不予受理，材料不齐", "OTHER_REASON", "不予受理，材料不齐"},
	{"conditions of acceptance", "经审查，不符合受理条件，不予受理。", "OTHER_REASON", ""},
	{"not within the office's powers", "该事项不属于本机关职权范围，不予受理。", "OTHER_REASON", ""},
	{"late", "你公司未在法定期限内补正，不予受理。", "OTHER_REASON", ""},

	{"no text", "", "NO_TEXT", ""},
	{"only blanks and marks", " \n\t。——", "NO_TEXT", ""},
	{"nothing relevant", "你公司的来信收到。", "NO_SENTENCE", ""},
	{"no platform named", "你公司的业务不需取得电信业务经营许可证。", "NO_SENTENCE", "你公司的业务不需取得电信业务经营许可证"},
	{"a question", "微信小程序是否需要取得电信业务经营许可证？", "NO_SENTENCE", "微信小程序是否需要取得电信业务经营许可证"},
	{"the sentence as a question", exactMini + "？", "QUESTION", exactMini},
	{"the sentence asked with 吗", exactMini + "吗。", "QUESTION", ""},
	{"whether", "是否" + exactMini + "，请咨询。", "REPORTED", ""},
	{"reported without a ruling", "申请人主张" + exactMini + "。", "REPORTED", ""},
	{"reported in the sentence before", "申请人来函。" + exactMini + "。", "REPORTED", ""},

	{"only for accounts", exactMini + "（仅限公众号）。", "CONDITIONAL", ""},
	{"but not for platforms", exactMini + "，但从事电商平台经营的应当取得。", "CONDITIONAL", ""},
	{"exception in the next sentence", exactMini + "。但从事电商平台经营的除外。", "CONDITIONAL", "但从事电商平台经营的除外"},
	{"with an if", "如仅展示商品，" + exactMini + "。", "CONDITIONAL", ""},
	{"for the time being", "目前" + exactMini + "。", "CONDITIONAL", ""},
	{"before the licence", exactMini + "之前的审批。", "CONDITIONAL", ""},
	{"paraphrase with a but", "微信小程序无需办理电信业务经营许可证，但经营平台业务的除外。", "CONDITIONAL", ""},
	{"contradicted by another sentence", exactMini + "。你公司应当取得电信业务经营许可证。", "CONTRADICTED", "你公司应当取得电信业务经营许可证"},
	{"contradicted by a future duty", exactMini + "。你公司开展平台业务的，应当取得相应的增值电信业务经营许可证。", "CONTRADICTED", ""},
	{"contradicted in the sentence", exactMini + "，你公司须取得电信业务经营许可证。", "CONTRADICTED", ""},
	{"also another platform", "支付宝小程序、" + exactMini + "。", "MIXED_PLATFORM", ""},
	{"also a website", "你公司另建网站，" + exactMini + "。", "CONDITIONAL", ""},
	{"a negation that may reach", "你公司的微信账号尚有不明之处，" + exactMini + "。", "CONDITIONAL", ""},
	{"another negation", "没有其他业务的" + exactMini + "。", "UNCLEAR", ""},
	{"a stray end mark after a negation", "你公司不！" + exactMini + "。", "UNCLEAR", ""},
	{"words that continue it", exactMini + "编号。", "UNCLEAR", ""},
	{"in quotation marks", "属于“" + exactMini + "”的情形。", "QUOTED", ""},
	{"struck through", "微信小程序不̶需取得电信业务经营许可证。", "ALTERED", ""},
	{"a box not ticked", "□" + exactMini + "。", "ALTERED", ""},
	{"direction control", "\u202e" + exactMini, "ALTERED", ""},
	{"bracketed 不", "微信小程序（不）需取得电信业务经营许可证。", "ALTERED", ""},
	{"empty line inside", "微信小程序不\n\n需取得电信业务经营许可证。", "BROKEN", "微信小程序不\n\n需取得电信业务经营许可证"},
	{"granted", "决定受理你公司的申请。" + exactMini + "。", "KIND_UNCLEAR", "决定受理你公司的申请"},
	{"other kind named in the body only", exactMini + "，你公司已收到。现将你公司的申请终止办理。", "KIND_UNCLEAR", ""},

	{"misread 微", "徽信小程序不需取得电信业务经营许可证。", "OCR", "徽信小程序不需取得电信业务经营许可证"},
	{"misread 证", "微信小程序不需取得电信业务经营许可征。", "OCR", ""},
	{"misread 营", "微信小程序不需取得电信业务经菅许可证。", "OCR", ""},
	{"misread 不", "微信小程序木需取得电信业务经营许可证。", "OCR", ""},
	{"misread 徵", "徵信小程序不需取得电信业务经营许可证。", "OCR", ""},
	{"misread 业 by a character of no list", "微信小程序不需取得电信乐务经营许可证。", "OCR", ""},
	{"misread in the platform sentence", "利用徽信平台服务不需取得电信业务经营许可证。", "OCR", ""},
	{"misread in a paraphrase", "徽信平台内经营无需办理电信业务经营许可证。", "PARAPHRASE", ""},
	{"misread title", "行政许可不子受理通知书\n" + exactMini + "。", "ACCEPTED", exactMini},
	{"another character for 不 is no misreading", "微信小程序仍需取得电信业务经营许可证。", "NEGATED", ""},
	{"another platform is no misreading", "微博小程序不需取得电信业务经营许可证。", "OTHER_PLATFORM", ""},
}

// resultOf is the result that belongs to a code.
func resultOf(code string) qualification.NoticeResult {
	switch code {
	case "ACCEPTED":
		return qualification.NoticeAccepted
	case "NEGATED", "OTHER_PLATFORM", "OTHER_KIND", "OTHER_REASON", "NO_SENTENCE":
		return qualification.NoticeRefused
	}
	return qualification.NoticeDoubtful
}

func TestNoticeReader(t *testing.T) {
	t.Parallel()
	r := qualification.NewNoticeReader(normalizerOf(t))
	for _, tt := range noticeCases {
		t.Run(tt.rule, func(t *testing.T) {
			t.Parallel()
			got := r.Read(tt.text)
			if got.Code != "NOTICE_"+tt.code || got.Result != resultOf(tt.code) {
				t.Errorf("%q: %s %s (%s), want %s", tt.text, got.Result, got.Code, got.Quote, tt.code)
			}
			if tt.quote != "" && got.Quote != tt.quote {
				t.Errorf("%q: quote %q, want %q", tt.text, got.Quote, tt.quote)
			}
			if got.Why == "" || !strings.Contains(got.Why, "R-S06") {
				t.Errorf("%q: %s names no rule: %q", tt.text, got.Code, got.Why)
			}
			checkQuote(t, tt.text, got.Quote, got.Span)
		})
	}
}

func checkQuote(t *testing.T, text, quote string, span *qualification.Span) {
	t.Helper()
	if span == nil {
		if quote != "" {
			t.Errorf("quote %q without a span", quote)
		}
		return
	}
	from, to := span.Byte[0], span.Byte[1]
	if from < 0 || from >= to || to > len(text) || text[from:to] != quote {
		t.Fatalf("span %v does not cover quote %q in %q", *span, quote, text)
	}
	if a, b := utf8.RuneCountInString(text[:from]), utf8.RuneCountInString(text[:to]); span.Rune != [2]int{a, b} {
		t.Errorf("rune span %v, want %d..%d in %q", span.Rune, a, b, text)
	}
}

// disguise writes the sentence as scans and copies do: it changes how it looks
// and not what it says.
func disguise(rng *rand.Rand, s string) string {
	between := []string{"\n", "\r\n", " ", "　", "\u200b", "  ", "\ufeff", "\t", " \n"}
	traditional := strings.NewReplacer("电", "電", "业", "業", "务", "務", "经", "經", "营", "營", "许", "許", "证", "證", "台", "臺")
	var b strings.Builder
	for i, c := range s {
		if i > 0 && rng.IntN(4) == 0 {
			b.WriteString(between[rng.IntN(len(between))])
		}
		part := string(c)
		if rng.IntN(2) == 0 {
			part = traditional.Replace(part)
		}
		b.WriteString(part)
	}
	return b.String()
}

func TestDisguisedStatementIsAccepted(t *testing.T) {
	t.Parallel()
	r := qualification.NewNoticeReader(normalizerOf(t))
	rng := rand.New(rand.NewPCG(6, 6))
	for range 500 {
		for _, s := range []string{exactMini, exactPlatform} {
			want := disguise(rng, s)
			text := "经审查，" + want + "，决定不予受理。"
			got := r.Read(text)
			if got.Result != qualification.NoticeAccepted || got.Quote != want {
				t.Fatalf("%q: %s %q", text, got.Code, got.Quote)
			}
			checkQuote(t, text, got.Quote, got.Span)
			negated := "并非" + want + "。"
			if got := r.Read(negated); got.Result == qualification.NoticeAccepted {
				t.Fatalf("%q is accepted", negated)
			}
		}
	}
}

// TestAcceptanceDiesWithAnyDoubt adds each turn of phrase before and after the
// statement.
func TestAcceptanceDiesWithAnyDoubt(t *testing.T) {
	t.Parallel()
	r := qualification.NewNoticeReader(normalizerOf(t))
	for _, before := range []string{
		"并非", "不属于", "是否", "若", "除非", "据称", "申请人认为", "误以为", "没有证据表明", "不得以", "谁说", "拟规定", "难以认定", "未发现", "支付宝和",
	} {
		if got := r.Read("经审查，" + before + exactMini + "。"); got.Result == qualification.NoticeAccepted {
			t.Errorf("accepted after %q", before)
		}
	}
	for _, after := range []string{
		"吗", "？", "的除外", "的说法错误", "之前", "前", "后", "，但书面另有约定", "，尚未定论", "，不适用于你公司", "（仅限公众号）", "…", "。上述说法不予采纳。",
		"。以上内容作废。", "；除外情形见附件。", "，网站也不需", "的理由不能成立", "是错误的", "的观点", "与否",
	} {
		if got := r.Read(exactMini + after); got.Result == qualification.NoticeAccepted {
			t.Errorf("accepted before %q", after)
		}
	}
}

func TestLongNoticeStaysLinear(t *testing.T) {
	t.Parallel()
	r := qualification.NewNoticeReader(normalizerOf(t))
	for _, unit := range []string{exactMini, "不", "并非不需", "应当", "微信小程序", "徽信小程序不需取得电信业务经营许可证", "\xff", "电信业务经营许可证无需", "未取得不得", "“", exactMini + "。", "补正通知书"} {
		text := strings.Repeat(unit, 400_000/len(unit))
		if got := r.Read(text); got.Code == "" {
			t.Errorf("%q repeated: no code", unit)
		}
	}
}

func FuzzNoticeReader(f *testing.F) {
	n := normalizerOf(f)
	r := qualification.NewNoticeReader(n)
	for _, tt := range noticeCases {
		f.Add(tt.text)
	}
	f.Add("\xff\xfe" + exactMini + "\xf0")
	f.Fuzz(func(t *testing.T, text string) {
		got := r.Read(text)
		if got.Result == "" || got.Code == "" || got.Why == "" {
			t.Fatalf("%q: incomplete %+v", text, got)
		}
		checkQuote(t, text, got.Quote, got.Span)
		if got.Result != qualification.NoticeAccepted {
			return
		}
		if q := n.String(got.Quote); q != exactMini && q != exactPlatform {
			t.Fatalf("%q: accepted for %q", text, got.Quote)
		}
		before := n.String(text[:got.Span.Byte[0]])
		for _, not := range []string{"不", "非", "未", "不属于", "并非", "是否"} {
			if strings.HasSuffix(before, not) {
				t.Fatalf("%q: accepted after %q", text, not)
			}
		}
	})
}

func BenchmarkNoticeReader(b *testing.B) {
	r := qualification.NewNoticeReader(normalizerOf(b))
	text := strings.Repeat("你公司于2023年1月5日提出的电信业务经营许可申请收悉。经审查，现将有关情况告知。\n", 50) + exactMini + "。"
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		if got := r.Read(text); got.Result != qualification.NoticeAccepted {
			b.Fatal(got)
		}
	}
}
