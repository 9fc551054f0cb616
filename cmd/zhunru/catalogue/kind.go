package catalogue

// A Kind says what a listing was made to be. The empty value is invalid.
type Kind string

// The kinds.
const (
	KindClean         Kind = "clean"          // ordinary goods
	KindMessy         Kind = "messy"          // ordinary goods, untidily written
	KindInnocent      Kind = "innocent"       // reads like a class and is not of it
	KindRestricted    Kind = "restricted"     // goods that need a category, sold with or without the licence
	KindProhibited    Kind = "prohibited"     // prohibited goods in plain words
	KindDisguised     Kind = "disguised"      // prohibited goods in disguise
	KindNotice        Kind = "notice"         // goods that must carry something
	KindReview        Kind = "review"         // goods that a person must see
	KindWrongCategory Kind = "wrong_category" // the declared category does not fit the goods
)

// Kinds are all kinds, the commonest first.
var Kinds = [...]Kind{
	KindClean, KindRestricted, KindMessy, KindInnocent, KindNotice, KindReview, KindWrongCategory, KindProhibited, KindDisguised,
}

// A Trap is what a listing was made to be, for tests and demonstrations.
type Trap struct {
	Kind     Kind
	Class    string // class of goods it is, or looks like; "" for ordinary goods
	Disguise string // see Disguises; "" for plain words
}

// A block of listings holds each kind a fixed number of times, in an order of
// its own, so that shares hold in every stretch and rare classes come round.
const block = 200

// shares says how many listings of a block are of each kind. Prohibited goods
// are plain and disguised by turns; what is left is clean.
var shares = [...]struct {
	kind Kind
	of   int
}{
	{KindProhibited, 1}, {KindRestricted, 10}, {KindMessy, 6}, {KindInnocent, 6},
	{KindNotice, 3}, {KindReview, 2}, {KindWrongCategory, 2},
}

// A plot is the plan of a listing: its kind, and how many listings of that
// kind came before it, which leads through the classes in turn.
type plot struct {
	kind   Kind
	serial int
}

// strides are coprime to block, so that they permute it.
var strides = [...]int{1, 3, 7, 9, 11, 13, 17, 19, 21, 23, 27, 29, 31, 33, 37, 39, 41, 43, 47, 49}

func (c *Catalogue) plot(i int) plot {
	number, at := uint64(i)/block, int(uint64(i)%block)
	s := newStream(c.seed, forBlock, number)
	at = (at*pick(&s, strides[:]) + s.below(block)) % block
	for _, share := range shares {
		if at >= share.of {
			at -= share.of
			continue
		}
		p := plot{share.kind, int(number&(1<<40-1))*share.of + at}
		if p.kind == KindProhibited && p.serial/len(c.prohibited)%2 == 1 {
			p.kind = KindDisguised
		}
		return p
	}
	return plot{kind: KindClean}
}

// Kind returns the kind of a listing.
func (c *Catalogue) Kind(i int) Kind { return c.plot(i).kind }

// Trap returns what a listing was made to be. It costs as much as Listing.
func (c *Catalogue) Trap(i int) Trap {
	var l screeningDraft
	c.write(&l, i)
	return Trap{l.kind, l.class, l.disguise}
}
