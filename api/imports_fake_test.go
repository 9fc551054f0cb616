package api_test

import (
	"context"
	"io"

	"zhunru/api"
	"zhunru/screening"
)

func fakeImport(id int64, state string) api.Import {
	return api.Import{
		ID: id, Spec: api.ImportSpec{Kind: "listings", File: "a.csv"}, Actor: "key:other", State: state, Rows: 2, Inserted: 1, Rejected: 1, CreatedAt: noon, UpdatedAt: noon,
	}
}

// CreateImport reads the file and keeps nothing.
func (f *fake) CreateImport(_ context.Context, actor string, s api.ImportSpec, file io.Reader) (api.Import, error) {
	if _, err := io.Copy(io.Discard, file); err != nil {
		return api.Import{}, err
	}
	i := fakeImport(3, "waiting")
	i.Spec, i.Actor = s, actor
	return i, nil
}

// Import knows two: 1 is done, 2 is running.
func (f *fake) Import(_ context.Context, id int64) (api.Import, error) {
	switch id {
	case 1:
		return fakeImport(1, "done"), nil
	case 2:
		return fakeImport(2, "running"), nil
	}
	return api.Import{}, screening.ErrNotFound
}

func (f *fake) Imports(_ context.Context, kind string, before int64, limit int) ([]api.Import, error) {
	var out []api.Import
	for id := int64(2); id > 0 && len(out) < limit; id-- {
		if i, _ := f.Import(context.Background(), id); (before == 0 || id < before) && (kind == "" || kind == i.Spec.Kind) {
			out = append(out, i)
		}
	}
	return out, nil
}

func (f *fake) Rejects(_ context.Context, _, after int64, limit int) ([]api.Reject, error) {
	all := []api.Reject{
		{N: 1, Line: 3, Field: "title", Code: "FIELD_EMPTY", Reason: "空", Excerpt: "11010119900101001X"},
		{N: 2, Line: 5, Field: "id", Code: "FIELD_EMPTY", Reason: "空"},
	}
	return all[min(after, 2):min(after+int64(limit), 2)], nil
}

func (f *fake) CancelImport(ctx context.Context, _ string, id int64) (api.Import, error) {
	i, err := f.Import(ctx, id)
	if err == nil && i.State != "running" {
		err = api.ErrState
	}
	i.State = "cancelled"
	return i, err
}
