package store

import (
	"context"
	"fmt"
	"strconv"

	"gorm.io/gorm"

	"zhunru/screening"
	"zhunru/store/vault"
)

// personal returns the fields of a document that may name a person: an identity
// card's number, a sole trader's name, the text of a scan.
func (r *documentRow) personal() map[string]*string {
	fields := map[string]*string{"number": &r.Number, "holder": &r.Holder}
	if r.Text != nil {
		fields["text"] = r.Text
	}
	return fields
}

// place names a field of a document for its seal. It says whose it is and not
// which row, whose key is not known before it is written.
func (r *documentRow) place(field string) string {
	return "documents/" + strconv.FormatInt(r.MerchantKey, 10) + "/" + field
}

// sealDocument seals a row on its way in. The row must not share its text with
// anybody.
func (s *Store) sealDocument(r *documentRow) error {
	for field, value := range r.personal() { // order does not matter: each is sealed alone
		if vault.Sealed(*value) {
			return &screening.InvalidError{Field: field, Reason: "不能以 sealed: 开头，请改正"}
		}
		if s.vault == nil {
			continue
		}
		sealed, err := s.vault.Seal(r.place(field), *value)
		if err != nil {
			return &Error{Code: CodeDataKeys, Why: err.Error(), Err: err}
		}
		*value = sealed
	}
	return nil
}

// unsealDocument opens a row that was read.
func (s *Store) unsealDocument(r *documentRow) error {
	for field, value := range r.personal() { // order does not matter: each is opened alone
		plain, err := s.vault.Open(r.place(field), *value)
		if err != nil {
			return &Error{Code: CodeDataKeys, Why: fmt.Sprintf("证照 %d 的 %s：%v", r.Key, field, err), Err: err}
		}
		*value = plain
	}
	return nil
}

// CodeDataKeys is the code of the Error where personal data cannot be sealed or
// opened.
const CodeDataKeys = "DATA_KEYS"

// Reseal seals those of the next documents after a key, up to limit, that are
// not sealed by the primary key of the store's vault, in one transaction, and
// returns how many it sealed, how many it looked at, and the last key. Their
// versions and times stay: nothing that they say has changed. With looked less
// than limit it was the last page.
func (s *Store) Reseal(ctx context.Context, after int64, limit int) (sealed, looked int, last int64, err error) {
	if err := checkBatch(limit); err != nil {
		return 0, 0, after, err
	}
	last = after
	err = s.Write(ctx, func(tx *Tx) error {
		sealed, looked, last = 0, 0, after
		var rows []documentRow
		if err := tx.locking().Where("key > ?", after).Order("key").Limit(limit).Find(&rows).Error; err != nil {
			return err
		}
		looked = len(rows)
		for i := range rows {
			last = rows[i].Key
			changed, err := s.resealRow(tx.g, &rows[i])
			if err != nil {
				return err
			}
			if changed {
				sealed++
			}
		}
		return nil
	})
	return sealed, looked, last, wrap("reseal documents", err)
}

func (s *Store) resealRow(g *gorm.DB, r *documentRow) (changed bool, err error) {
	current := true
	for _, value := range r.personal() { // order does not matter: any will do
		current = current && s.vault.Current(*value)
	}
	if current {
		return false, nil
	}
	if err := s.unsealDocument(r); err != nil {
		return false, err
	}
	if err := s.sealDocument(r); err != nil {
		return false, err
	}
	return true, g.Model(&documentRow{}).Where("key = ?", r.Key).Select("number", "holder", "text").Updates(r).Error
}
