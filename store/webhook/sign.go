package webhook

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"strconv"
	"strings"
	"time"
)

// The headers of a message.
const (
	HeaderID        = "webhook-id"
	HeaderTimestamp = "webhook-timestamp" // seconds since 1970, of the attempt
	HeaderSignature = "webhook-signature" // "v1,…", one for each secret, with blanks between
)

// NewSecret returns 32 random bytes to sign with.
func NewSecret() []byte {
	b := make([]byte, 32)
	rand.Read(b) //nolint:errcheck // it never fails: the program ends first
	return b
}

// ShowSecret returns a secret in the form that receivers are given.
func ShowSecret(secret []byte) string { return "whsec_" + base64.StdEncoding.EncodeToString(secret) }

// Sign returns the value of the signature header for a message that is sent at
// a time: HMAC-SHA256 over "ID.SECONDS.BODY" by each secret.
func Sign(secrets [][]byte, id string, at time.Time, body []byte) string {
	parts := make([]string, len(secrets))
	for i, secret := range secrets {
		mac := hmac.New(sha256.New, secret)
		mac.Write([]byte(id + "." + strconv.FormatInt(at.Unix(), 10) + "."))
		mac.Write(body)
		parts[i] = "v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil))
	}
	return strings.Join(parts, " ")
}
