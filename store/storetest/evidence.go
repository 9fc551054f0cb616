package storetest

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"zhunru/screening"
	"zhunru/store"
)

// proved keeps 6 listings with entries of their own and 40 by a chunk of a run,
// edits one of each, and gives those another verdict.
func proved(t *testing.T, s *store.Store) {
	t.Helper()
	keepRevisions(t, s)
	alone, batch := made(0, 6), made(100, 40)
	screenAlone(t, s, alone, prohibited)
	screenRun(t, s, batch, func(id string) screening.Verdict {
		if strings.HasSuffix(id, "7") {
			return prohibited(id, revisionA)
		}
		return pass(id, revisionA)
	}, revisionA)
	alone[2].Title, batch[7].Title = "另一个标题", "另一个标题"
	screenAlone(t, s, []screening.Listing{alone[2]}, pass)
	screenRun(t, s, batch, func(id string) screening.Verdict { return pass(id, revisionB) }, revisionB)
}

func screenAlone(t *testing.T, s *store.Store, batch []screening.Listing, verdict func(id, revision string) screening.Verdict) {
	t.Helper()
	judged := judge(save(t, s, batch), batch, func(id string) screening.Verdict { return verdict(id, revisionA) })
	judged[0].Answers = []string{`{"category":"示例","held":true}`, `{"category":"甲","held":false}`}
	judged[0].Input = store.InputHash(judged[0].Content, judged[0].Answers)
	write(t, s, func(tx *store.Tx) error {
		for i := range judged {
			h, err := store.VerdictHash(&judged[i].Verdict)
			if err != nil {
				return err
			}
			body := store.LeafData(judged[i].Verdict.ID, judged[i].Input, h)
			if err := tx.Record(store.Entry{Actor: "key/a", Kind: store.EntryVerdict, Subject: judged[i].Verdict.ID, Body: body, Revision: revisionA}); err != nil {
				return err
			}
		}
		_, err := tx.SaveVerdicts(store.Judging{Revision: revisionA}, judged)
		return err
	})
}

// screenRun keeps listings as one chunk of a new run, as a worker does.
func screenRun(t *testing.T, s *store.Store, batch []screening.Listing, verdict func(id string) screening.Verdict, revision string) {
	t.Helper()
	judged := judge(save(t, s, batch), batch, verdict)
	write(t, s, func(tx *store.Tx) error {
		run, err := tx.SaveRun(store.Run{Kind: store.RunFull, State: store.RunRunning, Revision: revision, On: "2026-01-01", Actor: "test"})
		if err != nil {
			return err
		}
		kept, err := tx.SaveVerdicts(store.Judging{Revision: revision, Run: run.Key, Chunk: 1}, judged)
		if err != nil {
			return err
		}
		leaves := make([]store.Leaf, len(judged))
		for i := range judged {
			j := &judged[i]
			h, err := store.VerdictHash(&j.Verdict)
			if err != nil {
				return err
			}
			leaves[i] = store.Leaf{Key: j.Key, ID: j.Verdict.ID, Version: j.Version, Content: j.Content, Input: j.Input, Verdict: h}
			for _, k := range kept.Written {
				leaves[i].Kept = leaves[i].Kept || k == j.Key
			}
		}
		tree, root := store.PackLeaves(leaves)
		if err := tx.SaveChunkTree(run.Key, 1, tree); err != nil {
			return err
		}
		return tx.Record(store.Entry{Actor: "test", Kind: store.EntryChunk, Subject: fmt.Sprintf("%d/1", run.Key), Payload: root, Revision: revision})
	})
}

func ledgerRecords(t *testing.T, first *store.Store, open Open) {
	const edited = "(SELECT key FROM listings WHERE title = '另一个标题' ORDER BY key LIMIT 1)"
	for _, test := range []struct {
		name, do string
		ledger   []string // codes of VerifyLedger
		records  []string // codes of VerifyRecords
	}{
		{"NothingIsWrong", "", nil, nil},
		{"TextOfAListing", "UPDATE listings SET title = 'x' WHERE id = 'L-000001'", nil, []string{store.RecordAltered}},
		{"TextAndItsHash", "UPDATE listings SET title = 'x', content_hash = (SELECT content_hash FROM listings WHERE id = 'L-000001') WHERE id = 'L-000003'", nil,
			[]string{store.RecordAltered}},
		{"VerdictTakenAway", "DELETE FROM findings WHERE listing_key = (SELECT key FROM listings WHERE id = 'L-000001')", nil, []string{store.RecordAltered}},
		{"VerdictAndItsHash", "UPDATE records SET outcome = 'review' WHERE listing_key = (SELECT key FROM listings WHERE id = 'L-000001')", nil, []string{store.RecordAltered}},
		{"BodyOfAnEntry", "UPDATE ledger_payloads SET body = (SELECT body FROM ledger_payloads WHERE seq = 2) WHERE seq = 3", []string{store.PayloadAltered}, nil},
		{"BodyErased", "DELETE FROM ledger_payloads WHERE seq = 3", []string{store.PayloadMissing}, nil},
		{"OldText", "UPDATE listing_versions SET content_hash = (SELECT content_hash FROM listings WHERE id = 'L-000001') WHERE listing_key <> " + edited, nil,
			[]string{store.ChunkAltered}},
		{"OldVerdict", "UPDATE record_history SET old_outcome = 'review' WHERE listing_key = " + edited, nil, []string{store.ProofMissing}},
		{"ProofPointsElsewhere", "UPDATE records SET proof_run = 2, proof_chunk = 1 WHERE listing_key = (SELECT key FROM listings WHERE id = 'L-000101')", nil,
			[]string{store.ProofMissing}},
		{"TreeOfAChunk", "UPDATE chunk_trees SET tree = (SELECT tree FROM chunk_trees WHERE run_key = 2) WHERE run_key = 1", nil, []string{store.ChunkAltered}},
		{"TreeErased", "DELETE FROM chunk_trees WHERE run_key = 2", nil, []string{store.ChunkAltered}},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := first
			if test.do != "" {
				s = open(t)
			}
			proved(t, s)
			if test.do != "" {
				tamper(t, s, test.do)
			}
			compareCodes(t, test.ledger, verify(t, s, ""))
			compareCodes(t, test.records, must(t, func(ctx context.Context) (store.LedgerReport, error) { return s.VerifyRecords(ctx, nil) }))
		})
	}
}

// compareCodes compares the distinct codes of a report, in order, and holds
// that each says why.
func compareCodes(t *testing.T, want []string, r store.LedgerReport) {
	t.Helper()
	var got []string
	for _, f := range r.Faults {
		if len(got) == 0 || got[len(got)-1] != f.Code {
			got = append(got, f.Code)
		}
		if f.Why == "" {
			t.Errorf("%s without a reason", f.Code)
		}
	}
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" || r.Unproved != 0 {
		t.Errorf("%s\n%+v", diff, r)
	}
}

func listingVersions(t *testing.T, s *store.Store) {
	proved(t, s)
	list := must(t, func(ctx context.Context) ([]store.ListingVersion, error) { return s.Versions(ctx, "L-000002") })
	if len(list) != 2 || list[0].Version != 1 || list[0].Listing.Title != made(2, 1)[0].Title || list[1].Listing.Title != "另一个标题" {
		t.Errorf("%+v", list)
	}
	for _, v := range list {
		if store.ContentHash(&v.Listing) != v.Content {
			t.Errorf("version %d is not what it was", v.Version)
		}
	}
	unjudged := made(900, 1)
	for _, title := range []string{"甲", "乙"} {
		unjudged[0].Title = title
		save(t, s, unjudged)
	}
	if list := must(t, func(ctx context.Context) ([]store.ListingVersion, error) { return s.Versions(ctx, unjudged[0].ID) }); len(list) != 1 {
		t.Errorf("a text that nobody judged was kept: %+v", list)
	}
	r := must(t, func(ctx context.Context) (store.Record, error) { return s.Record(ctx, "L-000000") })
	answers := must(t, func(ctx context.Context) ([]string, error) { return s.Answers(ctx, r.Stamp.Input) })
	if len(answers) != 2 || store.InputHash(store.ContentHash(&made(0, 1)[0]), answers) != r.Stamp.Input {
		t.Errorf("answers %q", answers)
	}
}
