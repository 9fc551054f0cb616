package store

import (
	"crypto/ed25519"
	"encoding/base64"
	"errors"
	"io"
	"strings"

	"golang.org/x/mod/sumdb/note"
)

// PublicKey returns the public key that belongs to a private key of NewKey.
func PublicKey(private string) (string, error) {
	bad := &Error{Code: CodeBadKey, Why: "签名密钥无效，请检查密钥文件或环境变量是否完整"} // the cause may repeat the key
	signer, err := note.NewSigner(private)
	if err != nil {
		return "", bad
	}
	parts := strings.SplitN(private, "+", 5)
	seed, err := base64.StdEncoding.DecodeString(parts[len(parts)-1])
	if err != nil || len(seed) != 1+ed25519.SeedSize {
		return "", bad
	}
	public, ok := ed25519.NewKeyFromSeed(seed[1:]).Public().(ed25519.PublicKey)
	if !ok {
		return "", bad
	}
	key, err := note.NewEd25519VerifierKey(signer.Name(), public)
	if err != nil {
		return "", bad
	}
	return key, nil
}

// VerifyEntries is VerifyLedger for entries that come from elsewhere than the
// database, in order, until next returns io.EOF; size is how many there should
// be. Bodies are not looked at. An error of next is returned as it is.
func VerifyEntries(heads []TreeHead, size int64, publicKey string, next func() (Entry, error)) (LedgerReport, error) {
	v := verification{heads: heads, next: 1}
	v.Heads = len(heads)
	if publicKey != "" {
		key, err := note.NewVerifier(publicKey)
		if err != nil {
			return v.LedgerReport, &Error{Code: CodeBadKey, Why: "验证公钥无效，请检查公钥是否完整", Err: err}
		}
		v.key, v.Signed = key, true
	}
	v.checkNotes()
	for {
		e, err := next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return v.LedgerReport, err
		}
		v.entry(&e)
	}
	v.end(size, v.prev)
	return v.LedgerReport, nil
}
