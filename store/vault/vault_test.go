package vault_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"zhunru/store/vault"
)

const place, secret = "documents/7/number", "11010119900307123X"

func fresh(t *testing.T) *vault.Vault {
	t.Helper()
	v, err := vault.New()
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestSealedValueOpensOnlyWhereItBelongs(t *testing.T) {
	t.Parallel()
	v := fresh(t)
	sealed, err := v.Seal(place, secret)
	if err != nil || strings.Contains(sealed, secret) || !vault.Sealed(sealed) || !v.Current(sealed) {
		t.Fatal(sealed, err)
	}
	if again, _ := v.Seal(place, secret); again == sealed {
		t.Error("the same value was sealed to the same text twice")
	}
	if got, err := v.Open(place, sealed); got != secret || err != nil {
		t.Errorf("Open = %q, %v", got, err)
	}
	changed := sealed[:len(sealed)-1] + string(sealed[len(sealed)-1]^1)
	for name, open := range map[string]func() (string, error){
		"another row":   func() (string, error) { return v.Open("documents/8/number", sealed) },
		"other keys":    func() (string, error) { return fresh(t).Open(place, sealed) },
		"a changed one": func() (string, error) { return v.Open(place, changed) },
		"a cut one":     func() (string, error) { return v.Open(place, sealed[:len(sealed)/2]) },
	} {
		if got, err := open(); !errors.Is(err, vault.ErrSealed) || got != "" {
			t.Errorf("%s: Open = %q, %v, want ErrSealed", name, got, err)
		}
	}
}

func TestWithoutKeysNothingIsSealedInTheClear(t *testing.T) {
	t.Parallel()
	sealed, _ := fresh(t).Seal(place, secret)
	for _, v := range []*vault.Vault{nil, {}} {
		if got, err := v.Seal(place, secret); !errors.Is(err, vault.ErrNoKeys) || got != "" {
			t.Errorf("Seal = %q, %v, want ErrNoKeys", got, err)
		}
		if got, err := v.Seal(place, ""); got != "" || err != nil {
			t.Errorf("Seal of nothing = %q, %v", got, err)
		}
		if got, err := v.Open(place, sealed); !errors.Is(err, vault.ErrNoKeys) || got != "" {
			t.Errorf("Open = %q, %v, want ErrNoKeys", got, err)
		}
		if got, err := v.Open(place, "粤B2-20200001"); got != "粤B2-20200001" || err != nil {
			t.Errorf("Open of what is not sealed = %q, %v", got, err)
		}
	}
}

func TestRotation(t *testing.T) {
	t.Parallel()
	old := fresh(t)
	sealed, err := old.Seal(place, secret)
	if err != nil {
		t.Fatal(err)
	}
	next, err := old.Rotate()
	if err != nil {
		t.Fatal(err)
	}
	if n, _ := next.Keys(); n != 2 || next.Current(sealed) {
		t.Errorf("after rotation: %d keys, old value current = %v", n, next.Current(sealed))
	}
	if got, err := next.Open(place, sealed); got != secret || err != nil {
		t.Errorf("the next keys open the old value: %q, %v", got, err)
	}
	resealed, err := next.Seal(place, secret)
	if err != nil || !next.Current(resealed) {
		t.Fatal(err)
	}
	alone, err := next.Prune()
	if err != nil {
		t.Fatal(err)
	}
	if got, err := alone.Open(place, resealed); got != secret || err != nil {
		t.Errorf("the pruned keys open the resealed value: %q, %v", got, err)
	}
	if _, err := alone.Open(place, sealed); !errors.Is(err, vault.ErrSealed) {
		t.Errorf("the pruned keys open the old value: %v", err)
	}
}

func TestKeysAreReadBack(t *testing.T) {
	t.Parallel()
	v := fresh(t)
	keys, err := v.Write()
	if err != nil {
		t.Fatal(err)
	}
	sealed, _ := v.Seal(place, secret)
	read, err := vault.Read(keys)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := read.Open(place, sealed); got != secret || err != nil {
		t.Errorf("Open = %q, %v", got, err)
	}
	for _, bad := range [][]byte{nil, []byte("{}"), []byte("key"), bytes.Replace(keys, []byte("primaryKeyId"), []byte("x"), 1)} {
		if _, err := vault.Read(bad); !errors.Is(err, vault.ErrKeys) {
			t.Errorf("Read(%.20q): %v, want ErrKeys", bad, err)
		}
	}
}
