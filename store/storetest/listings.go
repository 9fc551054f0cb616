package storetest

import (
	"context"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"zhunru/screening"
	"zhunru/store"
)

func fates(saved []store.Saved) map[store.Fate]int {
	out := map[store.Fate]int{}
	for _, s := range saved {
		out[s.Fate]++
	}
	return out
}

func listingFates(t *testing.T, s *store.Store) {
	batch := made(0, 700)
	first := save(t, s, batch)
	if diff := cmp.Diff(map[store.Fate]int{store.Inserted: 700}, fates(first)); diff != "" {
		t.Fatal(diff)
	}
	if diff := cmp.Diff(map[store.Fate]int{store.Unchanged: 700}, fates(save(t, s, batch))); diff != "" {
		t.Error(diff)
	}
	batch[3].Title, batch[4].MerchantID, batch[5].Attributes = "另一款", "M-new", map[string]string{"材质": "麻"}
	batch = append(batch[:10:10], made(5000, 2)...)
	again := save(t, s, batch)
	if diff := cmp.Diff(map[store.Fate]int{store.Unchanged: 7, store.Updated: 3, store.Inserted: 2}, fates(again)); diff != "" {
		t.Error(diff)
	}
	if again[3].Key != first[3].Key || again[3].Version != 2 {
		t.Errorf("an edited listing has key %d, version %d; want %d, 2", again[3].Key, again[3].Version, first[3].Key)
	}
	for i := range batch {
		row := must(t, func(ctx context.Context) (store.Row, error) { return s.Listing(ctx, batch[i].ID) })
		if diff := cmp.Diff(batch[i], row.Listing); diff != "" {
			t.Error(diff)
		}
		if row.Content != store.ContentHash(&batch[i]) || row.Stamp.Screened() {
			t.Errorf("%s: wrong content hash, or a record from nowhere", batch[i].ID)
		}
	}
}

func listingTwice(t *testing.T, s *store.Store) {
	a, b := made(1, 1)[0], made(1, 1)[0]
	b.Title = "后一个"
	saved := save(t, s, []screening.Listing{a, b})
	if saved[0].Key != saved[1].Key || saved[0].Fate != store.Inserted {
		t.Errorf("got %+v", saved)
	}
	if row := must(t, func(ctx context.Context) (store.Row, error) { return s.Listing(ctx, a.ID) }); row.Listing.Title != b.Title {
		t.Errorf("title %q is kept, want the last one", row.Listing.Title)
	}
}

func listingRefused(t *testing.T, s *store.Store) {
	for name, l := range map[string]screening.Listing{
		"id":          {Title: "无编号"},
		"title":       {ID: "a", Title: "坏\xff字节"},
		"description": {ID: "a", Description: "空\x00字符"},
		"attributes":  {ID: "a", Attributes: map[string]string{"k": "\xc3"}},
	} {
		err := s.Write(t.Context(), func(tx *store.Tx) error {
			_, err := tx.SaveListings([]screening.Listing{l})
			return err
		})
		var invalid *screening.InvalidError
		if !errors.As(err, &invalid) || invalid.Field != name {
			t.Errorf("%s: got %v", name, err)
		}
	}
	err := s.Write(t.Context(), func(tx *store.Tx) error {
		_, err := tx.SaveListings(made(0, store.MaxBatch+1))
		return err
	})
	var invalid *screening.InvalidError
	if !errors.As(err, &invalid) {
		t.Errorf("a batch too large: got %v", err)
	}
	if n := count(t, s, "listings"); n != 0 {
		t.Errorf("%d listings are kept", n)
	}
}

func listingPages(t *testing.T, s *store.Store) {
	save(t, s, made(0, 950))
	for _, limit := range []int{1000, 317, 50} {
		seen, after := 0, store.Key(0)
		for {
			page := must(t, func(ctx context.Context) ([]store.Row, error) {
				return s.Listings(ctx, store.Query{After: after, Limit: limit})
			})
			for _, r := range page {
				if r.Key <= after {
					t.Fatalf("key %d after %d", r.Key, after)
				}
				after = r.Key
			}
			if seen += len(page); len(page) < limit {
				break
			}
		}
		if seen != 950 {
			t.Errorf("limit %d: %d listings, want 950", limit, seen)
		}
	}
	of := must(t, func(ctx context.Context) ([]store.Row, error) {
		return s.Listings(ctx, store.Query{Merchant: "M-3", Limit: 1000})
	})
	if len(of) != 136 {
		t.Errorf("%d listings of one merchant, want 136", len(of))
	}
	for _, r := range of {
		if r.Listing.MerchantID != "M-3" {
			t.Errorf("%s is of %s", r.Listing.ID, r.Listing.MerchantID)
		}
	}
}

func listingRemoved(t *testing.T, s *store.Store) {
	batch := made(0, 5)
	save(t, s, batch)
	write(t, s, func(tx *store.Tx) error {
		n, err := tx.RemoveListings([]string{"L-000001", "L-000002", "no such"})
		if n != 2 {
			t.Errorf("%d removed, want 2", n)
		}
		return err
	})
	live := must(t, func(ctx context.Context) ([]store.Row, error) { return s.Listings(ctx, store.Query{Limit: 10}) })
	if len(live) != 3 {
		t.Errorf("%d listings, want 3", len(live))
	}
	if row := must(t, func(ctx context.Context) (store.Row, error) { return s.Listing(ctx, "L-000001") }); !row.Deleted {
		t.Error("a removed listing does not say so")
	}
	if got := save(t, s, batch)[1]; got.Fate != store.Updated || got.Version != 3 {
		t.Errorf("a removed listing that is saved again: %+v", got)
	}
	if _, err := s.Listing(t.Context(), "none"); !errors.Is(err, screening.ErrNotFound) {
		t.Errorf("unknown listing: %v", err)
	}
}
