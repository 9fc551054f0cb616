package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"database/sql/driver"
	"strings"
	"sync"

	"zhunru/screening"
)

// A Seen is what a full run has to know of a listing to tell whether it is
// proved. The strings are copies.
type Seen struct {
	Mark     Mark   // by the stamps of its record
	Merchant string // "": none
	Altered  bool   // the text does not have the hash that is kept with it
	Due      bool   // never judged, or edited since
	Asked    bool   // the verdict depends on what the merchant holds
}

// A Looker reads many listings fast: it remembers the names of merchants, so it
// must not outlive a run. It is safe for concurrent use.
type Looker struct {
	s         *Store
	mu        sync.RWMutex
	merchants map[int64]string
}

// Looker returns a looker that knows the merchants there are now.
func (s *Store) Looker(ctx context.Context) (*Looker, error) {
	l := &Looker{s: s, merchants: map[int64]string{}}
	err := queryEach(ctx, s.reader(), s.engine, "SELECT key, id FROM merchants", nil, func(r *sql.Rows) error {
		var key int64
		var id string
		err := r.Scan(&key, &id)
		l.merchants[key] = id
		return err
	})
	return l, wrap("merchants", err)
}

func (l *Looker) merchant(ctx context.Context, key int64) (string, error) {
	l.mu.RLock()
	id, ok := l.merchants[key]
	l.mu.RUnlock()
	if ok {
		return id, nil
	}
	err := queryEach(ctx, l.s.reader(), l.s.engine, "SELECT id FROM merchants WHERE key = ?", []any{key}, func(r *sql.Rows) error { return r.Scan(&id) })
	l.mu.Lock()
	defer l.mu.Unlock()
	if err == nil {
		l.merchants[key] = id
	}
	return id, err
}

const seenColumns = `SELECT l.key, l.id, l.merchant_key, l.title, l.description, l.category, l.brand, l.attributes, l.content_hash, l.version,
 r.listing_version, r.outcome, r.input_hash, r.verdict_hash FROM listings l LEFT JOIN records r ON r.listing_key = l.key AND r.listing_key > ?
 WHERE l.key > ? AND l.key <= ? AND NOT l.deleted ORDER BY l.key`

// Look calls f for every listing that is not deleted after a key, through
// another, in the order of their keys; the Seen is only valid in f. The hash of
// each text is computed anew. It costs little more than the bare SELECT: rows
// come straight from the driver.
func (l *Looker) Look(ctx context.Context, after, through Key, f func(*Seen) error) error {
	row := looking{bare: barePass()}
	err := rawEach(ctx, l.s, seenColumns, []int64{int64(after), int64(after), int64(through)}, func(values []driver.Value) error {
		err := row.read(values)
		if err == nil && row.merchant != 0 {
			row.listing.MerchantID, err = l.merchant(ctx, row.merchant)
		}
		if err == nil {
			err = row.judge()
		}
		if err == nil {
			err = f(&row.seen)
		}
		return err
	})
	return wrap("look at listings", err)
}

// A looking holds the row that is being looked at.
type looking struct {
	bare                    Hash
	key, merchant           int64
	version, judged         int64
	listing                 screening.Listing
	attributes              string
	outcome                 string
	content, input, verdict []byte
	buf                     []byte
	seen                    Seen
}

// read takes the driver's values. NULL is the zero value of each type.
func (w *looking) read(values []driver.Value) error {
	ok := true
	for i, into := range [...]any{
		&w.key, &w.listing.ID, &w.merchant, &w.listing.Title, &w.listing.Description, &w.listing.Category, &w.listing.Brand,
		&w.attributes, &w.content, &w.version, &w.judged, &w.outcome, &w.input, &w.verdict,
	} {
		switch into := into.(type) {
		case *int64:
			*into, ok = take[int64](values[i], ok)
		case *string:
			*into, ok = take[string](values[i], ok)
		case *[]byte:
			*into, ok = take[[]byte](values[i], ok)
		}
	}
	w.listing.MerchantID = ""
	if !ok || len(w.content) != sha256.Size {
		return errColumn
	}
	return nil
}

// judge makes the Seen of the row.
func (w *looking) judge() error {
	w.buf = appendContent(w.buf[:0], &w.listing)
	var plain bool
	if w.buf, plain = appendPlainAttributes(w.buf, w.attributes); !plain {
		var err error
		if w.listing.Attributes, err = decodeAttributes(&w.attributes); err != nil {
			return err
		}
		w.buf = appendAttributes(appendContent(w.buf[:0], &w.listing), w.listing.Attributes)
	}
	content := sha256.Sum256(w.buf)
	input, verdict := hashOr(w.input, w.content), hashOr(w.verdict, w.bare[:])
	w.seen = Seen{
		Mark:     Mark{Key: Key(w.key), Hash: LeafHash(w.listing.ID, input, verdict), Outcome: screening.Outcome(w.outcome)},
		Merchant: w.listing.MerchantID,
		Altered:  content != Hash(w.content),
		Due:      w.outcome == "" || w.judged != w.version,
		Asked:    w.input != nil,
	}
	return nil
}

// appendPlainAttributes appends what is hashed of attributes as they are kept:
// a JSON object of strings, sorted by name, nothing escaped, no space. plain is
// false where they are anything else; then nothing is known.
func appendPlainAttributes(b []byte, object string) (out []byte, plain bool) {
	if object == "" {
		return b, true
	}
	body, ok := strings.CutPrefix(object, "{")
	if body, plain = strings.CutSuffix(body, "}"); !ok || !plain || strings.IndexByte(body, '\\') >= 0 {
		return b, false
	}
	for last, first := "", true; ; first = false {
		var name, value string
		if name, body, ok = cutQuoted(body, ':'); !ok || !first && name <= last {
			return b, false
		}
		end := len(body) > 0 && strings.IndexByte(body[1:], '"') == len(body)-2
		if end {
			value = body[1 : len(body)-1]
			ok = body[0] == '"'
		} else {
			value, body, ok = cutQuoted(body, ',')
		}
		if !ok {
			return b, false
		}
		b = appendString(appendString(b, name), value)
		if last = name; end {
			return b, true
		}
	}
}

// cutQuoted returns the string in quotes at the beginning of s, and what stands
// after the separator that follows it.
func cutQuoted(s string, separator byte) (text, rest string, ok bool) {
	if len(s) < 3 || s[0] != '"' {
		return "", "", false
	}
	i := strings.IndexByte(s[1:], '"') + 1
	if i == 0 || i+1 >= len(s) || s[i+1] != separator {
		return "", "", false
	}
	return s[1:i], s[i+2:], true
}
