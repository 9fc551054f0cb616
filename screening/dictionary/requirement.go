package dictionary

// A Profile is the state of the platform's category table on a date. Routes,
// groups and conditions may be limited to some profiles, because the table
// changed.
type Profile struct {
	ID        string     `yaml:"id" json:"id"` // seed-2022-11
	Name      string     `yaml:"name" json:"name"`
	Effective string     `yaml:"effective" json:"effective"` // YYYY-MM-DD
	Label     string     `yaml:"label" json:"label"`         // what a verdict calls its source: "seed 2022-11-23"
	Default   bool       `yaml:"default,omitempty" json:"default,omitempty"`
	Note      string     `yaml:"note,omitempty" json:"note,omitempty"`
	Citations []Citation `yaml:"citations" json:"citations"`

	File string `yaml:"-" json:"-"`
}

// A Category is a platform category that a requirement can name. What it
// demands is either AnyOf (one route with one group) or Routes; a category with
// neither demands no document.
type Category struct {
	Name      string     `yaml:"name" json:"name"`
	Aliases   []string   `yaml:"aliases,omitempty" json:"aliases,omitempty"`
	AnyOf     [][]string `yaml:"any_of,omitempty" json:"any_of,omitempty"`
	Routes    []Route    `yaml:"routes,omitempty" json:"routes,omitempty"`
	Needs     []string   `yaml:"needs,omitempty" json:"needs,omitempty"`   // categories that must be held already
	Closed    string     `yaml:"closed,omitempty" json:"closed,omitempty"` // why no merchant can be admitted
	Rule      string     `yaml:"rule,omitempty" json:"rule,omitempty"`     // R-S rule that a missing document breaks, if AnyOf is used
	Note      string     `yaml:"note,omitempty" json:"note,omitempty"`
	Citations []Citation `yaml:"citations,omitempty" json:"citations,omitempty"`
	// Conditions that hold on every route of an AnyOf category.
	Conditions []Condition `yaml:"conditions,omitempty" json:"conditions,omitempty"`

	File string `yaml:"-" json:"-"`
}

// A Route is one complete way to qualify (2选1). Documents of one route never
// complete another.
type Route struct {
	ID       string   `yaml:"id" json:"id"` // A, B, …
	Name     string   `yaml:"name" json:"name"`
	Rule     string   `yaml:"rule" json:"rule"`
	Profiles []string `yaml:"profiles,omitempty" json:"profiles,omitempty"` // empty: all
	Groups   []Group  `yaml:"groups" json:"groups"`
}

// A Group is satisfied by any one of its document sets, every document in it.
// Core marks the document that shows which route the applicant took.
type Group struct {
	ID         string      `yaml:"id" json:"id"`
	Name       string      `yaml:"name" json:"name"`
	Rule       string      `yaml:"rule" json:"rule"` // R-S rule, or empty outside the seed document
	AnyOf      [][]string  `yaml:"any_of" json:"any_of"`
	Core       bool        `yaml:"core,omitempty" json:"core,omitempty"`
	Absent     Severity    `yaml:"absent,omitempty" json:"absent,omitempty"` // what its absence costs; empty: missing
	Conditions []Condition `yaml:"conditions,omitempty" json:"conditions,omitempty"`
	Profiles   []string    `yaml:"profiles,omitempty" json:"profiles,omitempty"`
	Remedy     string      `yaml:"remedy,omitempty" json:"remedy,omitempty"` // how to get what is missing
}

// A Condition is a demand on a field of a document in a group.
type Condition struct {
	Document string   `yaml:"document" json:"document"`
	Field    string   `yaml:"field" json:"field"`                           // scope or text
	Services []string `yaml:"services,omitempty" json:"services,omitempty"` // telecom services, any of which the scope must cover: B21, B25
	Contains []string `yaml:"contains,omitempty" json:"contains,omitempty"` // words, any of which must stand there
	Rule     string   `yaml:"rule,omitempty" json:"rule,omitempty"`
	Breach   Severity `yaml:"breach,omitempty" json:"breach,omitempty"` // empty: invalid
	Why      string   `yaml:"why" json:"why"`                           // message where it does not hold
	Profiles []string `yaml:"profiles,omitempty" json:"profiles,omitempty"`
}

// A Severity says what a fault does to a document, or an absence to a group.
// The empty value stands for the usual severity of the place it is used in.
type Severity string

// The severities, the gravest first.
const (
	Invalid Severity = "invalid" // the document does not count
	Missing Severity = "missing"
	Doubt   Severity = "review" // a person must look
	Warn    Severity = "warn"   // said, without effect on the outcome
)

// A Document is a type of licence, filing, certificate, contract, notice or
// statement that requirements name.
type Document struct {
	Name       string     `yaml:"name" json:"name"`
	Aliases    []string   `yaml:"aliases,omitempty" json:"aliases,omitempty"`
	Issuer     string     `yaml:"issuer,omitempty" json:"issuer,omitempty"`             // issuing authority
	Regional   bool       `yaml:"regional,omitempty" json:"regional,omitempty"`         // issued by the province of the holder's registered place (R-S11)
	Fields     []string   `yaml:"fields,omitempty" json:"fields,omitempty"`             // fields it must state: number, holder, uscc, scope, issuer, issued_on, valid_until, text
	Formats    []string   `yaml:"formats,omitempty" json:"formats,omitempty"`           // number formats (see qualification.ParseFormat); any of them
	Examples   []string   `yaml:"examples,omitempty" json:"examples,omitempty"`         // made-up numbers that fit Formats
	Years      int        `yaml:"years,omitempty" json:"years,omitempty"`               // longest term; 0: none prescribed
	Months     int        `yaml:"months,omitempty" json:"months,omitempty"`             // longest term, where it is shorter than a year
	Perpetual  bool       `yaml:"perpetual,omitempty" json:"perpetual,omitempty"`       // may be 长期, or state no end
	Renewal    int        `yaml:"renewal,omitempty" json:"renewal,omitempty"`           // days before the end when renewal is due; 0: 30 days are assumed
	Content    string     `yaml:"content,omitempty" json:"content,omitempty"`           // content test of its text: notice, agreement, admission, dispute
	MistakenAs string     `yaml:"mistaken_as,omitempty" json:"mistaken_as,omitempty"`   // document it is often handed in for and cannot replace
	OtherHold  bool       `yaml:"other_holder,omitempty" json:"other_holder,omitempty"` // its holder may be somebody else (a brand's owner, a supplier)
	Validity   string     `yaml:"validity,omitempty" json:"validity,omitempty"`         // in words
	Source     []Citation `yaml:"citations,omitempty" json:"citations,omitempty"`
	Note       string     `yaml:"note,omitempty" json:"note,omitempty"`

	File string `yaml:"-" json:"-"`
}
