package api

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"strings"
)

// A token is zr_PREFIX_SECRET in lower-case base32: 5 bytes that name the key,
// 32 that open it.
const (
	tokenStart   = "zr_"
	prefixLength = 8
	secretLength = 52
)

// NewToken makes a bearer token from 32 random bytes, the prefix that finds its
// key, and the hash that is kept in its place.
func NewToken() (token, prefix string, hash [32]byte) {
	var name [5]byte
	var secret [32]byte
	rand.Read(name[:])   //nolint:errcheck // it never fails: the program ends first
	rand.Read(secret[:]) //nolint:errcheck // as above
	letters := base32.StdEncoding.WithPadding(base32.NoPadding)
	prefix = strings.ToLower(letters.EncodeToString(name[:]))
	token = tokenStart + prefix + "_" + strings.ToLower(letters.EncodeToString(secret[:]))
	return token, prefix, sha256.Sum256([]byte(token))
}

// tokenPrefix returns the prefix of a token; ok is false for what cannot be one.
func tokenPrefix(token string) (prefix string, ok bool) {
	rest, ok := strings.CutPrefix(token, tokenStart)
	if !ok || len(rest) != prefixLength+1+secretLength || rest[prefixLength] != '_' {
		return "", false
	}
	for i := range len(rest) {
		if c := rest[i]; i != prefixLength && (c < 'a' || c > 'z') && (c < '2' || c > '7') {
			return "", false
		}
	}
	return rest[:prefixLength], true
}
