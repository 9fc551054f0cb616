package lazydfa_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"zhunru/dictionaries"
	"zhunru/screening/dictionary"
	"zhunru/screening/lazydfa"
)

// TestDictionaryPatternsAgreeWithRegexp runs every pattern over the samples of
// its own class and a share of all others, through one small cache.
func TestDictionaryPatternsAgreeWithRegexp(t *testing.T) {
	t.Parallel()
	d, err := dictionary.Load(dictionaries.FS)
	if err != nil {
		t.Fatal(err)
	}
	all := make([]string, 0, 20000)
	for i := range d.Classes {
		all = append(all, samplesOf(&d.Classes[i])...)
	}
	c := lazydfa.NewCache(128 << 10)
	ran, matched := 0, 0
	for i := range d.Classes {
		k := &d.Classes[i]
		own := samplesOf(k)
		for _, pattern := range k.Patterns {
			re := regexp.MustCompile(pattern.RE)
			p, err := lazydfa.Compile(pattern.RE)
			if err != nil {
				t.Fatal(err)
			}
			for j := ran % 97; j < len(all); j += 97 {
				compare(t, c, p, re, []byte(all[j]))
			}
			for _, sample := range own {
				compare(t, c, p, re, []byte(sample))
				if re.MatchString(sample) {
					matched++
				}
			}
			ran++
		}
	}
	if ran < 500 || matched < 1000 {
		t.Errorf("%d patterns matched %d times: too few to tell", ran, matched)
	}
}

func samplesOf(k *dictionary.Class) []string {
	all := slices.Concat(k.Samples.Hit, k.Samples.Pass, k.Samples.KnownMiss, k.Samples.KnownFalseAlarm)
	for i := range all {
		all[i] = strings.ToLower(all[i])
	}
	return all
}
