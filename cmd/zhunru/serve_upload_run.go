package main

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"sync"

	"zhunru/api"
	"zhunru/screening"
	"zhunru/screening/intake"
	"zhunru/screening/qualification"
	"zhunru/store"
)

// one imports one file to its end. An error means that the database cannot be
// used now: the file is tried again.
func (u *uploads) one(ctx context.Context, i *store.Import) error {
	said := &problems{}
	err := u.bring(ctx, i, said)
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.Is(err, screening.ErrConflict), errors.Is(err, errCancelled):
		err = nil // it was cancelled
	case errors.Is(err, errElsewhere):
		said.add(err)
	case errors.Is(unavailable(err), api.ErrUnavailable):
		return err
	case isInputError(err):
		said.add(err)
	case err != nil:
		u.log.Error("import failed", "import", i.Key, "error", err.Error())
		said.add(errImportFailed)
	}
	return u.over(ctx, i, said.list, err)
}

var errImportFailed = errors.New("内部错误，已导入的行保留；请看服务日志，排除后再传一次同一个文件（IMPORT_FAILED）")

// bring reads a file into the database.
func (u *uploads) bring(ctx context.Context, i *store.Import, said *problems) (err error) {
	var s api.ImportSpec
	if err := json.Unmarshal(i.Spec, &s); err != nil {
		return err
	}
	options, on, err := uploadOptions(&s)
	if err != nil {
		return &readError{err}
	}
	file, err := os.Open(u.path(i.Key))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	imp, err := importerOf(ctx, u.desk, i.Kind, on, i.Actor)
	if err != nil {
		return err
	}
	if s.DryRun {
		imp = &dryImporter{imp}
	}
	options.Seen = intake.NewSeen()
	src, closeSource, err := openRows(i.Kind, u.desk.registry, s.File, file, options)
	if err != nil {
		return &readError{err}
	}
	run := &importRun{store: u.desk.store, imp: imp, later: true, trial: s.DryRun, rows: func(int) {}, say: said.add}
	_, err = run.from(ctx, *i, src)
	late := options.Seen.Finish(func(e *intake.RowError) { said.add(e) })
	return errors.Join(err, late, options.Seen.Close(), closeSource())
}

func uploadOptions(s *api.ImportSpec) (o intake.Options, on qualification.Date, err error) {
	o.Sheet = s.Sheet
	if s.Format != "" {
		o.Format, err = intake.ParseFormat(s.Format)
	}
	if err == nil && s.Encoding != "" {
		o.Encoding, err = intake.ParseEncoding(s.Encoding)
	}
	if err == nil {
		on, err = parseDay(s.On)
	}
	return o, on, err
}

// over keeps what was wrong with a file and, where it ended early, that it did,
// and removes the file unless it was sent in again meanwhile.
func (u *uploads) over(ctx context.Context, i *store.Import, problems []string, failed error) error {
	u.coming.Lock()
	defer u.coming.Unlock()
	now, err := u.desk.store.ImportByKey(ctx, i.Key)
	if err != nil {
		return err
	}
	again := now.State == store.ImportWaiting && now.UpdatedAt.After(i.UpdatedAt)
	err = u.desk.store.Write(ctx, func(tx *store.Tx) error {
		if failed != nil && !again && !errors.Is(failed, errElsewhere) && now.State != store.ImportCancelled && now.State != store.ImportFailed {
			now.State = store.ImportFailed
			if err := tx.SaveImport(now, now.NextRow, nil); err != nil {
				return err
			}
		}
		if len(problems) == 0 || again {
			return nil
		}
		return tx.SaveImportProblems(i.Key, problems)
	})
	if err == nil && !again {
		err = os.Remove(u.path(i.Key))
	}
	return err
}

// maxProblems bounds what is kept of what was wrong beside refused rows.
const maxProblems = 100

// problems collects them; it is safe for concurrent use.
type problems struct {
	mu   sync.Mutex
	list []string
}

func (p *problems) add(err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch len(p.list) {
	case maxProblems:
	case maxProblems - 1:
		p.list = append(p.list, "其余不再列出")
	default:
		p.list = append(p.list, err.Error())
	}
}

// A dryImporter says what an importer would do and keeps nothing but that.
type dryImporter struct{ importer }

func (d *dryImporter) prepare(ctx context.Context, b *importBatch) (err error) {
	if err = d.importer.prepare(ctx, b); err == nil {
		b.looked, err = d.preview(ctx, b)
	}
	return err
}

func (d *dryImporter) save(_ *store.Tx, _ *store.Import, b *importBatch) (importResult, error) {
	return b.looked, nil
}

func (d *dryImporter) kept()                                        {}
func (d *dryImporter) end(*store.Tx, store.ImportState) error       { return nil }
func (d *dryImporter) restart(context.Context, *store.Import) error { return nil }
