package store

import (
	"crypto/sha256"

	"zhunru/screening"
)

// A packed verdict is encoded and hashed: what keeping it takes besides the
// database.
type packed struct {
	hash       Hash
	suppressed any
	findings   []packedFinding
}

type packedFinding struct {
	rule Hash   // of the part that it shares
	own  string // a findingBody
}

// Pack encodes and hashes the verdict, which must not be changed after, and
// returns its VerdictHash. It is left to the transaction where it was not
// called; calling it before keeps that short.
func (j *Judged) Pack() (Hash, error) {
	if j.packed != nil {
		return j.packed.hash, nil
	}
	err := checkEnum("outcome", j.Verdict.Outcome, screening.Outcomes...)
	if err != nil {
		return Hash{}, wrapKey("save verdict of", j.Verdict.ID, err)
	}
	p := packed{}
	if p.hash, err = VerdictHash(&j.Verdict); err != nil {
		return Hash{}, err
	}
	var buf [2048]byte
	if len(j.Verdict.Suppressed) > 0 {
		p.suppressed = string(appendList(buf[:0], j.Verdict.Suppressed, appendSuppressed))
	}
	if n := len(j.Verdict.Findings); n > 0 {
		p.findings = make([]packedFinding, n)
	}
	for i := range p.findings {
		f := &j.Verdict.Findings[i]
		p.findings[i] = packedFinding{sha256.Sum256(appendRule(buf[:0], f)), string(appendOwn(buf[:0], f))}
	}
	j.packed = &p
	return p.hash, nil
}
