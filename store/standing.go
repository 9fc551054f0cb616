package store

import (
	"context"
	"time"

	"zhunru/screening"
)

// A StandingVerdict is a verdict of a listing, current or replaced, with what
// proves it.
type StandingVerdict struct {
	N          int64 // 1 is the first verdict of the listing
	Verdict    screening.Verdict
	Version    int64 // of the listing that was judged
	Input      Hash
	ScreenedAt time.Time
	ReplacedAt time.Time // zero: it is the current one
	Because    Because   // why it was replaced
	Run        int64     // whose chunk proves it; 0: an entry of its own
	Proof      Proof
	Code, Why  string // what is wrong with it; "" for nothing
}

// StandingVerdicts returns the verdicts of a listing by id, the oldest first and
// the current one last, each with its proof or what is wrong with it. A listing
// that is unknown is screening.ErrNotFound.
func (s *Store) StandingVerdicts(ctx context.Context, id string) ([]StandingVerdict, error) {
	row, err := s.Listing(ctx, id)
	if err != nil {
		return nil, err
	}
	var out []StandingVerdict
	err = s.snapshot(ctx, func(from queryer) error {
		p := &prover{ctx: ctx, from: from, engine: s.engine, chunks: map[[2]int64]*provenChunk{}}
		pasts, err := readPasts(ctx, from, s.engine, []Key{row.Key})
		if err != nil {
			return err
		}
		for i := range pasts {
			x := &pasts[i]
			v := StandingVerdict{
				N: x.N, Verdict: x.Verdict, Version: x.version, ScreenedAt: x.ScreenedAt, ReplacedAt: x.ChangedAt, Because: x.Because,
			}
			if x.input == nil {
				v.Code, v.Why = ProofMissing, "这个结论早于证明功能，台账里只有当时的条目，没有逐件证明"
			} else if err := v.prove(p, &provable{key: x.key, id: id, input: *x.input, run: x.run, chunk: x.chunk}); err != nil {
				return err
			}
			out = append(out, v)
		}
		now, err := provedRecords(p, []Key{row.Key})
		if err != nil {
			return err
		}
		for i := range now {
			r := &now[i]
			v := StandingVerdict{N: r.Version, Verdict: r.Verdict, Version: r.Listing, ScreenedAt: r.ScreenedAt}
			if err := v.prove(p, &provable{key: r.Key, id: id, input: r.Stamp.Input, run: r.run, chunk: r.chunk, current: true}); err != nil {
				return err
			}
			out = append(out, v)
		}
		return nil
	})
	return out, wrapKey("standing verdicts of", id, err)
}

func (v *StandingVerdict) prove(p *prover, r *provable) (err error) {
	if r.verdict, err = VerdictHash(&v.Verdict); err != nil {
		return err
	}
	v.Input, v.Run = r.input, r.run.Int64
	v.Proof, v.Code, v.Why, err = p.prove(r)
	return err
}
