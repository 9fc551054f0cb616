package screening_test

import (
	"slices"
	"sync"
	"testing"

	"github.com/mozillazg/go-pinyin"

	"zhunru/screening"
	"zhunru/screening/textnorm"
)

// TestOneCharacterReplaced hides one character of every prohibited Han term
// as pinyin, as another character of the same sound or as its parts. What is
// found only so may be for a person to see, so what counts is that the
// listing does not pass.
func TestOneCharacterReplaced(t *testing.T) {
	t.Parallel()
	e := builtIn(t)
	for _, d := range []disguise{
		{"pinyin, two characters and more", 0.98, replaced(2, spelt)},
		{"homophone, two characters", 0.85, replacedIn(2, 2, soundAlike)},
		{"homophone, three characters and more", 0.98, replaced(3, soundAlike)},
		{"split glyph", 0.98, splitGlyph},
	} {
		t.Run(d.name, func(t *testing.T) {
			t.Parallel()
			d.measure(t, e, func(o screening.Outcome) bool { return o != screening.OutcomePass })
		})
	}
}

func replaced(least int, by func(rune) string) func(string) (string, bool) {
	return replacedIn(least, 99, by)
}

// replacedIn replaces the second character, or the first that can be.
func replacedIn(least, most int, by func(rune) string) func(string) (string, bool) {
	return func(term string) (string, bool) {
		runes := []rune(term)
		if !allHan(term) || len(runes) < least || len(runes) > most {
			return "", false
		}
		for _, i := range []int{1, 0} {
			if other := by(runes[i]); other != "" {
				return string(runes[:i]) + other + string(runes[i+1:]), true
			}
		}
		return "", false
	}
}

func spelt(r rune) string {
	args := pinyin.NewArgs()
	if s := pinyin.SinglePinyin(r, args); len(s) > 0 {
		return s[0]
	}
	return ""
}

// soundAlike returns another character of the same sound that is common enough
// to stand in terms.
func soundAlike(r rune) string {
	x := sounds()
	for _, other := range x.chars[x.norm.Syllable(r)] {
		if other != r {
			return string(other)
		}
	}
	return ""
}

func splitGlyph(term string) (string, bool) {
	runes := []rune(term)
	if !allHan(term) || len(runes) < 2 {
		return "", false
	}
	for i, r := range runes {
		if parts, ok := sounds().parts[r]; ok {
			return string(runes[:i]) + parts + string(runes[i+1:]), true
		}
	}
	return "", false
}

type soundTable struct {
	norm  *textnorm.Normalizer
	chars map[uint16][]rune // by syllable, the commonest first
	parts map[rune]string
}

var sounds = sync.OnceValue(func() *soundTable {
	d, err := loaded()
	if err != nil {
		panic(err)
	}
	norm, err := textnorm.New(d.Tables)
	if err != nil {
		panic(err)
	}
	count := map[rune]int{}
	for i := range d.Classes {
		for _, term := range d.Classes[i].Terms {
			for _, r := range term {
				count[r]++
			}
		}
	}
	x := &soundTable{norm, map[uint16][]rune{}, map[rune]string{}}
	for r := range count {
		if s := norm.Syllable(r); s != 0 {
			x.chars[s] = append(x.chars[s], r)
		}
	}
	for _, list := range x.chars {
		slices.SortFunc(list, func(a, b rune) int {
			if d := count[b] - count[a]; d != 0 {
				return d
			}
			return int(a - b)
		})
	}
	for parts, whole := range d.Tables.Split {
		if old, ok := x.parts[whole]; !ok || parts < old {
			x.parts[whole] = parts
		}
	}
	return x
})
