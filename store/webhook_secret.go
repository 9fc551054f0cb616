package store

import (
	"context"
	"errors"

	"zhunru/store/vault"
)

// webhookSecret names the secrets of webhooks for their seal: a secret is made
// before its webhook has a key.
const webhookSecret = "webhooks/secret"

// sealSecret turns a webhook's secret into what is kept of it: sealed, or, in a
// store without a vault, as it is behind a zero byte.
func (s *Store) sealSecret(secret []byte) ([]byte, error) {
	if len(secret) == 0 {
		return nil, errors.New("a webhook needs a secret")
	}
	if s.vault == nil {
		return append([]byte{0}, secret...), nil
	}
	sealed, err := s.vault.Seal(webhookSecret, string(secret))
	if err != nil {
		return nil, &Error{Code: CodeDataKeys, Why: err.Error(), Err: err}
	}
	return []byte(sealed), nil
}

// openSecret is the way back.
func (s *Store) openSecret(kept []byte) ([]byte, error) {
	if len(kept) > 1 && kept[0] == 0 {
		return kept[1:], nil
	}
	if !vault.Sealed(string(kept)) {
		return nil, errors.New("the secret of a webhook cannot be opened")
	}
	plain, err := s.vault.Open(webhookSecret, string(kept))
	if err != nil {
		return nil, &Error{Code: CodeDataKeys, Why: err.Error(), Err: err}
	}
	return []byte(plain), nil
}

// ResealWebhooks seals the secrets of all webhooks that are not sealed by the
// primary key of the store's vault, in one transaction, and returns how many
// webhooks it changed. Their versions and times stay.
func (s *Store) ResealWebhooks(ctx context.Context) (changed int, err error) {
	err = s.Write(ctx, func(tx *Tx) error {
		changed = 0
		var rows []webhookRow
		if err := tx.locking().Order("key").Find(&rows).Error; err != nil {
			return err
		}
		for i := range rows {
			r := &rows[i]
			if s.vault.Current(string(r.Secret)) && s.vault.Current(string(r.OldSecret)) {
				continue
			}
			for _, secret := range []*[]byte{&r.Secret, &r.OldSecret} {
				if len(*secret) == 0 {
					continue
				}
				plain, err := s.openSecret(*secret)
				if err == nil {
					*secret, err = s.sealSecret(plain)
				}
				if err != nil {
					return err
				}
			}
			if _, err := tx.exec("UPDATE webhooks SET secret = ?, old_secret = ? WHERE key = ?", r.Secret, r.OldSecret, r.Key); err != nil {
				return err
			}
			changed++
		}
		return nil
	})
	return changed, wrap("reseal webhooks", err)
}
