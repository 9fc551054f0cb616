package main

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"zhunru/api"
	"zhunru/store"
)

// Merchant returns a merchant.
func (b *backend) Merchant(ctx context.Context, id string) (api.Merchant, error) {
	m, err := b.store.Merchant(ctx, id)
	return answer(toAPIMerchant(m), err)
}

// SaveMerchant keeps a merchant and records that in the ledger.
func (b *backend) SaveMerchant(ctx context.Context, actor string, m api.Merchant) (api.Merchant, error) {
	row := store.Merchant{Subject: m.Subject, Exempt: m.Exempt, Identity: store.Identity(m.Identity), State: store.MerchantState(m.State), Version: m.Version}
	if m.JoinedAt != nil {
		row.JoinedAt = *m.JoinedAt
	}
	err := b.store.Write(ctx, func(tx *store.Tx) (err error) {
		if row, err = tx.SaveMerchant(row); err != nil {
			return err
		}
		return recordPayload(tx, actor, store.EntryMerchant, row.ID, row)
	})
	return answer(toAPIMerchant(row), err)
}

// recordPayload enters in the ledger that something was kept, by the hash of
// its JSON.
func recordPayload(tx *store.Tx, actor string, kind store.EntryKind, subject string, payload any) error {
	body, err := json.Marshal(payload)
	if err != nil {
		return fmt.Errorf("serve: ledger payload: %w", err)
	}
	return tx.Record(store.Entry{Actor: actor, Kind: kind, Subject: subject, Body: body})
}

func toAPIMerchant(m store.Merchant) api.Merchant {
	out := api.Merchant{
		Subject: m.Subject, Exempt: m.Exempt, Identity: api.Identity(m.Identity), State: string(m.State), Version: m.Version, CreatedAt: m.CreatedAt, UpdatedAt: m.UpdatedAt,
	}
	if !m.JoinedAt.IsZero() {
		joined := m.JoinedAt.In(time.UTC)
		out.JoinedAt = &joined
	}
	return out
}

// Documents returns the documents of a merchant.
func (b *backend) Documents(ctx context.Context, merchant string) ([]api.Document, error) {
	rows, err := b.store.Documents(ctx, merchant)
	out := make([]api.Document, len(rows))
	for i := range rows {
		out[i] = toAPIDocument(&rows[i])
	}
	return answer(out, err)
}

// SaveDocument keeps a document and records that in the ledger.
func (b *backend) SaveDocument(ctx context.Context, actor, merchant string, d api.Document) (api.Document, error) {
	row := store.Document{
		Document: d.Document, Key: d.ID, MerchantID: merchant, ExpiresOn: d.ExpiresOn, Perpetual: d.Perpetual,
		Decision: store.Decision(d.Decision), Version: d.Version, CreatedAt: d.CreatedAt,
	}
	err := b.store.Write(ctx, func(tx *store.Tx) (err error) {
		if row, err = tx.SaveDocument(row); err != nil {
			return err
		}
		if err := recordPayload(tx, actor, store.EntryDocument, fmt.Sprintf("%s/%d", merchant, row.Key), row); err != nil {
			return err
		}
		return keepAnswer(ctx, tx, toAPIDocument(&row))
	})
	return answer(toAPIDocument(&row), err)
}

func toAPIDocument(d *store.Document) api.Document {
	return api.Document{
		Document: d.Document, ID: d.Key, ExpiresOn: d.ExpiresOn, Perpetual: d.Perpetual, Decision: string(d.Decision),
		Version: d.Version, CreatedAt: d.CreatedAt, UpdatedAt: d.UpdatedAt,
	}
}
