package textnorm_test

import (
	"os"
	"testing"
	"unicode/utf8"

	"zhunru/screening/textnorm"
)

func newNormalizer(tb testing.TB) *textnorm.Normalizer {
	tb.Helper()
	tables, err := textnorm.ReadTables(os.DirFS("../../dictionaries/variants"))
	if err != nil {
		tb.Fatal(err)
	}
	n, err := textnorm.New(tables)
	if err != nil {
		tb.Fatal(err)
	}
	return n
}

func TestNormalizeUndoes(t *testing.T) {
	t.Parallel()
	n := newNormalizer(t)
	for _, tt := range []struct {
		rule, in, want string
		steps          string
	}{
		{"plain text stays", "催情香水", "催情香水", "plain"},
		{"spaces", "催 情 香 水", "催情香水", "separator"},
		{"asterisks", "催*情*香*水", "催情香水", "separator"},
		{"mixed punctuation", "催·情、香|水", "催情香水", "separator"},
		{"brackets round each", "【催】【情】【香】【水】", "催情香水", "separator"},
		{"emoji", "催😊情🌸香💧水", "催情香水", "emoji"},
		{"zero width", "催\u200b情\u200d香\ufeff水", "催情香水", "zero_width"},
		{"newline", "催\n情\r\n香\n水", "催情香水", "separator"},
		{"combining", "催\u0335情\u0335香\u0335水", "催情香水", "combining"},
		{"traditional", "槍枝彈藥", "枪枝弹药", "traditional"},
		{"upper case", "VPN", "vpn", "case"},
		{"full width", "ＶＰＮ", "vpn", "width+case"},
		{"dotted", "v.p.n", "vpn", "separator"},
		{"circled", "ⓥⓟⓝ", "vpn", "compatibility"},
		{"squared", "🆅🅿🅽", "vpn", "compatibility"},
		{"mathematical", "𝓿𝔁𝟙", "vx1", "compatibility"},
		{"keycap", "1\ufe0f\u20e32\ufe0f\u20e3", "12", "zero_width"},
		{"Cyrillic beside Latin", "раураl", "paypal", "confusable"},
		{"symbols beside Latin", "Ch@nel", "chanel", "case+confusable"},
		{"accents", "cuī qíng", "cuiqing", "separator+combining"},
		{"dotless and dotted i", "İ\u0300", "i", "case"},
		{"squared ideograph", "🈲㊙", "禁秘", "compatibility"},
		{"ligature", "ĲﬁⅫ", "ijfixii", "case+compatibility"},
	} {
		t.Run(tt.rule, func(t *testing.T) {
			t.Parallel()
			var x textnorm.Text
			n.Normalize(&x, tt.in)
			if got := string(x.Runes); got != tt.want {
				t.Errorf("Normalize(%q) = %q, want %q", tt.in, got, tt.want)
			}
			if got := x.StepsIn(0, len(x.Runes)).String(); got != tt.steps {
				t.Errorf("steps of %q: %s, want %s", tt.in, got, tt.steps)
			}
		})
	}
}

func TestCyrillicWordStays(t *testing.T) {
	t.Parallel()
	n := newNormalizer(t)
	if got := n.String("Москва оса"); got != "москваоса" {
		t.Errorf("got %q", got)
	}
}

func FuzzNormalize(f *testing.F) {
	n := newNormalizer(f)
	for _, s := range []string{"e\u200b\u0301", "İ\u0300", "Ĳ", "раураl", "🔫木仓", "\xff\xfe催", "1\ufe0f\u20e3", "ǆǅ", "ﾊﾞ", "한글", "\u1100\u1161"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		var x, again textnorm.Text
		n.Normalize(&x, s)
		checkOffsets(t, &x)
		canon := string(x.Runes)
		n.Normalize(&again, canon)
		if string(again.Runes) != canon {
			t.Fatalf("not a fixed point: %q → %q → %q", s, canon, string(again.Runes))
		}
		var view textnorm.Text
		n.Collapse(&view, &x)
		checkOffsets(t, &view)
		n.Fuse(&view, &x)
		checkOffsets(t, &view)
		n.Picture(&view, &x)
		checkOffsets(t, &view)
		var folded textnorm.Folded
		n.Fold(&folded, &x)
		if len(folded.At) != len(x.Runes)+1 || !utf8.Valid(folded.Bytes) {
			t.Fatalf("folded form of %q is broken: %q", s, folded.Bytes)
		}
		from, to := folded.Runes(0, len(folded.Bytes))
		if from != 0 || to != len(x.Runes) {
			t.Fatalf("Runes over everything = %d, %d of %d", from, to, len(x.Runes))
		}
		for _, sound := range n.Sounds(nil, &x) {
			if sound.From >= sound.To || int(sound.To) > len(x.Runes) {
				t.Fatalf("sound %+v outside %d runes", sound, len(x.Runes))
			}
		}
	})
}

func checkOffsets(t *testing.T, x *textnorm.Text) {
	t.Helper()
	last := int32(0)
	for i := range x.Runes {
		if x.Start[i] < last || x.End[i] <= x.Start[i] || int(x.End[i]) > len(x.Source) {
			t.Fatalf("rune %d of %q: span %d..%d after %d", i, x.Source, x.Start[i], x.End[i], last)
		}
		last = x.Start[i]
	}
}

func TestNormalizeAllocatesNothing(t *testing.T) {
	n := newNormalizer(t)
	var x textnorm.Text
	title := "新款大容量USB保温杯 男女学生便携水杯304不锈钢"
	n.Normalize(&x, title)
	if got := testing.AllocsPerRun(100, func() { n.Normalize(&x, title) }); got != 0 {
		t.Errorf("%v allocations", got)
	}
}

func BenchmarkNormalize(b *testing.B) {
	n := newNormalizer(b)
	var x textnorm.Text
	title := "新款大容量USB保温杯 男女学生便携水杯304不锈钢创意杯子定制"
	b.SetBytes(int64(len(title)))
	b.ReportAllocs()
	for b.Loop() {
		n.Normalize(&x, title)
	}
}
