package catalogue

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"flag"
	"io"
	"os"
	"strings"
	"sync"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"zhunru/dictionaries"
	"zhunru/screening"
	"zhunru/screening/dictionary"
	"zhunru/screening/qualification"
)

var update = flag.Bool("update", false, "rewrite testdata/first1000.sha256")

var loaded = sync.OnceValues(func() (*dictionary.Dictionary, error) { return dictionary.Load(dictionaries.FS) })

func builtIn(tb testing.TB) *dictionary.Dictionary {
	tb.Helper()
	d, err := loaded()
	if err != nil {
		tb.Fatal(err)
	}
	return d
}

// today is the day of the catalogues of the tests, 2026-03-01.
const today = qualification.Date(20513)

func made(tb testing.TB, listings, merchants int, seed uint64) *Catalogue {
	tb.Helper()
	c, err := New(builtIn(tb), Options{Listings: listings, Merchants: merchants, Seed: seed, On: today})
	if err != nil {
		tb.Fatal(err)
	}
	return c
}

func TestOptionsOutOfRangeAreRefusedByField(t *testing.T) {
	t.Parallel()
	for _, x := range []struct {
		name  string
		o     Options
		field string
	}{
		{"negative listings", Options{Listings: -1, Merchants: 1, On: today}, "listings"},
		{"no merchant", Options{Merchants: 0, On: today}, "merchants"},
		{"more merchants than codes", Options{Merchants: maxMerchants + 1, On: today}, "merchants"},
		{"no day", Options{Merchants: 1}, "on"},
		{"day beyond the calendar", Options{Merchants: 1, On: 1 << 40}, "on"},
	} {
		t.Run(x.name, func(t *testing.T) {
			t.Parallel()
			var invalid *screening.InvalidError
			if _, err := New(builtIn(t), x.o); !errors.As(err, &invalid) || invalid.Field != x.field {
				t.Errorf("%v, want an InvalidError of %s", err, x.field)
			}
		})
	}
	var invalid *screening.InvalidError
	if _, err := New(&dictionary.Dictionary{}, Options{Merchants: 1, On: today}); !errors.As(err, &invalid) {
		t.Errorf("empty dictionary: %v, want an InvalidError", err)
	}
}

// small is a dictionary of one class a kind. The golden digest is taken with
// it, so that it moves with the generator and not with every new term.
func small() *dictionary.Dictionary {
	class := func(id string, disposition dictionary.Disposition) dictionary.Class {
		return dictionary.Class{
			ID: id, Disposition: disposition, Terms: []string{id + "甲乙", "枪弹" + id},
			Samples: dictionary.Samples{Hit: []string{id + "整套"}, Pass: []string{id + "图案T恤"}}, CategoryWords: []string{id},
		}
	}
	food := class("食", dictionary.NeedsCategory)
	food.Requires = &dictionary.Requires{Category: "食品饮料"}
	return &dictionary.Dictionary{
		Classes:    []dictionary.Class{class("禁", dictionary.Prohibited), food, class("示", dictionary.Notice), class("复", dictionary.Review)},
		Categories: []dictionary.Category{{Name: "食品饮料", AnyOf: [][]string{{"食品经营许可证"}}}},
		Documents: []dictionary.Document{{
			Name: "食品经营许可证", Issuer: "县级以上市场监督管理部门", Fields: []string{"number", "holder", "issued_on", "valid_until"},
			Formats: []string{"JY{d14}"}, Years: 5,
		}},
	}
}

// TestSameSeedSameBytes pins the first listings and the merchants. What moves
// it changes every demonstration made so far: run with -update and say so.
func TestSameSeedSameBytes(t *testing.T) {
	t.Parallel()
	const name = "testdata/first1000.sha256"
	take := func(seed uint64) string {
		c, err := New(small(), Options{Listings: 1000, Merchants: 50, Seed: seed, On: today})
		if err != nil {
			t.Fatal(err)
		}
		return digest(t, c) + "\n"
	}
	got := take(7)
	if take(7) != got {
		t.Fatal("two catalogues of the same options differ")
	}
	if take(8) == got {
		t.Error("another seed gives the same catalogue")
	}
	if *update {
		if err := os.WriteFile(name, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("the catalogue changed (-update accepts it):\n%s", diff)
	}
}

func digest(t *testing.T, c *Catalogue) string {
	t.Helper()
	h := sha256.New()
	for _, l := range c.All(0) {
		writeJSON(t, h, l)
	}
	for i := range c.merchants {
		writeJSON(t, h, c.Merchant(i))
	}
	return hex.EncodeToString(h.Sum(nil))
}

func writeJSON(t *testing.T, w io.Writer, v any) {
	t.Helper()
	if err := json.NewEncoder(w).Encode(v); err != nil {
		t.Fatal(err)
	}
}

func TestAnyListingAloneEqualsTheStream(t *testing.T) {
	t.Parallel()
	c, larger := made(t, 3000, 40, 3), made(t, 1_000_000, 40, 3)
	seen := 0
	for i, l := range c.All(500) {
		if i != 500+seen {
			t.Fatalf("listing %d came after %d", i, 499+seen)
		}
		seen++
		if i%7 == 0 {
			if diff := cmp.Diff(l, larger.Listing(i)); diff != "" {
				t.Fatalf("listing %d of a larger catalogue differs:\n%s", i, diff)
			}
		}
	}
	if seen != 2500 {
		t.Errorf("%d listings from 500 of 3000, want 2500", seen)
	}
	for i := 2999; i >= 0; i -= 333 {
		if diff := cmp.Diff(c.Listing(i), c.Listing(i)); diff != "" {
			t.Errorf("listing %d asked twice differs:\n%s", i, diff)
		}
	}
}

func TestListingsAreWellFormed(t *testing.T) {
	t.Parallel()
	c := made(t, 20_000, 300, 11)
	ids := map[string]bool{}
	for i, l := range c.All(0) {
		kind := c.Kind(i)
		if ids[l.ID] || !strings.HasPrefix(l.ID, "L") || len(l.ID) < 9 {
			t.Fatalf("id %q is a duplicate or malformed", l.ID)
		}
		ids[l.ID] = true
		texts := []string{l.ID, l.MerchantID, l.Title, l.Description, l.Category, l.Brand}
		for k, v := range l.Attributes {
			texts = append(texts, k, v)
		}
		for _, s := range texts {
			if !utf8.ValidString(s) {
				t.Fatalf("listing %d (%s) has invalid UTF-8: %q", i, kind, s)
			}
		}
		title, about := utf8.RuneCountInString(l.Title), utf8.RuneCountInString(l.Description)
		if title < minTitle || about < minDescription || (kind == KindClean) && (title > maxTitle || about > maxDescription) {
			t.Errorf("listing %d (%s): title of %d, description of %d characters: %q", i, kind, title, about, l.Title)
		}
	}
	if first := c.Listing(0).ID; first != "L00000001" {
		t.Errorf("first id is %q", first)
	}
	if long := c.Listing(1_234_567_889).ID; long != "L1234567890" {
		t.Errorf("id of listing 1234567889 is %q", long)
	}
}

func TestFewMerchantsHaveManyListings(t *testing.T) {
	t.Parallel()
	c := made(t, 20_000, 1000, 5)
	count := map[string]int{}
	for _, l := range c.All(0) {
		count[l.MerchantID]++
	}
	top := 0
	for i := range 10 {
		top += count[merchantID(i)]
	}
	if top < 5000 || top > 9000 {
		t.Errorf("the first hundredth of the merchants has %d of 20000 listings, want about a third", top)
	}
	if len(count) < 800 {
		t.Errorf("%d of 1000 merchants have listings", len(count))
	}
}

func FuzzAnyIndexAndSeed(f *testing.F) {
	f.Add(uint64(0), 0, 1)
	f.Add(uint64(1<<63), 1<<40, 7)
	f.Add(^uint64(0), -1, 799_999_999)
	d := builtIn(f)
	f.Fuzz(func(t *testing.T, seed uint64, i, merchants int) {
		if i == 1<<63-1 {
			i--
		}
		c, err := New(d, Options{Merchants: 1 + int(uint64(merchants)%maxMerchants), Seed: seed, On: today})
		if err != nil {
			t.Fatal(err)
		}
		l := c.Listing(i)
		if l.ID == "" || l.MerchantID == "" || !utf8.ValidString(l.Title) || utf8.RuneCountInString(l.Title) < minTitle {
			t.Errorf("listing %d of seed %d: %+v", i, seed, l)
		}
		if m := c.Merchant(i & (1<<30 - 1)); qualification.CheckUSCC(m.Subject.USCC) != nil {
			t.Errorf("merchant %d of seed %d: %q", i, seed, m.Subject.USCC)
		}
	})
}

func BenchmarkListing(b *testing.B) {
	c := made(b, 0, 100_000, 1)
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		_ = c.Listing(i)
		i++
	}
}

func BenchmarkMerchant(b *testing.B) {
	c := made(b, 0, 100_000, 1)
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		_ = c.Merchant(i)
		i++
	}
}
