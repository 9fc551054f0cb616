package jobs

import (
	"context"
	"maps"
	"time"

	"zhunru/screening/qualification"
	"zhunru/store"
)

// An Engine's verdict follows from the text, the revision, the program and what
// the merchant's qualifications answered. So a full run need not judge again
// what a full run has proved: it looks at every listing, computes the hash of
// its text, and compares the leaf of its record with the proof. It judges
//
//   - what has no such leaf: edited, or its verdict touched by anyone since,
//     targeted runs included, for comparing with them is what it is for;
//   - what has a text that does not give its hash;
//   - listings of merchants that changed since, and those whose verdict asked
//     what the merchant holds, if the day is another;
//   - everything where there is no proof of this very revision, program and
//     profile, where the ledger does not hold it, and where it is the range's
//     turn: every range is judged whole within rotation days.
const rotation = 28

// mostChanged bounds the merchants whose change a run remembers. Where more
// changed everything is judged.
const mostChanged = 200_000

// A prover is what the workers of this process share of a full run's proofs.
// Its changes are under the station's lock.
type prover struct {
	program  string
	look     *store.Looker
	thorough bool
	since    time.Time            // the changes of merchants are known from then on; zero: no proof serves
	changed  map[string]time.Time // never written to, but replaced
}

// prover prepares to use and to make proofs in a full run.
func (c *Client) prover(ctx context.Context, r *store.Run, p *params) (*prover, error) {
	program, err := c.program()
	if err != nil {
		return nil, err
	}
	v := &prover{program: program, thorough: p.Thorough}
	if v.look, err = c.store.Looker(ctx); err != nil {
		return nil, err
	}
	base, ok, err := c.store.LastDone(ctx, r.Key, store.RunFull)
	if err != nil || !ok {
		return v, err
	}
	v.since = base.StartedAt.Add(-c.margin())
	return v, v.learn(ctx, c.store, v.since)
}

// learn remembers the merchants that changed since a time.
func (v *prover) learn(ctx context.Context, s *store.Store, since time.Time) error {
	if v.since.IsZero() {
		return nil
	}
	changed, all, err := s.MerchantsChanged(ctx, since, mostChanged)
	if err != nil {
		return err
	}
	v.note(changed, all)
	return nil
}

// note remembers changes; where they are not all, no proof serves any more.
func (v *prover) note(changed map[string]time.Time, all bool) {
	if !all || len(v.changed)+len(changed) > 2*mostChanged {
		v.since = time.Time{}
		return
	}
	if len(changed) > 0 {
		next := maps.Clone(v.changed)
		if next == nil {
			next = make(map[string]time.Time, len(changed))
		}
		maps.Copy(next, changed)
		v.changed = next
	}
}

// margin is how long before its end a transaction may have stamped what it
// wrote. On SQLite the claim of a chunk waits for every other transaction, so
// only the clock's steps count.
func (c *Client) margin() time.Duration {
	if c.store.Engine() == store.SQLite {
		return time.Second
	}
	return time.Minute
}

// turn reports whether a range is to be judged whole on a day: the ranges take
// turns, and a night that was left out is made up for.
func turn(after store.Key, size int, whole, on qualification.Date) bool {
	if on < whole || on-whole >= rotation {
		return true
	}
	slot := int64(after) / int64(size)
	for d := whole + 1; d <= on; d++ {
		if (slot+int64(d))%rotation == 0 {
			return true
		}
	}
	return false
}
