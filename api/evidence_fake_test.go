package api_test

import (
	"context"
	"io"

	"zhunru/api"
	"zhunru/screening/report"
)

// fakePack is the pack of an id: in the state of the report of that id.
func fakePack(r api.Report) api.EvidencePack {
	return api.EvidencePack{
		ID: r.ID, Spec: api.EvidenceSpec{Scope: "listing", ID: "L/1"}, Mask: r.Spec.Mask, Actor: r.Actor, State: r.State, Verdicts: 1, Manifest: "00",
		CreatedAt: noon, EndedAt: r.EndedAt,
	}
}

func (f *fake) CreateEvidence(ctx context.Context, actor string, m report.Mask, s api.EvidenceSpec) (api.EvidencePack, error) {
	p := api.EvidencePack{ID: 9, Spec: s, Mask: m, Actor: actor, State: "waiting", CreatedAt: noon}
	return p, api.Keep(ctx, p, f.saveAnswer)
}

func (f *fake) Evidence(ctx context.Context, id int64) (api.EvidencePack, error) {
	r, err := f.Report(ctx, id)
	return fakePack(r), err
}

func (f *fake) EvidencePacks(ctx context.Context, before int64, limit int) ([]api.EvidencePack, error) {
	list, err := f.Reports(ctx, before, limit)
	out := make([]api.EvidencePack, 0, len(list))
	for _, r := range list {
		out = append(out, fakePack(r))
	}
	return out, err
}

func (f *fake) EvidenceFile(ctx context.Context, id int64) (io.ReadSeekCloser, error) {
	return f.ReportFile(ctx, id)
}

func (f *fake) CancelEvidence(ctx context.Context, id int64) (api.EvidencePack, error) {
	r, err := f.CancelReport(ctx, id)
	return fakePack(r), err
}
