package api_test

import (
	"bytes"
	"context"
	"io"

	"zhunru/api"
	"zhunru/screening"
	"zhunru/screening/report"
)

// fakeReport is the one report of a fake: masked, done, and an example of JSON.
func fakeReport(id int64, mask report.Mask) api.Report {
	end := noon
	return api.Report{
		ID: id, Spec: report.Spec{Kind: "runs", Format: report.FormatJSONL, Mask: mask}, Actor: "key:other", State: "done", Rows: 1, Bytes: 8, SHA256: "00", CreatedAt: noon, EndedAt: &end,
	}
}

func (f *fake) CreateReport(ctx context.Context, actor string, s report.Spec) (api.Report, error) {
	r := api.Report{ID: 9, Spec: s, Actor: actor, State: "waiting", CreatedAt: noon}
	return r, api.Keep(ctx, r, f.saveAnswer)
}

// Report knows three: 1 is masked, 2 is not, 3 is of this caller and waits.
func (f *fake) Report(_ context.Context, id int64) (api.Report, error) {
	switch id {
	case 1:
		return fakeReport(1, report.MaskPersonal), nil
	case 2:
		return fakeReport(2, report.MaskNone), nil
	case 3:
		r := fakeReport(3, report.MaskPersonal)
		r.State, r.EndedAt = "waiting", nil
		return r, nil
	}
	return api.Report{}, screening.ErrNotFound
}

func (f *fake) Reports(_ context.Context, before int64, limit int) ([]api.Report, error) {
	var out []api.Report
	for id := int64(3); id > 0 && len(out) < limit; id-- {
		if before == 0 || id < before {
			r, _ := f.Report(context.Background(), id)
			out = append(out, r)
		}
	}
	return out, nil
}

type closing struct{ *bytes.Reader }

func (closing) Close() error { return nil }

func (f *fake) ReportFile(context.Context, int64) (io.ReadSeekCloser, error) {
	return closing{bytes.NewReader([]byte(`"report"`))}, nil
}

func (f *fake) CancelReport(ctx context.Context, id int64) (api.Report, error) {
	r, err := f.Report(ctx, id)
	if id == 1 { // it is done
		return r, api.ErrState
	}
	r.State = "cancelled"
	return r, err
}
