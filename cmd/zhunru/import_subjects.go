package main

import (
	"context"
	"encoding/json"
	"fmt"

	"zhunru/screening/intake"
	"zhunru/screening/qualification"
	"zhunru/store"
)

// A subjectImporter keeps merchants or their documents, those that differ from
// what is kept.
type subjectImporter struct {
	of       store.ImportKind
	store    *store.Store
	actor    string // for the ledger
	registry *qualification.Registry
}

func (m *subjectImporter) kind() store.ImportKind                       { return m.of }
func (m *subjectImporter) prepare(context.Context, *importBatch) error  { return nil }
func (m *subjectImporter) kept()                                        {}
func (m *subjectImporter) end(*store.Tx, store.ImportState) error       { return nil }
func (m *subjectImporter) restart(context.Context, *store.Import) error { return nil }
func (m *subjectImporter) documents() bool                              { return m.of == store.ImportDocuments }

// A subjectWriter keeps what differs and notes it for the ledger. Without a
// transaction it keeps nothing.
type subjectWriter struct {
	tx      *store.Tx
	changed []any
}

func (w *subjectWriter) merchant(m store.Merchant) error {
	if w.tx == nil {
		return nil
	}
	m, err := w.tx.SaveMerchant(m)
	w.changed = append(w.changed, m)
	return err
}

func (w *subjectWriter) document(d store.Document) error {
	if w.tx == nil {
		return nil
	}
	d, err := w.tx.SaveDocument(d)
	w.changed = append(w.changed, d)
	return err
}

// ids are the merchants of a batch.
func (m *subjectImporter) ids(b *importBatch) []string {
	field := "id"
	if m.documents() {
		field = "merchant_id"
	}
	var ids []string
	seen := map[string]bool{}
	for i := range b.records {
		if id := b.records[i].Fields[field]; !seen[id] {
			seen[id] = true
			ids = append(ids, id)
		}
	}
	return ids
}

func (m *subjectImporter) preview(ctx context.Context, b *importBatch) (importResult, error) {
	known, err := m.store.Subjects(ctx, m.ids(b), m.documents())
	if err != nil {
		return importResult{}, err
	}
	return m.apply(b, known, &subjectWriter{})
}

func (m *subjectImporter) save(tx *store.Tx, i *store.Import, b *importBatch) (importResult, error) {
	known, err := tx.Subjects(m.ids(b), m.documents())
	if err != nil {
		return importResult{}, err
	}
	to := &subjectWriter{tx: tx}
	r, err := m.apply(b, known, to)
	if err != nil || len(to.changed) == 0 {
		return r, err
	}
	body, err := json.Marshal(to.changed)
	if err != nil {
		return r, fmt.Errorf("import: ledger payload: %w", err)
	}
	kind := store.EntryMerchant
	if m.documents() {
		kind = store.EntryDocument
	}
	return r, tx.Record(store.Entry{
		Actor: m.actor, Kind: kind, Subject: fmt.Sprintf("import %d/%d", i.Key, b.to), Body: body,
	})
}

// apply compares records with what is kept and hands on those that
// differ.
func (m *subjectImporter) apply(b *importBatch, known map[string]*store.Subject, to *subjectWriter) (importResult, error) {
	r := importResult{rejects: append([]store.Reject(nil), b.rejects...)}
	one := m.merchant
	if m.documents() {
		one = m.document
	}
	for i := range b.records {
		fate, refused, err := one(&b.records[i], known, to)
		if err != nil {
			return r, err
		}
		switch {
		case refused != nil:
			r.rejects = append(r.rejects, store.Reject{
				Line: int64(refused.Line), Field: refused.Field, Code: refused.Code, Reason: refused.Reason, Excerpt: refused.Excerpt,
			})
		case fate == store.Inserted:
			r.inserted++
		case fate == store.Updated:
			r.updated++
		default:
			r.unchanged++
		}
	}
	return r, nil
}

func (m *subjectImporter) merchant(record *intake.Record, known map[string]*store.Subject, to *subjectWriter) (store.Fate, *intake.RowError, error) {
	id := record.Fields["id"]
	old, has := known[id]
	if !has {
		old = &store.Subject{}
	}
	now, refused := mergeMerchant(old.Merchant, record)
	if refused != nil {
		return "", refused, nil
	}
	fate := store.Updated
	switch {
	case !has || old.State == store.MerchantNamed:
		fate = store.Inserted
	case sameMerchant(old.Merchant, now):
		return store.Unchanged, nil, nil
	}
	return fate, nil, to.merchant(now)
}

func (m *subjectImporter) document(record *intake.Record, known map[string]*store.Subject, to *subjectWriter) (store.Fate, *intake.RowError, error) {
	owner := known[record.Fields["merchant_id"]]
	if owner == nil || owner.State == store.MerchantNamed {
		return "", &intake.RowError{
			Line: record.Line, Field: "merchant_id", Code: codeUnknownMerchant, Excerpt: shorten(record.Fields["merchant_id"]),
			Reason: "没有这个商家的资料，请先用 zhunru import merchants 导入商家",
		}, nil
	}
	old := findDocument(owner.Documents, record, m.registry)
	now, refused := mergeDocument(old, record, m.registry)
	if refused != nil {
		return "", refused, nil
	}
	fate := store.Updated
	switch {
	case old.Key == 0:
		fate = store.Inserted
	case sameDocument(&old, &now):
		return store.Unchanged, nil, nil
	}
	return fate, nil, to.document(now)
}
