package api

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"

	"zhunru/screening"
)

// A keyring remembers for a moment the keys that opened something, so that not
// every request asks the database for the one key its caller uses. Whether a
// key has ended is looked up in the clock each time, that it was revoked is
// learnt when the moment is over. It is safe for concurrent use.
type keyring struct {
	known  *lru.Cache[string, seenKey]
	moment time.Duration // 0: nothing is remembered
}

// A seenKey is a key as the database had it at a time.
type seenKey struct {
	key Key
	at  time.Time
}

const maxKeyring = 1000

func newKeyring(moment time.Duration) *keyring {
	known, err := lru.New[string, seenKey](maxKeyring)
	if err != nil {
		panic("api: " + err.Error()) // only for a size below 1
	}
	return &keyring{known, moment}
}

// recall returns a key that was seen less than a moment ago.
func (k *keyring) recall(prefix string, now time.Time) (Key, bool) {
	seen, ok := k.known.Get(prefix)
	age := now.Sub(seen.at)
	return seen.key, ok && age >= 0 && age < k.moment
}

// opens finds the key of a token and reports whether it is in force; nobody
// learns which of the reasons against it holds. Only what opened is remembered,
// as of before it was asked for.
func (s *Server) opens(ctx context.Context, prefix, token string) (Key, bool, error) {
	now := s.now()
	k, recalled := s.keyring.recall(prefix, now)
	if !recalled {
		var err error
		k, err = s.backend.Key(ctx, prefix)
		if err != nil && !errors.Is(err, screening.ErrNotFound) {
			return Key{}, false, err
		}
		if err != nil {
			k = Key{Revoked: true}
		}
	}
	hash := sha256.Sum256([]byte(token))
	same := subtle.ConstantTimeCompare(hash[:], k.Hash[:]) == 1
	if !same || k.Revoked || !k.Ends.IsZero() && !s.now().Before(k.Ends) {
		return Key{}, false, nil
	}
	if !recalled && s.keyring.moment > 0 {
		s.keyring.known.Add(prefix, seenKey{k, now})
	}
	return k, true, nil
}
