package jobs

import (
	"context"
	"encoding/json"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"time"

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
	standings map[string]standing // by merchant
}

// A standing is a merchant's, as it was when its dossier was last changed.
type standing struct {
	of        *qualification.Standing // nil: without a dossier
	changedAt time.Time
}

// maxStandings bounds the memory of a judge; the whole is dropped when full.
const maxStandings = 20_000

// NewJudge returns a judge for a day. Profile "" stands for the default one.
func NewJudge(s *store.Store, e *screening.Engine, r *qualification.Registry, on qualification.Date, profile string) *Judge {
	return &Judge{store: s, engine: e, registry: r, on: on, profile: profile, standings: map[string]standing{}}
}

// Revision returns the revision the judge judges by.
func (j *Judge) Revision() string { return j.engine.Revision() }

// Screen judges listings on all processors and returns what is to be kept, in
// their order. Because says why a verdict may differ where the listing itself
// is as it was judged before and the merchant's qualifications are, too.
func (j *Judge) Screen(ctx context.Context, rows []store.Row, because store.Because) ([]store.Judged, error) {
	out, _, err := j.screen(ctx, rows, because)
	return out, err
}

// ScreenStamped is Screen, and tells when the dossier of each merchant it judged
// by had changed last: store.KeptDossier.ChangedAt. Merchants without one are
// left out.
func (j *Judge) ScreenStamped(ctx context.Context, rows []store.Row, because store.Because) ([]store.Judged, map[string]time.Time, error) {
	out, known, err := j.screen(ctx, rows, because)
	stamps := make(map[string]time.Time, len(known))
	for id, s := range known {
		if s.of != nil {
			stamps[id] = s.changedAt
		}
	}
	return out, stamps, err
}

// screen is Screen, and tells by which standings of the merchants it judged.
func (j *Judge) screen(ctx context.Context, rows []store.Row, because store.Because) ([]store.Judged, map[string]standing, error) {
	known, err := j.know(ctx, rows)
	if err != nil {
		return nil, nil, err
	}
	out := make([]store.Judged, len(rows))
	errs := make([]error, min(runtime.GOMAXPROCS(0), len(rows)))
	var wg sync.WaitGroup
	for w := range errs {
		wg.Go(func() {
			for i := w * len(rows) / len(errs); i < (w+1)*len(rows)/len(errs); i++ {
				if out[i], errs[w] = j.one(&rows[i], known, because); errs[w] != nil {
					return
				}
			}
		})
	}
	wg.Wait()
	for _, err := range errs {
		if err != nil {
			return nil, nil, err
		}
	}
	return out, known, ctx.Err()
}

// one judges one listing.
func (j *Judge) one(row *store.Row, known map[string]standing, because store.Because) (store.Judged, error) {
	asked := answers{}
	if s := known[row.Listing.MerchantID]; s.of != nil {
		asked.of = s.of
	}
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
	return store.Judged{Key: row.Key, Version: row.Version, Content: row.Content, Input: input, Answers: asked.list, Verdict: v, Because: because}, nil
}

// know returns the standings of the rows' merchants, and loads those that the
// judge has not met. The answer is the caller's own: what another goroutine
// makes the judge forget meanwhile stays in it.
func (j *Judge) know(ctx context.Context, rows []store.Row) (map[string]standing, error) {
	known, unknown := map[string]standing{}, []string{}
	j.mu.Lock()
	if len(j.standings)+len(rows) > maxStandings {
		clear(j.standings)
	}
	for i := range rows {
		id := rows[i].Listing.MerchantID
		if _, met := known[id]; met || id == "" {
			continue
		}
		s, met := j.standings[id]
		if !met {
			unknown = append(unknown, id)
		}
		known[id] = s
	}
	j.mu.Unlock()
	for len(unknown) > 0 {
		n := min(len(unknown), store.MaxBatch)
		if err := j.load(ctx, unknown[:n], known); err != nil {
			return nil, err
		}
		unknown = unknown[n:]
	}
	return known, nil
}

func (j *Judge) load(ctx context.Context, ids []string, known map[string]standing) error {
	dossiers, err := j.store.Dossiers(ctx, ids)
	if err != nil {
		return err
	}
	for _, id := range ids {
		d := dossiers[id]
		if d == nil {
			continue // nothing is held
		}
		if d.Subject.Name == "" {
			d.Subject.Name = d.Subject.ID // a merchant without a name holds what is in its own id's name: nothing
		}
		s, err := j.registry.NewStanding(&d.Dossier, j.profile, j.on)
		if err != nil {
			return fmt.Errorf("jobs: merchant %s: %w", id, err)
		}
		known[id] = standing{s, d.ChangedAt}
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	for _, id := range ids {
		j.standings[id] = known[id]
	}
	return nil
}

// Forget drops what the judge knows of merchants that changed since it looked;
// with all, of every merchant.
func (j *Judge) Forget(changed map[string]time.Time, all bool) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if all {
		clear(j.standings)
		return
	}
	for id, at := range changed { // order does not matter: each is looked at alone
		if s, ok := j.standings[id]; ok && at.After(s.changedAt) {
			delete(j.standings, id)
		}
	}
}

// moved returns those of the merchants whose dossier is not the known one any
// more, and forgets them. Empty names are passed over.
func (j *Judge) moved(tx *store.Tx, merchants []string, known map[string]standing) (map[string]bool, error) {
	ids := slices.DeleteFunc(slices.Compact(slices.Sorted(slices.Values(merchants))), func(id string) bool { return id == "" })
	if len(ids) == 0 {
		return nil, nil
	}
	stamps, err := tx.DossierStamps(ids)
	if err != nil {
		return nil, err
	}
	out := map[string]bool{}
	j.mu.Lock()
	defer j.mu.Unlock()
	for _, id := range ids {
		if !known[id].changedAt.Equal(stamps[id]) {
			out[id] = true
			delete(j.standings, id)
		}
	}
	return out, nil
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
