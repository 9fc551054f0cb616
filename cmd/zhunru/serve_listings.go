package main

import (
	"context"
	"encoding/hex"

	"zhunru/api"
	"zhunru/screening"
	"zhunru/store"
)

// A filter that no index serves is looked for in windows of keys, and a request
// looks through so many of them.
const (
	listWindow  = 20_000
	listWindows = 25
)

// Listings returns a page of listings.
func (b *backend) Listings(ctx context.Context, f api.ListingFilter, after int64, limit int) ([]api.Listing, int64, error) {
	q := store.Query{
		After: store.Key(after), Limit: limit, Merchant: f.Merchant, Class: f.Class, Outcome: f.Outcome, State: store.ListingState(f.State),
		Category: f.Category, Since: f.Since, Until: f.Until, Deleted: f.Deleted,
	}
	end, err := b.store.LastKey(ctx)
	if err != nil {
		return nil, 0, unavailable(err)
	}
	indexed := f.Merchant != "" || f.Class != "" || f.Outcome != "" && f.Outcome != screening.OutcomePass
	var out []api.Listing
	for range listWindows {
		if q.Through = end; !indexed {
			q.Through = min(q.After+listWindow, end)
		}
		if q.After >= end {
			return out, 0, nil
		}
		q.Limit = limit - len(out)
		rows, err := b.store.Listings(ctx, q)
		if err != nil {
			return nil, 0, unavailable(err)
		}
		for i := range rows {
			out = append(out, toAPIListing(&rows[i]))
		}
		if q.After = q.Through; len(rows) == q.Limit {
			q.After = rows[len(rows)-1].Key
			break
		}
	}
	if q.After >= end {
		return out, 0, nil
	}
	return out, int64(q.After), nil
}

func toAPIListing(row *store.Row) api.Listing {
	return api.Listing{
		Listing: row.Listing, Version: row.Version, State: string(row.State), Deleted: row.Deleted, EditedAt: row.EditedAt, Outcome: row.Stamp.Outcome,
	}
}

// SaveListing screens and keeps a listing.
func (b *backend) SaveListing(ctx context.Context, actor string, l screening.Listing, version int64) error {
	_, err := b.screenAt(ctx, actor, []screening.Listing{l}, true, version)
	return err
}

// RemoveListing marks a listing as deleted and records that in the ledger.
func (b *backend) RemoveListing(ctx context.Context, actor, id string, version int64) error {
	return unavailable(b.store.Write(ctx, func(tx *store.Tx) error {
		rows, err := tx.Listings(store.Query{IDs: []string{id}, Limit: 1, Deleted: true})
		switch {
		case err != nil:
			return err
		case len(rows) == 0:
			return screening.ErrNotFound
		case version != 0 && rows[0].Version != version:
			return screening.ErrConflict
		}
		n, err := tx.RemoveListings([]string{id})
		if err != nil || n == 0 { // none: it was deleted before
			return err
		}
		// Between reading and writing another process may have edited it.
		now, err := tx.Listings(store.Query{IDs: []string{id}, Limit: 1, Deleted: true})
		if err == nil && version != 0 && now[0].Version != version+1 {
			err = screening.ErrConflict
		}
		if err != nil {
			return err
		}
		return recordPayload(tx, actor, store.EntryListing, id, struct {
			Done    string `json:"done"`
			Version int64  `json:"version"`
			Content string `json:"content"`
		}{"removed", now[0].Version, hex.EncodeToString(now[0].Content[:])})
	}))
}

// Merchants returns a page of merchants.
func (b *backend) Merchants(ctx context.Context, after string, limit int) ([]api.Merchant, error) {
	rows, err := b.store.Merchants(ctx, after, limit)
	out := make([]api.Merchant, len(rows))
	for i := range rows {
		out[i] = toAPIMerchant(rows[i])
	}
	return answer(out, err)
}

// LedgerEntries returns a page of the ledger.
func (b *backend) LedgerEntries(ctx context.Context, after int64, limit int) ([]api.LedgerEntry, error) {
	rows, err := b.store.Ledger(ctx, after, limit)
	out := make([]api.LedgerEntry, len(rows))
	for i := range rows {
		e := &rows[i]
		out[i] = api.LedgerEntry{
			Seq: e.Seq, At: e.At, Actor: e.Actor, Kind: string(e.Kind), Subject: e.Subject, Payload: hex.EncodeToString(e.Payload[:]),
			Revision: e.Revision, Prev: hex.EncodeToString(e.Prev[:]), Hash: hex.EncodeToString(e.Hash[:]),
		}
	}
	return answer(out, err)
}
