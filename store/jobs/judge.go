package jobs

import (
	"context"
	"fmt"
	"maps"
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
const maxStandings = 12_000

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

// ScreenStamped is Screen, and tells for each merchant whose qualifications a
// verdict stands on when its dossier had changed last: store.KeptDossier.ChangedAt,
// or the zero time where it has none.
func (j *Judge) ScreenStamped(ctx context.Context, rows []store.Row, because store.Because) ([]store.Judged, map[string]time.Time, error) {
	out, known, err := j.screen(ctx, rows, because)
	stamps := make(map[string]time.Time, len(known))
	for id, s := range known {
		stamps[id] = s.changedAt
	}
	return out, stamps, err
}

// screen is Screen, and tells by which standings of the merchants it judged. Few
// listings depend on what their merchant holds: dossiers that the judge has not
// met are read only for those, which are screened again then.
func (j *Judge) screen(ctx context.Context, rows []store.Row, because store.Because) ([]store.Judged, map[string]standing, error) {
	x := judging{j: j, rows: rows, because: because, out: make([]store.Judged, len(rows)), asked: make([]bool, len(rows)), known: j.met(rows)}
	all := make([]int, len(rows))
	for i := range all {
		all[i] = i
	}
	if err := x.each(all); err != nil {
		return nil, nil, err
	}
	used, unmet, again := map[string]standing{}, map[string]bool{}, []int(nil)
	for i, asked := range x.asked {
		id := rows[i].Listing.MerchantID
		if s, met := x.known[id]; asked && met {
			used[id] = s
		} else if asked {
			unmet[id], again = true, append(again, i)
		}
	}
	for ids := range slices.Chunk(slices.Sorted(maps.Keys(unmet)), store.MaxBatch) {
		if err := j.load(ctx, ids, used); err != nil {
			return nil, nil, err
		}
	}
	x.known = used
	if err := x.each(again); err != nil {
		return nil, nil, err
	}
	return x.out, used, ctx.Err()
}

// met returns the standings that the judge has of the rows' merchants. The answer
// is the caller's own: what another goroutine makes the judge forget meanwhile
// stays in it.
func (j *Judge) met(rows []store.Row) map[string]standing {
	known := map[string]standing{}
	j.mu.Lock()
	defer j.mu.Unlock()
	for i := range rows {
		if s, met := j.standings[rows[i].Listing.MerchantID]; met {
			known[rows[i].Listing.MerchantID] = s
		}
	}
	return known
}

// load reads the standings of merchants, into known and the judge's memory.
func (j *Judge) load(ctx context.Context, ids []string, known map[string]standing) error {
	dossiers, err := j.store.Dossiers(ctx, ids)
	if err != nil {
		return err
	}
	for _, id := range ids {
		known[id] = standing{}
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
	if len(j.standings)+len(ids) > maxStandings {
		clear(j.standings)
	}
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
// more, and forgets them. Those that are not known, because no verdict stands on
// what they hold, and empty names are passed over.
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
		if s, used := known[id]; used && !s.changedAt.Equal(stamps[id]) {
			out[id] = true
			delete(j.standings, id)
		}
	}
	return out, nil
}
