package store

import (
	"context"
	"database/sql"
	"embed"
	"fmt"
	"io/fs"
	"path"
	"strconv"
	"strings"
	"time"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

//go:embed migrations/sqlite/*.sql migrations/postgres/*.sql
var migrations embed.FS

// A Migration is one step of the schema. AppliedAt is zero where it is still to
// come.
type Migration struct {
	Version   int64     `json:"version"`
	Name      string    `json:"name"`
	AppliedAt time.Time `json:"applied_at,omitzero"`
}

// Migrate brings the schema up to what this program needs, creating the SQLite
// file if there is none, and returns the steps taken, in order. Processes that
// do it at once wait for one another. A schema that is newer than the program
// is an *Error with code SCHEMA_NEW.
func Migrate(ctx context.Context, dsn string) ([]Migration, error) {
	t, err := parseDSN(dsn)
	if err != nil {
		return nil, err
	}
	var taken []Migration
	err = withProvider(ctx, t, true, func(db *sql.DB, p *goose.Provider) error {
		if err := refuseNewer(ctx, t.engine, db); err != nil {
			return err
		}
		results, err := p.Up(ctx)
		for _, r := range results {
			taken = append(taken, Migration{Version: r.Source.Version, Name: path.Base(r.Source.Path)})
		}
		return err
	})
	return taken, wrap("migrate", err)
}

// Down takes back the latest step, and all that its tables held. It returns the
// step, or nil where none was left.
func Down(ctx context.Context, dsn string) (*Migration, error) {
	t, err := parseDSN(dsn)
	if err != nil {
		return nil, err
	}
	var taken *Migration
	err = withProvider(ctx, t, false, func(db *sql.DB, p *goose.Provider) error {
		if v, err := schemaVersion(ctx, t.engine, db); err != nil || v == 0 {
			return err
		}
		if err := refuseNewer(ctx, t.engine, db); err != nil {
			return err
		}
		r, err := p.Down(ctx)
		if err == nil {
			taken = &Migration{Version: r.Source.Version, Name: path.Base(r.Source.Path)}
		}
		return err
	})
	return taken, wrap("migrate down", err)
}

// Status lists every step of the schema, in order, and when it was taken.
func Status(ctx context.Context, dsn string) ([]Migration, error) {
	t, err := parseDSN(dsn)
	if err != nil {
		return nil, err
	}
	var list []Migration
	err = withProvider(ctx, t, false, func(_ *sql.DB, p *goose.Provider) error {
		all, err := p.Status(ctx)
		for _, m := range all {
			list = append(list, Migration{Version: m.Source.Version, Name: path.Base(m.Source.Path), AppliedAt: m.AppliedAt.UTC()})
		}
		return err
	})
	return list, wrap("migrate status", err)
}

// withProvider runs f over a connection of its own.
func withProvider(ctx context.Context, t target, create bool, f func(*sql.DB, *goose.Provider) error) error {
	db, err := openTarget(ctx, t, create)
	if err != nil {
		return err
	}
	defer db.Close() //nolint:errcheck // the work is committed by then
	folder, err := fs.Sub(migrations, "migrations/"+string(t.engine))
	if err != nil {
		return err
	}
	options := []goose.ProviderOption{goose.WithDisableGlobalRegistry(true)}
	dialect := goose.DialectSQLite3
	if t.engine == Postgres {
		dialect = goose.DialectPostgres
		locker, err := lock.NewPostgresSessionLocker(lock.WithLockTimeout(1, 300))
		if err != nil {
			return err
		}
		options = append(options, goose.WithSessionLocker(locker))
	}
	p, err := goose.NewProvider(dialect, db, folder, options...)
	if err != nil {
		return err
	}
	return f(db, p)
}

func openTarget(ctx context.Context, t target, create bool) (*sql.DB, error) {
	if t.engine == Postgres {
		return openPostgres(ctx, t.url, Options{Readers: 4})
	}
	if err := checkFile(t.path, false, create); err != nil {
		return nil, err
	}
	return openSQLite(ctx, t.path, writeParams(true), 1)
}

// migrateIfBehind migrates a database that is older than the program, and
// leaves every other alone.
func migrateIfBehind(ctx context.Context, t target) error {
	return withProvider(ctx, t, true, func(db *sql.DB, p *goose.Provider) error {
		at, err := schemaVersion(ctx, t.engine, db)
		if err != nil || at >= latestVersion(t.engine) {
			return err
		}
		_, err = p.Up(ctx)
		return wrap("migrate", err)
	})
}

// latestVersion is the version of the last embedded step.
func latestVersion(e Engine) int64 {
	entries, err := migrations.ReadDir("migrations/" + string(e))
	if err != nil || len(entries) == 0 {
		panic("store: no embedded migrations for " + string(e))
	}
	number, _, _ := strings.Cut(entries[len(entries)-1].Name(), "_")
	v, err := strconv.ParseInt(number, 10, 64)
	if err != nil {
		panic("store: bad name of a migration: " + entries[len(entries)-1].Name())
	}
	return v
}

// schemaVersion returns the version of the database, 0 where it has none. It
// never writes.
func schemaVersion(ctx context.Context, e Engine, db *sql.DB) (int64, error) {
	exists := `SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name = 'goose_db_version'`
	if e == Postgres {
		exists = `SELECT COUNT(*) WHERE to_regclass('goose_db_version') IS NOT NULL`
	}
	var n int
	if err := db.QueryRowContext(ctx, exists).Scan(&n); err != nil || n == 0 {
		return 0, wrap("read schema version", err)
	}
	var v int64
	err := db.QueryRowContext(ctx, `SELECT COALESCE(MAX(version_id), 0) FROM goose_db_version WHERE is_applied`).Scan(&v)
	return v, wrap("read schema version", err)
}

func refuseNewer(ctx context.Context, e Engine, db *sql.DB) error {
	at, err := schemaVersion(ctx, e, db)
	if err != nil {
		return err
	}
	if want := latestVersion(e); at > want {
		return &Error{Code: CodeSchemaNew, Why: fmt.Sprintf("数据库结构（第 %d 版）比本程序（第 %d 版）新，请升级 zhunru；zhunru migrate up 不能降级", at, want)}
	}
	return nil
}

func checkSchema(ctx context.Context, e Engine, db *sql.DB) error {
	at, err := schemaVersion(ctx, e, db)
	if err != nil {
		return err
	}
	if want := latestVersion(e); at < want {
		return &Error{Code: CodeSchemaOld, Why: fmt.Sprintf("数据库结构（第 %d 版）比本程序（第 %d 版）旧，请先运行 zhunru migrate up", at, want)}
	}
	return refuseNewer(ctx, e, db)
}
