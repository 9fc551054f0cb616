package store

import (
	"database/sql"

	"zhunru/screening"
	"zhunru/screening/dictionary"
	"zhunru/screening/report"
)

// A releaseEffect is what verdicts did when a revision replaced another.
type releaseEffect struct{ changed, stricter, looser int64 }

// releases tells of each dictionary that was put in use in the period, the
// latest first: what differs from the one before, and what its rules changed.
func (r *reporting) releases() error {
	effects, err := r.releaseEffects()
	if err != nil {
		return err
	}
	var newer *KeptRevision // its row is written when the one before is known
	for before := int64(0); ; {
		list, err := r.s.Revisions(r.ctx, before, MaxBatch)
		if err != nil {
			return err
		}
		for i := range list {
			if newer != nil {
				if err := r.release(newer, &list[i], effects); err != nil {
					return err
				}
			}
			newer = &list[i]
			before = newer.Key
		}
		if err := r.page(); err != nil {
			return err
		}
		if len(list) < MaxBatch {
			break
		}
	}
	if newer == nil {
		return nil
	}
	return r.release(newer, nil, effects)
}

func (r *reporting) releaseEffects() (map[int64]releaseEffect, error) {
	out := map[int64]releaseEffect{}
	const query = `SELECT new_revision_key, old_outcome, new_outcome, COUNT(*) FROM record_history WHERE because = 'rule' GROUP BY new_revision_key, old_outcome, new_outcome`
	err := queryEach(r.ctx, r.s.reader(), r.s.engine, query, nil, func(rows *sql.Rows) error {
		var key, n int64
		var was, is screening.Outcome
		err := rows.Scan(&key, &was, &is, &n)
		e := out[key]
		e.changed += n
		switch {
		case was == is:
		case is.AtLeast(was):
			e.stricter += n
		default:
			e.looser += n
		}
		out[key] = e
		return err
	})
	return out, err
}

// release writes the row of a revision; old is the one before, nil of the first.
func (r *reporting) release(x, old *KeptRevision, effects map[int64]releaseEffect) error {
	if at := micros(x.LoadedAt); at < r.from || at >= r.before {
		return nil
	}
	d, err := r.revisionDiff(x, old)
	if err != nil {
		return err
	}
	var runs, judged int64
	err = queryEach(r.ctx, r.s.reader(), r.s.engine, "SELECT COUNT(*), COALESCE(SUM(done), 0) FROM runs WHERE revision_key = ?", []any{x.Key},
		func(rows *sql.Rows) error { return rows.Scan(&runs, &judged) })
	if err != nil {
		return err
	}
	var entry int64
	var by string
	err = queryEach(r.ctx, r.s.reader(), r.s.engine, "SELECT seq, actor FROM ledger WHERE kind = 'release' AND revision = ? ORDER BY seq DESC LIMIT 1", []any{x.Hash},
		func(rows *sql.Rows) error { return rows.Scan(&entry, &by) })
	if err != nil {
		return err
	}
	previous, said := "", report.Cell{}
	if old != nil {
		previous = old.Hash
	}
	if entry > 0 {
		said = report.Num(entry)
	}
	e := effects[x.Key]
	added, removed := 0, 0
	for i := range d.Changes {
		added, removed = added+len(d.Changes[i].Added), removed+len(d.Changes[i].Removed)
	}
	return r.row([]report.Cell{
		report.Str(x.Hash), report.At(x.LoadedAt), report.Str(previous), report.Num(int64(x.Classes)), report.Num(int64(len(d.Classes))), report.Num(int64(added)), report.Num(int64(removed)), report.Flag(d.Everything),
		report.Num(runs), report.Num(judged), report.Num(e.changed), report.Num(e.stricter), report.Num(e.looser), report.Str(by), said,
	})
}

func (r *reporting) revisionDiff(x, old *KeptRevision) (dictionary.Diff, error) {
	if old == nil {
		return dictionary.Diff{}, nil // the first differs from nothing
	}
	a, err := r.s.Revision(r.ctx, old.Hash)
	if err != nil {
		return dictionary.Diff{}, err
	}
	b, err := r.s.Revision(r.ctx, x.Hash)
	if err != nil {
		return dictionary.Diff{}, err
	}
	return dictionary.Compare(a, b), nil
}
