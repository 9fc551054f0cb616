package textnorm

import (
	"testing"
	"unicode/utf8"
)

// TestHanAtDecodesAsTheLibrary compares every character, whole, cut short and
// with each byte broken: hanAt answers as the library does, or not at all.
func TestHanAtDecodesAsTheLibrary(t *testing.T) {
	t.Parallel()
	answered := 0
	same := func(s string) {
		for i := range len(s) {
			r, size := hanAt(s, i)
			if size == 0 {
				continue
			}
			answered++
			if want, n := utf8.DecodeRuneInString(s[i:]); r != want || size != n {
				t.Fatalf("%q at %d: %U, %d bytes; the library: %U, %d", s, i, r, size, want, n)
			}
		}
	}
	for r := rune(0); r <= utf8.MaxRune; r += 1 + r/0x20000 {
		whole := string(r) + "a"
		same(whole)
		same(whole[:len(whole)-2])
		broken := []byte(whole)
		for i := range broken {
			for _, b := range []byte{0x00, 0x7F, 0x80, 0xBF, 0xC0, 0xE0, 0xED, 0xFF} {
				was := broken[i]
				broken[i] = b
				same(string(broken))
				broken[i] = was
			}
		}
	}
	if answered < 0xD000-0x1000 {
		t.Errorf("only %d answers: most of Chinese text goes the slow way", answered)
	}
}
