package jobs_test

import (
	"testing"

	"zhunru/screening"
	"zhunru/store"
	"zhunru/store/jobs"
)

// TestATargetedRunThatMissedIsAnAlarm edits the record of a listing behind the
// back of all runs.
func TestATargetedRunThatMissedIsAnAlarm(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *store.Store) {
		rules := builtIn(t)
		save(t, s, made(60))
		c := started(t, s, rules, nil)
		run(t, s, c, jobs.Spec{Kind: store.RunFull, On: day})
		if _, err := s.Pool().ExecContext(t.Context(), "UPDATE records SET outcome = 'pass', verdict_hash = NULL WHERE outcome = 'prohibited'"); err != nil {
			t.Fatal(err)
		}
		r := run(t, s, c, jobs.Spec{Kind: store.RunFull, On: day})
		alarms, err := s.Alarms(t.Context(), r.Key, 0, 100)
		if err != nil || r.Alarms == 0 || int64(len(alarms)) != r.Alarms || r.Flipped != r.Alarms {
			t.Fatalf("%d alarms of %+v, %v", len(alarms), r, err)
		}
		if a := &alarms[0]; a.Old.Outcome != screening.OutcomePass || a.New.Outcome != screening.OutcomeProhibited || a.ID == "" {
			t.Errorf("%+v", a)
		}
		everyListingIsJudged(t, s, rules)
		n := 0
		sum, err := jobs.Flips(t.Context(), s, r.Key, func(f *jobs.Flip) error {
			if n++; len(f.Classes) == 0 || f.Merchant == "" {
				t.Errorf("%+v", f)
			}
			return nil
		})
		if err != nil || int64(sum.Flips) != r.Flipped || n != sum.Flips || len(sum.ByClass) == 0 || len(sum.ByMerchant) == 0 {
			t.Errorf("%+v, %v", sum, err)
		}
	})
}

// TestAnExplainedDifferenceIsNoAlarm lets things happen without their targeted
// runs: the full run repairs them and says why.
func TestAnExplainedDifferenceIsNoAlarm(t *testing.T) {
	t.Parallel()
	s := open(t, t.TempDir()+"/z.db")
	w := newWorld(t, s, 9)
	run(t, s, w.c, jobs.Spec{Kind: store.RunFull, On: w.on})
	seen := map[store.Because]bool{}
	for _, step := range []func(){
		func() { save(t, s, []screening.Listing{w.listing(1), w.listing(2), w.listing(3)}) },
		func() {
			for range 6 {
				w.paper()
			}
		},
		func() { w.on = w.on.AddDays(45) },
		func() { w.edited() },
	} {
		step()
		r := run(t, s, w.c, jobs.Spec{Kind: store.RunFull, Revision: w.revision, On: w.on})
		if r.Alarms != 0 || r.Changed == 0 {
			t.Errorf("%+v", r)
		}
		changes, err := s.Changes(t.Context(), r.Key, 0, 1000)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range changes {
			seen[c.Because] = true
		}
	}
	for _, b := range []store.Because{store.BecauseListing, store.BecauseLicence, store.BecauseDate, store.BecauseRule} {
		if !seen[b] {
			t.Errorf("no difference because of %s: %v", b, seen)
		}
	}
}
