package main

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"

	"zhunru/api"
	"zhunru/screening"
	"zhunru/store"
)

// An importRun brings one source of rows into the database, or, dry, only says
// what would become of them.
type importRun struct {
	store *store.Store
	imp   importer
	dry   bool
	trial bool                      // nothing is kept but what would become of the rows
	later bool                      // what is interrupted, or finds the database away, is gone on with by itself: it stays running
	rows  func(n int)               // told how many rows are through
	say   func(error)               // told problems that are no rows
	shown func(*store.Reject) error // told the rejects of a dry run; may be nil
}

// An importTally is what became of a source: the counts of all its rows, and
// what this process did of them.
type importTally struct {
	store.Import
	Resumed  int64 // rows that were in before
	Outcomes map[screening.Outcome]int64
	Complete bool // to the end of the source
}

// maxTries bounds how often a batch is tried that collides with another
// process.
const maxTries = 5

// from imports a source. Kind and content stand for it: one that was begun
// before is gone on with.
func (r *importRun) from(ctx context.Context, i store.Import, src rowSource) (importTally, error) {
	t := importTally{Outcomes: map[screening.Outcome]int64{}}
	if r.dry {
		err := pump(ctx, src, 0, r.say, r.imp.prepare, func(b *importBatch) error { return r.look(ctx, b, &t) })
		t.Complete = err == nil
		return t, err
	}
	err := r.store.Write(ctx, func(tx *store.Tx) (err error) {
		t.Import, err = tx.BeginImport(i)
		return err
	})
	if err != nil {
		return t, err
	}
	t.Resumed = t.NextRow
	if err := r.imp.restart(ctx, &t.Import); err != nil {
		return t, err
	}
	err = pump(ctx, src, t.NextRow, r.say, r.imp.prepare, func(b *importBatch) error { return r.keep(ctx, b, &t) })
	t.Complete = err == nil
	if said := r.end(ctx, &t, err); err == nil {
		err = said // otherwise the import is gone on with all the same
	}
	return t, err
}

// end says in the database how the import ended.
func (r *importRun) end(ctx context.Context, t *importTally, failed error) error {
	t.State = store.ImportDone
	if failed != nil {
		t.State = store.ImportFailed
		switch {
		case r.later && (ctx.Err() != nil || errors.Is(unavailable(failed), api.ErrUnavailable)):
			t.State = store.ImportRunning
		case ctx.Err() != nil:
			t.State = store.ImportCancelled
		}
	}
	return r.store.Write(context.WithoutCancel(ctx), func(tx *store.Tx) error {
		if err := r.imp.end(tx, t.State); err != nil {
			return err
		}
		if err := tx.SaveImport(t.Import, t.NextRow, nil); err != nil || r.trial || t.State != store.ImportDone || t.Inserted+t.Updated == 0 {
			return err
		}
		return enterImport(tx, &t.Import)
	})
}

// enterImport records in the ledger what a file brought.
func enterImport(tx *store.Tx, i *store.Import) error {
	return recordPayload(tx, i.Actor, store.EntryImport, fmt.Sprintf("import/%d", i.Key), struct {
		Kind      store.ImportKind `json:"kind"`
		File      string           `json:"file"`
		Content   string           `json:"content"`
		Rows      int64            `json:"rows"`
		Inserted  int64            `json:"inserted"`
		Updated   int64            `json:"updated"`
		Unchanged int64            `json:"unchanged"`
		Rejected  int64            `json:"rejected"`
		Run       int64            `json:"run,omitempty"`
	}{i.Kind, i.File, hex.EncodeToString(i.Content[:]), i.NextRow, i.Inserted, i.Updated, i.Unchanged, i.Rejected, i.Run})
}

// keep keeps one batch, with the checkpoint after it, in one transaction.
func (r *importRun) keep(ctx context.Context, b *importBatch, t *importTally) error {
	for try := 1; ; try++ {
		next, result := t.Import, importResult{}
		err := r.store.Write(ctx, func(tx *store.Tx) (err error) {
			next = t.Import
			if result, err = r.imp.save(tx, &next, b); err != nil {
				return err
			}
			rejects := numbered(result.rejects, next.Rejected)
			advance(&next, &result, b)
			return tx.SaveImport(next, t.NextRow, rejects)
		})
		if err == nil {
			r.imp.kept()
			t.Import = next
			t.count(&result)
			r.rows(b.rows)
			return nil
		}
		if !errors.Is(err, screening.ErrConflict) || try == maxTries {
			return err
		}
		switch i, e := r.store.Import(ctx, r.imp.kind(), t.Content); {
		case e == nil && i.State == store.ImportCancelled:
			return errCancelled
		case e != nil || i.NextRow != t.NextRow:
			return errors.Join(errElsewhere, e)
		}
	}
}

// errCancelled ends an import that somebody cancelled.
var errCancelled = errors.New("导入被取消，已导入的行保留；再次导入同一个文件就从断点继续（IMPORT_CANCELLED）")

var errElsewhere = errors.New("另一个进程正在导入同一个文件，请等它结束后再试（IMPORT_ELSEWHERE）")

// look counts what would become of a batch.
func (r *importRun) look(ctx context.Context, b *importBatch, t *importTally) error {
	result, err := r.imp.preview(ctx, b)
	if err != nil {
		return err
	}
	for _, reject := range numbered(result.rejects, t.Rejected) {
		if r.shown == nil {
			break
		}
		if err := r.shown(&reject); err != nil {
			return err
		}
	}
	advance(&t.Import, &result, b)
	t.count(&result)
	r.rows(b.rows)
	return nil
}

func (t *importTally) count(r *importResult) {
	for _, o := range screening.Outcomes {
		if n := r.outcomes[o]; n > 0 {
			t.Outcomes[o] += n
		}
	}
}

// advance moves a checkpoint past a batch.
func advance(i *store.Import, r *importResult, b *importBatch) {
	i.NextRow = b.to
	i.Inserted += r.inserted
	i.Updated += r.updated
	i.Unchanged += r.unchanged
	i.Rejected += int64(len(r.rejects))
}

// numbered puts rejects in the order of the file and numbers them.
func numbered(rejects []store.Reject, after int64) []store.Reject {
	slices.SortStableFunc(rejects, func(a, b store.Reject) int { return int(a.Line - b.Line) })
	for i := range rejects {
		rejects[i].N = after + int64(i) + 1
	}
	return rejects
}

// line is the summary of a source, as people read it.
func (t *importTally) line(name string, dry bool) string {
	s := fmt.Sprintf("读入 %s 行，新增 %s，更新 %s，未变 %s，拒绝 %s", grouped(int(t.NextRow)), grouped(int(t.Inserted)), grouped(int(t.Updated)),
		grouped(int(t.Unchanged)), grouped(int(t.Rejected)))
	if t.Resumed > 0 {
		s += fmt.Sprintf("（其中前 %s 行上次已导入）", grouped(int(t.Resumed)))
	}
	switch {
	case !t.Complete:
		s = "未完成：" + s
	case t.Inserted+t.Updated == 0:
		s = "没有变化：" + s
	}
	if dry {
		s = "试运行，没有写入：" + s
	}
	return name + "：" + s
}
