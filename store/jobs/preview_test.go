package jobs_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"zhunru/dictionaries"
	"zhunru/screening/dictionary"
	"zhunru/screening/segment"
	"zhunru/store"
	"zhunru/store/jobs"
)

func TestADryRunTellsTheFlipsAndWritesNothing(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *store.Store) {
		rules := builtIn(t)
		save(t, s, made(120))
		c := started(t, s, rules, nil)
		run(t, s, c, jobs.Spec{Kind: store.RunFull, On: day})
		d, err := dictionary.Load(dictionaries.FS)
		if err != nil {
			t.Fatal(err)
		}
		k := &d.Classes[slices.IndexFunc(d.Classes, func(k dictionary.Class) bool { return k.ID == "P23_ECIG" })]
		k.Terms, k.Slang, k.Suspect, k.Weak, k.Patterns = nil, nil, nil, nil, nil
		d.Revision = "sha256:fewer"
		before := dump(t, s)
		var flips []jobs.Flip
		p := jobs.NewPreviewer(s, jobs.Options{Rules: rulesFrom(t, d), Words: segment.Lazy{}})
		preview, err := p.Preview(t.Context(), jobs.Spec{Kind: store.RunRevision, On: day}, func(f *jobs.Flip) error {
			flips = append(flips, *f)
			return nil
		}, nil)
		if err != nil {
			t.Fatal(err)
		}
		if after := dump(t, s); after != before {
			t.Errorf("it wrote: %s, before %s", after, before)
		}
		if preview.Read != 120 || preview.Judged >= 120 || len(flips) != 20 || preview.Summary.Flips != 20 {
			t.Errorf("%+v, %d flips", preview, len(flips))
		}
		write(t, s, func(tx *store.Tx) error { return tx.SaveRevision(d) })
		r := run(t, s, c, jobs.Spec{Kind: store.RunRevision, Revision: d.Revision, On: day})
		var did []jobs.Flip
		if _, err := jobs.Flips(t.Context(), s, r.Key, func(f *jobs.Flip) error { did = append(did, *f); return nil }); err != nil {
			t.Fatal(err)
		}
		if !slices.EqualFunc(flips, did, func(a, b jobs.Flip) bool { return a.Listing == b.Listing && a.Old == b.Old && a.New == b.New }) {
			t.Errorf("the run did otherwise than the preview said:\n%+v\n%+v", flips, did)
		}
	})
}

// dump counts what a run would write.
func dump(t *testing.T, s *store.Store) string {
	t.Helper()
	var out strings.Builder
	for _, table := range []string{"runs", "chunks", "records", "record_history", "ledger", "events", "revisions", "alarms"} {
		var n int
		if err := s.Pool().QueryRowContext(t.Context(), "SELECT COUNT(*) FROM "+table).Scan(&n); err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&out, "%s %d ", table, n)
	}
	return out.String()
}
