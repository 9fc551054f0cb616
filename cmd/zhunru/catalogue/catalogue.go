package catalogue

import (
	"iter"
	"strings"

	"zhunru/screening"
	"zhunru/screening/dictionary"
	"zhunru/screening/qualification"
)

// Options say which catalogue to make up.
type Options struct {
	Listings  int                // how many All yields
	Merchants int                // how many there are; listings are theirs
	Seed      uint64             // another seed gives another catalogue
	On        qualification.Date // the day that documents are held or expired on
}

// A Catalogue makes up listings and merchants. It is immutable and safe for
// concurrent use. Listings and merchants are counted from 0; their ids from 1.
type Catalogue struct {
	seed                uint64
	listings, merchants int
	on                  qualification.Date

	shelves    []shelf
	brands     []word
	common     commonWords
	sentences  [][]piece
	plain      []word
	classes    []lure // all that need something, in the order of the dictionary
	prohibited []int  // in classes; so are the next four
	restricted []int
	notice     []int
	review     []int
	innocent   []int
	trades     []trade // what it takes to sell restricted[i]
}

// commonWords are the words that all departments share.
type commonWords struct {
	leads, tails, shouts, packs, colors, emojis, latin, untidy []word
}

// New returns the catalogue that the options describe. What the traps are
// comes from the dictionary, so another dictionary gives another catalogue.
// The error is a *screening.InvalidError: sizes out of range, a day outside
// the years 2010 to 9000, or a dictionary without some kind of class.
func New(d *dictionary.Dictionary, o Options) (*Catalogue, error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	c := &Catalogue{seed: o.Seed, listings: o.Listings, merchants: o.Merchants, on: o.On}
	c.readWords()
	if err := c.readClasses(d); err != nil {
		return nil, err
	}
	if err := c.readTrades(d); err != nil {
		return nil, err
	}
	return c, nil
}

// check bounds merchants by what a unified code can count without repeating.
func (o *Options) check() error {
	year, _, _ := o.On.Civil()
	switch {
	case o.Listings < 0:
		return &screening.InvalidError{Field: "listings", Reason: "商品数不能为负，请填0或更大的整数"}
	case o.Merchants < 1 || o.Merchants > maxMerchants:
		return &screening.InvalidError{Field: "merchants", Reason: "商家数须在1至8亿之间，请改小或改大"}
	case year < 2010 || year > 9000:
		return &screening.InvalidError{Field: "on", Reason: "日期须在2010年至9000年之间，请改正"}
	}
	return nil
}

func (c *Catalogue) readWords() {
	for _, list := range [...][]department{wear[:], home[:], leisure[:]} {
		for i := range list {
			c.shelves = append(c.shelves, shelfOf(&list[i]))
		}
	}
	for head := range strings.FieldsSeq(brandHeads) {
		for tail := range strings.FieldsSeq(brandTails) {
			if head != tail {
				c.brands = append(c.brands, wordOf(head+tail))
			}
		}
	}
	c.brands = append(c.brands, wordsOf(brandLatin)...)
	c.common = commonWords{
		leads: wordsOf(leads), tails: wordsOf(tails), shouts: wordsOf(shouts), packs: wordsOf(packs), colors: wordsOf(colors),
		emojis: wordsOf(emojis), latin: wordsOf(latin), untidy: wordsOf(untidy),
	}
	for _, s := range sentences {
		c.sentences = append(c.sentences, piecesOf(s))
	}
	c.plain = wordsIn(plain[:])
}

// Listing makes up listing i, counted from 0. It is a pure function of the
// seed, the number of merchants, the dictionary and i; the number of listings
// does not matter. The cost is below a microsecond for ordinary goods.
func (c *Catalogue) Listing(i int) screening.Listing {
	var l screeningDraft
	c.write(&l, i)
	return l.listing()
}

// All yields listings from index from to the number in the options, in order,
// in constant memory.
func (c *Catalogue) All(from int) iter.Seq2[int, screening.Listing] {
	return func(yield func(int, screening.Listing) bool) {
		for i := max(from, 0); i < c.listings; i++ {
			if !yield(i, c.Listing(i)) {
				return
			}
		}
	}
}
