package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"sync"
)

// maxMerchantNames bounds what is remembered, to about 16 MB of ids.
const maxMerchantNames = 200_000

// A merchantNames remembers the ids of merchants by key, so that reading listings
// needs no join. No merchant is ever removed or renamed; only what is committed
// may be remembered, since the keys of a transaction that failed are given again.
// A nil merchantNames remembers nothing. Safe for concurrent use.
type merchantNames struct {
	mu  sync.RWMutex
	ids map[Key]string
}

// fill names the merchants of rows and returns the keys that it does not know.
// A key of 0 is a listing without a merchant.
func (n *merchantNames) fill(rows []Row, keys []Key) (unknown []Key) {
	if n != nil {
		n.mu.RLock()
		defer n.mu.RUnlock()
	}
	for i, key := range keys {
		if key == 0 {
			continue
		}
		if n != nil {
			if id, ok := n.ids[key]; ok {
				rows[i].Listing.MerchantID = id
				continue
			}
		}
		unknown = append(unknown, key)
	}
	return unknown
}

// learn remembers ids, and forgets the others where they would be too many.
func (n *merchantNames) learn(ids map[Key]string) {
	if n == nil {
		return
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.ids == nil || len(n.ids)+len(ids) > maxMerchantNames {
		n.ids = make(map[Key]string, len(ids))
	}
	for key, id := range ids {
		n.ids[key] = id
	}
}

// nameMerchants sets the merchant ids of rows, whose merchants have these keys.
// A merchant that is not there is an error: the listing would be judged as if
// nobody sold it.
func nameMerchants(ctx context.Context, from queryer, e Engine, names *merchantNames, rows []Row, keys []Key) error {
	unknown := names.fill(rows, keys)
	if len(unknown) == 0 {
		return nil
	}
	slices.Sort(unknown)
	found := make(map[Key]string, len(unknown))
	err := blocks(slices.Compact(unknown), func(block []Key) error {
		return queryEach(ctx, from, e, "SELECT key, id FROM merchants WHERE key IN "+marks(len(block)), keyArgs(block), func(r *sql.Rows) error {
			var key Key
			var id string
			err := r.Scan(&key, &id)
			found[key] = id
			return err
		})
	})
	if err != nil {
		return err
	}
	for i, key := range keys {
		if key == 0 || rows[i].Listing.MerchantID != "" {
			continue
		}
		id, ok := found[key]
		if !ok {
			return fmt.Errorf("listing %s: its merchant (key %d) is not in the database", rows[i].Listing.ID, key)
		}
		rows[i].Listing.MerchantID = id
	}
	names.learn(found)
	return nil
}
