package store

import (
	"context"
	"crypto/sha256"
	"time"

	"zhunru/screening"
	"zhunru/screening/qualification"
)

// A Decision is what a person made of a document. The empty value is invalid.
type Decision string

// The decisions on a document.
const (
	Pending    Decision = "pending"
	Accepted   Decision = "accepted"
	Declined   Decision = "rejected"
	Superseded Decision = "superseded"
)

// A Document is a document of a merchant, as it is kept.
type Document struct {
	qualification.Document        // Type is required; dates as written
	Key                    int64  // 0: new
	MerchantID             string // the merchant must be kept
	ExpiresOn              string // last day of validity, YYYY-MM-DD; empty: none or not known
	Perpetual              bool   // 长期
	Decision               Decision
	Version                int64
	CreatedAt, UpdatedAt   time.Time
}

type documentRow struct {
	Key         int64 `gorm:"primaryKey"`
	MerchantKey int64
	Type        string
	Number      string
	Holder      string
	Uscc        string
	Scope       *string
	Issuer      string
	IssuedOn    string
	ValidUntil  string
	ExpiresOn   *string
	Perpetual   bool
	Status      string
	Text        *string
	TextHash    []byte
	FilePath    string
	Decision    string
	Version     int64
	CreatedAt   int64 `gorm:"autoCreateTime:false"`
	UpdatedAt   int64 `gorm:"autoUpdateTime:false"`
}

func (documentRow) TableName() string { return "documents" }

func documentToRow(d *Document, merchant int64) documentRow {
	r := documentRow{
		Key: d.Key, MerchantKey: merchant, Type: d.Type, Number: d.Number, Holder: d.Holder, Uscc: d.USCC,
		Scope: encodeList(d.Scope), Issuer: d.Issuer, IssuedOn: d.IssuedOn, ValidUntil: d.ValidUntil,
		ExpiresOn: optional(d.ExpiresOn), Perpetual: d.Perpetual, Status: d.Status, Text: optional(d.Text),
		FilePath: d.File, Decision: string(d.Decision), Version: d.Version + 1,
	}
	if d.Text != "" {
		sum := sha256.Sum256([]byte(d.Text))
		r.TextHash = sum[:]
	}
	return r
}

// document returns what a row of a merchant holds, unsealed.
func (s *Store) document(r *documentRow, merchant string) (Document, error) {
	if err := s.unseal(r); err != nil {
		return Document{}, err
	}
	return Document{
		Document: qualification.Document{
			Type: r.Type, Number: r.Number, Holder: r.Holder, USCC: r.Uscc, Scope: decodeList(r.Scope), Issuer: r.Issuer,
			IssuedOn: r.IssuedOn, ValidUntil: r.ValidUntil, Status: r.Status, Text: value(r.Text), File: r.FilePath,
		},
		Key: r.Key, MerchantID: merchant, ExpiresOn: value(r.ExpiresOn), Perpetual: r.Perpetual, Decision: Decision(r.Decision),
		Version: r.Version, CreatedAt: fromMicros(r.CreatedAt), UpdatedAt: fromMicros(r.UpdatedAt),
	}, nil
}

// SaveDocument keeps a document of a merchant and returns it with its key and
// new version. A document with a key replaces the one that is kept if its
// Version is still the same, or the answer is screening.ErrConflict; a merchant
// that is not kept is screening.ErrNotFound.
func (tx *Tx) SaveDocument(d Document) (Document, error) {
	if d.Type == "" {
		return d, &screening.InvalidError{Field: "type", Reason: "证照类型不能为空，请填写名称或别名"}
	}
	if err := checkEnum("decision", d.Decision, Pending, Accepted, Declined, Superseded); err != nil {
		return d, err
	}
	if err := checkDay("expires_on", d.ExpiresOn, true); err != nil {
		return d, err
	}
	merchant := merchantRow{}
	if err := tx.g.Select("key").Where("id = ?", d.MerchantID).Take(&merchant).Error; err != nil {
		return d, wrapKey("save document of", d.MerchantID, err)
	}
	row, now := documentToRow(&d, merchant.Key), tx.s.stamp()
	if err := tx.s.seal(&row); err != nil {
		return d, err
	}
	row.UpdatedAt = now
	if d.Key == 0 {
		row.CreatedAt, row.Version = now, 1
		if err := tx.g.Create(&row).Error; err != nil {
			return d, wrapKey("save document of", d.MerchantID, err)
		}
		return tx.s.document(&row, d.MerchantID)
	}
	row.CreatedAt = micros(d.CreatedAt)
	done := tx.g.Model(&documentRow{}).Select("*").Omit("key", "created_at").
		Where("key = ? AND merchant_key = ? AND version = ?", d.Key, merchant.Key, d.Version).Updates(&row)
	if done.Error == nil && done.RowsAffected == 0 {
		done.Error = screening.ErrConflict
	}
	if done.Error != nil {
		return d, wrapKey("save document", d.Key, done.Error)
	}
	return tx.s.document(&row, d.MerchantID)
}

// Documents returns the documents of a merchant, the oldest first; an unknown
// merchant has none.
func (s *Store) Documents(ctx context.Context, merchant string) ([]Document, error) {
	var rows []documentRow
	err := s.read.WithContext(ctx).Where("merchant_key = (SELECT key FROM merchants WHERE id = ?)", merchant).
		Order("key").Find(&rows).Error
	if err != nil {
		return nil, wrapKey("documents of", merchant, err)
	}
	out := make([]Document, len(rows))
	for i := range rows {
		if out[i], err = s.document(&rows[i], merchant); err != nil {
			return nil, wrapKey("documents of", merchant, err)
		}
	}
	return out, nil
}

// An Expiry is a document whose last day lies in a window.
type Expiry struct {
	Key        int64
	MerchantID string
	Type       string
	ExpiresOn  string
}

// Expiring returns up to limit documents, not superseded or rejected, whose last
// day is from or to or between, by day and key. Go on with the last day and key
// of the answer; the first call has key 0.
func (s *Store) Expiring(ctx context.Context, from, to string, afterKey int64, limit int) ([]Expiry, error) {
	if err := checkBatch(limit); err != nil {
		return nil, err
	}
	var out []Expiry
	err := s.read.WithContext(ctx).Table("documents AS d").
		Select("d.key AS key, m.id AS merchant_id, d.type AS type, d.expires_on AS expires_on").
		Joins("JOIN merchants m ON m.key = d.merchant_key").
		Where("(d.expires_on > ? OR d.expires_on = ? AND d.key > ?) AND d.expires_on <= ?", from, from, afterKey, to).
		Where("d.decision IN ('pending', 'accepted')").
		Order("d.expires_on, d.key").Limit(limit).Scan(&out).Error
	return out, wrap("expiring documents", err)
}

// checkDay refuses what is no YYYY-MM-DD.
func checkDay(field, day string, mayBeEmpty bool) error {
	if day == "" && mayBeEmpty {
		return nil
	}
	if _, err := time.Parse(time.DateOnly, day); err != nil {
		return &screening.InvalidError{Field: field, Reason: "“" + day + "”不是有效的日期，请写成 2026-01-31 的形式"}
	}
	return nil
}
