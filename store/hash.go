package store

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"hash"
	"maps"
	"slices"

	"zhunru/screening"
)

// A Hash is a SHA-256.
type Hash = [32]byte

// The first bytes of what is hashed name the encoding and its version; a change
// of the encoding takes another name, so that old hashes keep their meaning.
const (
	contentV1 = "zhunru-listing-v1\n"
	inputV1   = "zhunru-input-v1\n"
	verdictV1 = "zhunru-verdict-v1\n"
	leafV1    = "zhunru-leaf-v1\n"
	entryV1   = "zhunru-ledger-v1\n"
)

// appendString appends the length of s in bytes (8 bytes, big endian) and s.
func appendString(b []byte, s string) []byte {
	b = binary.BigEndian.AppendUint64(b, uint64(len(s)))
	return append(b, s...)
}

// ContentHash covers what a merchant submits with a listing: merchant, title,
// description, category, brand, and the attributes sorted by name; each with
// its length before it. The listing's id is no part of it.
func ContentHash(l *screening.Listing) Hash {
	var buf [1024]byte
	return contentHash(sha256.New(), buf[:0], l)
}

func contentHash(h hash.Hash, b []byte, l *screening.Listing) (sum Hash) {
	b = append(b, contentV1...)
	for _, s := range [...]string{l.MerchantID, l.Title, l.Description, l.Category, l.Brand} {
		b = appendString(b, s)
	}
	if len(l.Attributes) > 0 {
		for _, name := range slices.Sorted(maps.Keys(l.Attributes)) {
			b = appendString(b, name)
			b = appendString(b, l.Attributes[name])
		}
	}
	h.Write(b)
	h.Sum(sum[:0])
	return sum
}

// InputHash covers everything but the dictionary that a verdict follows from:
// the content, and what the merchant's qualifications answered to what the
// findings asked (see jobs.Judge). Where nothing was asked it is the content's
// hash itself. The order of the answers does not matter.
func InputHash(content Hash, answers []string) Hash {
	if len(answers) == 0 {
		return content
	}
	b := append([]byte(inputV1), content[:]...)
	for _, answer := range slices.Sorted(slices.Values(answers)) {
		b = appendString(b, answer)
	}
	return sha256.Sum256(b)
}

// VerdictHash covers the outcome, the findings and what was suppressed, as
// JSON; neither the listing's id nor the revision. So it changes exactly where
// something about the verdict does.
func VerdictHash(v *screening.Verdict) (Hash, error) {
	if v.Outcome == screening.OutcomePass && len(v.Findings) == 0 && len(v.Suppressed) == 0 {
		return barePass(), nil
	}
	body, err := json.Marshal(struct {
		Outcome    screening.Outcome      `json:"outcome"`
		Findings   []screening.Finding    `json:"findings"`
		Suppressed []screening.Suppressed `json:"suppressed,omitempty"`
	}{v.Outcome, v.Findings, v.Suppressed})
	if err != nil {
		return Hash{}, fmt.Errorf("store: hash verdict of %s: %w", v.ID, err)
	}
	return sha256.Sum256(append([]byte(verdictV1), body...)), nil
}

// barePass is the hash of a pass without findings.
func barePass() Hash {
	return sha256.Sum256([]byte(verdictV1 + `{"outcome":"pass","findings":[]}`))
}

// LeafData is what a chunk's Merkle tree holds for one listing: its id with the
// length before it, the input hash and the verdict hash.
func LeafData(id string, input, verdict Hash) []byte {
	b := appendString([]byte(leafV1), id)
	b = append(b, input[:]...)
	return append(b, verdict[:]...)
}
