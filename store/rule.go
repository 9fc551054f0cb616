package store

import (
	"database/sql"
	"encoding/json"
	"slices"

	"zhunru/screening"
	"zhunru/screening/dictionary"
)

// A ruleBody is the part of a finding that all findings of its class share under
// one revision. It is kept once; findings refer to it.
type ruleBody struct {
	Class     string               `json:"class"`
	Name      string               `json:"name"`
	Citations []screening.Citation `json:"citations"`
	Missing   *screening.Missing   `json:"missing,omitempty"`
	Notice    string               `json:"notice,omitempty"`
	Remedy    dictionary.Remedy    `json:"remedy"`
}

// A findingBody is the part of a finding that is its own.
type findingBody struct {
	Term     string         `json:"t,omitempty"`
	Field    string         `json:"f"`
	Span     screening.Span `json:"s"`
	Quote    string         `json:"q,omitempty"`
	Steps    []string       `json:"st,omitempty"`
	NoSteps  bool           `json:"ns,omitempty"` // Steps is nil, not empty
	Boundary string         `json:"b,omitempty"`
	Tokens   []string       `json:"k,omitempty"`
	Cue      string         `json:"c,omitempty"`
	Held     bool           `json:"h,omitempty"`
}

type findingRuleRow struct {
	Key   int64 `gorm:"primaryKey"`
	Hash  []byte
	Class string
	Body  string
}

func (findingRuleRow) TableName() string { return "finding_rules" }

type findingRow struct {
	ListingKey int64 `gorm:"primaryKey;autoIncrement:false"`
	N          int   `gorm:"primaryKey;autoIncrement:false"`
	Class      string
	Outcome    string
	Kind       string
	RuleKey    int64
	Body       string
}

func (findingRow) TableName() string { return "findings" }

// joinFinding puts together what appendRule and appendOwn took apart.
func joinFinding(outcome, kind string, rule, own []byte) (screening.Finding, error) {
	var r ruleBody
	var o findingBody
	if err := json.Unmarshal(rule, &r); err != nil {
		return screening.Finding{}, err
	}
	if err := json.Unmarshal(own, &o); err != nil {
		return screening.Finding{}, err
	}
	if o.Steps == nil && !o.NoSteps {
		o.Steps = []string{}
	}
	return screening.Finding{
		Class: r.Class, Name: r.Name, Outcome: screening.Outcome(outcome), Kind: screening.Kind(kind), Term: o.Term, Field: o.Field,
		Span: o.Span, Quote: o.Quote, Steps: o.Steps, Boundary: o.Boundary, Tokens: o.Tokens, Cue: o.Cue, Citations: r.Citations,
		Missing: r.Missing, Held: o.Held, Notice: r.Notice, Remedy: r.Remedy,
	}, nil
}

// A sharedRule is a ruleBody on its way in.
type sharedRule struct {
	hash  Hash
	class string
	body  string
}

// ruleKeys learns the keys of the shared parts of findings, and enters those
// that are new.
func (tx *Tx) ruleKeys(rules map[Hash]*screening.Finding) error {
	var missing []sharedRule
	for h, f := range rules {
		if k, ok := recall(tx, tx.rules, tx.s.rules, h); ok {
			tx.rules[h] = k
			continue
		}
		missing = append(missing, sharedRule{h, f.Class, string(appendRule(nil, f))})
	}
	slices.SortFunc(missing, func(a, b sharedRule) int { return slices.Compare(a.hash[:], b.hash[:]) })
	return blocks(missing, func(block []sharedRule) error {
		args, hashes := make([]any, 0, 3*len(block)), make([]any, 0, len(block))
		for i := range block {
			args = append(args, block[i].hash[:], block[i].class, block[i].body)
			hashes = append(hashes, block[i].hash[:])
		}
		if _, err := tx.exec("INSERT INTO finding_rules (hash, class, body) VALUES "+tuples(len(block), 3)+" ON CONFLICT (hash) DO NOTHING", args...); err != nil {
			return err
		}
		return tx.each("SELECT hash, key FROM finding_rules WHERE hash IN "+marks(len(block)), hashes, func(r *sql.Rows) error {
			var hash sql.RawBytes
			var key int64
			if err := r.Scan(&hash, &key); err != nil {
				return err
			}
			tx.rules[Hash(hash)] = key
			return nil
		})
	})
}
