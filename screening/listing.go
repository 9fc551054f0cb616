package screening

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

// Held is the set of platform categories that the merchant holds on the day of
// the screening. A nil map holds none.
type Held map[string]bool
