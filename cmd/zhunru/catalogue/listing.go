package catalogue

import "zhunru/screening"

// A screeningDraft is a listing under way. Its four long texts stand one after
// the other in one buffer, so that they cost one allocation.
type screeningDraft struct {
	draft
	stream
	plot

	id, merchant, title int // where they end
	category, brand     string
	attributes          map[string]string
	class, disguise     string
}

func (l *screeningDraft) listing() screening.Listing {
	text := l.text.String()
	return screening.Listing{
		ID: text[:l.id], MerchantID: text[l.id:l.merchant], Title: text[l.merchant:l.title], Description: text[l.title:],
		Category: l.category, Brand: l.brand, Attributes: l.attributes,
	}
}

// usualBytes is room for the texts of most listings.
const usualBytes = 512

// write makes up listing i. Every draw of the stream is in a fixed order.
func (c *Catalogue) write(l *screeningDraft, i int) {
	l.stream = newStream(c.seed, forListing, uint64(i))
	l.plot = c.plot(i)
	seller, class := c.seller(l)
	l.text.Grow(usualBytes)
	l.char('L')
	l.number(uint64(i)+1, 8)
	l.id = l.text.Len()
	l.char('M')
	l.number(uint64(seller)+1, 6)
	l.merchant = l.mark()

	sh := c.shelf(seller)
	if l.chance(15) {
		sh = &c.shelves[l.below(len(c.shelves))]
	}
	brand := c.brandOf(l, seller)
	switch l.kind {
	case KindClean, KindMessy:
		c.writeOrdinary(l, sh, brand)
	case KindWrongCategory:
		c.writeMisplaced(l, sh, brand, class)
	default:
		c.writeLure(l, sh, brand, class)
	}
}

// seller draws the merchant of a listing, few of them having many, and the
// class of goods, -1 for ordinary ones. Of restricted goods, most are sold by
// somebody of that trade, who may hold the licence; the rest take the classes
// in turn.
func (c *Catalogue) seller(l *screeningDraft) (merchant, class int) {
	merchant = l.low(c.merchants)
	switch l.kind {
	case KindClean, KindMessy:
		return merchant, -1
	case KindProhibited, KindDisguised:
		return merchant, inTurn(c.prohibited, l.serial)
	case KindNotice:
		return merchant, inTurn(c.notice, l.serial)
	case KindReview:
		return merchant, inTurn(c.review, l.serial)
	case KindInnocent:
		return merchant, inTurn(c.innocent, l.serial)
	}
	if l.kind == KindRestricted && l.serial%10 >= 3 {
		for k := range 20 {
			m := (merchant + k) % c.merchants
			if held := c.tradesOf(m); held.n > 0 {
				return m, c.restricted[held.of[l.below(held.n)]]
			}
		}
	}
	return merchant, inTurn(c.restricted, l.serial/10*3+l.serial%10)
}

func inTurn(list []int, serial int) int { return list[serial%len(list)] }

// shelf returns the department that a merchant is in.
func (c *Catalogue) shelf(merchant int) *shelf {
	s := newStream(c.seed, forDepartment, uint64(merchant))
	return &c.shelves[s.below(len(c.shelves))]
}

// brandOf draws one of a merchant's two brands.
func (c *Catalogue) brandOf(l *screeningDraft, merchant int) word {
	s := newStream(c.seed, forDepartment, uint64(merchant)+1<<40)
	at := s.below(len(c.brands))
	if l.chance(30) {
		at = (at + 97) % len(c.brands)
	}
	return c.brands[at]
}

// declareBrand fills in the field for the brand as carelessly as sellers do.
func (l *screeningDraft) declareBrand(brand word) {
	switch n := l.below(20); {
	case n < 13:
		l.brand = brand.text
	case n < 15:
		l.brand = "无品牌"
	case n < 16:
		l.brand = "other/其他"
	}
}
