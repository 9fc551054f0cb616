package storetest

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"zhunru/screening"
	"zhunru/screening/qualification"
	"zhunru/store"
)

func someMerchant(id string) store.Merchant {
	return store.Merchant{
		Subject: qualification.Subject{ID: id, Kind: "merchant", Name: "示例商行", USCC: "91440300MA5XXXXXXX", Place: "广东省深圳市",
			CategoriesHeld: []string{"社交-直播"}, VerifiedOn: "2026-01-31"},
		State: store.MerchantActive, JoinedAt: time.Date(2026, 1, 2, 3, 4, 5, 6000, time.UTC),
	}
}

func merchants(t *testing.T, s *store.Store) {
	save(t, s, []screening.Listing{{ID: "a", MerchantID: "M-1", Title: "x"}})
	named := must(t, func(ctx context.Context) (store.Merchant, error) { return s.Merchant(ctx, "M-1") })
	if named.State != store.MerchantNamed {
		t.Errorf("state %q of a merchant known by a listing", named.State)
	}
	var kept store.Merchant
	write(t, s, func(tx *store.Tx) (err error) { kept, err = tx.SaveMerchant(someMerchant("M-1")); return err })
	got := must(t, func(ctx context.Context) (store.Merchant, error) { return s.Merchant(ctx, "M-1") })
	if diff := cmp.Diff(kept, got); diff != "" || got.Version != 2 || !got.JoinedAt.Equal(someMerchant("").JoinedAt) {
		t.Errorf("version %d\n%s", got.Version, diff)
	}
	stale := got
	stale.Version = 1
	if err := s.Write(t.Context(), func(tx *store.Tx) error { _, err := tx.SaveMerchant(stale); return err }); !errors.Is(err, screening.ErrConflict) {
		t.Errorf("an old version: %v", err)
	}
	if _, err := s.Merchant(t.Context(), "none"); !errors.Is(err, screening.ErrNotFound) {
		t.Errorf("unknown merchant: %v", err)
	}
	list := must(t, func(ctx context.Context) ([]store.Merchant, error) { return s.Merchants(ctx, "", 10) })
	if len(list) != 1 {
		t.Errorf("%d merchants, want 1", len(list))
	}
}

func documents(t *testing.T, s *store.Store) {
	write(t, s, func(tx *store.Tx) error { _, err := tx.SaveMerchant(someMerchant("M-1")); return err })
	d := store.Document{
		Document:   qualification.Document{Type: "食品经营许可证", Number: "JY1", Holder: "示例商行", Scope: []string{"预包装食品销售"}, IssuedOn: "2021年3月1日", ValidUntil: "2026年2月28日", Text: "正文"},
		MerchantID: "M-1", ExpiresOn: "2026-02-28", Decision: store.Accepted,
	}
	write(t, s, func(tx *store.Tx) (err error) { d, err = tx.SaveDocument(d); return err })
	got := must(t, func(ctx context.Context) ([]store.Document, error) { return s.Documents(ctx, "M-1") })
	if diff := cmp.Diff([]store.Document{d}, got); diff != "" {
		t.Error(diff)
	}
	for _, w := range []struct {
		from, to string
		want     int
	}{{"2026-02-01", "2026-02-28", 1}, {"2026-02-28", "2026-03-01", 1}, {"2026-03-01", "2026-12-31", 0}, {"2026-01-01", "2026-02-27", 0}} {
		found := must(t, func(ctx context.Context) ([]store.Expiry, error) { return s.Expiring(ctx, w.from, w.to, 0, 10) })
		if len(found) != w.want {
			t.Errorf("%s to %s: %d expiring, want %d", w.from, w.to, len(found), w.want)
		}
	}
	d.Decision = store.Declined
	write(t, s, func(tx *store.Tx) error { _, err := tx.SaveDocument(d); return err })
	if err := s.Write(t.Context(), func(tx *store.Tx) error { _, err := tx.SaveDocument(d); return err }); !errors.Is(err, screening.ErrConflict) {
		t.Errorf("an old version: %v", err)
	}
	d.Key, d.MerchantID = 0, "none"
	if err := s.Write(t.Context(), func(tx *store.Tx) error { _, err := tx.SaveDocument(d); return err }); !errors.Is(err, screening.ErrNotFound) {
		t.Errorf("unknown merchant: %v", err)
	}
}

func qualifications(t *testing.T, s *store.Store) {
	write(t, s, func(tx *store.Tx) error { _, err := tx.SaveMerchant(someMerchant("M-1")); return err })
	list := []store.Qualification{
		{Category: "食品", State: qualification.MayApply, Since: "2026-01-01", Until: "2026-03-31", EvaluatedOn: "2026-01-05", Profile: "seed-2022-11"},
		{Category: "药品", State: qualification.Incomplete, EvaluatedOn: "2026-01-05", Profile: "seed-2022-11",
			Missing: []qualification.Fault{{Document: "药品经营许可证", Index: -1, Code: "MISSING", Why: "缺少"}}},
	}
	for i, want := range []bool{true, false} {
		write(t, s, func(tx *store.Tx) error {
			changed, err := tx.SaveQualifications("M-1", "", list)
			if changed != want {
				t.Errorf("time %d: changed %v, want %v", i+1, changed, want)
			}
			return err
		})
	}
	got := must(t, func(ctx context.Context) ([]store.Qualification, error) { return s.Qualifications(ctx, "M-1") })
	if diff := cmp.Diff([]store.Qualification{list[1], list[0]}, got); diff != "" {
		t.Error(diff)
	}
	for day, want := range map[string]map[string]screening.Held{
		"2025-12-31": {}, "2026-01-01": {"M-1": {"食品": true}}, "2026-03-31": {"M-1": {"食品": true}}, "2026-04-01": {},
	} {
		on, _ := time.Parse(time.DateOnly, day)
		held := must(t, func(ctx context.Context) (map[string]screening.Held, error) {
			return s.Held(ctx, on, []string{"M-1", "none"})
		})
		if diff := cmp.Diff(want, held); diff != "" {
			t.Errorf("%s: %s", day, diff)
		}
	}
}
