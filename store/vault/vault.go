// Package vault seals the personal fields of rows with authenticated encryption
// (AES-256-GCM, by Tink). The keys stay outside the database: whoever has only
// the database reads nothing, and whoever moves a sealed value to another row or
// column is found out.
//
// A set of keys has one primary, which seals; the others only open what was
// sealed before. Rotation adds a primary, reseals the rows, then drops the rest.
package vault

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/insecurecleartextkeyset"
	"github.com/tink-crypto/tink-go/v2/keyset"
	"github.com/tink-crypto/tink-go/v2/tink"
)

// prefix marks a sealed value; the rest is base64 (RFC 4648, URL alphabet, no
// padding) of Tink's ciphertext, which begins with the id of its key.
const prefix = "sealed:1:"

// What a vault answers where it cannot do its work. Values are never in it.
var (
	ErrNoKeys = errors.New("没有数据密钥，不能保存或读取个人信息：请用 zhunru data-keys new 生成，并把文件路径写进环境变量 ZHUNRU_DATA_KEYS（NO_DATA_KEYS）")
	ErrSealed = errors.New("个人信息不能解密：数据密钥不是加密时用的那一组，或数据被改动过；请换回原来的密钥文件（CANNOT_UNSEAL）")
	ErrKeys   = errors.New("数据密钥文件不对：须是 zhunru data-keys new 写出的 JSON（BAD_DATA_KEYS）")
)

// A Vault seals and opens values. It is safe for concurrent use. The zero value
// and nil have no keys: empty values pass, all others are ErrNoKeys.
type Vault struct {
	handle *keyset.Handle
	aead   tink.AEAD
}

// New returns a vault with one fresh key.
func New() (*Vault, error) {
	h, err := keyset.NewHandle(aead.AES256GCMKeyTemplate())
	if err != nil {
		return nil, fmt.Errorf("vault: new key: %w", err)
	}
	return of(h)
}

// Read returns the vault of keys that Write wrote. What is none is ErrKeys.
func Read(keys []byte) (*Vault, error) {
	h, err := insecurecleartextkeyset.Read(keyset.NewJSONReader(bytes.NewReader(keys)))
	if err != nil {
		return nil, ErrKeys // its text could hold a key
	}
	return of(h)
}

func of(h *keyset.Handle) (*Vault, error) {
	a, err := aead.New(h)
	if err != nil {
		return nil, ErrKeys
	}
	return &Vault{h, a}, nil
}

// Write returns the keys as JSON, in the clear: they must be kept where only
// the program reads them.
func (v *Vault) Write() ([]byte, error) {
	if v == nil || v.handle == nil {
		return nil, ErrNoKeys
	}
	var b bytes.Buffer
	if err := insecurecleartextkeyset.Write(v.handle, keyset.NewJSONWriter(&b)); err != nil {
		return nil, fmt.Errorf("vault: write keys: %w", err)
	}
	return b.Bytes(), nil
}

// Rotate returns a vault with another key, its primary, beside the present ones.
func (v *Vault) Rotate() (*Vault, error) {
	return v.change(func(m *keyset.Manager) error {
		id, err := m.Add(aead.AES256GCMKeyTemplate())
		if err != nil {
			return err
		}
		return m.SetPrimary(id)
	})
}

// Prune returns a vault with the primary key alone: what others sealed is lost
// to it.
func (v *Vault) Prune() (*Vault, error) {
	return v.change(func(m *keyset.Manager) error {
		info := v.handle.KeysetInfo()
		for _, k := range info.GetKeyInfo() {
			if k.GetKeyId() == info.GetPrimaryKeyId() {
				continue
			}
			if err := m.Delete(k.GetKeyId()); err != nil {
				return err
			}
		}
		return nil
	})
}

func (v *Vault) change(f func(m *keyset.Manager) error) (*Vault, error) {
	if v == nil || v.handle == nil {
		return nil, ErrNoKeys
	}
	m := keyset.NewManagerFromHandle(v.handle)
	if err := f(m); err != nil {
		return nil, fmt.Errorf("vault: change keys: %w", err)
	}
	h, err := m.Handle()
	if err != nil {
		return nil, fmt.Errorf("vault: change keys: %w", err)
	}
	return of(h)
}

// Keys returns how many keys there are and the id of the primary one; ids are no
// secret.
func (v *Vault) Keys() (n int, primary uint32) {
	if v == nil || v.handle == nil {
		return 0, 0
	}
	return v.handle.Len(), v.handle.KeysetInfo().GetPrimaryKeyId()
}

// Seal returns a value sealed for a place, "documents/7/text"; only the same
// place opens it. Empty stays empty. The same value is sealed differently each
// time.
func (v *Vault) Seal(place, value string) (string, error) {
	if value == "" {
		return "", nil
	}
	if v == nil || v.aead == nil {
		return "", ErrNoKeys
	}
	sealed, err := v.aead.Encrypt([]byte(value), []byte(place))
	if err != nil {
		return "", fmt.Errorf("vault: seal %s: %w", place, err)
	}
	return prefix + base64.RawURLEncoding.EncodeToString(sealed), nil
}

// Open returns what was sealed for a place. A value that is not sealed, from
// before there were keys, is returned as it is.
func (v *Vault) Open(place, value string) (string, error) {
	if !Sealed(value) {
		return value, nil
	}
	if v == nil || v.aead == nil {
		return "", ErrNoKeys
	}
	raw, err := base64.RawURLEncoding.DecodeString(value[len(prefix):])
	if err != nil {
		return "", fmt.Errorf("%w: %s", ErrSealed, place)
	}
	plain, err := v.aead.Decrypt(raw, []byte(place))
	if err != nil {
		return "", fmt.Errorf("%w: %s", ErrSealed, place)
	}
	return string(plain), nil
}

// Sealed reports whether a value is sealed. No value that came from outside may
// look so: callers refuse it.
func Sealed(value string) bool { return strings.HasPrefix(value, prefix) }

// Current reports whether a value needs no resealing: it is empty, or sealed by
// the primary key.
func (v *Vault) Current(value string) bool {
	if value == "" {
		return true
	}
	_, primary := v.Keys()
	raw, err := base64.RawURLEncoding.DecodeString(strings.TrimPrefix(value, prefix))
	if !Sealed(value) || err != nil || len(raw) < 5 {
		return false
	}
	return uint32(raw[1])<<24|uint32(raw[2])<<16|uint32(raw[3])<<8|uint32(raw[4]) == primary
}
