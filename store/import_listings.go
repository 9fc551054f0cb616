package store

import (
	"fmt"
	"slices"

	"zhunru/screening"
)

// InsertListings does what SaveListings does, faster where the listings are new
// and slower where they are not: it inserts before it looks.
func (tx *Tx) InsertListings(batch []screening.Listing) ([]Saved, error) {
	if tx.s.engine != SQLite {
		return tx.SaveListings(batch)
	}
	if err := checkBatch(len(batch)); err != nil {
		return nil, err
	}
	drafts, last, err := prepare(batch)
	if err != nil {
		return nil, err
	}
	if err := tx.nameMerchants(drafts); err != nil {
		return nil, wrap("insert listings", err)
	}
	if err := blocks(drafts, tx.insertBlock); err != nil {
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

// insertBlock inserts a block of which no id is known, or falls back to saving
// it. SQLite gives each row of one statement the key after the greatest, in the
// order of the rows, so that the last key tells them all.
func (tx *Tx) insertBlock(block []*draft) error {
	const cols = 10
	now := tx.s.stamp()
	args := make([]any, 0, len(block)*cols)
	for _, d := range block {
		l := d.listing
		args = append(args, l.ID, d.merchant, l.Title, l.Description, l.Category, l.Brand, d.attributes, d.saved.Content[:], now, now)
	}
	if _, err := tx.exec("SAVEPOINT block"); err != nil {
		return err
	}
	done, err := tx.sql.ExecContext(tx.ctx, upsertHead+tuples(len(block), cols)+" ON CONFLICT (id) DO NOTHING", args...)
	if err != nil {
		return err
	}
	n, err := done.RowsAffected()
	if err != nil {
		return err
	}
	if n < int64(len(block)) {
		if _, err := tx.exec("ROLLBACK TO block"); err != nil {
			return err
		}
		return tx.saveBlock(block)
	}
	final, err := done.LastInsertId()
	if err != nil {
		return err
	}
	for i, d := range block {
		d.saved = Saved{Key: Key(final - int64(len(block)-1-i)), Version: 1, Content: d.saved.Content, Fate: Inserted}
	}
	_, err = tx.exec("RELEASE block")
	return err
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
	all := make([]*judged, len(batch))
	for i := range batch {
		b := &batch[i]
		if err := checkEnum("outcome", b.Verdict.Outcome, screening.Outcomes...); err != nil {
			return kept, wrapKey("save verdict of", b.Verdict.ID, err)
		}
		h, err := VerdictHash(&b.Verdict)
		if err != nil {
			return kept, err
		}
		all[i] = &judged{Judged: b, hash: h, old: &oldRecord{version: b.Version, content: b.Content}}
	}
	slices.SortFunc(all, func(a, b *judged) int { return int(a.Key - b.Key) })
	at := micros(j.At)
	if j.At.IsZero() {
		at = tx.s.stamp()
	}
	kept.First = len(all)
	p := putting{tx: tx, revision: revision, run: optional(j.Run), at: at}
	if err := p.put(all); err != nil {
		return Kept{}, wrap("save first verdicts", fmt.Errorf("of %d listings: %w", len(all), err))
	}
	return kept, nil
}
