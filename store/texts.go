package store

import (
	"context"
	"database/sql/driver"

	"zhunru/screening"
)

// A Text is what a probe needs to see of a listing. It is valid only in the
// function it is given to.
type Text struct {
	Key        Key
	Due        bool              // never judged, or edited since
	Listing    screening.Listing // title, description, category and brand
	Attributes string            // as JSON, "" for none
}

// Texts calls f for up to limit listings after a key, through another, that are
// not deleted, in the order of their keys, and returns how many there were and
// the last key. It costs a fraction of Listings: rows come straight from the
// driver.
func (s *Store) Texts(ctx context.Context, after, through Key, limit int, f func(*Text) error) (n int, last Key, err error) {
	var t Text
	l := &t.Listing
	err = rawEach(ctx, s, `SELECT l.key, l.version, r.listing_version, l.title, l.description, l.category, l.brand, l.attributes
 FROM listings l LEFT JOIN records r ON r.listing_key = l.key AND r.listing_key > ?
 WHERE l.key > ? AND l.key <= ? AND NOT l.deleted ORDER BY l.key LIMIT ?`, []int64{int64(after), int64(after), int64(through), int64(limit)}, func(v []driver.Value) error {
		key, ok := take[int64](v[0], true)
		version, ok := take[int64](v[1], ok)
		judged, ok := take[int64](v[2], ok) // 0, which is no version, where there is no record
		l.Title, ok = take[string](v[3], ok)
		l.Description, ok = take[string](v[4], ok)
		l.Category, ok = take[string](v[5], ok)
		l.Brand, ok = take[string](v[6], ok)
		t.Attributes, ok = take[string](v[7], ok)
		if !ok {
			return errColumn
		}
		t.Key, t.Due = Key(key), judged != version
		n, last = n+1, t.Key
		return f(&t)
	})
	return n, last, wrap("texts of listings", err)
}
