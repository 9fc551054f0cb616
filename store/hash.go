package store

import (
	"crypto/sha256"
	"encoding/binary"
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
	var buf [2048]byte
	return sha256.Sum256(appendAttributes(appendContent(buf[:0], l), l.Attributes))
}

// appendContent appends what is hashed of a listing but its attributes.
func appendContent(b []byte, l *screening.Listing) []byte {
	b = append(b, contentV1...)
	for _, s := range [...]string{l.MerchantID, l.Title, l.Description, l.Category, l.Brand} {
		b = appendString(b, s)
	}
	return b
}

func appendAttributes(b []byte, attributes map[string]string) []byte {
	var names [16]string
	for _, name := range sortedNames(names[:0], attributes) {
		b = appendString(b, name)
		b = appendString(b, attributes[name])
	}
	return b
}

// sortedNames appends the names of attributes to dst, sorted.
func sortedNames(dst []string, attributes map[string]string) []string {
	for name := range attributes {
		dst = append(dst, name)
	}
	slices.Sort(dst)
	return dst
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
	var buf [4096]byte
	return sha256.Sum256(appendVerdict(append(buf[:0], verdictV1...), v)), nil
}

// barePass is the hash of a pass without findings.
func barePass() Hash {
	return sha256.Sum256([]byte(verdictV1 + `{"outcome":"pass","findings":[]}`))
}

// LeafData is what a chunk's Merkle tree holds for one listing: its id with the
// length before it, the input hash and the verdict hash.
func LeafData(id string, input, verdict Hash) []byte { return appendLeaf(nil, id, input, verdict) }

func appendLeaf(b []byte, id string, input, verdict Hash) []byte {
	b = appendString(append(b, leafV1...), id)
	b = append(b, input[:]...)
	return append(b, verdict[:]...)
}

// LeafHash is the hash of LeafData as a leaf of a Tree, see Tree.AddHash.
func LeafHash(id string, input, verdict Hash) Hash {
	var buf [256]byte
	b := append(buf[:0], 0) // RFC 6962: leaves begin with 0
	return sha256.Sum256(appendLeaf(b, id, input, verdict))
}
