package evidence

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"zhunru/screening"
	"zhunru/store"
)

// The scopes of a Spec.
const (
	ScopeListing  = "listing"  // a listing with all its verdicts
	ScopeMerchant = "merchant" // all listings of a merchant, and what was decided on it and its documents
	ScopePeriod   = "period"   // what was judged and decided on some days
)

// A Spec says what a pack is about.
type Spec struct {
	Scope string `json:"scope"`
	ID    string `json:"id,omitempty"`   // of the listing or merchant
	From  string `json:"from,omitempty"` // first day of the period in China, YYYY-MM-DD
	To    string `json:"to,omitempty"`   // its last day
}

// maxListings bounds the listings of a pack; its bytes are what counts first.
const maxListings = 100_000

// Check returns a *screening.InvalidError that names the first thing that is
// wrong with a spec.
func (s *Spec) Check() error {
	switch s.Scope {
	case ScopeListing, ScopeMerchant:
		switch {
		case s.ID == "":
			return invalid("id", "请写明编号")
		case s.From != "" || s.To != "":
			return invalid("from", "期间只用于 period，请去掉")
		}
		return nil
	case ScopePeriod:
		if s.ID != "" {
			return invalid("id", "期间的证据包不写编号，请去掉")
		}
		from, before, err := s.period()
		if err == nil && !from.Before(before) {
			err = invalid("to", "最后一天早于第一天，请改正")
		}
		return err
	}
	return invalid("scope", "没有范围“"+s.Scope+"”，请改为 listing、merchant、period 之一")
}

// Name is the spec as a pack and the ledger show it: listing/L-1, merchant/M-1,
// period/2026-01-01..2026-01-31.
func (s *Spec) Name() string {
	if s.Scope == ScopePeriod {
		return s.Scope + "/" + s.From + ".." + s.To
	}
	return s.Scope + "/" + s.ID
}

func (s *Spec) period() (from, before time.Time, err error) {
	china := time.FixedZone("Asia/Shanghai", 8*60*60)
	for _, d := range [...]struct {
		field, day string
		into       *time.Time
	}{{"from", s.From, &from}, {"to", s.To, &before}} {
		if *d.into, err = time.ParseInLocation(time.DateOnly, d.day, china); err != nil {
			return from, before, invalid(d.field, "“"+d.day+"”不是日期，请写成 2026-01-31 的形式")
		}
	}
	return from, before.AddDate(0, 0, 1), nil
}

func invalid(field, reason string) error {
	return &screening.InvalidError{Field: field, Reason: reason}
}

// Make collects what a pack is about and builds it; of the request Actor, Mask,
// PrivateKey, Export and Progress count. Errors are those of Check and Build.
func Make(ctx context.Context, s *store.Store, spec Spec, r Request) ([]byte, error) {
	if err := spec.Check(); err != nil {
		return nil, err
	}
	var err error
	if r.Spec, err = json.Marshal(spec); err != nil {
		return nil, err
	}
	r.Scope = spec.Name()
	switch spec.Scope {
	case ScopeListing:
		r.Listings = []string{spec.ID}
	case ScopeMerchant:
		r.Merchant = spec.ID
		if r.Listings, err = merchantListings(ctx, s, spec.ID); err == nil {
			r.Files, err = s.FileEntries(ctx, spec.ID, time.Time{}, time.Time{})
		}
	case ScopePeriod:
		if r.From, r.Before, err = spec.period(); err != nil {
			return nil, err
		}
		if r.Listings, err = periodListings(ctx, s, r.From, r.Before); err == nil {
			r.Files, err = s.FileEntries(ctx, "", r.From, r.Before)
		}
	}
	if errors.Is(err, screening.ErrNotFound) {
		return nil, nothing(r.Scope)
	}
	if err != nil {
		return nil, err
	}
	return Build(ctx, s, r)
}

func nothing(scope string) error {
	return invalid("id", scope+" 没有结论，没有可导出的证据，请核对编号或期间")
}

func merchantListings(ctx context.Context, s *store.Store, id string) ([]string, error) {
	q := store.Query{Merchant: id, Limit: store.MaxBatch, Deleted: true}
	var ids []string
	for {
		rows, err := s.Listings(ctx, q)
		if err != nil {
			return nil, err
		}
		for i := range rows {
			ids = append(ids, rows[i].Listing.ID)
			q.After = rows[i].Key
		}
		if err := bounded(len(ids)); err != nil || len(rows) < q.Limit {
			return ids, err
		}
	}
}

func periodListings(ctx context.Context, s *store.Store, from, before time.Time) (ids []string, err error) {
	for after := store.Key(0); ; {
		page, next, err := s.JudgedBetween(ctx, from, before, after, store.MaxBatch)
		ids = append(ids, page...)
		if err == nil {
			err = bounded(len(ids))
		}
		if err != nil || next == 0 {
			return ids, err
		}
		after = next
	}
}

func bounded(listings int) error {
	if listings > maxListings {
		return invalid("scope", fmt.Sprintf("商品多于 %d 件，请缩小范围，分几个包导出", maxListings))
	}
	return nil
}
