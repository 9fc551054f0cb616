package store

import (
	"database/sql"
	"fmt"
	"slices"

	"zhunru/screening"
)

// InsertListings does what SaveListings does, faster where the listings are new
// and slower where they are not: it inserts before it looks. Content holds the
// ContentHash of each listing; nil leaves hashing to it.
func (tx *Tx) InsertListings(batch []screening.Listing, content []Hash) ([]Saved, error) {
	if err := checkBatch(len(batch)); err != nil {
		return nil, err
	}
	drafts, last, err := prepare(batch, content)
	if err != nil {
		return nil, err
	}
	if err := tx.nameMerchants(drafts); err != nil {
		return nil, wrap("insert listings", err)
	}
	insert := tx.insertBlock
	if tx.s.engine != SQLite {
		insert = tx.insertReturning
	}
	if err := blocks(drafts, insert); err != nil {
		return nil, wrap("insert listings", err)
	}
	out := make([]Saved, len(batch))
	for i := range batch {
		out[i] = last[batch[i].ID].saved
	}
	return out, nil
}

// nameMerchants gives drafts their merchants' keys.
func (tx *Tx) nameMerchants(drafts []*draft) error {
	ids := make([]string, len(drafts))
	for i, d := range drafts {
		ids[i] = d.listing.MerchantID
	}
	keys, err := tx.merchantKeys(ids)
	for _, d := range drafts {
		if id := d.listing.MerchantID; id != "" {
			d.merchant = keys[id]
		}
	}
	return err
}

// insertReturning inserts those of a block whose ids are not known, asks for
// their keys, and saves the others.
func (tx *Tx) insertReturning(block []*draft) error {
	byID := make(map[string]*draft, len(block))
	for _, d := range block {
		byID[d.listing.ID] = d
	}
	query := upsertHead + tuples(len(block), upsertColumns) + " ON CONFLICT (id) DO NOTHING RETURNING id, key"
	err := tx.each(query, listingValues(block, tx.s.stamp()), func(r *sql.Rows) error {
		var id string
		var key Key
		if err := r.Scan(&id, &key); err != nil {
			return err
		}
		d := byID[id]
		d.saved = Saved{Key: key, Version: 1, Content: d.saved.Content, Fate: Inserted}
		return nil
	})
	if err != nil {
		return err
	}
	return blocks(slices.DeleteFunc(slices.Clone(block), func(d *draft) bool { return d.saved.Fate == Inserted }), tx.saveBlock)
}

// insertBlock inserts those of a block whose ids are not known and saves the
// others. SQLite gives each row that one statement inserts the key after the
// greatest, in the order of the rows, so that the last key tells them all.
func (tx *Tx) insertBlock(block []*draft) error {
	done, err := tx.sql.ExecContext(tx.ctx, upsertHead+tuples(len(block), upsertColumns)+" ON CONFLICT (id) DO NOTHING", listingValues(block, tx.s.stamp())...)
	if err != nil {
		return err
	}
	n, err := done.RowsAffected()
	if err != nil {
		return err
	}
	if n == 0 {
		return tx.saveBlock(block)
	}
	final, err := done.LastInsertId()
	if err != nil {
		return err
	}
	fresh := block
	if n < int64(len(block)) {
		if fresh, err = tx.saveKnown(block, final-n); err != nil {
			return err
		}
	}
	for i, d := range fresh {
		d.saved = Saved{Key: Key(final - int64(len(fresh)-1-i)), Version: 1, Content: d.saved.Content, Fate: Inserted}
	}
	return nil
}

// upsertColumns is how many values upsertHead takes for a listing.
const upsertColumns = 10

// listingValues are the values of drafts for upsertHead.
func listingValues(block []*draft, now int64) []any {
	args := make([]any, 0, len(block)*upsertColumns)
	for _, d := range block {
		l := d.listing
		args = append(args, l.ID, d.merchant, l.Title, l.Description, l.Category, l.Brand, d.attributes, d.saved.Content[:], now, now)
	}
	return args
}

// saveKnown saves those drafts of a block that were kept before, under keys up
// to one, and returns the others.
func (tx *Tx) saveKnown(block []*draft, through int64) (fresh []*draft, err error) {
	known := make(map[string]bool, len(block))
	args := make([]any, 0, len(block)+1)
	for _, d := range block {
		args = append(args, d.listing.ID)
	}
	err = tx.each("SELECT id FROM listings WHERE id IN "+marks(len(block))+" AND key <= ?", append(args, through), func(r *sql.Rows) error {
		var id string
		err := r.Scan(&id)
		known[id] = true
		return err
	})
	if err != nil {
		return nil, err
	}
	var old []*draft
	for _, d := range block {
		if known[d.listing.ID] {
			old = append(old, d)
		} else {
			fresh = append(fresh, d)
		}
	}
	return fresh, blocks(old, tx.saveBlock)
}

// saveBlock saves drafts some of which are kept already.
func (tx *Tx) saveBlock(block []*draft) error {
	if err := tx.findListings(block); err != nil {
		return err
	}
	return tx.upsert(slices.DeleteFunc(slices.Clone(block), func(d *draft) bool { return d.saved.Fate == Unchanged }))
}

// SaveFirstVerdicts is SaveVerdicts for listings that were inserted in this
// transaction: there is no record that they could meet, and none is looked for.
func (tx *Tx) SaveFirstVerdicts(j Judging, batch []Judged) (Kept, error) {
	var kept Kept
	if err := checkBatch(len(batch)); err != nil {
		return kept, err
	}
	revision, err := tx.revisionKey(j.Revision)
	if err != nil {
		return kept, err
	}
	all, olds := make([]*judged, len(batch)), make([]oldRecord, len(batch))
	for i := range batch {
		b := &batch[i]
		if _, err := b.Pack(); err != nil {
			return kept, err
		}
		olds[i] = oldRecord{version: b.Version, content: b.Content}
		all[i] = &judged{Judged: b, old: &olds[i]}
	}
	slices.SortFunc(all, func(a, b *judged) int { return int(a.Key - b.Key) })
	at := micros(j.At)
	if j.At.IsZero() {
		at = tx.s.stamp()
	}
	kept.First = len(all)
	p := putting{tx: tx, revision: revision, run: optional(j.Run), at: at}
	if j.Run != 0 {
		p.chunk = optional(j.Chunk)
	}
	for _, v := range all {
		kept.Written = append(kept.Written, v.Key)
	}
	if err := p.put(all, ""); err != nil {
		return Kept{}, wrap("save first verdicts", fmt.Errorf("of %d listings: %w", len(all), err))
	}
	return kept, nil
}
