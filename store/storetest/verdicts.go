package storetest

import (
	"context"
	"encoding/json"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"zhunru/screening"
	"zhunru/screening/dictionary"
	"zhunru/store"
)

func asJSON(t *testing.T, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func verdictRoundTrip(t *testing.T, s *store.Store) {
	keepRevisions(t, s)
	batch := made(0, 3)
	saved := save(t, s, batch)
	verdicts := []screening.Verdict{pass(batch[0].ID, revisionA), prohibited(batch[1].ID, revisionA), pass(batch[2].ID, revisionA)}
	verdicts[1].Findings[0].Steps = nil
	verdicts[2].Suppressed = []screening.Suppressed{{Class: "P07_NARCOTIC", Term: "大麻", Field: "title", Because: "boundary", Detail: "加大麻袋"}}
	judged := judge(saved, batch, func(id string) screening.Verdict { return pass(id, revisionA) })
	for i := range judged {
		judged[i].Verdict = verdicts[i]
	}
	if kept := keep(t, s, revisionA, judged); kept.First != 3 || len(kept.Changes) != 0 {
		t.Errorf("kept %+v", kept)
	}
	for i := range verdicts {
		r := must(t, func(ctx context.Context) (store.Record, error) { return s.Record(ctx, batch[i].ID) })
		if diff := cmp.Diff(asJSON(t, verdicts[i]), asJSON(t, r.Verdict)); diff != "" {
			t.Error(diff)
		}
		if h, _ := store.VerdictHash(&r.Verdict); h != r.Stamp.Verdict {
			t.Errorf("%s: the stamp's verdict hash is not the verdict's", batch[i].ID)
		}
	}
	if n := count(t, s, "findings"); n != 2 {
		t.Errorf("%d rows of findings, want 2: a pass has none", n)
	}
	of := must(t, func(ctx context.Context) ([]store.Row, error) {
		return s.Listings(ctx, store.Query{Class: "P01_FIREARM", Limit: 10})
	})
	if len(of) != 1 || of[0].Listing.ID != batch[1].ID {
		t.Errorf("by class: %+v", of)
	}
}

func verdictUnchanged(t *testing.T, s *store.Store) {
	keepRevisions(t, s)
	batch := made(0, 300)
	saved := save(t, s, batch)
	judged := judge(saved, batch, func(id string) screening.Verdict { return prohibited(id, revisionA) })
	keep(t, s, revisionA, judged)
	before := must(t, func(ctx context.Context) (store.Record, error) { return s.Record(ctx, batch[0].ID) })
	if kept := keep(t, s, revisionB, judged); kept.Unchanged != 300 || kept.First+kept.Touched+len(kept.Changes)+len(kept.Stale) != 0 {
		t.Errorf("kept %+v", kept)
	}
	rows := must(t, func(ctx context.Context) ([]store.Row, error) { return s.Listings(ctx, store.Query{Limit: 1}) })
	if h, _ := store.VerdictHash(&judged[0].Verdict); !rows[0].Stamp.Stands(saved[0].Version, saved[0].Content, h) {
		t.Error("the stamp does not stand for the same verdict")
	}
	judged[0].Input = store.InputHash(judged[0].Content, []string{"食品"})
	if kept := keep(t, s, revisionB, judged); kept.Touched != 1 || kept.Unchanged != 299 {
		t.Errorf("another input: kept %+v", kept)
	}
	after := must(t, func(ctx context.Context) (store.Record, error) { return s.Record(ctx, batch[0].ID) })
	if after.Stamp.Input != judged[0].Input || after.Version != before.Version || !after.ScreenedAt.Equal(before.ScreenedAt) || after.Verdict.Revision != revisionA {
		t.Errorf("touched: %+v", after)
	}
	if n := count(t, s, "record_history"); n != 0 {
		t.Errorf("%d rows of history", n)
	}
}

func verdictFlips(t *testing.T, s *store.Store) {
	keepRevisions(t, s)
	batch := made(0, 4)
	saved := save(t, s, batch)
	keep(t, s, revisionA, judge(saved, batch, func(id string) screening.Verdict { return prohibited(id, revisionA) }))
	next := judge(saved, batch, func(id string) screening.Verdict { return prohibited(id, revisionB) })
	next[1].Verdict = pass(batch[1].ID, revisionB)
	next[2].Verdict.Findings = next[2].Verdict.Findings[:1]
	kept := keep(t, s, revisionB, next)
	want := []store.Change{
		{Key: saved[1].Key, ID: batch[1].ID, Old: screening.OutcomeProhibited, New: screening.OutcomePass, Because: store.BecauseRule},
		{Key: saved[2].Key, ID: batch[2].ID, Old: screening.OutcomeProhibited, New: screening.OutcomeProhibited, Because: store.BecauseRule},
	}
	if diff := cmp.Diff(want, kept.Changes); diff != "" || kept.Unchanged != 2 {
		t.Errorf("%d unchanged\n%s", kept.Unchanged, diff)
	}
	if !kept.Changes[0].Flipped() || kept.Changes[1].Flipped() {
		t.Error("only another outcome is a flip")
	}
	now := must(t, func(ctx context.Context) (store.Record, error) { return s.Record(ctx, batch[1].ID) })
	if diff := cmp.Diff(asJSON(t, next[1].Verdict), asJSON(t, now.Verdict)); diff != "" || now.Version != 2 {
		t.Errorf("version %d\n%s", now.Version, diff)
	}
	past := must(t, func(ctx context.Context) ([]store.Past, error) { return s.History(ctx, batch[1].ID) })
	if len(past) != 1 || past[0].New != screening.OutcomePass || past[0].Revision != revisionB {
		t.Fatalf("history %+v", past)
	}
	if diff := cmp.Diff(asJSON(t, prohibited(batch[1].ID, revisionA)), asJSON(t, past[0].Verdict)); diff != "" {
		t.Error(diff)
	}
	next[0].Verdict, next[0].Because = pass(batch[0].ID, revisionB), ""
	err := s.Write(t.Context(), func(tx *store.Tx) error {
		_, err := tx.SaveVerdicts(store.Judging{Revision: revisionB}, next[:1])
		return err
	})
	var invalid *screening.InvalidError
	if !errors.As(err, &invalid) || invalid.Field != "because" {
		t.Errorf("a change without a cause: %v", err)
	}
}

func verdictStale(t *testing.T, s *store.Store) {
	keepRevisions(t, s)
	batch := made(0, 3)
	saved := save(t, s, batch)
	judged := judge(saved, batch, func(id string) screening.Verdict { return pass(id, revisionA) })
	batch[0].Title = "改过的标题"
	save(t, s, batch[:1])
	write(t, s, func(tx *store.Tx) error { _, err := tx.RemoveListings([]string{batch[1].ID}); return err })
	kept := keep(t, s, revisionA, judged)
	if diff := cmp.Diff([]store.Key{saved[0].Key, saved[1].Key}, kept.Stale); diff != "" || kept.First != 1 {
		t.Errorf("first %d\n%s", kept.First, diff)
	}
	if _, err := s.Record(t.Context(), batch[0].ID); !errors.Is(err, screening.ErrNotFound) {
		t.Errorf("a verdict on an old text is kept: %v", err)
	}
}

func verdictUnknown(t *testing.T, s *store.Store) {
	keepRevisions(t, s)
	batch := made(0, 1)
	judged := judge(save(t, s, batch), batch, func(id string) screening.Verdict { return pass(id, revisionA) })
	stranger := judged[0]
	stranger.Key += 999
	for name, try := range map[string]struct {
		revision string
		batch    []store.Judged
	}{"revision": {"sha256:none", judged}, "listing": {revisionA, []store.Judged{stranger}}} {
		err := s.Write(t.Context(), func(tx *store.Tx) error {
			_, err := tx.SaveVerdicts(store.Judging{Revision: try.revision}, try.batch)
			return err
		})
		if !errors.Is(err, screening.ErrNotFound) {
			t.Errorf("unknown %s: %v", name, err)
		}
	}
}

func revisions(t *testing.T, s *store.Store) {
	d := &dictionary.Dictionary{Revision: "sha256:cc", Classes: []dictionary.Class{{ID: "P01_FIREARM", Name: "枪支", Terms: []string{"手枪"}}}}
	d.Tables.Traditional = map[rune]rune{'槍': '枪'}
	for range 2 {
		write(t, s, func(tx *store.Tx) error { return tx.SaveRevision(d) })
	}
	got := must(t, func(ctx context.Context) (*dictionary.Dictionary, error) { return s.Revision(ctx, "sha256:cc") })
	if diff := cmp.Diff(asJSON(t, d), asJSON(t, got)); diff != "" {
		t.Error(diff)
	}
	if last, err := s.LatestRevision(t.Context()); err != nil || last != "sha256:cc" {
		t.Errorf("latest %s, %v", last, err)
	}
	write(t, s, func(tx *store.Tx) error { return tx.SaveRevision(&dictionary.Dictionary{Revision: "sha256:dd"}) })
	list := must(t, func(ctx context.Context) ([]store.KeptRevision, error) { return s.Revisions(ctx, 0, 1) })
	rest := must(t, func(ctx context.Context) ([]store.KeptRevision, error) { return s.Revisions(ctx, list[0].Key, 10) })
	if len(list) != 1 || len(rest) != 1 || list[0].Hash != "sha256:dd" || rest[0].Hash != "sha256:cc" || rest[0].Classes != 1 {
		t.Errorf("revisions %+v, then %+v", list, rest)
	}
	if _, err := s.Revision(t.Context(), "sha256:none"); !errors.Is(err, screening.ErrNotFound) {
		t.Errorf("unknown revision: %v", err)
	}
	if _, err := s.Pool().ExecContext(t.Context(), "UPDATE revisions SET dictionary = digest"); err != nil {
		t.Fatal(err)
	}
	var e *store.Error
	if _, err := s.Revision(t.Context(), "sha256:cc"); !errors.As(err, &e) || e.Code != store.CodeCorrupt {
		t.Errorf("damaged revision: %v", err)
	}
}
