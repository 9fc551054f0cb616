package storetest

import (
	"encoding/json"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"zhunru/screening"
	"zhunru/store"
)

// exports follows an export from waiting to done, and its entry in the ledger.
func exports(t *testing.T, s *store.Store) {
	x := store.Export{
		Kind: store.ExportReport, Name: "findings", Actor: "key:abc", Spec: json.RawMessage(`{"kind":"findings"}`), Format: "csv",
		Mask: store.MaskPersonal, State: store.ExportWaiting, Kept: true,
	}
	save := func(x store.Export, record bool) (out store.Export, err error) {
		err = s.Write(t.Context(), func(tx *store.Tx) error {
			if record {
				out, err = tx.RecordExport(x)
			} else {
				out, err = tx.SaveExport(x)
			}
			return err
		})
		return out, err
	}
	waiting, err := save(x, false)
	if err != nil {
		t.Fatal(err)
	}
	if open, err := s.OpenExports(t.Context(), store.ExportReport, 10); err != nil || len(open) != 1 || open[0].Key != waiting.Key {
		t.Errorf("open: %v, %v", open, err)
	}
	if _, err := save(waiting, true); err == nil {
		t.Error("an export without the hash of its file was recorded")
	}
	waiting.Rows, waiting.Bytes, waiting.FileHash = 3, 120, store.Hash{1, 2}
	waiting.ExpiresAt = waiting.CreatedAt.Add(time.Hour)
	done, err := save(waiting, true)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := save(waiting, true); !errors.Is(err, screening.ErrConflict) {
		t.Errorf("of an old version: %v", err)
	}
	kept, err := s.Export(t.Context(), done.Key)
	if diff := cmp.Diff(done, kept); err != nil || diff != "" || kept.State != store.ExportDone {
		t.Errorf("%v %s", err, diff)
	}
	entries, err := s.Ledger(t.Context(), 0, 10)
	if err != nil || len(entries) != 1 {
		t.Fatalf("%v, %v", entries, err)
	}
	if e := entries[0]; e.Kind != store.EntryExport || e.Subject != "report/findings/1" || e.Actor != "key:abc" || e.Payload != kept.Digest() {
		t.Errorf("%+v", e)
	}
	for name, change := range map[string]func(*store.Export){
		"spec": func(x *store.Export) { x.Spec = json.RawMessage(`{}`) }, "mask": func(x *store.Export) { x.Mask = store.MaskNone },
		"rows": func(x *store.Export) { x.Rows++ }, "file": func(x *store.Export) { x.FileHash[31]++ }, "actor": func(x *store.Export) { x.Actor += "x" },
	} {
		y := kept
		if change(&y); y.Digest() == kept.Digest() {
			t.Errorf("the digest does not cover %s", name)
		}
	}
	ended, err := s.EndedExports(t.Context(), store.ExportReport, done.ExpiresAt, 10)
	if err != nil || len(ended) != 1 {
		t.Errorf("ended: %v, %v", ended, err)
	}
	if early, err := s.EndedExports(t.Context(), store.ExportReport, done.ExpiresAt.Add(-time.Second), 10); err != nil || len(early) != 0 {
		t.Errorf("ended early: %v, %v", early, err)
	}
	if _, err := s.Export(t.Context(), done.Key+1); !errors.Is(err, screening.ErrNotFound) {
		t.Errorf("unknown: %v", err)
	}
	x.Mask = ""
	if _, err := save(x, false); err == nil {
		t.Error("no mask was accepted")
	}
}

// exportSlots refuses a second export of one schedule and slot.
func exportSlots(t *testing.T, s *store.Store) {
	x := store.Export{
		Kind: store.ExportReport, Name: "runs", Actor: "schedule/weekly", Spec: json.RawMessage(`{}`), Format: "csv", Mask: store.MaskPersonal,
		State: store.ExportWaiting, Schedule: 7, Slot: time.Unix(1_700_000_000, 0).UTC(),
	}
	for _, want := range []error{nil, screening.ErrConflict} {
		err := s.Write(t.Context(), func(tx *store.Tx) error { _, err := tx.SaveExport(x); return err })
		if !errors.Is(err, want) {
			t.Errorf("%v, want %v", err, want)
		}
	}
}

// identity keeps what the market regulator is told of a merchant, and the
// schedule that makes a report.
func identity(t *testing.T, s *store.Store) {
	m := store.Merchant{State: store.MerchantActive, Exempt: true, Identity: store.Identity{
		ShopName: "小店", ShopURL: "https://shop.example/1", Address: "深圳市", Contact: "张三", Phone: "13800138000", IDNumber: "11010519491231002X", Exemption: "零星小额",
	}}
	m.ID, m.Kind = "M-1", "merchant"
	write(t, s, func(tx *store.Tx) error { _, err := tx.SaveMerchant(m); return err })
	kept, err := s.Merchant(t.Context(), "M-1")
	if diff := cmp.Diff(m.Identity, kept.Identity); err != nil || diff != "" {
		t.Errorf("%v %s", err, diff)
	}
	write(t, s, func(tx *store.Tx) error {
		_, err := tx.SaveSchedule(store.Schedule{Name: "weekly", Kind: "report", Spec: "0 6 * * 1", Zone: "Asia/Shanghai", State: store.ScheduleActive})
		return err
	})
}
