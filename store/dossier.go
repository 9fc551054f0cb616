package store

import (
	"context"
	"time"

	"zhunru/screening/qualification"
)

// A KeptDossier is what is kept of a merchant, as the qualification rules read
// it: the subject and the documents that a person accepted.
type KeptDossier struct {
	qualification.Dossier
	ChangedAt time.Time // last change of the merchant or of any of its documents
}

// Dossiers returns the dossiers of up to MaxBatch merchants by id. Merchants
// that are not kept, or known by name only, are left out. Documents that are
// pending, declined or superseded do not count and are not in it; their last
// change is in ChangedAt all the same.
func (s *Store) Dossiers(ctx context.Context, merchants []string) (map[string]*KeptDossier, error) {
	if err := checkBatch(len(merchants)); err != nil {
		return nil, err
	}
	out := make(map[string]*KeptDossier, len(merchants))
	if len(merchants) == 0 {
		return out, nil
	}
	db := s.read.WithContext(ctx)
	var subjects []merchantRow
	if err := db.Where("id IN ? AND state <> ?", merchants, string(MerchantNamed)).Find(&subjects).Error; err != nil {
		return nil, wrap("dossiers", err)
	}
	keys, byKey := make([]int64, 0, len(subjects)), make(map[int64]*KeptDossier, len(subjects))
	for i := range subjects {
		m := subjects[i].merchant()
		d := &KeptDossier{Dossier: qualification.Dossier{Subject: m.Subject}, ChangedAt: m.UpdatedAt}
		out[m.ID], byKey[subjects[i].Key] = d, d
		keys = append(keys, subjects[i].Key)
	}
	if len(keys) == 0 {
		return out, nil
	}
	var documents []documentRow
	if err := db.Where("merchant_key IN ?", keys).Order("merchant_key, key").Find(&documents).Error; err != nil {
		return nil, wrap("dossiers", err)
	}
	for i := range documents {
		r := &documents[i]
		d := byKey[r.MerchantKey]
		if at := fromMicros(r.UpdatedAt); at.After(d.ChangedAt) {
			d.ChangedAt = at
		}
		if Decision(r.Decision) != Accepted {
			continue
		}
		x, err := s.document(r, d.Subject.ID)
		if err != nil {
			return nil, wrapKey("dossier of", d.Subject.ID, err)
		}
		d.Documents = append(d.Documents, x.Document)
	}
	return out, nil
}
