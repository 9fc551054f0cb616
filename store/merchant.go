package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"slices"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"zhunru/screening"
	"zhunru/screening/qualification"
)

// A MerchantState is where a merchant stands. The empty value is invalid.
type MerchantState string

// The states of a merchant. MerchantNamed is known only as the merchant of a
// listing; nothing was handed in yet.
const (
	MerchantNamed     MerchantState = "named"
	MerchantActive    MerchantState = "active"
	MerchantSuspended MerchantState = "suspended"
	MerchantLeft      MerchantState = "left"
)

// A Merchant is a subject that sells, or the platform itself, as it is kept.
type Merchant struct {
	qualification.Subject           // ID and Kind are required
	JoinedAt              time.Time // zero: not known
	Exempt                bool      // from registering as a business
	Identity              Identity  // what is reported to the market regulator
	State                 MerchantState
	Version               int64 // of what is kept; SaveMerchant compares it
	CreatedAt, UpdatedAt  time.Time
}

// An Identity is what a merchant is known by to the market regulator beside its
// name and code (网络交易监督管理办法 art. 25). Every field may be empty: not
// handed in yet.
type Identity struct {
	ShopName  string
	ShopURL   string
	Address   string // where it actually does business
	Contact   string // the person to ask for
	Phone     string
	IDNumber  string // of a natural person who is exempt from registering
	Exemption string // why it is exempt: 零星小额, 便民劳务…
}

type merchantRow struct {
	Key             int64 `gorm:"primaryKey"`
	ID              string
	Kind            string
	Name            string
	Uscc            string
	RegisteredPlace string
	CategoriesHeld  *string
	OtherPlatforms  *string
	JoinedAt        *int64
	VerifiedOn      *string
	Exempt          bool
	ShopName        string
	ShopURL         string
	Address         string
	Contact         string
	Phone           string
	IDNumber        string
	Exemption       string
	State           string
	Version         int64
	CreatedAt       int64 `gorm:"autoCreateTime:false"`
	UpdatedAt       int64 `gorm:"autoUpdateTime:false"`
}

func (merchantRow) TableName() string { return "merchants" }

func merchantToRow(m *Merchant) merchantRow {
	return merchantRow{
		ID: m.ID, Kind: m.Kind, Name: m.Name, Uscc: m.USCC, RegisteredPlace: m.Place,
		CategoriesHeld: encodeList(m.CategoriesHeld), OtherPlatforms: encodeList(m.OtherPlatforms),
		JoinedAt: optMicros(m.JoinedAt), VerifiedOn: optional(m.VerifiedOn), Exempt: m.Exempt, State: string(m.State),
		ShopName: m.Identity.ShopName, ShopURL: m.Identity.ShopURL, Address: m.Identity.Address, Contact: m.Identity.Contact,
		Phone: m.Identity.Phone, IDNumber: m.Identity.IDNumber, Exemption: m.Identity.Exemption,
	}
}

// merchant returns what a row holds; its identity may be sealed.
func (r *merchantRow) merchant() Merchant {
	return Merchant{
		Subject: qualification.Subject{
			ID: r.ID, Kind: r.Kind, Name: r.Name, USCC: r.Uscc, Place: r.RegisteredPlace,
			CategoriesHeld: decodeList(r.CategoriesHeld), OtherPlatforms: decodeList(r.OtherPlatforms), VerifiedOn: value(r.VerifiedOn),
		},
		JoinedAt: fromOptMicros(r.JoinedAt), Exempt: r.Exempt, State: MerchantState(r.State), Version: r.Version,
		CreatedAt: fromMicros(r.CreatedAt), UpdatedAt: fromMicros(r.UpdatedAt),
		Identity: Identity{
			ShopName: r.ShopName, ShopURL: r.ShopURL, Address: r.Address, Contact: r.Contact, Phone: r.Phone, IDNumber: r.IDNumber, Exemption: r.Exemption,
		},
	}
}

// merchant returns what a row holds, unsealed.
func (s *Store) merchant(r *merchantRow) (Merchant, error) {
	if err := s.unseal(r); err != nil {
		return Merchant{}, err
	}
	return r.merchant(), nil
}

// SaveMerchant keeps a merchant and returns it with its new version. With
// Version 0 it must be new, or be known only by name; otherwise Version must be
// the one that is kept, or the answer is screening.ErrConflict.
func (tx *Tx) SaveMerchant(m Merchant) (Merchant, error) {
	if err := checkMerchant(&m); err != nil {
		return m, err
	}
	row, old := merchantToRow(&m), merchantRow{}
	if err := tx.s.seal(&row); err != nil {
		return m, err
	}
	now := tx.s.stamp()
	found := tx.locking().Where("id = ?", m.ID).Limit(1).Find(&old)
	if found.Error != nil {
		return m, wrapKey("save merchant", m.ID, found.Error)
	}
	if found.RowsAffected == 0 {
		if m.Version != 0 {
			return m, wrapKey("save merchant", m.ID, screening.ErrNotFound)
		}
		row.Version, row.CreatedAt, row.UpdatedAt = 1, now, now
		if err := tx.g.Create(&row).Error; err != nil {
			return m, wrapKey("save merchant", m.ID, err)
		}
		return tx.s.merchant(&row)
	}
	if m.Version != old.Version && (m.Version != 0 || old.State != string(MerchantNamed)) {
		return m, wrapKey("save merchant", m.ID, screening.ErrConflict)
	}
	row.Key, row.Version, row.CreatedAt, row.UpdatedAt = old.Key, old.Version+1, old.CreatedAt, now
	if err := tx.g.Save(&row).Error; err != nil {
		return m, wrapKey("save merchant", m.ID, err)
	}
	return tx.s.merchant(&row)
}

func checkMerchant(m *Merchant) error {
	if m.ID == "" {
		return &screening.InvalidError{Field: "id", Reason: "商家编号不能为空，请填写"}
	}
	if err := checkEnum("kind", m.Kind, "platform", "merchant"); err != nil {
		return err
	}
	return checkEnum("state", m.State, MerchantNamed, MerchantActive, MerchantSuspended, MerchantLeft)
}

// Merchant returns a merchant, or screening.ErrNotFound.
func (s *Store) Merchant(ctx context.Context, id string) (Merchant, error) {
	var r merchantRow
	if err := s.read.WithContext(ctx).Where("id = ?", id).Take(&r).Error; err != nil {
		return Merchant{}, wrapKey("merchant", id, err)
	}
	return s.merchant(&r)
}

// Merchants returns up to limit merchants whose ids come after one, in the order
// of the ids' bytes.
func (s *Store) Merchants(ctx context.Context, after string, limit int) ([]Merchant, error) {
	if err := checkBatch(limit); err != nil {
		return nil, err
	}
	var rows []merchantRow
	if err := s.read.WithContext(ctx).Where("id > ?", after).Order("id").Limit(limit).Find(&rows).Error; err != nil {
		return nil, wrap("merchants", err)
	}
	out := make([]Merchant, len(rows))
	for i := range rows {
		var err error
		if out[i], err = s.merchant(&rows[i]); err != nil {
			return nil, wrap("merchants", err)
		}
	}
	return out, nil
}

// merchantKeys returns the keys of merchants, and enters those that nobody
// knows as named only.
func (tx *Tx) merchantKeys(ids []string) (map[string]int64, error) {
	keys := make(map[string]int64, len(ids))
	var unknown []string
	for _, id := range ids {
		if _, ok := keys[id]; ok || id == "" {
			continue
		}
		if k, ok := recall(tx, tx.merchants, tx.s.merchants, id); ok {
			keys[id] = k
			continue
		}
		keys[id] = 0
		unknown = append(unknown, id)
	}
	slices.Sort(unknown)
	if err := tx.readMerchantKeys(unknown, keys); err != nil {
		return nil, err
	}
	missing := slices.DeleteFunc(slices.Clone(unknown), func(id string) bool { return keys[id] != 0 })
	if len(missing) == 0 {
		return keys, nil
	}
	now := tx.s.stamp()
	rows := make([]merchantRow, len(missing))
	for i, id := range missing {
		rows[i] = merchantRow{ID: id, Kind: "merchant", State: string(MerchantNamed), Version: 1, CreatedAt: now, UpdatedAt: now}
	}
	if err := tx.g.Clauses(clause.OnConflict{DoNothing: true}).CreateInBatches(rows, 500).Error; err != nil {
		return nil, err
	}
	return keys, tx.readMerchantKeys(missing, keys)
}

func (tx *Tx) readMerchantKeys(ids []string, keys map[string]int64) error {
	return blocks(ids, func(block []string) error {
		return tx.each("SELECT id, key FROM merchants WHERE id IN "+marks(len(block)), anys(block), func(r *sql.Rows) error {
			var id string
			var key int64
			if err := r.Scan(&id, &key); err != nil {
				return err
			}
			keys[id], tx.merchants[id] = key, key
			return nil
		})
	})
}

func anys[T any](list []T) []any {
	out := make([]any, len(list))
	for i, v := range list {
		out[i] = v
	}
	return out
}

// encodeList keeps no list as NULL.
func encodeList(list []string) *string {
	if len(list) == 0 {
		return nil
	}
	b, err := json.Marshal(list)
	if err != nil {
		panic("store: encode a list of strings: " + err.Error())
	}
	s := string(b)
	return &s
}

func decodeList(s *string) []string {
	var list []string
	if s != nil {
		if err := json.Unmarshal([]byte(*s), &list); err != nil {
			return []string{*s}
		}
	}
	return list
}

// locking returns the transaction for a read whose rows are held until its end.
// SQLite needs nothing: a writing transaction holds the database.
func (tx *Tx) locking() *gorm.DB {
	if tx.s.engine == Postgres {
		return tx.g.Clauses(clause.Locking{Strength: "UPDATE"})
	}
	return tx.g
}
