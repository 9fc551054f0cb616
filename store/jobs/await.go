package jobs

import (
	"context"
	"time"

	"zhunru/store"
)

// Await waits until a run ends or is paused and returns it as it is then.
// progress, if not nil, is told how far the run is several times a second.
// If ctx ends first its error is returned, with the run as it was last.
func Await(ctx context.Context, s *store.Store, key int64, progress func(store.Run)) (store.Run, error) {
	for {
		r, err := s.Run(ctx, key)
		if err != nil {
			return r, err
		}
		if progress != nil {
			progress(r)
		}
		if r.State != store.RunPlanned && r.State != store.RunRunning {
			return r, nil
		}
		if err := wait(ctx, 50*time.Millisecond); err != nil {
			return r, err
		}
	}
}
