// Package storetest is the one suite of behaviour that the store keeps on every
// database. It tests through the store's own methods, and reaches around them
// only to damage the ledger.
package storetest

import (
	"context"
	"fmt"
	"testing"

	"zhunru/screening"
	"zhunru/screening/dictionary"
	"zhunru/store"
)

// An Open returns an empty store with the current schema. It is closed by the
// test's Cleanup.
type Open func(t *testing.T) *store.Store

// Run runs the suite, each test on a store of its own.
func Run(t *testing.T, open Open) {
	t.Helper()
	for _, test := range []struct {
		name string
		run  func(*testing.T, *store.Store)
	}{
		{"ListingsAreInsertedUpdatedOrUnchanged", listingFates},
		{"ListingsOfOneIDInABatchTheLastCounts", listingTwice},
		{"ListingsThatCannotBeKeptAreRefused", listingRefused},
		{"ListingsAreReadByKeyWithoutGapOrDouble", listingPages},
		{"ListingsRemovedAndBack", listingRemoved},
		{"MerchantsCompareVersions", merchants},
		{"DocumentsAndExpiry", documents},
		{"QualificationsAndHeldOnADay", qualifications},
		{"VerdictsRoundTripByteForByte", verdictRoundTrip},
		{"VerdictsUnchangedWriteNothing", verdictUnchanged},
		{"VerdictsFlipAndHistoryKeepsTheOld", verdictFlips},
		{"VerdictsOnAnEditedListingAreStale", verdictStale},
		{"VerdictsOfUnknownListingsOrRevisionsAreRefused", verdictUnknown},
		{"RevisionsAreKeptWhole", revisions},
		{"RunsAndChunksCompareAndSwap", runs},
		{"ChunksClaimedAgainAreNotTheFirstClaims", claims},
		{"WebhooksCompareVersionsAndKeepSecrets", webhooks},
		{"EventsAreSharedOutOnce", shareOut},
		{"AttemptsAreNotedAndFailuresDisable", attempts},
		{"EnumsAreRefusedByTheDatabase", enums},
		{"FailedWritesLeaveNothing", failedWrite},
		{"ConcurrentWritersAndReaders", concurrent},
		{"LedgerChainsAndVerifies", ledgerGrows},
		{"LedgerIsAppendOnly", ledgerAppendOnly},
		{"LedgerTamperingIsNamed", func(t *testing.T, s *store.Store) { ledgerTampering(t, s, open) }},
		{"TreeHeads", treeHeads},
		{"AnswersAreKeptOnceAndEnd", answers},
		{"SecretsAreMadeOnce", secrets},
		{"ExportsAreEnteredInTheLedger", exports},
		{"ExportsOnceASlot", exportSlots},
		{"ReportsAreThoseOfTheGoldenFiles", reports},
		{"ReportsOfAPeriod", reportPeriods},
		{"ReportsReadPageByPage", reportPages},
		{"IdentityOfMerchantsAndReportSchedules", identity},
		{"RecordsAgreeWithTheLedger", func(t *testing.T, s *store.Store) { ledgerRecords(t, s, open) }},
		{"RecordsAndLedgerCountAlike", func(t *testing.T, s *store.Store) { reconciliation(t, s, open) }},
		{"ReviewersAreCounted", reviewers},
		{"ListingsKeepTheTextThatWasJudged", listingVersions},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			test.run(t, open(t))
		})
	}
}

// write runs f in a transaction that must succeed.
func write(t *testing.T, s *store.Store, f func(tx *store.Tx) error) {
	t.Helper()
	if err := s.Write(t.Context(), f); err != nil {
		t.Fatal(err)
	}
}

// must returns a value that came without an error.
func must[T any](t *testing.T, f func(ctx context.Context) (T, error)) T {
	t.Helper()
	v, err := f(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// made returns n made-up listings, numbered from from.
func made(from, n int) []screening.Listing {
	out := make([]screening.Listing, n)
	for i := range out {
		k := from + i
		out[i] = screening.Listing{
			ID: fmt.Sprintf("L-%06d", k), MerchantID: fmt.Sprintf("M-%d", k%7), Title: fmt.Sprintf("纯棉毛巾 第%d款", k),
			Description: "柔软吸水", Category: "家居/毛巾", Brand: "示例", Attributes: map[string]string{"材质": "棉", "颜色": "白"},
		}
	}
	return out
}

// save keeps listings and returns what became of them.
func save(t *testing.T, s *store.Store, batch []screening.Listing) (saved []store.Saved) {
	t.Helper()
	write(t, s, func(tx *store.Tx) (err error) {
		saved, err = tx.SaveListings(batch)
		return err
	})
	return saved
}

const revisionA, revisionB = "sha256:aa", "sha256:bb"

// keepRevisions keeps two small dictionaries.
func keepRevisions(t *testing.T, s *store.Store) {
	t.Helper()
	write(t, s, func(tx *store.Tx) error {
		if err := tx.SaveRevision(&dictionary.Dictionary{Revision: revisionA}); err != nil {
			return err
		}
		return tx.SaveRevision(&dictionary.Dictionary{Revision: revisionB})
	})
}

// finding is a made-up finding with every kind of field.
func finding(class string, o screening.Outcome) screening.Finding {
	return screening.Finding{
		Class: class, Name: "测试品类", Outcome: o, Kind: screening.KindTerm, Term: "词", Field: "title",
		Span:  screening.Span{Byte: [2]int{0, 3}, Rune: [2]int{0, 1}, UTF16: [2]int{0, 1}},
		Quote: "词", Steps: []string{}, Boundary: "aligned", Tokens: []string{"词", "语"},
		Citations: []screening.Citation{{Source: "ecommerce-law", Article: "13", Verified: true}},
		Missing:   &screening.Missing{Category: "示例类目", AnyOf: [][]string{{"示例许可证"}}},
		Remedy:    dictionary.Remedy{Code: "REMOVE_LISTING", Merchant: "请下架", Operator: "请核对"},
	}
}

func pass(id, revision string) screening.Verdict {
	return screening.Verdict{ID: id, Outcome: screening.OutcomePass, Revision: revision, Findings: []screening.Finding{}}
}

func prohibited(id, revision string) screening.Verdict {
	v := pass(id, revision)
	v.Outcome = screening.OutcomeProhibited
	v.Findings = []screening.Finding{finding("P01_FIREARM", screening.OutcomeProhibited), finding("R01_DRUG", screening.OutcomeNeedsCategory)}
	return v
}

// judge makes verdicts on listings as they were saved.
func judge(saved []store.Saved, batch []screening.Listing, verdict func(id string) screening.Verdict) []store.Judged {
	out := make([]store.Judged, len(saved))
	for i, s := range saved {
		out[i] = store.Judged{Key: s.Key, Version: s.Version, Content: s.Content, Input: s.Content, Verdict: verdict(batch[i].ID), Because: store.BecauseRule}
	}
	return out
}

// keep saves verdicts.
func keep(t *testing.T, s *store.Store, revision string, batch []store.Judged) (kept store.Kept) {
	t.Helper()
	write(t, s, func(tx *store.Tx) (err error) {
		kept, err = tx.SaveVerdicts(store.Judging{Revision: revision}, batch)
		return err
	})
	return kept
}

// count counts the rows of a table.
func count(t *testing.T, s *store.Store, table string) (n int64) {
	t.Helper()
	if err := s.Pool().QueryRowContext(t.Context(), "SELECT COUNT(*) FROM "+table).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}
