package main

import (
	"context"
	"errors"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"

	"zhunru/screening"
	"zhunru/store"
)

func submissionOf(ids ...string) *submission {
	s := &submission{}
	for _, id := range ids {
		s.listings = append(s.listings, screening.Listing{ID: id})
	}
	return s
}

// TestRequestsThatMeetShareATransaction holds the first write until the others
// wait.
func TestRequestsThatMeetShareATransaction(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var writes [][]string
		hold := make(chan struct{})
		refused := errors.New("refused")
		b := &batcher{write: func(batch []*submission) {
			var ids []string
			for _, s := range batch {
				for i := range s.listings {
					ids = append(ids, s.listings[i].ID)
				}
				if s.listings[0].ID == "bad" {
					s.err = refused
				}
			}
			writes = append(writes, ids)
			<-hold
		}}
		ctx, cancel := context.WithCancel(t.Context())
		var answers sync.WaitGroup
		submit := func(ctx context.Context, want error, ids ...string) {
			answers.Go(func() {
				if err := b.submit(ctx, submissionOf(ids...)); !errors.Is(err, want) {
					t.Errorf("%v: %v, want %v", ids, err, want)
				}
			})
			synctest.Wait()
		}
		submit(t.Context(), nil, "a")
		submit(t.Context(), nil, "b", "c")
		submit(t.Context(), refused, "bad")
		submit(t.Context(), nil, "b") // the same listing twice: one after the other
		submit(t.Context(), nil, "d")
		submit(t.Context(), nil, "b", "e")
		submit(t.Context(), nil, "e") // waits behind the one that waits
		submit(ctx, context.Canceled, "gone")
		if b.depth() != 7 {
			t.Errorf("%d wait", b.depth())
		}
		cancel()
		synctest.Wait()
		close(hold)
		answers.Wait()
		want := [][]string{{"a"}, {"b", "c", "bad", "d"}, {"b"}, {"b", "e"}, {"e"}}
		if diff := cmp.Diff(want, writes); diff != "" {
			t.Error(diff)
		}
	})
}

func TestATransactionHoldsNoMoreThanABatch(t *testing.T) {
	t.Parallel()
	b := &batcher{}
	big := &submission{listings: make([]screening.Listing, store.MaxBatch)}
	for i := range big.listings {
		big.listings[i].ID = strings.Repeat("x", i+1)
	}
	b.waiting = []*submission{submissionOf("a"), big, submissionOf("b")}
	if got := b.take(); len(got) != 2 || len(b.waiting) != 1 {
		t.Errorf("%d taken, %d wait", len(got), len(b.waiting))
	}
	if got := b.take(); len(got) != 1 || got[0] != big {
		t.Errorf("%d taken", len(got))
	}
}

func TestAPanicIsTheAnswerToAll(t *testing.T) {
	t.Parallel()
	b := &batcher{write: func([]*submission) { panic("a secret") }}
	for range 2 {
		if err := b.submit(t.Context(), submissionOf("a")); err == nil || strings.Contains(err.Error(), "a secret") {
			t.Errorf("%v", err)
		}
	}
}

// TestOneBadSubmissionSpoilsNoOther keeps a batch in which one cannot be kept.
func TestOneBadSubmissionSpoilsNoOther(t *testing.T) {
	t.Parallel()
	d, err := openServing(t.Context(), databaseFlags{db: filepath.Join(t.TempDir(), "z.db")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.close() })
	b := newBackend(d, nil)
	batch := make([]*submission, 3)
	for i, id := range []string{"a", "nul\x00", "c"} {
		s := submissionOf(id)
		rows := []store.Row{{Listing: s.listings[0], Content: store.ContentHash(&s.listings[0])}}
		if s.judged, err = b.judge(b.today()).Screen(t.Context(), rows, store.BecauseRule); err != nil {
			t.Fatal(err)
		}
		s.actor, s.ctx, batch[i] = "test", t.Context(), s
	}
	b.keepAll(batch)
	if batch[0].err != nil || batch[1].err == nil || batch[2].err != nil {
		t.Errorf("%v, %v, %v", batch[0].err, batch[1].err, batch[2].err)
	}
	if r, err := d.store.VerifyLedger(t.Context(), "", nil); err != nil || !r.OK() || r.Entries != 2 {
		t.Errorf("%+v, %v", r, err)
	}
}
