package storetest

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/csv"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"zhunru/screening"
	"zhunru/screening/qualification"
	"zhunru/screening/report"
	"zhunru/store"
)

// updateReports is the variable that has the golden files of reports written
// anew; the suite has no flags of its own.
const updateReports = "ZHUNRU_UPDATE_REPORTS"

// reportDay is when the reports of the tests are made.
func reportDay() time.Time { return time.Date(2026, 3, 1, 1, 0, 0, 0, time.UTC) }

// catalogue keeps a small catalogue with everything that reports are about.
func catalogue(t *testing.T, s *store.Store) {
	t.Helper()
	keepRevisions(t, s)
	batch := made(1, 9)
	batch[2].Title = "联系13800138000 毛巾"
	saved := save(t, s, batch)
	keep(t, s, revisionA, judge(saved, batch, func(id string) screening.Verdict {
		if id <= "L-000004" {
			return prohibited(id, revisionA)
		}
		return pass(id, revisionA)
	}))
	keep(t, s, revisionB, judge(saved[:2], batch[:2], func(id string) screening.Verdict { return pass(id, revisionB) }))
	keep(t, s, revisionB, judge(saved[8:], batch[8:], func(id string) screening.Verdict {
		v := pass(id, revisionB)
		v.Outcome, v.Findings = screening.OutcomeNeedsCategory, []screening.Finding{finding("R01_DRUG", screening.OutcomeNeedsCategory)}
		return v
	}))
	write(t, s, dossiersOf)
	write(t, s, func(tx *store.Tx) error {
		r, err := tx.SaveRun(store.Run{Kind: store.RunFull, State: store.RunDone, Revision: revisionB, On: "2026-02-01", Actor: "cli", Total: 9, Done: 9, Flipped: 3})
		if err != nil {
			return err
		}
		return tx.Record(store.Entry{Actor: "cli", Kind: store.EntryRelease, Subject: "release/1", Payload: sha256.Sum256([]byte(r.Kind)), Revision: revisionB})
	})
}

func dossiersOf(tx *store.Tx) error {
	for _, m := range []store.Merchant{
		{Subject: qualification.Subject{ID: "M-1", Kind: "merchant", Name: "=甲公司", USCC: "91440300MA5EXAMPLE", VerifiedOn: "2025-08-30"}, State: store.MerchantActive,
			Identity: store.Identity{ShopName: "甲店", ShopURL: "https://shop.example/1", Address: "广东省深圳市南山区1号", Contact: "张三", Phone: "13800138000"}},
		{Subject: qualification.Subject{ID: "M-2", Kind: "merchant", Name: "李四", VerifiedOn: "2026-02-01"}, State: store.MerchantSuspended, Exempt: true,
			Identity: store.Identity{IDNumber: "11010519491231002X", Phone: "13900139000", Exemption: "零星小额"}},
	} {
		if _, err := tx.SaveMerchant(m); err != nil {
			return err
		}
	}
	for _, d := range []store.Document{
		{Document: qualification.Document{Type: "营业执照", Number: "91440300MA5EXAMPLE", Holder: "甲公司", ValidUntil: "长期"}, MerchantID: "M-1", Perpetual: true, Decision: store.Accepted},
		{Document: qualification.Document{Type: "食品经营许可证", Number: "JY1", ValidUntil: "2026-03-20"}, MerchantID: "M-1", ExpiresOn: "2026-03-20", Decision: store.Pending},
		{Document: qualification.Document{Type: "身份证", Number: "11010519491231002X", ValidUntil: "2026-01-01"}, MerchantID: "M-2", ExpiresOn: "2026-01-01", Decision: store.Accepted},
	} {
		if _, err := tx.SaveDocument(d); err != nil {
			return err
		}
	}
	_, err := tx.SaveQualifications("M-1", revisionA, []store.Qualification{
		{Category: "食品", State: qualification.MayApply, Since: "2025-01-01", Until: "2026-03-20", EvaluatedOn: "2026-02-01", Profile: "p"},
		{Category: "医疗器械", State: qualification.Incomplete, EvaluatedOn: "2026-02-01", Profile: "p", Missing: []qualification.Fault{{Document: "医疗器械经营许可证", Code: "MISSING", Why: "缺"}}},
	})
	return err
}

// stable are the columns that are the same whenever the test runs.
func stable(k *report.Kind) []string {
	var names []string
	for i := range k.Columns {
		c := &k.Columns[i]
		if c.Type != report.TypeTime && !slices.Contains([]string{"publish_by", "hash"}, c.Name) {
			names = append(names, c.Name)
		}
	}
	return names
}

func makeReport(ctx context.Context, s *store.Store, spec report.Spec) ([]byte, store.Written, error) {
	var out bytes.Buffer
	w, err := s.WriteReport(ctx, &store.ReportQuery{
		Head: report.Head{Spec: spec, Revision: revisionB, Generated: reportDay(), Actor: "test"}, Laws: report.Laws{"ecommerce-law": "电子商务法"},
	}, &out, nil)
	return out.Bytes(), w, err
}

// reports makes every report of the catalogue and compares it with its golden
// file, which is the same on every database.
func reports(t *testing.T, s *store.Store) {
	catalogue(t, s)
	for _, k := range report.Kinds() {
		got, written, err := makeReport(t.Context(), s, report.Spec{Kind: k.Name, Format: report.FormatCSV, Mask: report.MaskPersonal, Columns: stable(&k)})
		if err != nil {
			t.Errorf("%s: %v", k.Name, err)
			continue
		}
		if written.Hash != sha256.Sum256(got) || written.Bytes != int64(len(got)) {
			t.Errorf("%s: the hash or size is not the file's", k.Name)
		}
		golden(t, k.Name+".csv", got)
		for _, f := range []report.Format{report.FormatJSONL, report.FormatHTML} {
			got, _, err := makeReport(t.Context(), s, report.Spec{Kind: k.Name, Format: f, Mask: report.MaskPersonal, Columns: stable(&k)})
			if err != nil {
				t.Errorf("%s as %s: %v", k.Name, f, err)
				continue
			}
			golden(t, k.Name+"."+string(f), got)
		}
		sameBook(t, s, &k)
	}
}

// golden compares a file with the one that is kept.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("storetest", "testdata", "reports", name)
	if os.Getenv(updateReports) != "" {
		if err := os.WriteFile(path, got, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path) //nolint:gosec // a name of ours
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s: %s", name, diff)
	}
}

// sameBook reads the workbook of a report again and compares its rows with those
// of the CSV file, which has a golden one.
func sameBook(t *testing.T, s *store.Store, k *report.Kind) {
	t.Helper()
	spec := report.Spec{Kind: k.Name, Format: report.FormatXLSX, Mask: report.MaskPersonal, Columns: stable(k)}
	file, w, err := makeReport(t.Context(), s, spec)
	if err != nil {
		t.Errorf("%s: %v", k.Name, err)
		return
	}
	book, err := excelize.OpenReader(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close() //nolint:errcheck // in memory
	got, err := book.GetRows("明细")
	if err != nil {
		t.Fatal(err)
	}
	spec.Format = report.FormatCSV
	sheet, _, err := makeReport(t.Context(), s, spec)
	if err != nil {
		t.Fatal(err)
	}
	all, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(sheet, []byte("\ufeff")))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	want := slices.Concat(all[:1], all[2:2+w.Totals.Rows])
	for i := range got { // empty cells at the end of a row are not in the file
		for len(got[i]) < len(want[0]) {
			got[i] = append(got[i], "")
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s: the workbook: %s", k.Name, diff)
	}
}

// reportPeriods leaves out what lies outside the period.
func reportPeriods(t *testing.T, s *store.Store) {
	catalogue(t, s)
	for _, c := range []struct {
		kind, from, to string
		rows           int64
	}{
		{"findings", "2000-01-01", "2000-12-31", 0}, {"changes", "2000-01-01", "2000-12-31", 0}, {"changes", "2000-01-01", "", 3}, {"ledger", "2000-01-01", "2001-01-01", 0},
		{"runs", "2000-01-01", "", 1}, {"runs", "", "2000-01-01", 0}, {"documents", "2026-03-01", "2026-03-31", 1}, {"categories", "2026-03-20", "2026-03-20", 1},
		{"measures", "2000-01-01", "2000-12-31", 0}, {"findings", "", "", 5},
	} {
		_, w, err := makeReport(t.Context(), s, report.Spec{Kind: c.kind, From: c.from, To: c.to, Format: report.FormatCSV, Mask: report.MaskPersonal})
		if err != nil || w.Totals.Rows != c.rows {
			t.Errorf("%s %s–%s: %d rows, want %d; %v", c.kind, c.from, c.to, w.Totals.Rows, c.rows, err)
		}
	}
}

// reportPages reads more rows than one page has, each once, and ends with its
// context.
func reportPages(t *testing.T, s *store.Store) {
	keepRevisions(t, s)
	const n = 2*store.MaxBatch + 1
	for from := 0; from < n; from += store.MaxBatch {
		batch := made(from, min(store.MaxBatch, n-from))
		saved := save(t, s, batch)
		keep(t, s, revisionA, judge(saved, batch, func(id string) screening.Verdict { return prohibited(id, revisionA) }))
		keep(t, s, revisionB, judge(saved, batch, func(id string) screening.Verdict {
			v := prohibited(id, revisionB)
			v.Findings = v.Findings[:1]
			return v
		}))
	}
	for _, kind := range []string{"findings", "changes", "measures"} {
		got, w, err := makeReport(t.Context(), s, report.Spec{Kind: kind, Format: report.FormatCSV, Mask: report.MaskNone, Columns: []string{"listing_id"}})
		if err != nil || w.Totals.Rows != n {
			t.Errorf("%s: %d rows, %v", kind, w.Totals.Rows, err)
			continue
		}
		lines := bytes.Split(got, []byte("\n"))[2 : 2+n]
		slices.SortFunc(lines, bytes.Compare)
		if distinct := len(slices.CompactFunc(lines, bytes.Equal)); distinct != n {
			t.Errorf("%s: %d listings", kind, distinct)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	var out bytes.Buffer
	_, err := s.WriteReport(ctx, &store.ReportQuery{Head: report.Head{Spec: report.Spec{Kind: "findings", Format: report.FormatCSV, Mask: report.MaskNone}}}, &out, func(int64) { cancel() })
	if !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}
