package qualification

// A Dossier is a subject's documents and what it applies for. Every field but
// the subject's name, ApplyFor and a document's type may be empty; what that
// means is then judged.
type Dossier struct {
	Subject   Subject    `json:"subject" yaml:"subject"`
	ApplyFor  string     `json:"apply_for" yaml:"apply_for"`                 // a category's name or alias
	Profile   string     `json:"profile,omitempty" yaml:"profile,omitempty"` // empty: the default profile
	Documents []Document `json:"documents" yaml:"documents"`
}

// A Subject is the platform's operator or a merchant.
type Subject struct {
	ID             string   `json:"id,omitempty" yaml:"id,omitempty"`     // merchant_id of listings
	Kind           string   `json:"kind,omitempty" yaml:"kind,omitempty"` // platform (the default) or merchant
	Name           string   `json:"name" yaml:"name"`
	USCC           string   `json:"uscc,omitempty" yaml:"uscc,omitempty"` // 统一社会信用代码
	Place          string   `json:"registered_place,omitempty" yaml:"registered_place,omitempty"`
	CategoriesHeld []string `json:"categories_held,omitempty" yaml:"categories_held,omitempty"`
	OtherPlatforms []string `json:"other_platforms,omitempty" yaml:"other_platforms,omitempty"` // own APP or website beside WeChat (R-S06)
	VerifiedOn     string   `json:"verified_on,omitempty" yaml:"verified_on,omitempty"`         // last verification of identity (R-S15)
}

// A Document is one document as it was handed in. Dates are kept as written;
// see ParseDate.
type Document struct {
	Type       string   `json:"type" yaml:"type"` // a registry name or alias
	Number     string   `json:"number,omitempty" yaml:"number,omitempty"`
	Holder     string   `json:"holder,omitempty" yaml:"holder,omitempty"`
	USCC       string   `json:"uscc,omitempty" yaml:"uscc,omitempty"`
	Scope      []string `json:"scope,omitempty" yaml:"scope,omitempty"`
	Issuer     string   `json:"issuer,omitempty" yaml:"issuer,omitempty"`
	IssuedOn   string   `json:"issued_on,omitempty" yaml:"issued_on,omitempty"`
	ValidUntil string   `json:"valid_until,omitempty" yaml:"valid_until,omitempty"`
	Status     string   `json:"status,omitempty" yaml:"status,omitempty"` // empty or 有效; 吊销, 注销, 撤销, 暂扣…
	Text       string   `json:"text,omitempty" yaml:"text,omitempty"`
	File       string   `json:"file,omitempty" yaml:"file,omitempty"`
	OCR        bool     `json:"ocr,omitempty" yaml:"ocr,omitempty"` // Text was read off a picture
}
