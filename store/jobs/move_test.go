package jobs_test

import (
	"context"
	"errors"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"zhunru/screening"
	"zhunru/store"
	"zhunru/store/jobs"
)

// TestTheRunOfAnImportIsLeftAlone moves the run of an import by hand, and lets it
// stand still for long beside a client that rescues runs: it stays as it was.
func TestTheRunOfAnImportIsLeftAlone(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *store.Store) {
		rules := builtIn(t)
		c := started(t, s, rules, nil)
		save(t, s, made(5))
		long := time.Now().Add(-24 * time.Hour)
		imported := store.Run{
			Kind: store.RunImport, State: store.RunRunning, Revision: rules.Engine.Revision(), On: day.String(), Actor: "import", StartedAt: long, HeartbeatAt: long,
		}
		write(t, s, func(tx *store.Tx) (err error) { imported, err = tx.SaveRun(imported); return err })
		before := get(t, s, imported.Key)
		for name, move := range map[string]func(context.Context, int64) (store.Run, error){"cancel": c.Cancel, "pause": c.Pause, "resume": c.Resume} {
			if _, err := move(t.Context(), imported.Key); !errors.Is(err, jobs.ErrImport) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if r := run(t, s, c, jobs.Spec{Kind: store.RunFull, On: day}); r.State != store.RunDone {
			t.Errorf("a run beside it: %+v", r)
		}
		if diff := cmp.Diff(before, get(t, s, imported.Key)); diff != "" {
			t.Error(diff)
		}
	})
}

// TestARunOfTooManyNamesIsRefused asks for one id and one merchant more than a
// run takes.
func TestARunOfTooManyNamesIsRefused(t *testing.T) {
	t.Parallel()
	c := started(t, open(t, t.TempDir()+"/z.db"), builtIn(t), func(o *jobs.Options) { o.Queues = nil })
	names := make([]string, store.MaxBatch+1)
	for i := range names {
		names[i] = strconv.Itoa(i)
	}
	for _, spec := range []jobs.Spec{{Kind: store.RunListing, IDs: names}, {Kind: store.RunMerchant, Merchants: names}} {
		var invalid *screening.InvalidError
		if _, err := c.Begin(t.Context(), spec); !errors.As(err, &invalid) || invalid.Field != "batch" {
			t.Errorf("%s: %v", spec.Kind, err)
		}
		spec.IDs, spec.Merchants = spec.IDs[:min(len(spec.IDs), store.MaxBatch)], spec.Merchants[:min(len(spec.Merchants), store.MaxBatch)]
		if _, err := c.Begin(t.Context(), spec); err != nil {
			t.Errorf("%s, as many as fit: %v", spec.Kind, err)
		}
	}
}
