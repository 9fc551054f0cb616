package dictionary

import "zhunru/screening/textnorm"

// A Disposition says what a finding of a class does to a listing. The empty
// value is invalid.
type Disposition string

// The dispositions, the gravest first. Notice leaves the outcome alone.
const (
	Prohibited    Disposition = "prohibited"
	NeedsCategory Disposition = "needs_category"
	Review        Disposition = "review"
	Notice        Disposition = "notice"
)

// A Sense says what a matched word does in its phrase: name the goods, or only
// describe them. The empty value is invalid.
type Sense string

// The senses a context file can give. Pack and Gift are not goods senses: a
// pack form confirms the goods, a gift is not what is sold.
const (
	Goods      Sense = "goods"
	Accessory  Sense = "accessory"
	Picture    Sense = "picture"
	Toy        Sense = "toy"
	Book       Sense = "book"
	Attribute  Sense = "attribute"
	Negated    Sense = "negated"
	Place      Sense = "place"
	OtherGoods Sense = "other_goods"
	Pack       Sense = "pack"
	Gift       Sense = "gift"
)

// A Policy is what a class does with a match in some sense: keep it, hand it
// to a person, or drop it.
type Policy string

// The policies.
const (
	PolicyKeep   Policy = "keep"
	PolicyReview Policy = "review"
	PolicyDrop   Policy = "drop"
)

// A Boundary says what it costs a match to cut through words.
type Boundary string

// The boundary policies; the empty value means BoundarySoft.
const (
	BoundarySoft   Boundary = "soft"   // a short match that cuts words is reviewed or dropped
	BoundaryIgnore Boundary = "ignore" // boundaries do not matter
	BoundaryStrict Boundary = "strict" // only whole words count
)

// RerouteReview is the reroute target that keeps the class and asks for a
// person.
const RerouteReview = "review"

// A Citation names the law, catalogue or platform rule behind a class.
type Citation struct {
	Source   string `yaml:"source" json:"source"` // id of a Source
	Article  string `yaml:"article,omitempty" json:"article,omitempty"`
	Note     string `yaml:"note,omitempty" json:"note,omitempty"`
	Verified bool   `yaml:"verified" json:"verified"`
}

// Requires is what a merchant needs to sell goods of a class.
type Requires struct {
	Category string     `yaml:"category" json:"category"`
	AnyOf    [][]string `yaml:"any_of,omitempty" json:"any_of,omitempty"` // any inner list, every document in it
	Note     string     `yaml:"note,omitempty" json:"note,omitempty"`
}

// A Remedy tells the two sides what to do next.
type Remedy struct {
	Code     string `yaml:"code" json:"code"`
	Merchant string `yaml:"merchant" json:"merchant"`
	Operator string `yaml:"operator" json:"operator"`
}

// RemedyCodes are the codes a Remedy may have.
var RemedyCodes = []string{"REMOVE_LISTING", "ADD_CATEGORY", "HUMAN_REVIEW", "CARRY_DOCUMENT", "EDIT_WORDING"}

// Cues are the context words of a class.
type Cues struct {
	Up   []string `yaml:"up,omitempty" json:"up,omitempty"`
	Down []string `yaml:"down,omitempty" json:"down,omitempty"`
}

// A ConditionalException voids the terms inside Phrase where one of the words
// When stands in the field, and asks for a person otherwise.
type ConditionalException struct {
	Phrase string   `yaml:"phrase" json:"phrase"`
	When   []string `yaml:"when" json:"when"`
}

// A Pattern finds names that no list can hold. RE is RE2 over the folded text
// with separators; it is tried only near one of the words Any.
type Pattern struct {
	ID      string      `yaml:"id" json:"id"`
	RE      string      `yaml:"re" json:"re"`
	Any     []string    `yaml:"any" json:"any"`
	Outcome Disposition `yaml:"outcome,omitempty" json:"outcome,omitempty"` // review: lower than the class's
	Why     string      `yaml:"why,omitempty" json:"why,omitempty"`
}

// Variants tunes by which disguises terms of a class are found.
type Variants struct {
	SoundsLike []string `yaml:"sounds_like,omitempty" json:"sounds_like,omitempty"` // ordinary words that sound like a term (大码) and are not it
	Except     []string `yaml:"except,omitempty" json:"except,omitempty"`           // steps that void a match of this class
}

// Samples are listings a class must and must not find.
type Samples struct {
	Hit             []string `yaml:"hit,omitempty" json:"hit,omitempty"`
	Review          []string `yaml:"review,omitempty" json:"review,omitempty"`
	Pass            []string `yaml:"pass,omitempty" json:"pass,omitempty"`
	KnownMiss       []string `yaml:"known_miss,omitempty" json:"known_miss,omitempty"`
	KnownFalseAlarm []string `yaml:"known_false_alarm,omitempty" json:"known_false_alarm,omitempty"`
}

// A Class is a kind of goods with the rule that stands behind it.
type Class struct {
	ID                    string                 `yaml:"class" json:"class"`
	Name                  string                 `yaml:"name" json:"name"`
	NameEN                string                 `yaml:"name_en" json:"name_en"`
	Group                 string                 `yaml:"group" json:"group"`
	Disposition           Disposition            `yaml:"disposition" json:"disposition"`
	Citations             []Citation             `yaml:"citations" json:"citations"`
	Requires              *Requires              `yaml:"requires,omitempty" json:"requires,omitempty"`
	Notice                string                 `yaml:"notice,omitempty" json:"notice,omitempty"`
	Remedy                *Remedy                `yaml:"remedy,omitempty" json:"remedy,omitempty"`
	Terms                 []string               `yaml:"terms" json:"terms"`
	Slang                 []string               `yaml:"slang,omitempty" json:"slang,omitempty"`
	Suspect               []string               `yaml:"suspect,omitempty" json:"suspect,omitempty"`
	Weak                  []string               `yaml:"weak,omitempty" json:"weak,omitempty"`
	Cues                  Cues                   `yaml:"cues,omitempty" json:"cues,omitzero"`
	Exceptions            []string               `yaml:"exceptions,omitempty" json:"exceptions,omitempty"`
	ConditionalExceptions []ConditionalException `yaml:"conditional_exceptions,omitempty" json:"conditional_exceptions,omitempty"`
	Reroute               map[string]string      `yaml:"reroute,omitempty" json:"reroute,omitempty"`
	Patterns              []Pattern              `yaml:"patterns,omitempty" json:"patterns,omitempty"`
	Senses                map[Sense]Policy       `yaml:"senses,omitempty" json:"senses,omitempty"`
	Boundary              Boundary               `yaml:"boundary,omitempty" json:"boundary,omitempty"`
	Variants              Variants               `yaml:"variants,omitempty" json:"variants,omitzero"`
	CategoryWords         []string               `yaml:"category_words,omitempty" json:"category_words,omitempty"`
	CategoryRoots         []string               `yaml:"category_roots,omitempty" json:"category_roots,omitempty"`
	Samples               Samples                `yaml:"samples" json:"samples"`

	File string `yaml:"-" json:"-"` // where it was read from, relative to the root
}

// Restricted reports whether the goods may be sold under conditions, so that
// what the listing as a whole sells decides.
func (c *Class) Restricted() bool {
	return c.Disposition == NeedsCategory || c.Disposition == Notice
}

// A Context lists words that give a match next to them a sense.
type Context struct {
	Sense    Sense    `yaml:"sense" json:"sense"`
	Domain   string   `yaml:"domain,omitempty" json:"domain,omitempty"`
	Words    []string `yaml:"words,omitempty" json:"words,omitempty"`
	Suffixes []string `yaml:"suffixes,omitempty" json:"suffixes,omitempty"`
	Not      []string `yaml:"not,omitempty" json:"not,omitempty"`

	File string `yaml:"-" json:"-"`
}

// A Source is a law, catalogue, standard or platform rule that is cited.
type Source struct {
	ID        string `yaml:"id" json:"id"`
	Name      string `yaml:"name" json:"name"`                         // full name
	Kind      string `yaml:"kind" json:"kind"`                         // law, regulation, rule, interpretation, catalogue, standard, platform
	Number    string `yaml:"number,omitempty" json:"number,omitempty"` // document number
	Issuer    string `yaml:"issuer,omitempty" json:"issuer,omitempty"`
	Published string `yaml:"published,omitempty" json:"published,omitempty"` // YYYY-MM-DD, YYYY-MM or YYYY
	Effective string `yaml:"effective,omitempty" json:"effective,omitempty"`
	Version   string `yaml:"version,omitempty" json:"version,omitempty"` // the text the articles are counted in
	Verified  bool   `yaml:"verified" json:"verified"`
	Note      string `yaml:"note,omitempty" json:"note,omitempty"`

	File string `yaml:"-" json:"-"`
}

// A Dictionary is everything the engine judges by. Slices are sorted by id or
// name, so the order of files never matters. It must not be changed once an
// engine was built from it.
type Dictionary struct {
	Classes    []Class
	Contexts   []Context
	Profiles   []Profile
	Categories []Category
	Documents  []Document
	Sources    []Source
	Tables     textnorm.Tables
	Revision   string // "sha256:…" over all of the above

	text map[string]string // file contents, to find lines for problems
}

// Class returns the class with an id, or nil.
func (d *Dictionary) Class(id string) *Class {
	for i := range d.Classes {
		if d.Classes[i].ID == id {
			return &d.Classes[i]
		}
	}
	return nil
}
