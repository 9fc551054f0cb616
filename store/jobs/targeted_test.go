package jobs_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"zhunru/dictionaries"
	"zhunru/screening"
	"zhunru/screening/dictionary"
	"zhunru/screening/qualification"
	"zhunru/store"
	"zhunru/store/jobs"
)

// A world is a small catalogue in which something happens, and the targeted run
// that has to follow it.
type world struct {
	t        *testing.T
	s        *store.Store
	c        *jobs.Client
	r        *rand.Rand
	texts    []string
	types    []string
	revision string
	d        *dictionary.Dictionary
	on       qualification.Date
	changed  map[string]int64 // by what happened
	order    []int            // in which the next four things happen
	n        int
}

const worldListings, worldMerchants = 160, 5

func newWorld(t *testing.T, s *store.Store, seed uint64) *world {
	rules := builtIn(t)
	w := &world{
		t: t, s: s, r: rand.New(rand.NewPCG(seed, 1)), d: rules.Dictionary, revision: rules.Dictionary.Revision, on: day,
		changed: map[string]int64{},
	}
	for i := range w.d.Classes {
		k := &w.d.Classes[i]
		texts := slices.Concat(k.Samples.Hit, k.Samples.Review, k.Samples.Pass)
		w.texts = append(w.texts, texts...)
		if k.Requires == nil {
			continue
		}
		w.texts = append(w.texts, texts...) // twice: licences are to matter
		for _, set := range k.Requires.AnyOf {
			w.types = append(w.types, set...)
		}
	}
	w.c = started(t, s, rules, func(o *jobs.Options) { o.Chunk = 40 })
	write(t, s, func(tx *store.Tx) error {
		for m := range worldMerchants {
			_, err := tx.SaveMerchant(store.Merchant{
				Subject: qualification.Subject{ID: fmt.Sprintf("M-%d", m), Kind: "merchant", Name: fmt.Sprintf("示例%d商贸有限公司", m)}, State: store.MerchantActive,
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
	for range 30 {
		w.paper()
	}
	batch := make([]screening.Listing, worldListings)
	for i := range batch {
		batch[i] = w.listing(i)
	}
	save(t, s, batch)
	return w
}

func (w *world) listing(i int) screening.Listing {
	return screening.Listing{
		ID: fmt.Sprintf("L-%03d", i), MerchantID: fmt.Sprintf("M-%d", i%worldMerchants), Title: w.texts[w.r.IntN(len(w.texts))],
		Description: w.texts[w.r.IntN(len(w.texts))],
	}
}

// paper hands in a document for a merchant, or takes one back.
func (w *world) paper() string {
	m := fmt.Sprintf("M-%d", w.r.IntN(worldMerchants))
	write(w.t, w.s, func(tx *store.Tx) error {
		have, err := w.s.Documents(w.t.Context(), m)
		if err != nil {
			return err
		}
		if len(have) > 0 && w.r.IntN(3) == 0 {
			x := have[w.r.IntN(len(have))]
			if x.Decision = store.Superseded; w.r.IntN(2) == 0 {
				x.Decision = store.Accepted
			}
			_, err = tx.SaveDocument(x)
			return err
		}
		x := store.Document{MerchantID: m, Decision: store.Accepted}
		x.Type, x.Holder = w.types[w.r.IntN(len(w.types))], "示例"+strings.TrimPrefix(m, "M-")+"商贸有限公司"
		x.IssuedOn = w.on.AddDays(w.r.IntN(60) - 40).String()
		x.ValidUntil = w.on.AddDays(w.r.IntN(60)).String()
		_, err = tx.SaveDocument(x)
		return err
	})
	return m
}

// edited returns the dictionary with one random change.
func (w *world) edited() {
	d, err := dictionary.Load(dictionaries.FS)
	if err != nil {
		w.t.Fatal(err)
	}
	for range 3 {
		k := &d.Classes[w.r.IntN(len(d.Classes))]
		switch w.r.IntN(4) {
		case 0:
			k.Name += "（改）"
		case 1:
			k.Terms = k.Terms[len(k.Terms)/2:]
		case 2:
			k.Exceptions = nil
		case 3:
			k.Terms = append(slices.Clone(k.Terms), string([]rune(w.texts[w.r.IntN(len(w.texts))])[:2]))
		}
	}
	d.Revision = fmt.Sprintf("sha256:edited-%d", w.n)
	write(w.t, w.s, func(tx *store.Tx) error { return tx.SaveRevision(d) })
	w.d, w.revision = d, d.Revision
}

// happen makes something happen and runs what has to follow.
func (w *world) happen() string {
	w.n++
	spec := jobs.Spec{}
	what := ""
	if w.n%4 == 1 {
		w.order = w.r.Perm(4)
	}
	switch w.order[w.n%4] {
	case 0:
		what, spec.Kind = "edit", store.RunListing
		batch := make([]screening.Listing, 1+w.r.IntN(20))
		for i := range batch {
			batch[i] = w.listing(w.r.IntN(worldListings))
			spec.IDs = append(spec.IDs, batch[i].ID)
		}
		save(w.t, w.s, batch)
	case 1:
		what, spec.Kind = "licence", store.RunMerchant
		for range 4 {
			spec.Merchants = append(spec.Merchants, w.paper())
		}
	case 2:
		what, spec.Kind = "revision", store.RunRevision
		w.edited()
	case 3:
		what, spec.Kind = "date", store.RunExpiry
		w.on = w.on.AddDays(1 + w.r.IntN(20))
	}
	spec.Revision, spec.On = w.revision, w.on
	r := run(w.t, w.s, w.c, spec)
	if r.State != store.RunDone {
		w.t.Fatalf("%s: %+v", what, r)
	}
	w.changed[what] += r.Changed
	return what
}

// full runs over everything, which must change nothing.
func (w *world) full(after string) {
	w.t.Helper()
	r := run(w.t, w.s, w.c, jobs.Spec{Kind: store.RunFull, Revision: w.revision, On: w.on})
	if r.State == store.RunDone && r.Changed == 0 && r.Alarms == 0 {
		return
	}
	w.t.Errorf("%d after %s: a full run finds %d differences, %d alarms", w.n, after, r.Changed, r.Alarms)
	alarms, err := w.s.Alarms(w.t.Context(), r.Key, 0, 3)
	if err != nil {
		w.t.Fatal(err)
	}
	for i := range alarms {
		w.t.Logf("%s\n%+v\n%+v", alarms[i].ID, alarms[i].Old.Findings, alarms[i].New.Findings)
	}
}

func testTargetedEqualsFull(t *testing.T, s *store.Store, seed uint64, steps int) {
	w := newWorld(t, s, seed)
	if r := run(t, s, w.c, jobs.Spec{Kind: store.RunFull, On: w.on}); r.Done != worldListings || r.State != store.RunDone {
		t.Fatalf("%+v", r)
	}
	for i := range steps {
		w.full(w.happen())
		if i%3 == 2 {
			w.full(w.plant())
		}
	}
	t.Logf("differences made by targeted runs: %v", w.changed)
	if steps > 10 && len(slices.Collect(maps.Keys(w.changed))) < 4 {
		t.Error("not everything happened")
	}
	for what, n := range w.changed {
		if steps > 10 && n == 0 {
			t.Errorf("%s changed nothing: the test shows nothing", what)
		}
	}
}

// TestTargetedRunsLeaveNothingForTheFullOne lets random things happen, each
// followed by its targeted run; after each a full run must change nothing. Now
// and then something is done round the store, which it must find.
func TestTargetedRunsLeaveNothingForTheFullOne(t *testing.T) {
	t.Parallel()
	t.Run("SQLite", func(t *testing.T) {
		t.Parallel()
		testTargetedEqualsFull(t, open(t, t.TempDir()+"/z.db"), 3, 16)
	})
	t.Run("Postgres", func(t *testing.T) {
		t.Parallel()
		testTargetedEqualsFull(t, open(t, startPostgres(t)), 4, 5)
	})
}

func TestAMerchantRunReadsOnlyWhatItsLicencesCanTouch(t *testing.T) {
	t.Parallel()
	s := open(t, t.TempDir()+"/z.db")
	save(t, s, made(600))
	c := started(t, s, builtIn(t), nil)
	run(t, s, c, jobs.Spec{Kind: store.RunFull, On: day})
	r := run(t, s, c, jobs.Spec{Kind: store.RunMerchant, Merchants: []string{"M-1"}, On: day})
	if r.Done == 0 || r.Done >= 600/7 || r.Total != r.Done {
		t.Errorf("%+v", r)
	}
}

func TestALaterWorldWaitsForTheEarlier(t *testing.T) {
	t.Parallel()
	s := open(t, t.TempDir()+"/z.db")
	save(t, s, made(600))
	c := started(t, s, builtIn(t), nil)
	slow, err := c.Begin(t.Context(), jobs.Spec{Kind: store.RunFull, On: day, Rate: 300})
	if err != nil {
		t.Fatal(err)
	}
	next := run(t, s, c, jobs.Spec{Kind: store.RunFull, On: day + 1})
	first := get(t, s, slow.Key)
	if first.State != store.RunDone || next.StartedAt.Before(first.EndedAt) {
		t.Errorf("the run of the next day began at %s, before the first ended at %s", next.StartedAt, first.EndedAt)
	}
	paused, err := c.Begin(t.Context(), jobs.Spec{Kind: store.RunFull, On: day + 1, Rate: 100})
	if err != nil {
		t.Fatal(err)
	}
	until(t, func() bool { return get(t, s, paused.Key).Done > 0 })
	if _, err := c.Pause(t.Context(), paused.Key); err != nil {
		t.Fatal(err)
	}
	run(t, s, c, jobs.Spec{Kind: store.RunListing, Since: time.Unix(1, 0), On: day + 2})
	if _, err := c.Resume(t.Context(), paused.Key); err == nil {
		t.Error("a run of a day gone by goes on after one of a later day")
	}
}
