package jobs

import (
	"context"
	"encoding/json"
	"fmt"
	"runtime"
	"sync"

	"zhunru/screening"
	"zhunru/screening/qualification"
	"zhunru/store"
)

// A Judge screens kept listings by one engine, with the qualifications that
// their merchants have on one day. It is safe for concurrent use.
type Judge struct {
	store    *store.Store
	engine   *screening.Engine
	registry *qualification.Registry
	on       qualification.Date
	profile  string

	mu        sync.Mutex
	standings map[string]*qualification.Standing // by merchant; nil for one without a dossier
}

// maxStandings bounds the memory of a judge; the whole is dropped when full.
const maxStandings = 20_000

// NewJudge returns a judge for a day. Profile "" stands for the default one.
func NewJudge(s *store.Store, e *screening.Engine, r *qualification.Registry, on qualification.Date, profile string) *Judge {
	return &Judge{store: s, engine: e, registry: r, on: on, profile: profile, standings: map[string]*qualification.Standing{}}
}

// Revision returns the revision the judge judges by.
func (j *Judge) Revision() string { return j.engine.Revision() }

// Screen judges listings on all processors and returns what is to be kept, in
// their order. Because says why a verdict may differ where the listing itself
// is as it was judged before and the merchant's qualifications are, too.
func (j *Judge) Screen(ctx context.Context, rows []store.Row, because store.Because) ([]store.Judged, error) {
	if err := j.know(ctx, rows); err != nil {
		return nil, err
	}
	out := make([]store.Judged, len(rows))
	errs := make([]error, runtime.GOMAXPROCS(0))
	var wg sync.WaitGroup
	for w := range errs {
		wg.Go(func() {
			for i := w * len(rows) / len(errs); i < (w+1)*len(rows)/len(errs); i++ {
				if out[i], errs[w] = j.one(&rows[i], because); errs[w] != nil {
					return
				}
			}
		})
	}
	wg.Wait()
	for _, err := range errs {
		if err != nil {
			return nil, err
		}
	}
	return out, ctx.Err()
}

// one judges one listing.
func (j *Judge) one(row *store.Row, because store.Because) (store.Judged, error) {
	var asked answers
	j.mu.Lock()
	if s := j.standings[row.Listing.MerchantID]; s != nil {
		asked.of = s
	}
	j.mu.Unlock()
	v := j.engine.Screen(&row.Listing, &asked)
	if asked.err != nil {
		return store.Judged{}, fmt.Errorf("jobs: screen %s: %w", row.Listing.ID, asked.err)
	}
	input := store.InputHash(row.Content, asked.list)
	switch {
	case !row.Stamp.Screened():
		because = ""
	case row.Stamp.Version != row.Version:
		because = store.BecauseListing
	case row.Stamp.Input != input && because == store.BecauseRule:
		because = store.BecauseLicence
	}
	return store.Judged{Key: row.Key, Version: row.Version, Content: row.Content, Input: input, Verdict: v, Because: because}, nil
}

// know loads the dossiers of merchants that the judge has not met.
func (j *Judge) know(ctx context.Context, rows []store.Row) error {
	j.mu.Lock()
	if len(j.standings)+len(rows) > maxStandings {
		clear(j.standings)
	}
	unknown := map[string]bool{}
	for i := range rows {
		id := rows[i].Listing.MerchantID
		if _, met := j.standings[id]; !met && id != "" {
			unknown[id] = true
		}
	}
	j.mu.Unlock()
	ids := make([]string, 0, len(unknown))
	for id := range unknown { // order does not matter: every one is looked up
		ids = append(ids, id)
	}
	for len(ids) > 0 {
		n := min(len(ids), store.MaxBatch)
		if err := j.load(ctx, ids[:n]); err != nil {
			return err
		}
		ids = ids[n:]
	}
	return nil
}

func (j *Judge) load(ctx context.Context, ids []string) error {
	dossiers, err := j.store.Dossiers(ctx, ids)
	if err != nil {
		return err
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	for _, id := range ids {
		d := dossiers[id]
		if d == nil {
			j.standings[id] = nil
			continue
		}
		if d.Subject.Name == "" {
			d.Subject.Name = d.Subject.ID // a merchant without a name holds what is in its own id's name: nothing
		}
		s, err := j.registry.NewStanding(&d.Dossier, j.profile, j.on)
		if err != nil {
			return fmt.Errorf("jobs: merchant %s: %w", id, err)
		}
		j.standings[id] = s
	}
	return nil
}

// answers notes what the findings of one listing asked of the qualifications
// and what they were told, so that a verdict's input can be compared.
type answers struct {
	of   screening.Qualifications // nil: nothing is held
	list []string
	err  error
}

// Covers asks on and notes the answer.
func (a *answers) Covers(category string, anyOf [][]string) (bool, []qualification.Lack) {
	if a.of == nil {
		return false, nil
	}
	ok, lacks := a.of.Covers(category, anyOf)
	note, err := json.Marshal(struct {
		Category string               `json:"category"`
		Held     bool                 `json:"held"`
		Lacks    []qualification.Lack `json:"lacks,omitempty"`
	}{category, ok, lacks})
	if err != nil {
		a.err = err
	}
	a.list = append(a.list, string(note))
	return ok, lacks
}
