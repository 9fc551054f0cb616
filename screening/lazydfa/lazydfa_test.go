package lazydfa_test

import (
	"errors"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"zhunru/screening/lazydfa"
)

// sizes are bounds of a cache: the usual one, and some that make it forget
// every few steps or at every one.
var sizes = []int{0, 1, 6 << 10, 9 << 10}

// expressions try what an automaton easily gets wrong.
var expressions = []string{
	"", "a", "手枪", "a*", "a*?", "(a|ab)(c|bcd)(d*)", "(ab|a)(bcd|c)(d*)", "a+?b", "(a+)(b+)", "x*y|z",
	"(?i)straße|ſ", "(?i)k", "(?i)[a-k]+x", "(?i)σ", "[^,。]{0,4}枪", "枪.{0,3}(弹|套)", "(?s)枪.{0,3}弹",
	`\b`, `\B`, `\bab\b`, `\b[mn]\d{2}\b.{0,3}包|包.{0,3}\b[mn]\d{2}\b`, `a\Bb`, `\Ba\B`, `(\b|b)a`, `a(\b|b)`,
	"^", "$", "^$", "^a", "a$", "^a*$", "(^|[^a])b", "(b|$)", "(a|^)b", "a|^b|c$", "(?m)^a", "(?m)a$", "(?m)^$", "(?m)^b.*$",
	`\A\s*a`, `a\z`, `(?m)\Aab$`, "(?:^a|b)c", "(^a|)b", "(?:$|x)", "$a", "a^", "(?m)a$\n^b", `(?m)(^|a)(\b|$)`,
	`[\p{Han}]{2,}(传|史)\s*$`, `^[^霜膜]*(茶|蜜)[^霜膜]*$`, "[一-龥]{1,3}号", `[^a-z]{2}`, `\p{Lu}+`, `[^\x00-\x{10FFFF}]`, "a|[^\\x00-\\x{10FFFF}]b",
	"(a*)*", "(a*)+b", "(a|b)*?b", "(?:a?){3}a{3}", "(?:(?:a{2}){2}){2}", "a{2,4}?b?", "(a??)(b??)c", "(|a)+", "(|a)b", "(a||b)c", "x{0}y", "(?U)a+", "(?U)a+?b",
	"(代购|原厂).{0,6}(包|鞋)|(包|鞋).{0,6}(代购|原厂)", "😀+", "[😀-😎]{2}", "(?s).", "(?s).*?b", ".*", ".+$", "(?s).*a.*b", "(a.c|abcd)", "ab|a", "a|ab", "(?:ab|a)$",
}

// texts hold line ends, word borders, other planes and broken UTF-8.
var texts = []string{
	"", "a", "b", "ab", "ba", "aab", "abcd", "abab", "aaaa aaaaaaaa", "a\nb", "\n", "\na\n", "b\na b", "ab ba\nab", "c a",
	"手枪", "仿真枪套 子弹", "枪,弹", "枪\n弹", "仿真,枪。。枪", "原厂代购女包", "包 mn12 m34包", "m12 三字后包", "鞋子x代购y原厂z",
	"STRASSE Straße ſſ", "K k \u212A kX", "Σσς", "黄花梨三号 十二号", "中国文学史 ", "绿茶蜂蜜", "绿茶面霜", "_a_ 9a é a", "A_é", "xy yz",
	"😀😀a", "😎😀", "\xff", "a\xffb", "\xe6\x89a枪", "枪\xe6", "\xf0\x9f\x98", "\xed\xa0\x80a", "枪\x80弹", strings.Repeat("ab", 40), strings.Repeat("枪套", 30) + "弹",
}

func TestFindAgreesWithRegexp(t *testing.T) {
	t.Parallel()
	for _, expr := range expressions {
		t.Run(expr, func(t *testing.T) {
			t.Parallel()
			for _, size := range sizes {
				c := lazydfa.NewCache(size)
				for _, text := range texts {
					agree(t, c, expr, text)
				}
			}
		})
	}
}

// agree compares an expression with package regexp on a text.
func agree(t *testing.T, c *lazydfa.Cache, expr, text string) {
	t.Helper()
	p, err := lazydfa.Compile(expr)
	if err != nil {
		t.Fatal(err)
	}
	compare(t, c, p, regexp.MustCompile(expr), []byte(text))
}

func compare(t *testing.T, c *lazydfa.Cache, p *lazydfa.Program, re *regexp.Regexp, text []byte) {
	t.Helper()
	want := re.FindIndex(text)
	if got := p.Match(c, text); got != (want != nil) {
		t.Errorf("Match of %q in %q = %v, want %v", p, text, got, want != nil)
	}
	if want == nil {
		want = []int{-1, -1}
	}
	if start, end := p.Find(c, text); start != want[0] || end != want[1] {
		t.Errorf("Find of %q in %q = %d, %d, want %v", p, text, start, end, want)
	}
}

func TestCompileRefusesWhatRegexpRefuses(t *testing.T) {
	t.Parallel()
	for _, expr := range []string{"(", "a**", `\1`, "[b-a]", "a{1001}", "(?<x", `\p{Nope}`, "\xff"} {
		_, want := regexp.Compile(expr)
		_, err := lazydfa.Compile(expr)
		if err == nil || want == nil || err.Error() != want.Error() {
			t.Errorf("Compile(%q) = %v, want %v", expr, err, want)
		}
	}
}

func TestCompileBoundsTheExpression(t *testing.T) {
	t.Parallel()
	if _, err := lazydfa.Compile(strings.Repeat("a", lazydfa.MaxExpr)); err != nil {
		t.Errorf("longest expression: %v", err)
	}
	if _, err := lazydfa.Compile(strings.Repeat("a", lazydfa.MaxExpr+1)); !errors.Is(err, lazydfa.ErrTooLong) {
		t.Errorf("one byte more: %v, want ErrTooLong", err)
	}
}

// TestManyRuneClasses has more classes than a page of the alphabet may keep
// apart, so that every kind of look-up is used.
func TestManyRuneClasses(t *testing.T) {
	t.Parallel()
	var expr, text strings.Builder
	for r := rune(0x4E00); r < 0x5200; r += 2 {
		expr.WriteRune(r)
		expr.WriteString("x|")
		text.WriteRune(r + 1)
		text.WriteRune(r)
		text.WriteRune('y')
	}
	expr.WriteString("\U0001F600z")
	for _, end := range []string{"", "x", "\u4E01x", "\u51FEx", "\U0001F600z", "\U0001F601z"} {
		agree(t, &lazydfa.Cache{}, expr.String(), text.String()+end)
	}
}

// TestSwitchKeepsTheOrderOfBranches has so many branches for one rune that
// sorting them by class could lose their order.
func TestSwitchKeepsTheOrderOfBranches(t *testing.T) {
	t.Parallel()
	const digits = "0123456789"
	for first := range 40 {
		expr := make([]string, 0, 40)
		for i := range 40 {
			n := (first + 7*i) % 40
			expr = append(expr, "[甲"+string(rune('a'+n%26))+"]"+digits[:1+n%10])
		}
		agree(t, &lazydfa.Cache{}, strings.Join(expr, "|"), "乙甲"+digits)
	}
}

// TestReplacementCharacterMatchesInvalidBytes pins where regexp.Match and MatchReader differ.
func TestReplacementCharacterMatchesInvalidBytes(t *testing.T) {
	t.Parallel()
	p, err := lazydfa.Compile("\uFFFD枪")
	if err != nil {
		t.Fatal(err)
	}
	text := "a\xff枪"
	if want := regexp.MustCompile("\uFFFD枪").MatchReader(strings.NewReader(text)); !want || !p.Match(&lazydfa.Cache{}, []byte(text)) {
		t.Errorf("Match = false, MatchReader = %v", want)
	}
}

func TestProgramsShareACache(t *testing.T) {
	t.Parallel()
	for _, size := range sizes {
		c := lazydfa.NewCache(size)
		for _, text := range texts {
			for _, expr := range expressions {
				agree(t, c, expr, text)
			}
		}
	}
}

func TestProgramIsSafeForConcurrentUse(t *testing.T) {
	t.Parallel()
	p, err := lazydfa.Compile(`(代购|原厂).{0,6}(包|鞋)`)
	if err != nil {
		t.Fatal(err)
	}
	var found [8][2]int
	var all sync.WaitGroup
	for i := range found {
		all.Go(func() {
			var c lazydfa.Cache
			found[i][0], found[i][1] = p.Find(&c, []byte("原厂代购女包"))
		})
	}
	all.Wait()
	want := [8][2]int{}
	for i := range want {
		want[i] = [2]int{0, 18}
	}
	if diff := cmp.Diff(want, found); diff != "" {
		t.Error(diff)
	}
}

func TestWarmMatchDoesNotAllocate(t *testing.T) {
	p, err := lazydfa.Compile(`(代购|原厂).{0,6}(包|鞋)|\b[mn]\d{5}\b`)
	if err != nil {
		t.Fatal(err)
	}
	var c lazydfa.Cache
	text := []byte("专柜原厂正品时尚女士手提包包 m12345")
	p.Find(&c, text)
	p.Match(&c, text)
	if n := testing.AllocsPerRun(100, func() { p.Find(&c, text); p.Match(&c, text) }); n != 0 {
		t.Errorf("%v allocations a run, want none", n)
	}
}
