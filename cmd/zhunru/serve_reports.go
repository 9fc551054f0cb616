package main

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"zhunru/api"
	"zhunru/screening"
	"zhunru/screening/report"
	"zhunru/store"
	"zhunru/store/jobs"
)

// CreateReport keeps what is asked for; the clock of a worker puts it into the
// queue.
func (b *backend) CreateReport(ctx context.Context, actor string, s report.Spec) (api.Report, error) {
	spec, err := json.Marshal(s)
	if err != nil {
		return api.Report{}, err
	}
	x := store.Export{
		Kind: store.ExportReport, Name: s.Kind, Actor: actor, Spec: spec, Format: string(s.Format), Mask: string(s.Mask), State: store.ExportWaiting, Kept: true,
	}
	var out api.Report
	err = b.store.Write(ctx, func(tx *store.Tx) error {
		if x, err = tx.SaveExport(x); err == nil {
			out, err = toAPIReport(&x)
		}
		if err == nil {
			err = keepAnswer(ctx, tx, out)
		}
		return err
	})
	return answer(out, err)
}

// Report returns a report.
func (b *backend) Report(ctx context.Context, id int64) (api.Report, error) {
	x, err := b.export(ctx, store.ExportReport, id)
	if err != nil {
		return api.Report{}, unavailable(err)
	}
	return toAPIReport(&x)
}

// export returns an export of a kind, and no other's.
func (b *backend) export(ctx context.Context, kind store.ExportKind, id int64) (store.Export, error) {
	x, err := b.store.Export(ctx, id)
	if err == nil && x.Kind != kind {
		err = screening.ErrNotFound
	}
	return x, err
}

// Reports returns reports, the latest first.
func (b *backend) Reports(ctx context.Context, before int64, limit int) ([]api.Report, error) {
	list, err := b.store.Exports(ctx, store.ExportReport, before, limit)
	out := make([]api.Report, len(list))
	for i := range list {
		if err == nil {
			out[i], err = toAPIReport(&list[i])
		}
	}
	return answer(out, err)
}

// ReportFile opens the file of a report that is done.
func (b *backend) ReportFile(ctx context.Context, id int64) (io.ReadSeekCloser, error) {
	return b.exportFile(ctx, store.ExportReport, id)
}

func (b *backend) exportFile(ctx context.Context, kind store.ExportKind, id int64) (io.ReadSeekCloser, error) {
	x, err := b.export(ctx, kind, id)
	if err == nil && (x.State != store.ExportDone || !x.Kept) {
		err = screening.ErrNotFound
	}
	if err != nil {
		return nil, unavailable(err)
	}
	file, err := os.Open(jobs.ReportFile(b.reports, &x))
	if errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("%w: the file of export %d is not on this machine", screening.ErrNotFound, id)
	}
	if err != nil {
		return nil, err
	}
	return file, nil
}

// CancelReport ends a report that waits or is being made.
func (b *backend) CancelReport(ctx context.Context, id int64) (api.Report, error) {
	x, err := b.cancelExport(ctx, store.ExportReport, id)
	if err != nil {
		return api.Report{}, err
	}
	return toAPIReport(&x)
}

func (b *backend) cancelExport(ctx context.Context, kind store.ExportKind, id int64) (store.Export, error) {
	x, err := b.export(ctx, kind, id)
	if err == nil && x.State != store.ExportWaiting && x.State != store.ExportRunning {
		err = screening.ErrConflict
	}
	if err != nil {
		return x, unavailable(err)
	}
	x.State, x.EndedAt = store.ExportCancelled, b.now()
	err = b.store.Write(ctx, func(tx *store.Tx) error { x, err = tx.SaveExport(x); return err })
	return x, unavailable(err)
}

func toAPIReport(x *store.Export) (api.Report, error) {
	r := api.Report{
		ID: x.Key, Actor: x.Actor, State: string(x.State), Rows: x.Rows, Bytes: x.Bytes, Error: x.Error, CreatedAt: x.CreatedAt,
		StartedAt: optTime(x.StartedAt), EndedAt: optTime(x.EndedAt), ExpiresAt: optTime(x.ExpiresAt),
	}
	if x.FileHash != (store.Hash{}) {
		r.SHA256 = hex.EncodeToString(x.FileHash[:])
	}
	return r, json.Unmarshal(x.Spec, &r.Spec)
}
