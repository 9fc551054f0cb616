package store_test

import (
	"fmt"
	"path/filepath"
	"testing"

	"zhunru/screening"
	"zhunru/screening/dictionary"
	"zhunru/store"
)

const benchRows = 100_000

func benchListings(from, n int) []screening.Listing {
	out := make([]screening.Listing, n)
	for i := range out {
		k := from + i
		out[i] = screening.Listing{
			ID: fmt.Sprintf("L-%09d", k), MerchantID: fmt.Sprintf("M-%d", k%500), Title: fmt.Sprintf("夏季新款纯棉透气短袖 男女同款 第%d号", k),
			Description: "面料柔软亲肤，支持七天无理由退换", Category: "服饰/上衣/短袖", Brand: "示例",
		}
	}
	return out
}

// fill saves benchRows listings and, with verdicts, a pass for each.
func fill(b *testing.B, s *store.Store, verdicts bool) {
	b.Helper()
	err := s.Write(b.Context(), func(tx *store.Tx) error { return tx.SaveRevision(&dictionary.Dictionary{Revision: "sha256:aa"}) })
	for from := 0; from < benchRows && err == nil; from += store.MaxBatch {
		batch := benchListings(from, store.MaxBatch)
		err = s.Write(b.Context(), func(tx *store.Tx) error {
			saved, err := tx.SaveListings(batch)
			if err != nil || !verdicts {
				return err
			}
			_, err = tx.SaveVerdicts(store.Judging{Revision: "sha256:aa"}, passes(saved, batch))
			return err
		})
	}
	if err != nil {
		b.Fatal(err)
	}
}

func passes(saved []store.Saved, batch []screening.Listing) []store.Judged {
	out := make([]store.Judged, len(saved))
	for i, s := range saved {
		v := screening.Verdict{ID: batch[i].ID, Outcome: screening.OutcomePass, Findings: []screening.Finding{}}
		out[i] = store.Judged{Key: s.Key, Version: s.Version, Content: s.Content, Input: s.Content, Verdict: v}
	}
	return out
}

func perSecond(b *testing.B) {
	b.ReportMetric(benchRows*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}

// BenchmarkUpsertNew saves benchRows listings into an empty database.
func BenchmarkUpsertNew(b *testing.B) {
	for b.Loop() {
		b.StopTimer()
		s := open(b, filepath.Join(b.TempDir(), "z.db"))
		b.StartTimer()
		fill(b, s, false)
	}
	perSecond(b)
}

// BenchmarkUpsertNewWithVerdicts does so with a record for each.
func BenchmarkUpsertNewWithVerdicts(b *testing.B) {
	for b.Loop() {
		b.StopTimer()
		s := open(b, filepath.Join(b.TempDir(), "z.db"))
		b.StartTimer()
		fill(b, s, true)
	}
	perSecond(b)
}

// BenchmarkUpsertUnchanged saves the same listings again.
func BenchmarkUpsertUnchanged(b *testing.B) {
	s := open(b, filepath.Join(b.TempDir(), "z.db"))
	fill(b, s, false)
	for b.Loop() {
		fill(b, s, false)
	}
	perSecond(b)
}

// BenchmarkKeysetRead reads all listings with their stamps.
func BenchmarkKeysetRead(b *testing.B) {
	s := open(b, filepath.Join(b.TempDir(), "z.db"))
	fill(b, s, true)
	b.ReportAllocs()
	for b.Loop() {
		for after := store.Key(0); ; {
			rows, err := s.Listings(b.Context(), store.Query{After: after, Limit: store.MaxBatch})
			if err != nil {
				b.Fatal(err)
			}
			if len(rows) == 0 {
				break
			}
			after = rows[len(rows)-1].Key
		}
	}
	perSecond(b)
}

// BenchmarkVerdictsUnchanged hands in the verdicts that are kept already.
func BenchmarkVerdictsUnchanged(b *testing.B) {
	s := open(b, filepath.Join(b.TempDir(), "z.db"))
	fill(b, s, true)
	for b.Loop() {
		fill(b, s, true)
	}
	perSecond(b)
}
