package store

import (
	"context"
	"encoding/json"
	"time"

	"zhunru/screening"
)

// An AccessKey opens the API to whoever has its secret. The secret is not kept.
type AccessKey struct {
	Prefix     string // public; finds the key
	Hash       Hash   // SHA-256 of the whole secret
	Name       string // whose it is, for people
	Role       string // platform-service, operator, reviewer, auditor or admin
	CreatedAt  time.Time
	ExpiresAt  time.Time // zero: never
	LastUsedAt time.Time // zero: not yet; renewed about once a minute
	RevokedAt  time.Time // zero: in force
}

// InForce reports whether the key opens anything at a time.
func (k *AccessKey) InForce(at time.Time) bool {
	return k.RevokedAt.IsZero() && (k.ExpiresAt.IsZero() || at.Before(k.ExpiresAt))
}

type accessKeyRow struct {
	Key        int64 `gorm:"primaryKey"`
	Prefix     string
	Hash       []byte
	Name       string
	Role       string
	CreatedAt  int64 `gorm:"autoCreateTime:false"`
	ExpiresAt  *int64
	LastUsedAt *int64
	RevokedAt  *int64
}

func (accessKeyRow) TableName() string { return "access_keys" }

func (r *accessKeyRow) accessKey() AccessKey {
	return AccessKey{
		Prefix: r.Prefix, Hash: hashOr(r.Hash, nil), Name: r.Name, Role: r.Role, CreatedAt: fromMicros(r.CreatedAt),
		ExpiresAt: fromOptMicros(r.ExpiresAt), LastUsedAt: fromOptMicros(r.LastUsedAt), RevokedAt: fromOptMicros(r.RevokedAt),
	}
}

// AddAccessKey keeps a new key. A prefix that is taken is
// screening.ErrConflict; CreatedAt is given, the times of use and revocation
// are empty. The ledger says who made it.
func (tx *Tx) AddAccessKey(actor string, k AccessKey) (AccessKey, error) {
	for _, f := range [...]struct{ name, value string }{{"prefix", k.Prefix}, {"name", k.Name}} {
		if f.value == "" {
			return k, &screening.InvalidError{Field: f.name, Reason: "密钥的这一项不能为空，请填写"}
		}
		if err := checkText(f.name, f.value); err != nil {
			return k, err
		}
	}
	if err := checkEnum("role", k.Role, "platform-service", "operator", "reviewer", "auditor", "admin"); err != nil {
		return k, err
	}
	row := accessKeyRow{
		Prefix: k.Prefix, Hash: k.Hash[:], Name: k.Name, Role: k.Role, CreatedAt: tx.s.stamp(), ExpiresAt: optMicros(k.ExpiresAt),
	}
	err := tx.g.Create(&row).Error
	if err == nil {
		err = tx.recordKey(actor, "created", &row)
	}
	return row.accessKey(), wrapKey("add access key", k.Prefix, err)
}

// HasAccessKeys reports whether there is any key, revoked ones too.
func (tx *Tx) HasAccessKeys() (bool, error) {
	var n int64
	err := tx.g.Model(&accessKeyRow{}).Limit(1).Count(&n).Error
	return n > 0, wrap("access keys", err)
}

// RevokeAccessKey ends a key at once, for good, and returns it. One that is
// revoked already stays as it is; an unknown prefix is screening.ErrNotFound.
// The ledger says who did.
func (tx *Tx) RevokeAccessKey(actor, prefix string) (AccessKey, error) {
	var row accessKeyRow
	if err := tx.locking().Where("prefix = ?", prefix).Take(&row).Error; err != nil {
		return AccessKey{}, wrapKey("revoke access key", prefix, err)
	}
	if row.RevokedAt == nil {
		now := tx.s.stamp()
		row.RevokedAt = &now
		_, err := tx.exec("UPDATE access_keys SET revoked_at = ? WHERE key = ?", now, row.Key)
		if err == nil {
			err = tx.recordKey(actor, "revoked", &row)
		}
		if err != nil {
			return AccessKey{}, wrapKey("revoke access key", prefix, err)
		}
	}
	return row.accessKey(), nil
}

// recordKey enters what was done with a key in the ledger. Neither the secret
// nor its hash is part of it.
func (tx *Tx) recordKey(actor, did string, r *accessKeyRow) error {
	body, err := json.Marshal(struct {
		Did       string    `json:"did"`
		Prefix    string    `json:"prefix"`
		Name      string    `json:"name"`
		Role      string    `json:"role"`
		ExpiresAt time.Time `json:"expires_at,omitzero"`
	}{did, r.Prefix, r.Name, r.Role, fromOptMicros(r.ExpiresAt)})
	if err != nil {
		return err
	}
	return tx.Record(Entry{Actor: actor, Kind: EntryKey, Subject: r.Prefix, Body: body})
}

// UseAccessKey notes that a key was used at a time, unless a later use is noted.
func (tx *Tx) UseAccessKey(prefix string, at time.Time) error {
	_, err := tx.exec("UPDATE access_keys SET last_used_at = ? WHERE prefix = ? AND (last_used_at IS NULL OR last_used_at < ?)",
		micros(at), prefix, micros(at))
	return wrapKey("use access key", prefix, err)
}

// AccessKey returns a key by its prefix, in force or not, or
// screening.ErrNotFound.
func (s *Store) AccessKey(ctx context.Context, prefix string) (AccessKey, error) {
	var row accessKeyRow
	if err := s.read.WithContext(ctx).Where("prefix = ?", prefix).Take(&row).Error; err != nil {
		return AccessKey{}, wrapKey("access key", prefix, err)
	}
	return row.accessKey(), nil
}

// AccessKeys returns all keys, the oldest first.
func (s *Store) AccessKeys(ctx context.Context) ([]AccessKey, error) {
	var rows []accessKeyRow
	err := s.read.WithContext(ctx).Order("key").Find(&rows).Error
	out := make([]AccessKey, len(rows))
	for i := range rows {
		out[i] = rows[i].accessKey()
	}
	return out, wrap("access keys", err)
}
