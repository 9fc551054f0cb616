package screening

import (
	"zhunru/screening/dictionary"
	"zhunru/screening/qualification"
)

// An Outcome is what becomes of a listing. The empty value is invalid.
type Outcome string

// The outcomes, the gravest first. OutcomeNotice is for findings only: it
// tells the merchant what the product must carry and leaves the verdict alone.
const (
	OutcomeProhibited    Outcome = "prohibited"
	OutcomeNeedsCategory Outcome = "needs_category"
	OutcomeReview        Outcome = "review"
	OutcomeNotice        Outcome = "notice"
	OutcomePass          Outcome = "pass"
)

// Outcomes are the outcomes a verdict can have, the gravest first.
var Outcomes = []Outcome{OutcomeProhibited, OutcomeNeedsCategory, OutcomeReview, OutcomePass}

// severity orders outcomes; unknown ones are the gravest, so that a mistake
// never reads as a pass.
func (o Outcome) severity() int {
	switch o {
	case OutcomePass:
		return 0
	case OutcomeNotice:
		return 1
	case OutcomeReview:
		return 2
	case OutcomeNeedsCategory:
		return 3
	case OutcomeProhibited:
		return 4
	}
	return 5
}

// AtLeast reports whether o is as grave as other or graver.
func (o Outcome) AtLeast(other Outcome) bool { return o.severity() >= other.severity() }

// A Kind says what in the dictionary made a finding.
type Kind string

// The kinds of findings.
const (
	KindTerm          Kind = "term"
	KindSlang         Kind = "slang"
	KindSuspect       Kind = "suspect"
	KindWeak          Kind = "weak"
	KindPattern       Kind = "pattern"
	KindCategory      Kind = "category"       // the declared category demands it
	KindWrongCategory Kind = "wrong_category" // the text implies another class than the declared category
)

// A Span is a half-open range of a submitted field, counted three ways for
// readers in different languages.
type Span struct {
	Byte  [2]int `json:"byte"`
	Rune  [2]int `json:"rune"`
	UTF16 [2]int `json:"utf16"`
}

// Missing is what the merchant lacks for goods of a restricted class.
type Missing struct {
	Category string     `json:"category"`
	AnyOf    [][]string `json:"any_of,omitempty"` // any inner list, every document in it
	// Lacks names exactly what the merchant's documents do not cover, where
	// they are known.
	Lacks []qualification.Lack `json:"lacks,omitempty"`
}

// A Citation is the legal basis of a finding. Verified is false where the
// article was not checked against the text of the law.
type Citation struct {
	Source   string `json:"source"`
	Article  string `json:"article,omitempty"`
	Verified bool   `json:"verified"`
}

// A Finding is a match that a class stands behind, with the evidence.
type Finding struct {
	Class     string            `json:"class"`
	Name      string            `json:"name"`
	Outcome   Outcome           `json:"outcome"`
	Kind      Kind              `json:"kind"`
	Term      string            `json:"term"`  // as the dictionary has it; a pattern's id
	Field     string            `json:"field"` // title, description, brand, category, attributes.NAME
	Span      Span              `json:"span"`
	Quote     string            `json:"quote"` // the submitted bytes of the span
	Steps     []string          `json:"steps"` // what had to be undone, in the order of textnorm.StepNames
	Boundary  string            `json:"boundary,omitempty"`
	Tokens    []string          `json:"tokens,omitempty"` // gse's words that the match touches
	Cue       string            `json:"cue,omitempty"`    // the context word that made it count
	Citations []Citation        `json:"citations"`
	Missing   *Missing          `json:"missing,omitempty"`
	Held      bool              `json:"held,omitempty"`   // the merchant holds the category
	Notice    string            `json:"notice,omitempty"` // what the product must carry
	Remedy    dictionary.Remedy `json:"remedy"`
}

// Suppressed is a match that no class stands behind, and why.
type Suppressed struct {
	Class   string `json:"class"`
	Term    string `json:"term"`
	Field   string `json:"field"`
	Because string `json:"because"` // exception, reroute, sense, boundary, cue, other_goods, longer, category
	Detail  string `json:"detail"`
}

// A Verdict is the judgement of one listing. Equal listings judged with an
// equal revision and equal qualifications give equal verdicts, byte for byte
// as JSON. Findings are in the order of fields, then of spans.
type Verdict struct {
	ID         string       `json:"id"`
	Outcome    Outcome      `json:"outcome"`
	Revision   string       `json:"revision"`
	Findings   []Finding    `json:"findings"`
	Suppressed []Suppressed `json:"suppressed,omitempty"`
}
