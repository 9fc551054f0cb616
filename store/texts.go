package store

import (
	"context"
	"database/sql"
	"unsafe"

	"zhunru/screening"
)

// A Text is what a probe needs to see of a listing. Its strings are the
// driver's memory: they are valid only in the function they are given to.
type Text struct {
	Key        Key
	Due        bool              // never judged, or edited since
	Listing    screening.Listing // title, description, category and brand
	Attributes string            // as JSON, "" for none
}

// Texts calls f for up to limit listings after a key, through another, that are
// not deleted, in the order of their keys, and returns how many there were and
// the last key. It costs a fraction of Listings: nothing is copied.
func (s *Store) Texts(ctx context.Context, after, through Key, limit int, f func(*Text) error) (n int, last Key, err error) {
	var title, description, category, brand, attributes sql.RawBytes
	var t Text
	err = queryEach(ctx, s.reader(), s.engine, `SELECT l.key, l.title, l.description, l.category, l.brand, l.attributes,
 r.listing_version IS NULL OR r.listing_version <> l.version FROM listings l LEFT JOIN records r ON r.listing_key = l.key
 WHERE l.key > ? AND l.key <= ? AND NOT l.deleted ORDER BY l.key LIMIT ?`, []any{int64(after), int64(through), limit}, func(r *sql.Rows) error {
		if err := r.Scan(&t.Key, &title, &description, &category, &brand, &attributes, &t.Due); err != nil {
			return err
		}
		n, last = n+1, t.Key
		t.Listing.Title, t.Listing.Description = borrow(title), borrow(description)
		t.Listing.Category, t.Listing.Brand, t.Attributes = borrow(category), borrow(brand), borrow(attributes)
		return f(&t)
	})
	return n, last, wrap("texts of listings", err)
}

// borrow is the bytes as a string, for as long as the bytes stay.
func borrow(b sql.RawBytes) string { return unsafe.String(unsafe.SliceData(b), len(b)) }
