package store_test

import (
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"zhunru/screening"
	"zhunru/store"
	"zhunru/store/storetest/pg"
)

// wantCode fails unless err is a *store.Error with a code.
func wantCode(t *testing.T, err error, code string) {
	t.Helper()
	var e *store.Error
	if !errors.As(err, &e) || e.Code != code || !strings.Contains(err.Error(), code) {
		t.Errorf("got %v, want %s", err, code)
	}
}

// migrated returns the path of a migrated database without a store on it.
func migrated(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "名 #1%20?.db")
	if _, err := store.Migrate(t.Context(), path); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestOpenSaysWhatIsWrongWithTheFile(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name string
		path func(t *testing.T) string
		code string
	}{
		{"DirectoryMissing", func(t *testing.T) string { return filepath.Join(t.TempDir(), "no", "z.db") }, store.CodeDirMissing},
		{"FileMissing", func(t *testing.T) string { return filepath.Join(t.TempDir(), "z.db") }, store.CodeMissing},
		{"Directory", func(t *testing.T) string { return t.TempDir() }, store.CodeNotADatabase},
		{"TextFile", func(t *testing.T) string { return file(t, "这不是数据库，只是一段文字。") }, store.CodeNotADatabase},
		{"Empty", func(t *testing.T) string { return file(t, "") }, store.CodeSchemaOld},
		{"ReadOnlyFile", func(t *testing.T) string {
			path := migrated(t)
			if err := os.Chmod(path, 0o444); err != nil {
				t.Fatal(err)
			}
			return path
		}, store.CodeReadOnly},
		{"CorruptSchemaPage", func(t *testing.T) string { return scribble(t, migrated(t), 100) }, store.CodeCorrupt},
		{"Memory", func(*testing.T) string { return ":memory:" }, store.CodeBadDSN},
		{"NoAddress", func(*testing.T) string { return "" }, store.CodeBadDSN},
		{"UnknownScheme", func(*testing.T) string { return "mysql://localhost/x" }, store.CodeBadDSN},
		{"BadPostgresAddress", func(*testing.T) string { return "postgres://u:secret@host:port/x" }, store.CodeBadDSN},
		{"NoPostgresServer", func(t *testing.T) string { return "postgres:///x?host=" + t.TempDir() }, store.CodeUnreachable},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			path := test.path(t)
			s, err := store.Open(t.Context(), path, store.Options{})
			if err == nil {
				_ = s.Close()
			}
			wantCode(t, err, test.code)
			if err != nil && strings.Contains(err.Error(), "secret") {
				t.Error("the message repeats the password")
			}
			if _, err := os.Stat(path); test.code == store.CodeMissing && err == nil {
				t.Error("a file was left behind")
			}
		})
	}
}

func file(t *testing.T, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "z.db")
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// scribble overwrites a database's first page from an offset on.
func scribble(t *testing.T, path string, at int) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for i := at; i < 4096; i++ {
		b[i] = 0xA5
	}
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestReadOnlyStoreReadsAndRefusesWrites(t *testing.T) {
	t.Parallel()
	s, err := store.Open(t.Context(), migrated(t), store.Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close() //nolint:errcheck // the test is over
	if _, err := s.Listings(t.Context(), store.Query{Limit: 1}); err != nil {
		t.Error(err)
	}
	err = s.Write(t.Context(), func(tx *store.Tx) error {
		_, err := tx.SaveListings([]screening.Listing{{ID: "a", Title: "x"}})
		return err
	})
	wantCode(t, err, store.CodeReadOnly)
}

func TestMigrations(t *testing.T) {
	t.Parallel()
	t.Run("SQLite", func(t *testing.T) { t.Parallel(); migrations(t, filepath.Join(t.TempDir(), "z.db"), "sqlite3") })
	t.Run("Postgres", func(t *testing.T) { t.Parallel(); migrations(t, pg.Start(t).Database(t), "pgx") })
}

// migrations goes up, down, all the way down, up again, and beyond.
func migrations(t *testing.T, dsn, driver string) {
	t.Helper()
	taken, err := store.Migrate(t.Context(), dsn)
	if err != nil || len(taken) == 0 {
		t.Fatal(taken, err)
	}
	if again, err := store.Migrate(t.Context(), dsn); err != nil || len(again) != 0 {
		t.Errorf("a second time: %v, %v", again, err)
	}
	down, err := store.Down(t.Context(), dsn)
	if err != nil || down == nil || down.Version != taken[len(taken)-1].Version {
		t.Fatal(down, err)
	}
	_, err = store.Open(t.Context(), dsn, store.Options{})
	wantCode(t, err, store.CodeSchemaOld)
	if err == nil || !strings.Contains(err.Error(), "zhunru migrate up") {
		t.Errorf("it does not say what to do: %v", err)
	}
	for down != nil {
		if down, err = store.Down(t.Context(), dsn); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := store.Migrate(t.Context(), dsn); err != nil {
		t.Fatal(err)
	}
	list, err := store.Status(t.Context(), dsn)
	if err != nil || len(list) != len(taken) || list[0].AppliedAt.IsZero() {
		t.Errorf("status %v, %v", list, err)
	}
	future(t, driver, dsn)
	_, err = store.Open(t.Context(), dsn, store.Options{Migrate: true})
	wantCode(t, err, store.CodeSchemaNew)
	_, err = store.Migrate(t.Context(), dsn)
	wantCode(t, err, store.CodeSchemaNew)
}

// future enters a migration that this program does not have.
func future(t *testing.T, driver, dsn string) {
	t.Helper()
	db, err := sql.Open(driver, dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close() //nolint:errcheck // one statement, done
	if _, err := db.Exec("INSERT INTO goose_db_version (version_id, is_applied) VALUES (9000, TRUE)"); err != nil {
		t.Fatal(err)
	}
}
