package jobs_test

import (
	"slices"
	"strconv"
	"testing"

	"zhunru/screening/qualification"
	"zhunru/store"
	"zhunru/store/jobs"
)

const proofRows = 600

// proved is a catalogue that a full run has proved.
func proved(t *testing.T, s *store.Store) *jobs.Client {
	t.Helper()
	save(t, s, made(proofRows))
	c := started(t, s, builtIn(t), nil)
	if r := full(t, s, c, day); r.Judged != proofRows || r.Program == "" {
		t.Fatalf("the first run: %+v", r)
	}
	return c
}

func full(t *testing.T, s *store.Store, c *jobs.Client, on qualification.Date) store.Run {
	t.Helper()
	r := run(t, s, c, jobs.Spec{Kind: store.RunFull, On: on})
	if r.State != store.RunDone || r.Done != proofRows {
		t.Fatalf("%+v", r)
	}
	return r
}

func TestAFullRunJudgesOnlyWhatIsNotProved(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *store.Store) {
		c := proved(t, s)
		r := full(t, s, c, day)
		if r.Judged != 0 || r.Changed != 0 {
			t.Errorf("nothing changed: %+v", r)
		}
		provesEveryChunk(t, s, r)

		edited := made(300)[120:123]
		for i := range edited {
			edited[i].Title += "（新）"
		}
		save(t, s, edited)
		if r = full(t, s, c, day); r.Judged != 3 {
			t.Errorf("3 were edited: %+v", r)
		}
		provesEveryChunk(t, s, r)

		write(t, s, func(tx *store.Tx) error { _, err := tx.RemoveListings([]string{"L-000599"}); return err })
		save(t, s, made(proofRows + 1)[proofRows:])
		if r = full(t, s, c, day); r.Judged == 0 || r.Judged > 101 {
			t.Errorf("a listing more, one less: %+v", r)
		}
		write(t, s, func(tx *store.Tx) error {
			_, err := tx.SaveMerchant(store.Merchant{
				Subject: qualification.Subject{ID: "M-3", Kind: "merchant", Name: "示例三商贸有限公司"}, State: store.MerchantActive,
			})
			return err
		})
		if r = full(t, s, c, day); r.Judged < proofRows/7 || r.Judged > proofRows/7+2 {
			t.Errorf("one merchant of seven changed: %+v", r)
		}
		if r = run(t, s, c, jobs.Spec{Kind: store.RunFull, On: day, Thorough: true}); r.Judged != proofRows {
			t.Errorf("thorough: %+v", r)
		}
		everyListingIsJudged(t, s, builtIn(t))
	})
}

// TestARunOfAnotherWorldProvesNothing begins runs whose revision, program or
// profile is not that of the proof.
func TestARunOfAnotherWorldProvesNothing(t *testing.T) {
	t.Parallel()
	s := open(t, t.TempDir()+"/z.db")
	c := proved(t, s)
	write(t, s, func(tx *store.Tx) error {
		d := *builtIn(t).Dictionary
		d.Revision = "sha256:other"
		return tx.SaveRevision(&d)
	})
	run(t, s, c, jobs.Spec{Kind: store.RunRevision, Revision: "sha256:other", On: day})
	if r := run(t, s, c, jobs.Spec{Kind: store.RunFull, Revision: "sha256:other", On: day}); r.Judged != proofRows {
		t.Errorf("the first full run after a revision: %+v", r)
	}
	full(t, s, c, day)
	stop(t, c)
	c = started(t, s, builtIn(t), func(o *jobs.Options) { o.Program = "another" })
	if r := full(t, s, c, day); r.Judged != proofRows || r.Program != "another" {
		t.Errorf("another program: %+v", r)
	}
	if r := full(t, s, c, day); r.Judged != 0 {
		t.Errorf("the same program again: %+v", r)
	}
}

// TestEveryRangeIsJudgedWithinFourWeeks runs once a day, and after a pause of
// some nights.
func TestEveryRangeIsJudgedWithinFourWeeks(t *testing.T) {
	t.Parallel()
	s := open(t, t.TempDir()+"/z.db")
	c := proved(t, s)
	total := int64(0)
	for _, n := range []int{1, 2, 3, 4, 5, 12, 13, 14, 15, 16, 17, 18, 19, 27, 28} {
		total += full(t, s, c, day+qualification.Date(n)).Judged
	}
	if total < proofRows || total > proofRows+100 {
		t.Errorf("%d listings judged in four weeks of %d", total, proofRows)
	}
	if r := full(t, s, c, day+28+28); r.Judged != proofRows {
		t.Errorf("after four weeks without a run: %+v", r)
	}
}

// TestAnotherProgramsVerdictIsAnAlarmOfItsOwn has a verdict stand that another
// program is said to have made: the difference is laid at its door, once.
func TestAnotherProgramsVerdictIsAnAlarmOfItsOwn(t *testing.T) {
	t.Parallel()
	s := open(t, t.TempDir()+"/z.db")
	c := proved(t, s)
	stop(t, c)
	if _, err := s.Pool().ExecContext(t.Context(), "UPDATE records SET outcome = 'pass', verdict_hash = NULL WHERE listing_key = 122"); err != nil {
		t.Fatal(err)
	}
	c = started(t, s, builtIn(t), func(o *jobs.Options) { o.Program = "another" })
	r := full(t, s, c, day)
	alarms, err := s.Alarms(t.Context(), r.Key, 0, 10)
	if err != nil || r.Alarms != 1 || len(alarms) != 1 || alarms[0].Key != 122 || alarms[0].Why != store.AlarmProgram {
		t.Errorf("%+v, %+v, %v", r, alarms, err)
	}
	if r = run(t, s, c, jobs.Spec{Kind: store.RunFull, On: day, Thorough: true}); r.Alarms != 0 || r.Changed != 0 {
		t.Errorf("again: %+v", r)
	}
	everyListingIsJudged(t, s, builtIn(t))
}

// faults are what somebody does behind the back of the store to one listing.
var faults = []struct {
	name, sql string
	why       store.AlarmWhy
}{
	{"a wrong verdict", "UPDATE records SET outcome = 'pass', verdict_hash = NULL, input_hash = NULL WHERE listing_key = ", store.AlarmMissed},
	{"an outcome", "UPDATE records SET outcome = 'pass' WHERE listing_key = ", store.AlarmMissed},
	{"a text", "UPDATE listings SET title = '正品电子烟烟弹包邮 电子血压计 仿真手枪' WHERE key = ", store.AlarmAltered},
	{"a harmless text", "UPDATE listings SET description = '棉' WHERE key = ", store.AlarmAltered},
	{"attributes", `UPDATE listings SET attributes = '{"a":"\u0062","A":"c"}' WHERE key = `, store.AlarmAltered},
}

func TestWhatIsDoneRoundTheStoreIsFound(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *store.Store) {
		c := proved(t, s)
		for i, f := range faults {
			key := 122 + 6*i // an e-cigarette
			if _, err := s.Pool().ExecContext(t.Context(), f.sql+strconv.Itoa(key)); err != nil {
				t.Fatal(err)
			}
			r := full(t, s, c, day)
			alarms, err := s.Alarms(t.Context(), r.Key, 0, 10)
			if err != nil || r.Alarms != 1 || len(alarms) != 1 || alarms[0].Key != store.Key(key) || alarms[0].Why != f.why || r.Judged != 1 {
				t.Errorf("%s: %+v, %+v, %v", f.name, r, alarms, err)
			}
			if r = full(t, s, c, day); r.Alarms != 0 || r.Judged != 0 || r.Changed != 0 {
				t.Errorf("after %s: %+v", f.name, r)
			}
		}
		everyListingIsJudged(t, s, builtIn(t))
	})
}

// TestAProofThatWasTamperedWithProvesNothing changes proofs: the listings are
// judged, and a verdict that the proof was made to fit is found.
func TestAProofThatWasTamperedWithProvesNothing(t *testing.T) {
	t.Parallel()
	s := open(t, t.TempDir()+"/z.db")
	c := proved(t, s)
	for _, q := range []string{
		"UPDATE proofs SET root = zeroblob(32) WHERE after_key = 100",
		"UPDATE proofs SET outcomes = zeroblob(32) WHERE after_key = 100",
		"UPDATE proofs SET chunk_n = chunk_n + 1 WHERE after_key = 100",
		"DELETE FROM proofs WHERE after_key = 100",
	} {
		if _, err := s.Pool().ExecContext(t.Context(), q); err != nil {
			t.Fatal(err)
		}
		if r := full(t, s, c, day); r.Judged != 100 {
			t.Errorf("%s: %+v", q, r)
		}
	}
	for _, q := range []string{
		"UPDATE proof_leaves SET leaves = zeroblob(length(leaves)) WHERE after_key = 100",
		"UPDATE proof_leaves SET listing_keys = zeroblob(10) WHERE after_key = 100",
		"DELETE FROM proof_leaves WHERE after_key = 100",
	} {
		for _, q := range []string{q, "UPDATE records SET outcome = 'pass', verdict_hash = NULL WHERE listing_key = 122"} {
			if _, err := s.Pool().ExecContext(t.Context(), q); err != nil {
				t.Fatal(err)
			}
		}
		if r := full(t, s, c, day); r.Judged != 100 || r.Alarms != 1 {
			t.Errorf("%s: %+v", q, r)
		}
	}
}

// plant does something round the store to a random listing that is not a pass,
// and returns what.
func (w *world) plant() string {
	w.t.Helper()
	f := faults[w.r.IntN(len(faults))]
	var key int64
	err := w.s.Pool().QueryRowContext(w.t.Context(), "SELECT listing_key FROM records WHERE outcome <> 'pass' AND listing_key > $1 ORDER BY listing_key LIMIT 1",
		w.r.IntN(worldListings/2)).Scan(&key)
	if err == nil {
		_, err = w.s.Pool().ExecContext(w.t.Context(), f.sql+strconv.FormatInt(key, 10))
	}
	if err != nil {
		w.t.Fatal(err)
	}
	r := run(w.t, w.s, w.c, jobs.Spec{Kind: store.RunFull, Revision: w.revision, On: w.on})
	alarms, err := w.s.Alarms(w.t.Context(), r.Key, 0, 10)
	if err != nil || !slices.ContainsFunc(alarms, func(a store.Alarm) bool { return a.Key == store.Key(key) && a.Why == f.why }) || len(alarms) != 1 {
		w.t.Errorf("%s planted at %d: %+v, %+v, %v", f.name, key, r, alarms, err)
	}
	return f.name
}
