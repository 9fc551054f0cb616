package main

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"io"

	"zhunru/api"
	"zhunru/screening/report"
	"zhunru/store"
	"zhunru/store/evidence"
)

// CreateEvidence keeps what is asked for; the clock of a worker puts it into the
// queue.
func (b *backend) CreateEvidence(ctx context.Context, actor string, m report.Mask, s api.EvidenceSpec) (api.EvidencePack, error) {
	spec := evidence.Spec(s)
	if err := spec.Check(); err != nil {
		return api.EvidencePack{}, err
	}
	body, err := json.Marshal(spec)
	if err != nil {
		return api.EvidencePack{}, err
	}
	x := store.Export{
		Kind: store.ExportEvidence, Name: spec.Name(), Actor: actor, Spec: body, Format: "zip", Mask: string(m), State: store.ExportWaiting, Kept: true,
	}
	var out api.EvidencePack
	err = b.store.Write(ctx, func(tx *store.Tx) error {
		if x, err = tx.SaveExport(x); err == nil {
			out, err = toAPIPack(&x)
		}
		if err == nil {
			err = keepAnswer(ctx, tx, out)
		}
		return err
	})
	return answer(out, err)
}

// Evidence returns a pack.
func (b *backend) Evidence(ctx context.Context, id int64) (api.EvidencePack, error) {
	x, err := b.export(ctx, store.ExportEvidence, id)
	if err != nil {
		return api.EvidencePack{}, unavailable(err)
	}
	return toAPIPack(&x)
}

// EvidencePacks returns packs, the latest first.
func (b *backend) EvidencePacks(ctx context.Context, before int64, limit int) ([]api.EvidencePack, error) {
	list, err := b.store.Exports(ctx, store.ExportEvidence, before, limit)
	out := make([]api.EvidencePack, len(list))
	for i := range list {
		if err == nil {
			out[i], err = toAPIPack(&list[i])
		}
	}
	return answer(out, err)
}

// EvidenceFile opens the file of a pack that is done.
func (b *backend) EvidenceFile(ctx context.Context, id int64) (io.ReadSeekCloser, error) {
	return b.exportFile(ctx, store.ExportEvidence, id)
}

// CancelEvidence ends a pack that waits or is being made.
func (b *backend) CancelEvidence(ctx context.Context, id int64) (api.EvidencePack, error) {
	x, err := b.cancelExport(ctx, store.ExportEvidence, id)
	if err != nil {
		return api.EvidencePack{}, err
	}
	return toAPIPack(&x)
}

func toAPIPack(x *store.Export) (api.EvidencePack, error) {
	p := api.EvidencePack{
		ID: x.Key, Mask: report.Mask(x.Mask), Actor: x.Actor, State: string(x.State), Verdicts: x.Rows, Error: x.Error, CreatedAt: x.CreatedAt,
		StartedAt: optTime(x.StartedAt), EndedAt: optTime(x.EndedAt), ExpiresAt: optTime(x.ExpiresAt),
	}
	if x.FileHash != (store.Hash{}) {
		p.Manifest = hex.EncodeToString(x.FileHash[:])
	}
	return p, json.Unmarshal(x.Spec, &p.Spec)
}
