package store

import (
	"database/sql"
	"slices"
	"strings"

	"zhunru/screening"
)

// A Fate is what saving did to a listing.
type Fate string

// The fates.
const (
	Inserted  Fate = "inserted"
	Updated   Fate = "updated"
	Unchanged Fate = "unchanged"
)

// A Saved listing has its key, its version and what saving did.
type Saved struct {
	Key     Key
	Version int64
	Content Hash
	Fate    Fate
}

// A draft is a listing on its way in.
type draft struct {
	listing    *screening.Listing
	at         int // in the batch
	merchant   any
	attributes any
	saved      Saved
}

// SaveListings inserts or updates up to MaxBatch listings by id and tells, in
// their order, what became of each; a listing whose content is as kept costs a
// read. Where an id stands twice in a batch the last one counts. A deleted
// listing comes back. Merchants that are not known yet are entered as
// MerchantNamed.
func (tx *Tx) SaveListings(batch []screening.Listing) ([]Saved, error) {
	if err := checkBatch(len(batch)); err != nil {
		return nil, err
	}
	drafts, last, err := prepare(batch, nil)
	if err != nil {
		return nil, err
	}
	if err := tx.findListings(drafts); err != nil {
		return nil, wrap("save listings", err)
	}
	todo := make([]*draft, 0, len(drafts))
	for _, d := range drafts {
		if d.saved.Fate != Unchanged {
			todo = append(todo, d)
		}
	}
	if err := tx.upsert(todo); err != nil {
		return nil, wrap("save listings", err)
	}
	out := make([]Saved, len(batch))
	for i := range batch {
		out[i] = last[batch[i].ID].saved
	}
	return out, nil
}

// prepare checks a batch, hashes it unless its hashes are given, and sorts it by
// id, so that transactions lock rows in one order.
func prepare(batch []screening.Listing, content []Hash) ([]*draft, map[string]*draft, error) {
	last := make(map[string]*draft, len(batch))
	store := make([]draft, len(batch))
	for i := range batch {
		l := &batch[i]
		if err := checkListing(l); err != nil {
			return nil, nil, wrapKey("save listing", l.ID, err)
		}
		store[i] = draft{listing: l, at: i, attributes: encodeAttributes(l.Attributes)}
		if content == nil {
			store[i].saved.Content = ContentHash(l)
		} else {
			store[i].saved.Content = content[i]
		}
		last[l.ID] = &store[i]
	}
	drafts := make([]*draft, 0, len(last))
	for i := range store {
		if d := &store[i]; last[d.listing.ID].at == i {
			drafts = append(drafts, d)
		}
	}
	if byID := func(a, b *draft) int { return strings.Compare(a.listing.ID, b.listing.ID) }; !slices.IsSortedFunc(drafts, byID) {
		slices.SortFunc(drafts, byID)
	}
	return drafts, last, nil
}

// findListings marks the drafts that are kept already, as they are, and gives
// the others their merchant's key.
func (tx *Tx) findListings(drafts []*draft) error {
	byID := make(map[string]*draft, len(drafts))
	merchants := make([]string, 0, len(drafts))
	for _, d := range drafts {
		byID[d.listing.ID] = d
		merchants = append(merchants, d.listing.MerchantID)
	}
	if err := tx.readUnchanged(drafts, byID); err != nil {
		return err
	}
	keys, err := tx.merchantKeys(merchants)
	if err != nil {
		return err
	}
	for _, d := range drafts {
		if id := d.listing.MerchantID; id != "" {
			d.merchant = keys[id]
		}
	}
	return nil
}

func (tx *Tx) readUnchanged(drafts []*draft, byID map[string]*draft) error {
	var hash sql.RawBytes
	return blocks(drafts, func(block []*draft) error {
		args := make([]any, len(block))
		for i, d := range block {
			args[i] = d.listing.ID
		}
		query := "SELECT id, key, version, content_hash, deleted FROM listings WHERE id IN " + marks(len(block))
		return tx.each(query, args, func(r *sql.Rows) error {
			var id string
			var deleted bool
			var s Saved
			if err := r.Scan(&id, &s.Key, &s.Version, &hash, &deleted); err != nil {
				return err
			}
			d := byID[id]
			s.Content = d.saved.Content
			if !deleted && string(hash) == string(s.Content[:]) {
				s.Fate = Unchanged
				d.saved = s
			}
			return nil
		})
	})
}

const upsertHead = `INSERT INTO listings (id, merchant_key, title, description, category, brand, attributes, content_hash, created_at, edited_at) VALUES `

// The condition matters where another process saved the same listing since we
// looked: then nothing is returned for it, and it is unchanged.
const upsertTail = ` ON CONFLICT (id) DO UPDATE SET merchant_key = excluded.merchant_key, title = excluded.title,
 description = excluded.description, category = excluded.category, brand = excluded.brand, attributes = excluded.attributes,
 content_hash = excluded.content_hash, edited_at = excluded.edited_at, version = listings.version + 1, deleted = FALSE
 WHERE listings.content_hash <> excluded.content_hash OR listings.deleted RETURNING id, key, version`

func (tx *Tx) upsert(drafts []*draft) error {
	now := tx.s.stamp()
	byID := make(map[string]*draft, len(drafts))
	err := blocks(drafts, func(block []*draft) error {
		if err := tx.keepVersions(block); err != nil {
			return err
		}
		for _, d := range block {
			byID[d.listing.ID] = d
		}
		return tx.each(upsertHead+tuples(len(block), upsertColumns)+upsertTail, listingValues(block, now), func(r *sql.Rows) error {
			var id string
			var s Saved
			if err := r.Scan(&id, &s.Key, &s.Version); err != nil {
				return err
			}
			d := byID[id]
			s.Content, s.Fate = d.saved.Content, Updated
			if s.Version == 1 {
				s.Fate = Inserted
			}
			d.saved = s
			return nil
		})
	})
	if err != nil {
		return err
	}
	raced := slices.DeleteFunc(slices.Clone(drafts), func(d *draft) bool { return d.saved.Fate != "" })
	return tx.readUnchanged(raced, byID)
}

// AdoptListing makes the text of a listing that was changed round the store an
// edit like any other: it gets the hash that the text has and the next version.
// ok is false where the listing is not as it was seen any more: of that version
// and kept with the hash old.
func (tx *Tx) AdoptListing(key Key, version int64, old, now Hash) (ok bool, err error) {
	n, err := tx.exec("UPDATE listings SET content_hash = ?, version = version + 1, edited_at = ? WHERE key = ? AND version = ? AND content_hash = ?",
		now[:], tx.s.stamp(), int64(key), version, old[:])
	return n > 0, wrapKey("adopt listing", int64(key), err)
}

// RemoveListings marks listings as deleted, by id, and returns how many were not
// deleted before. Their records stay.
func (tx *Tx) RemoveListings(ids []string) (int64, error) {
	if err := checkBatch(len(ids)); err != nil {
		return 0, err
	}
	var total int64
	sorted := slices.Sorted(slices.Values(ids))
	err := blocks(sorted, func(block []string) error {
		if err := tx.keepVersionsOf(block); err != nil {
			return err
		}
		args := append([]any{tx.s.stamp()}, anys(block)...)
		n, err := tx.exec("UPDATE listings SET deleted = TRUE, version = version + 1, edited_at = ? WHERE NOT deleted AND id IN "+marks(len(block)), args...)
		total += n
		return err
	})
	return total, wrap("remove listings", err)
}
