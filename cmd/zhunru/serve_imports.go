package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"zhunru/api"
	"zhunru/screening"
	"zhunru/store"
)

// maxOpenUploads bounds how many files may wait at a time.
const maxOpenUploads = 100

// CreateImport takes in a file and puts it into the queue.
func (b *backend) CreateImport(ctx context.Context, actor string, s api.ImportSpec, from io.Reader) (api.Import, error) {
	open, err := b.store.OpenImports(ctx, maxOpenUploads)
	if err == nil && len(open) == maxOpenUploads {
		err = fmt.Errorf("%w: %d imports wait", api.ErrUnavailable, len(open))
	}
	if err != nil {
		return api.Import{}, unavailable(err)
	}
	file, err := b.uploads.take(&s, from)
	if err != nil {
		return api.Import{}, err
	}
	defer os.Remove(file.path) //nolint:errcheck // it was renamed, or nobody needs it
	spec, err := json.Marshal(s)
	if err != nil {
		return api.Import{}, err
	}
	i := store.Import{Kind: store.ImportKind(s.Kind), File: s.File, Content: file.content, Actor: actor, Spec: spec}
	if i, err = b.uploads.queue(ctx, i, file.path); err != nil {
		return api.Import{}, unavailable(err)
	}
	return toAPIImport(&i)
}

// Import returns an import.
func (b *backend) Import(ctx context.Context, id int64) (api.Import, error) {
	i, err := b.store.ImportByKey(ctx, id)
	if err != nil {
		return api.Import{}, unavailable(err)
	}
	return toAPIImport(&i)
}

// Imports returns imports, the latest first.
func (b *backend) Imports(ctx context.Context, kind string, before int64, limit int) ([]api.Import, error) {
	list, err := b.store.Imports(ctx, store.ImportKind(kind), before, limit)
	out := make([]api.Import, len(list))
	for k := range list {
		if err == nil {
			out[k], err = toAPIImport(&list[k])
		}
	}
	return answer(out, err)
}

// Rejects returns refused rows of an import.
func (b *backend) Rejects(ctx context.Context, id, after int64, limit int) ([]api.Reject, error) {
	list, err := b.store.Rejects(ctx, id, after, limit)
	out := make([]api.Reject, len(list))
	for k, r := range list {
		out[k] = api.Reject(r)
	}
	return answer(out, err)
}

// CancelImport ends an import, wherever it runs.
func (b *backend) CancelImport(ctx context.Context, _ string, id int64) (api.Import, error) {
	if _, err := b.Import(ctx, id); err != nil {
		return api.Import{}, err
	}
	err := b.store.Write(ctx, func(tx *store.Tx) error { return tx.CancelImport(id) })
	if errors.Is(err, screening.ErrConflict) {
		err = api.ErrState
	}
	if err != nil {
		return api.Import{}, unavailable(err)
	}
	b.uploads.tell()
	return b.Import(ctx, id)
}

func toAPIImport(i *store.Import) (api.Import, error) {
	out := api.Import{
		ID: i.Key, Spec: api.ImportSpec{Kind: string(i.Kind), File: i.File}, Actor: i.Actor, State: string(i.State), Rows: i.NextRow,
		Inserted: i.Inserted, Updated: i.Updated, Unchanged: i.Unchanged, Rejected: i.Rejected, Run: i.Run, Problems: i.Problems,
		CreatedAt: i.CreatedAt, UpdatedAt: i.UpdatedAt,
	}
	if i.Spec == nil {
		return out, nil
	}
	return out, json.Unmarshal(i.Spec, &out.Spec)
}
