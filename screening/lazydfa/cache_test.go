package lazydfa

import (
	"fmt"
	"strings"
	"testing"
)

// memory returns the bytes that the bound of a cache is about.
func memory(c *Cache) int {
	return 16*cap(c.states) + 4*(cap(c.lists)+cap(c.rows)+cap(c.byList)) + 8*cap(c.steps)
}

func TestCacheKeepsItsBound(t *testing.T) {
	t.Parallel()
	p, err := Compile("[ab]*a[ab]{14}c") // 2^15 states
	if err != nil {
		t.Fatal(err)
	}
	text := noise(60000)
	for _, size := range []int{64 << 10, 256 << 10, 1 << 20} {
		c := NewCache(size)
		p.Match(c, text)
		if n := memory(c); n > size*5/4 || n < size/3 {
			t.Errorf("cache of %d bytes takes %d", size, n)
		}
	}
}

// noise returns as and bs without a pattern to them.
func noise(n int) []byte {
	text, x := make([]byte, n), uint32(1)
	for i := range text {
		x = x*1664525 + 1013904223
		text[i] = 'a' + byte(x>>31)
	}
	return text
}

func TestZeroCacheIsBoundedByDefault(t *testing.T) {
	t.Parallel()
	for size, want := range map[int]int{0: DefaultCacheSize, -1: DefaultCacheSize, 5: 5, 1 << 40: maxCacheSize} {
		if got := NewCache(size).bound(); got != want {
			t.Errorf("NewCache(%d) is bounded by %d, want %d", size, got, want)
		}
	}
}

// TestCacheForgetsInTheMiddleOfAText makes sure that the agreement with regexp
// is tested across resets.
func TestCacheForgetsInTheMiddleOfAText(t *testing.T) {
	t.Parallel()
	p, err := Compile("(枪|弹).{0,8}套$")
	if err != nil {
		t.Fatal(err)
	}
	text := []byte(strings.Repeat("枪,弹袋,", 9) + "套")
	c := NewCache(1)
	if start, end := p.Find(c, text); start != 81 || end != 102 {
		t.Errorf("Find = %d, %d, want 81, 102", start, end)
	}
	if n := len(c.states); n > 4 {
		t.Errorf("%d states kept where one is too many", n)
	}
}

func TestMarksSurviveTheirNumberRunningOut(t *testing.T) {
	t.Parallel()
	p, err := Compile("ab|cd|(ef)+")
	if err != nil {
		t.Fatal(err)
	}
	for left := range uint32(10) {
		c := NewCache(1)
		p.Match(c, []byte("z"))
		c.work.step = ^uint32(0) - left
		if start, end := p.Find(c, []byte("xxef")); start != 2 || end != 4 {
			t.Errorf("with %d steps left, Find = %d, %d, want 2, 4", left, start, end)
		}
	}
}

// TestAlphabetShortcutsAgree compares class with search for every rune.
func TestAlphabetShortcutsAgree(t *testing.T) {
	t.Parallel()
	for _, expr := range []string{"", "a", "手枪", `[\p{Han}]{2,}传|[^龥霜膜]`, `(?i)\bk[à-ÿ]`, "[一-丰]|[七-世]", "😀|[가-힣]", manySpots()} {
		p, err := Compile(expr)
		if err != nil {
			t.Fatal(err)
		}
		a := p.reader().alphabet
		for r := rune(0); r <= 0x10FFFF; r++ {
			if got, want := a.class(r), uint32(a.search(r)); got != want {
				t.Fatalf("%.40q: class of %U = %d, want %d", expr, r, got, want)
			}
		}
	}
}

// manySpots is an expression with more runes of a page than are kept apart.
func manySpots() string {
	var b strings.Builder
	for i := range maxSpots + 1 {
		fmt.Fprintf(&b, "%cx|", rune(0x5200+2*i))
	}
	return b.String() + "y"
}
