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
		"2020年前", "为何", "以证明", "申请书载明", "待核实", "假设", "你公司误将", "我公司的", "应当写明", "样本", "伪造", "只有个人的", "申请人的理由：", "企业微信、",
	} {
		if got := r.Read("经审查，" + before + exactMini + "。"); got.Result == qualification.NoticeAccepted {
			t.Errorf("accepted after %q", before)
		}
	}
	for _, after := range []string{
		"吗", "？", "的除外", "的说法错误", "之前", "前", "后", "，但书面另有约定", "，尚未定论", "，不适用于你公司", "（仅限公众号）", "…", "。上述说法不予采纳。",
		"。以上内容作废。", "；除外情形见附件。", "，网站也不需", "的理由不能成立", "是错误的", "的观点", "与否",
		"（此句已删除）", "。以上为申请人意见。", "，请贵局出具", "。仅供参考。", "的公告已停止执行", "系申请人误解", "的证明材料", "、备案", "是不可能的", "。经审查，不予许可。", "。你公司伪造上述内容。",
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
