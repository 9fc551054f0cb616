package store_test

import (
	"path/filepath"
	"testing"

	"zhunru/store"
	"zhunru/store/storetest"
	"zhunru/store/storetest/pg"
	"zhunru/store/vault"
)

func TestSQLite(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T) *store.Store { return open(t, filepath.Join(t.TempDir(), "z.db")) })
}

func TestPostgres(t *testing.T) {
	t.Parallel()
	server := pg.Start(t)
	storetest.Run(t, func(t *testing.T) *store.Store { return open(t, server.Database(t)) })
}

// open returns a migrated store that is closed at the end.
func open(t testing.TB, dsn string) *store.Store {
	t.Helper()
	v, err := vault.New()
	if err != nil {
		t.Fatal(err)
	}
	s, err := store.Open(t.Context(), dsn, store.Options{Migrate: true, Vault: v})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}
