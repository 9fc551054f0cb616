package catalogue

import (
	"strconv"

	"zhunru/screening/qualification"
)

// A standing says how good a made-up document is.
type standing int

const (
	inForce standing = iota
	endingSoon
	expired
	otherHolder
	otherNumber
	absent
)

// standings weighs them, in hundredths.
var standings = [...]int{inForce: 62, endingSoon: 10, expired: 10, otherHolder: 5, otherNumber: 5, absent: 8}

func drawStanding(s *stream) standing {
	n := s.below(100)
	for i, share := range standings {
		if n < share {
			return standing(i)
		}
		n -= share
	}
	return inForce
}

// newMerchantDays is how long a merchant is new, and how soon a document ends
// that is said to end soon.
const newMerchantDays = 90

// Joined returns the day a merchant was admitted: one in eight within the last
// 90 days, the others in the four years before.
func (c *Catalogue) Joined(i int) qualification.Date {
	s := newStream(c.seed, forJoined, uint64(i))
	if s.chance(12) {
		return c.on.AddDays(-s.below(newMerchantDays))
	}
	return c.on.AddDays(-newMerchantDays - s.below(4*365))
}

// Merchant makes up the dossier of merchant i, counted from 0. It is a pure
// function of the seed, the day, the dictionary and i. The documents fit what
// the merchant sells; some end within 90 days, have ended, belong to somebody
// else, carry an impossible number or are missing.
func (c *Catalogue) Merchant(i int) qualification.Dossier {
	d, _ := c.merchant(i)
	return d
}

// merchant also says how the papers of each trade stand, the worst of each.
func (c *Catalogue) merchant(i int) (qualification.Dossier, []standing) {
	s := newStream(c.seed, forMerchant, uint64(i))
	trades := c.tradesOf(i)
	f := c.firmOf(&s, i, trades.n > 0)
	w := issuance{s: newStream(c.seed, forPapers, uint64(i)), on: c.on, joined: c.Joined(i), firm: &f, documents: []qualification.Document{}}
	if trades.n > 0 {
		w.stranger = c.nameOf((i + 1) % max(c.merchants, 2))
	}
	d := qualification.Dossier{
		Subject: qualification.Subject{
			ID: merchantID(i), Kind: "merchant", Name: f.name, USCC: f.uscc, Place: f.town.place(), VerifiedOn: w.verified().String(),
		},
		ApplyFor: c.shelf(i).platform,
	}
	w.licence(&s)
	worst := make([]standing, 0, trades.n)
	for k, at := range trades.of[:trades.n] {
		t := &c.trades[at]
		if k == 0 {
			d.ApplyFor = t.category
		}
		d.Subject.CategoriesHeld = append(d.Subject.CategoriesHeld, t.needs...)
		worst = append(worst, w.papers(t))
	}
	d.Documents = w.documents
	return d, worst
}

func (c *Catalogue) nameOf(i int) string {
	s := newStream(c.seed, forMerchant, uint64(i))
	return c.firmOf(&s, i, c.tradesOf(i).n > 0).name
}

// merchantID returns M and at least six digits, counted from 1.
func merchantID(i int) string {
	digits := strconv.FormatUint(uint64(i)+1, 10)
	for len(digits) < 6 {
		digits = "0" + digits
	}
	return "M" + digits
}
