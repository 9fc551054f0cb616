package catalogue

import (
	"slices"
	"strings"
	"testing"

	"github.com/mozillazg/go-pinyin"

	"zhunru/screening"
	"zhunru/screening/dictionary"
	"zhunru/screening/textnorm"
)

func TestSharesOfKindsHoldInEveryStretch(t *testing.T) {
	t.Parallel()
	c := made(t, 0, 100, 9)
	for _, from := range []int{0, 40_000, 1 << 33} {
		count := map[Kind]int{}
		const n = 50_000
		for i := range n {
			count[c.Kind(from+i)]++
		}
		if from%block == 0 && count[KindProhibited]+count[KindDisguised] != n/block {
			t.Errorf("from %d: %d prohibited listings, want %d", from, count[KindProhibited]+count[KindDisguised], n/block)
		}
		total := 0
		for _, k := range Kinds {
			total += count[k]
			if share := float64(count[k]) / n; share == 0 || k == KindClean && (share < 0.83 || share > 0.87) || k != KindClean && share > 0.06 {
				t.Errorf("from %d: share of %s is %.4f", from, k, share)
			}
		}
		if total != n {
			t.Errorf("from %d: %d of %d listings have a listed kind", from, total, n)
		}
	}
}

func TestEveryClassAndDisguiseComesSoon(t *testing.T) {
	t.Parallel()
	d := builtIn(t)
	c := made(t, 0, 200, 2)
	classes, worn, held := map[string]map[Kind]int{}, map[string]int{}, map[bool]int{}
	for i := range 50_000 {
		tr := c.Trap(i)
		if tr.Kind != c.Kind(i) || (tr.Class == "") != (tr.Kind == KindClean || tr.Kind == KindMessy) || (tr.Disguise != "") != (tr.Kind == KindDisguised) {
			t.Fatalf("listing %d: %+v, kind %s", i, tr, c.Kind(i))
		}
		if classes[tr.Class] == nil {
			classes[tr.Class] = map[Kind]int{}
		}
		classes[tr.Class][tr.Kind]++
		worn[tr.Disguise]++
		if tr.Kind == KindRestricted {
			held[trades(c, c.Listing(i), tr.Class)]++
		}
	}
	need := map[dictionary.Disposition][]Kind{
		dictionary.Prohibited: {KindProhibited, KindDisguised}, dictionary.NeedsCategory: {KindRestricted},
		dictionary.Notice: {KindNotice}, dictionary.Review: {KindReview},
	}
	for i := range d.Classes {
		k := &d.Classes[i]
		for _, kind := range need[k.Disposition] {
			if classes[k.ID][kind] == 0 {
				t.Errorf("no %s listing of %s among the first 50000", kind, k.ID)
			}
		}
	}
	for _, name := range Disguises() {
		if worn[name] == 0 {
			t.Errorf("nothing disguised by %s among the first 50000", name)
		}
	}
	if held[true] < 500 || held[false] < 500 {
		t.Errorf("restricted goods: %d by merchants of the trade, %d by others; want both often", held[true], held[false])
	}
}

// trades reports whether the seller of a listing is of the trade of a class.
func trades(c *Catalogue, l screening.Listing, class string) bool {
	for m := range c.merchants {
		if merchantID(m) == l.MerchantID {
			list := c.tradesOf(m)
			return slices.ContainsFunc(list.of[:list.n], func(k int) bool { return c.classes[c.restricted[k]].id == class })
		}
	}
	return false
}

func TestDisguisesHideAWord(t *testing.T) {
	t.Parallel()
	w := newWardrobe(builtIn(t))
	got := map[string]string{}
	for at, name := range disguises {
		got[name] = w.put(at, "枪弹")
		if word := w.put(at, "abc"); word != "" && word != "abc" {
			got[name+" abc"] = word
		}
	}
	for name, want := range map[string]string{
		"spaces": "枪 弹", "asterisks": "枪*弹", "brackets": "【枪】【弹】", "newline": "枪\n弹", "zero_width": "枪\u200d弹", "traditional": "槍弾",
		"pinyin": "qiang弹", "homophone": "腔弹", "upper_case abc": "ABC", "full_width abc": "ａｂｃ", "dotted_latin abc": "a.b.c",
		"circled abc": "ⓐⓑⓒ", "mathematical abc": "𝐚𝐛𝐜",
	} {
		if got[name] != want {
			t.Errorf("%s: %q, want %q", name, got[name], want)
		}
	}
	ofLatin := []string{"upper_case", "full_width", "circled", "mathematical"}
	for name, word := range got {
		if word == "枪弹" && !slices.Contains(ofLatin, name) {
			t.Errorf("%s leaves 枪弹 as it is", name)
		}
	}
}

// TestSoundsAreAlike holds every row of the table of sounds against two
// sources of readings.
func TestSoundsAreAlike(t *testing.T) {
	t.Parallel()
	norm, err := textnorm.New(builtIn(t).Tables)
	if err != nil {
		t.Fatal(err)
	}
	rows := strings.Fields(sounds)
	if len(rows) < 200 || len(rows)%2 != 0 {
		t.Fatalf("%d words in the table", len(rows))
	}
	args := pinyin.NewArgs()
	args.Heteronym = true
	for i := 0; i < len(rows); i += 2 {
		pair := []rune(rows[i])
		if len(pair) != 2 || pair[0] == pair[1] || norm.Syllable(pair[0]) != norm.Syllable(pair[1]) {
			t.Errorf("%q is no pair of the same sound", rows[i])
		}
		if !slices.Contains(pinyin.SinglePinyin(pair[0], args), rows[i+1]) {
			t.Errorf("%c is not read %s", pair[0], rows[i+1])
		}
	}
}
