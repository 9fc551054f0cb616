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

// An Answer is the judgement of one application on one day. Equal arguments
// give equal answers; every list is in the order of the requirement, then of
// the dossier.
type Answer struct {
	Category     string        `json:"category"`
	Profile      string        `json:"profile"`
	On           Date          `json:"on"`
	Outcome      Outcome       `json:"outcome"`
	Route        *string       `json:"route"`         // the route that passes or waits for a person; null if none
	NearestRoute *string       `json:"nearest_route"` // where none passes: the one with the fewest changes to make
	Routes       []RouteAnswer `json:"routes"`
	Subject      []Fault       `json:"subject,omitempty"` // faults of the subject itself and of documents nobody asked for
	PassesIf     [][]Change    `json:"passes_if"`         // any inner list, made whole, would pass
	NextSteps    []Step        `json:"next_steps"`
	Live         Live          `json:"live"`
	Forecast     []Event       `json:"forecast,omitempty"`
	Source       string        `json:"source"`     // version of the rules (R-S22)
	Disclaimer   string        `json:"disclaimer"` // R-S22
}

// A RouteAnswer is the judgement of one route.
type RouteAnswer struct {
	ID       string  `json:"id"`
	Name     string  `json:"name"`
	Outcome  Outcome `json:"outcome"`
	Held     []Held  `json:"held"`
	Missing  []Fault `json:"missing"`
	Invalid  []Fault `json:"invalid"`
	Review   []Fault `json:"review"`
	Warnings []Fault `json:"warnings,omitempty"`

	alternatives [][]Change
	tried        bool // a core document of the route was handed in
}

// Held is a document that a group of the route accepted.
type Held struct {
	Document   string `json:"document"`
	Index      int    `json:"index"` // in the dossier
	Group      string `json:"group"`
	Number     string `json:"number,omitempty"`
	ValidUntil string `json:"valid_until,omitempty"`

	core bool
}

// An Action is what a Change does. The empty value is invalid.
type Action string

// The actions.
const (
	AddDocument     Action = "add_document"     // hand in a document that is missing
	ReplaceDocument Action = "replace_document" // hand in a valid one for one that does not count
	ConfirmDocument Action = "confirm_document" // a person confirms what a machine cannot
	HoldCategory    Action = "hold_category"    // have another category first
)

// A Change is one step towards passing.
type Change struct {
	Action   Action `json:"action"`
	Document string `json:"document"` // or the category
	Index    int    `json:"index"`    // of the document in the dossier, -1 if there is none
	Rule     string `json:"rule,omitempty"`
	Text     string `json:"text"`
}

// A Step is a line of the checklist of what to do next (R-S09 to R-S13).
type Step struct {
	Rule string `json:"rule"`
	Done bool   `json:"done"`
	Text string `json:"text"`
}

// Live says which live-streaming components may be used (R-S20, R-S21).
type Live struct {
	Plugin   bool   `json:"plugin"`   // 云直播插件
	Standard bool   `json:"standard"` // 标准直播 and live tag
	Rule     string `json:"rule,omitempty"`
	Why      string `json:"why,omitempty"` // empty for merchants
}
