package store

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"gorm.io/gorm"

	"zhunru/screening"
	"zhunru/store/vault"
)

// CodeDataKeys is the code of the Error where personal data cannot be sealed or
// opened.
const CodeDataKeys = "DATA_KEYS"

// A personalRow has fields that may name a person. They are kept sealed.
type personalRow interface {
	TableName() string
	// personal returns the fields by the names of their columns.
	personal() map[string]*string
	// owner says whose the row is, also before it has a key: what is sealed for
	// one owner does not open for another.
	owner() string
	id() int64
}

// personal: an identity card's number, a sole trader's name, the text of a scan.
func (r *documentRow) personal() map[string]*string {
	fields := map[string]*string{"number": &r.Number, "holder": &r.Holder}
	if r.Text != nil {
		fields["text"] = r.Text
	}
	return fields
}

func (r *documentRow) owner() string { return strconv.FormatInt(r.MerchantKey, 10) }
func (r *documentRow) id() int64     { return r.Key }

func (r *merchantRow) personal() map[string]*string {
	return map[string]*string{"address": &r.Address, "contact": &r.Contact, "phone": &r.Phone, "id_number": &r.IDNumber}
}

func (r *merchantRow) owner() string { return r.ID }
func (r *merchantRow) id() int64     { return r.Key }

// place names a field for its seal.
func place(r personalRow, field string) string { return r.TableName() + "/" + r.owner() + "/" + field }

// seal seals a row on its way in. The row must share its fields with nobody.
func (s *Store) seal(r personalRow) error {
	for field, value := range r.personal() { // order does not matter: each is sealed alone
		if vault.Sealed(*value) {
			return &screening.InvalidError{Field: field, Reason: "不能以 sealed: 开头，请改正"}
		}
		if s.vault == nil {
			continue
		}
		sealed, err := s.vault.Seal(place(r, field), *value)
		if err != nil {
			return &Error{Code: CodeDataKeys, Why: err.Error(), Err: err}
		}
		*value = sealed
	}
	return nil
}

// unseal opens a row that was read.
func (s *Store) unseal(r personalRow) error {
	for field, value := range r.personal() { // order does not matter: each is opened alone
		plain, err := s.vault.Open(place(r, field), *value)
		if err != nil {
			return &Error{Code: CodeDataKeys, Why: fmt.Sprintf("%s 第 %d 行的 %s：%v", r.TableName(), r.id(), field, err), Err: err}
		}
		*value = plain
	}
	return nil
}

// Personal is a table with sealed fields. The empty value is invalid.
type Personal string

// The tables with sealed fields.
const (
	PersonalMerchants Personal = "merchants"
	PersonalDocuments Personal = "documents"
)

// Reseal seals those of a table's next rows after a key, up to limit, that are
// not sealed by the primary key of the store's vault, in one transaction, and
// returns how many it sealed, how many it looked at, and the last key. Versions
// and times stay: nothing that the rows say has changed. With looked less than
// limit it was the last page.
func (s *Store) Reseal(ctx context.Context, table Personal, after int64, limit int) (sealed, looked int, last int64, err error) {
	if err := errors.Join(checkBatch(limit), checkEnum("table", table, PersonalMerchants, PersonalDocuments)); err != nil {
		return 0, 0, after, err
	}
	err = s.Write(ctx, func(tx *Tx) error {
		sealed, last = 0, after
		rows, err := tx.personalRows(table, after, limit)
		looked = len(rows)
		for _, r := range rows {
			last = r.id()
			changed := false
			if changed, err = s.reseal(tx.g, r); err != nil {
				return err
			}
			if changed {
				sealed++
			}
		}
		return err
	})
	return sealed, looked, last, wrap("reseal", err)
}

// personalRows reads and locks rows, as they are kept.
func (tx *Tx) personalRows(table Personal, after int64, limit int) ([]personalRow, error) {
	page := tx.locking().Where("key > ?", after).Order("key").Limit(limit)
	if table == PersonalMerchants {
		return readPersonal[merchantRow](page)
	}
	return readPersonal[documentRow](page)
}

func readPersonal[T any, P interface {
	*T
	personalRow
}](page *gorm.DB) ([]personalRow, error) {
	var rows []T
	err := page.Find(&rows).Error
	out := make([]personalRow, len(rows))
	for i := range rows {
		out[i] = P(&rows[i])
	}
	return out, err
}

func (s *Store) reseal(g *gorm.DB, r personalRow) (changed bool, err error) {
	current := true
	for _, value := range r.personal() { // order does not matter: any will do
		current = current && s.vault.Current(*value)
	}
	if current {
		return false, nil
	}
	if err := s.unseal(r); err != nil {
		return false, err
	}
	if err := s.seal(r); err != nil {
		return false, err
	}
	columns := map[string]any{}
	for field, value := range r.personal() { // gorm sorts them
		columns[field] = *value
	}
	return true, g.Table(r.TableName()).Where("key = ?", r.id()).Updates(columns).Error
}
