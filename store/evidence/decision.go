package evidence

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"

	"zhunru/store"
)

// A decisionLine is an entry of the ledger about merchants or documents: what
// was handed in, and what was decided on it. Body is what the entry hashes; it is
// left out where personal data is masked, where it tells of other merchants too,
// and where it is not kept any more.
type decisionLine struct {
	Entry   int64      `json:"entry"`
	Kind    string     `json:"kind"`
	Subject string     `json:"subject"`
	Facts   []fileFact `json:"facts"`
	Body    string     `json:"body,omitempty"`
}

// A fileFact is what is nobody's personal data of a merchant or a document.
type fileFact struct {
	Merchant  string `json:"merchant"`
	Document  int64  `json:"document,omitempty"`
	Type      string `json:"type,omitempty"`
	State     string `json:"state,omitempty"`
	Decision  string `json:"decision,omitempty"`
	ExpiresOn string `json:"expires_on,omitempty"`
	Version   int64  `json:"version"`
}

// A keptFile is what bodies tell of merchants and documents.
type keptFile struct {
	ID         string `json:"id"` // of a merchant
	Key        int64  // of a document
	MerchantID string
	Type       string `json:"type"`
	State      string
	Decision   string
	ExpiresOn  string
	Version    int64
}

func (k *keptFile) fact(kind store.EntryKind) fileFact {
	f := fileFact{Merchant: k.ID, State: k.State, Version: k.Version}
	if kind == store.EntryDocument {
		f.Merchant, f.State, f.Document, f.Type, f.Decision, f.ExpiresOn = k.MerchantID, "", k.Key, k.Type, k.Decision, k.ExpiresOn
	}
	return f
}

// factsOf returns what a body tells of a merchant ("": of all); all reports
// whether it tells of nobody else.
func factsOf(e *store.FileEntry, merchant string) (facts []fileFact, all bool, err error) {
	var list []keptFile
	if body := bytes.TrimSpace(e.Body); bytes.HasPrefix(body, []byte("[")) {
		err = json.Unmarshal(body, &list)
	} else if len(body) > 0 {
		list = make([]keptFile, 1)
		err = json.Unmarshal(body, &list[0])
	}
	facts, all = []fileFact{}, true
	for i := range list {
		if f := list[i].fact(e.Kind); merchant == "" || f.Merchant == merchant {
			facts = append(facts, f)
		} else {
			all = false
		}
	}
	return facts, all, err
}

// decisions adds the entries about merchants and documents.
func (b *builder) decisions(r *Request) error {
	for i := range r.Files {
		e := &r.Files[i]
		facts, all, err := factsOf(e, r.Merchant)
		if err != nil {
			return fmt.Errorf("evidence: body of entry %d: %w", e.Seq, err)
		}
		if len(facts) == 0 && !all { // an import of others
			continue
		}
		line := decisionLine{Entry: e.Seq, Kind: string(e.Kind), Subject: e.Subject, Facts: facts}
		if all && r.mask() == store.MaskNone {
			line.Body = string(e.Body)
		}
		b.entries = append(b.entries, e.Seq)
		if b.decided, err = appendLine(b.decided, line); err != nil {
			return err
		}
	}
	return nil
}

// checkDecisions holds every decision against its entry.
func (p *Pack) checkDecisions() error {
	for i := range p.decisions {
		d := &p.decisions[i]
		where := fmt.Sprintf("%s 的第 %d 条", fileDecisions, i+1)
		e, has := p.entries[d.Entry]
		switch {
		case !has:
			return fault(where, EntryMissing, "缺少台账第 %d 条", d.Entry)
		case string(e.Kind) != d.Kind || e.Subject != d.Subject:
			return fault(where, RecordBroken, "与台账第 %d 条所记的不符", d.Entry)
		case d.Body == "":
			p.Masked++
			continue
		case sha256.Sum256([]byte(d.Body)) != e.Payload:
			return fault(where, RecordBroken, "内容与台账第 %d 条的哈希不符，被改动过", d.Entry)
		}
		facts, _, err := factsOf(&store.FileEntry{Kind: e.Kind, Body: []byte(d.Body)}, "")
		if err != nil || !sameFacts(facts, d.Facts) {
			return fault(where, RecordBroken, "摘要与内容不符，被改动过")
		}
	}
	p.Decisions = len(p.decisions)
	return nil
}

func sameFacts(a, b []fileFact) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}
