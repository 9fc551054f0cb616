package lazydfa_test

import (
	"regexp"
	"testing"
	"unicode/utf8"

	"zhunru/screening/lazydfa"
)

func FuzzFindAgreesWithRegexp(f *testing.F) {
	for i, expr := range expressions {
		f.Add(expr, texts[i%len(texts)], 1<<(i%12))
	}
	f.Fuzz(func(t *testing.T, expr, text string, size int) {
		if len(expr) > 200 || len(text) > 400 {
			t.Skip("regexp would take too long")
		}
		p, err := lazydfa.Compile(expr)
		re, reErr := regexp.Compile(expr)
		if (err == nil) != (reErr == nil) {
			t.Fatalf("Compile(%q) = %v, regexp: %v", expr, err, reErr)
		}
		if err != nil || asksForInvalid(re) && !utf8.ValidString(text) {
			return
		}
		compare(t, lazydfa.NewCache(size), p, re, []byte(text))
	})
}

// asksForInvalid reports whether regexp looks for the encoding of U+FFFD, which
// invalid bytes don't have.
func asksForInvalid(re *regexp.Regexp) bool {
	prefix, _ := re.LiteralPrefix()
	for _, r := range prefix {
		if r == utf8.RuneError {
			return true
		}
	}
	return false
}
