package screening

import "zhunru/screening/qualification"

// A Listing is one product as a merchant submits it. ID and Title are
// required where listings are read from outside; the engine itself judges
// whatever it is given. All strings are meant to be UTF-8; other bytes part
// words and are otherwise ignored.
type Listing struct {
	ID          string            `json:"id"`
	MerchantID  string            `json:"merchant_id,omitempty"`
	Title       string            `json:"title"`
	Description string            `json:"description,omitempty"`
	Category    string            `json:"category,omitempty"` // declared by the merchant: 食品/零食/坚果
	Brand       string            `json:"brand,omitempty"`
	Attributes  map[string]string `json:"attributes,omitempty"`
}

// Qualifications say what a merchant may sell on the day of the screening.
// Implementations must be safe for concurrent use and answer equal questions
// equally.
type Qualifications interface {
	// Covers reports whether the merchant may sell goods that demand a category
	// and, where anyOf is not empty, one of its document sets. If not, lacks
	// names what is missing, if that is known.
	Covers(category string, anyOf [][]string) (ok bool, lacks []qualification.Lack)
}

// Held is the set of platform categories that the merchant holds, taken at the
// word of whoever granted them. A nil map holds none.
type Held map[string]bool

// Covers reports whether the category is held.
func (h Held) Covers(category string, _ [][]string) (bool, []qualification.Lack) {
	return h[category], nil
}
