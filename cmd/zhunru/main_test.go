package main

import (
	"os"
	"testing"

	"zhunru/store/vault"
)

// TestMain gives all tests, and the processes they start, keys for databases
// that have no place for a file of keys.
func TestMain(m *testing.M) {
	if os.Getenv(dataKeysEnv) == "" {
		v, err := vault.New()
		if err != nil {
			panic(err)
		}
		keys, err := v.Write()
		if err != nil {
			panic(err)
		}
		if err := os.Setenv(dataKeysEnv, string(keys)); err != nil {
			panic(err)
		}
	}
	os.Exit(m.Run())
}
