package store

import (
	"context"
	"crypto/rand"

	"zhunru/screening"
)

type secretRow struct {
	Name      string `gorm:"primaryKey"`
	Value     []byte
	CreatedAt int64 `gorm:"autoCreateTime:false"`
}

func (secretRow) TableName() string { return "secrets" }

// Secret returns the secret of a name, made from the system's random numbers
// when it is asked for the first time, and the same ever after. It protects
// from those who talk to the program, not from those who read the database.
func (s *Store) Secret(ctx context.Context, name string) (secret Hash, err error) {
	if name == "" {
		return secret, &screening.InvalidError{Field: "name", Reason: "密钥名称不能为空，请填写"}
	}
	var fresh Hash
	rand.Read(fresh[:]) //nolint:errcheck // it never fails: the program ends first
	err = s.Write(ctx, func(tx *Tx) error {
		_, err := tx.exec("INSERT INTO secrets (name, value, created_at) VALUES (?,?,?) ON CONFLICT (name) DO NOTHING", name, fresh[:], s.stamp())
		if err != nil {
			return err
		}
		var r secretRow
		err = tx.g.Where("name = ?", name).Take(&r).Error
		secret = hashOr(r.Value, nil)
		return err
	})
	return secret, wrapKey("secret", name, err)
}
