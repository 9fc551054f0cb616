package qualification

import "zhunru/screening/dictionary"

// An Outcome is the answer to an application. The empty value is invalid.
type Outcome string

// The outcomes, the best first.
const (
	MayApply   Outcome = "may_apply"
	Review     Outcome = "review"
	Incomplete Outcome = "incomplete"
	Rejected   Outcome = "rejected"
)

// A Flaw is what is wrong with one value: a stable code, the rune it is at (-1
// if it concerns the whole) and a sentence for people.
type Flaw struct {
	Code string
	At   int // rune index in the submitted value
	Why  string
}

// A Span is a stretch of a submitted text, half-open.
type Span struct {
	Byte [2]int `json:"byte"`
	Rune [2]int `json:"rune"`
}

// A Fault is what is missing, invalid, doubtful or worth saying, with the rule
// behind it.
type Fault struct {
	Document string              `json:"document"`
	Index    int                 `json:"index"` // of the document in the dossier, -1 if there is none
	Rule     string              `json:"rule,omitempty"`
	Code     string              `json:"code"` // stable: MISSING, EXPIRED, SCOPE_MISSING, HOLDER_MISMATCH, …
	Severity dictionary.Severity `json:"severity"`
	Field    string              `json:"field,omitempty"`
	Why      string              `json:"why"`
	Quote    string              `json:"quote,omitempty"`
	Span     *Span               `json:"span,omitempty"` // in the submitted value of Field
}
