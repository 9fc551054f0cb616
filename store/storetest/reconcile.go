package storetest

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"zhunru/screening/report"
	"zhunru/store"
)

// booked keeps what proved does, a document that was decided on, and an export,
// each with its entry.
func booked(t *testing.T, s *store.Store) {
	t.Helper()
	proved(t, s)
	entries := must(t, func(ctx context.Context) ([]store.Entry, error) { return s.Ledger(ctx, 0, store.MaxBatch) })
	write(t, s, func(tx *store.Tx) error { return chunksOf(tx, entries) })
	write(t, s, dossiersAlone)
	for _, decision := range []store.Decision{store.Pending, store.Accepted} {
		write(t, s, func(tx *store.Tx) error {
			return saveBooked(tx, "reviewer/a", store.Document{MerchantID: "M-9", Decision: decision})
		})
	}
	write(t, s, func(tx *store.Tx) error {
		_, err := tx.RecordExport(store.Export{Kind: store.ExportReport, Name: "runs", Actor: "cli", Spec: json.RawMessage("{}"), Format: "csv", Mask: store.MaskNone, FileHash: store.Hash{1}})
		return err
	})
}

// chunksOf keeps the chunks that entries stand for.
func chunksOf(tx *store.Tx, entries []store.Entry) error {
	run := int64(0)
	for i := range entries {
		if entries[i].Kind != store.EntryChunk {
			continue
		}
		run++
		if err := tx.SaveChunk(store.Chunk{Run: run, N: 1, Last: 1000, State: store.ChunkDone, Listings: 40, Root: &entries[i].Payload}); err != nil {
			return err
		}
	}
	return nil
}

func dossiersAlone(tx *store.Tx) error {
	m := store.Merchant{State: store.MerchantActive}
	m.ID, m.Kind, m.Name = "M-9", "merchant", "乙公司"
	_, err := tx.SaveMerchant(m)
	return err
}

// saveBooked saves the merchant's one document with an entry, as the API does.
func saveBooked(tx *store.Tx, actor string, d store.Document) error {
	subjects, err := tx.Subjects([]string{d.MerchantID}, true)
	if err != nil {
		return err
	}
	if list := subjects[d.MerchantID].Documents; len(list) > 0 {
		decision := d.Decision
		d = list[0]
		d.Decision = decision
	}
	d.Type = "营业执照"
	if d, err = tx.SaveDocument(d); err != nil {
		return err
	}
	body, err := json.Marshal(d)
	if err != nil {
		return err
	}
	return tx.Record(store.Entry{Actor: actor, Kind: store.EntryDocument, Subject: fmt.Sprintf("%s/%d", d.MerchantID, d.Key), Body: body})
}

// reconciliation takes away what no single record would show, and holds that
// the fact that differs is named, and no other.
func reconciliation(t *testing.T, first *store.Store, open Open) {
	const one = "(SELECT key FROM listings WHERE id = 'L-000001')"
	for _, test := range []struct {
		name, do string
		want     []store.Reconciled
	}{
		{"NothingIsWrong", "", nil},
		{"HistoryErased", "DELETE FROM record_history", []store.Reconciled{{Fact: store.FactHistory, Records: 5}}},
		{"ExportErased", "DELETE FROM exports", []store.Reconciled{{Fact: store.FactExports, Item: "report", Ledger: 1}}},
		{"DocumentErased", "DELETE FROM documents", []store.Reconciled{
			{Fact: store.FactDocuments, Ledger: 2}, {Fact: store.FactDecisions, Item: "accepted", Ledger: 1}, {Fact: store.FactDocument, Item: "M-9/1", Ledger: 2},
		}},
		{"ChunkErased", "DELETE FROM chunks WHERE run_key = 1", []store.Reconciled{{Fact: store.FactChunks, Item: "1", Ledger: 1}}},
		{"RootForged", "UPDATE chunks SET root = (SELECT root FROM chunks WHERE run_key = 2) WHERE run_key = 1", []store.Reconciled{{Fact: store.FactRoots, Item: "1", Records: 1}}},
		{"ListingsMiscounted", "UPDATE chunks SET listings = 39 WHERE run_key = 2", []store.Reconciled{{Fact: store.FactListings, Item: "2", Records: 39, Ledger: 40}}},
		{"DecisionForged", "UPDATE documents SET decision = 'rejected'", []store.Reconciled{
			{Fact: store.FactDecisions, Item: "accepted", Ledger: 1}, {Fact: store.FactDecisions, Item: "rejected", Records: 1}, {Fact: store.FactDocument, Item: "M-9/1 rejected", Records: 1},
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := first
			if test.do != "" {
				s = open(t)
			}
			booked(t, s)
			if test.do != "" {
				tamper(t, s, test.do)
			}
			if diff := cmp.Diff(test.want, differences(t, s)); diff != "" {
				t.Error(diff)
			}
		})
	}
	t.Run("RecordErased", func(t *testing.T) {
		s := open(t)
		booked(t, s)
		tamper(t, s, "DELETE FROM findings WHERE listing_key = "+one)
		tamper(t, s, "DELETE FROM records WHERE listing_key = "+one)
		got := differences(t, s)
		if len(got) != 1 || got[0].Fact != store.FactVerdicts || got[0].Ledger-got[0].Records != 1 {
			t.Errorf("%+v", got)
		}
	})
}

// reviewers has one reviewer's decision reversed by another, and one that stood.
func reviewers(t *testing.T, s *store.Store) {
	write(t, s, dossiersAlone)
	for _, step := range []struct {
		actor    string
		decision store.Decision
	}{{"key/shop", store.Pending}, {"key/a", store.Accepted}, {"key/b", store.Declined}, {"key/shop", store.Pending}, {"key/b", store.Accepted}} {
		write(t, s, func(tx *store.Tx) error {
			return saveBooked(tx, step.actor, store.Document{MerchantID: "M-9", Decision: step.decision})
		})
	}
	got, w, err := makeReport(t.Context(), s, report.Spec{Kind: "decisions", Format: report.FormatJSONL, Mask: report.MaskPersonal})
	if err != nil || w.Totals.Rows != 2 {
		t.Fatalf("%d rows, %v", w.Totals.Rows, err)
	}
	for _, want := range []string{
		`"actor":"key/a","documents":1,"decisions":1,"accepted":1,"rejected":0,"superseded":0,"reversed":1,"median_minutes":0,"unwaited":0`,
		`"actor":"key/b","documents":1,"decisions":2,"accepted":1,"rejected":1,"superseded":0,"reversed":0,"median_minutes":0,"unwaited":1`,
	} {
		if !strings.Contains(string(got), want) {
			t.Errorf("%s is not in %s", want, got)
		}
	}
	if _, w, err := makeReport(t.Context(), s, report.Spec{Kind: "decisions", To: "2000-01-01", Format: report.FormatCSV, Mask: report.MaskPersonal}); err != nil || w.Totals.Rows != 0 {
		t.Errorf("another period: %d rows, %v", w.Totals.Rows, err)
	}
}

func differences(t *testing.T, s *store.Store) []store.Reconciled {
	t.Helper()
	var out []store.Reconciled
	must(t, func(ctx context.Context) (any, error) {
		return nil, s.Reconcile(ctx, func(r store.Reconciled) error {
			if !r.Agrees() {
				out = append(out, r)
			}
			return nil
		})
	})
	return out
}
