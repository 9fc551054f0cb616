package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"zhunru/screening"
	"zhunru/screening/dictionary"
	"zhunru/screening/qualification"
	"zhunru/store"
	"zhunru/store/jobs"
)

// defaultDatabase is where a command that touches data looks without --db.
const defaultDatabase = "zhunru.db"

// databaseFlags are the flags of every command that touches data.
type databaseFlags struct {
	db           string
	dictionaries string
}

// register adds --db.
func (f *databaseFlags) register(c *cobra.Command) {
	c.Flags().StringVar(&f.db, "db", defaultDatabase, "数据库：SQLite 文件，或 postgres:// 地址 / SQLite file or postgres:// URL")
}

// registerDictionaries adds --dictionaries.
func (f *databaseFlags) registerDictionaries(c *cobra.Command) {
	c.Flags().StringVar(&f.dictionaries, "dictionaries", "", "词典目录，默认内置 / dictionary folder, built in by default")
}

// openStore opens a database. With migrate it is created where it is missing
// and its schema brought up to date; without, both are errors that say what to
// do. The caller closes the store.
func openStore(ctx context.Context, dsn string, migrate bool) (*store.Store, error) {
	return openDatabase(ctx, dsn, store.Options{Migrate: migrate})
}

// A desk is all that judging kept listings takes: a database, the dictionary in
// use, and what is built from it. The revision of its dictionary is kept in the
// database, unless the desk only reads.
type desk struct {
	store      *store.Store
	dictionary *dictionary.Dictionary
	engine     *screening.Engine
	registry   *qualification.Registry
	scratch    string // folder of a database that stands in for a missing one, or ""
}

// openDesk opens a database to judge and to keep verdicts in. The dictionary is
// loaded first: with one that does not load no database is created.
func openDesk(ctx context.Context, f databaseFlags, migrate bool) (*desk, error) { //nolint:unparam // as openStore
	d, err := loadDesk(f.dictionaries, true)
	if err != nil {
		return nil, err
	}
	return d, d.open(ctx, f.db, migrate)
}

// openFiles is openDesk for keeping merchants and documents: it has no engine,
// which takes longest to build.
func openFiles(ctx context.Context, f databaseFlags) (*desk, error) {
	d, err := loadDesk(f.dictionaries, false)
	if err != nil {
		return nil, err
	}
	return d, d.open(ctx, f.db, true)
}

// open opens the database of a desk and keeps its revision there.
func (d *desk) open(ctx context.Context, dsn string, migrate bool) (err error) {
	if d.store, err = openStore(ctx, dsn, migrate); err != nil {
		return err
	}
	err = d.store.Write(ctx, func(tx *store.Tx) error { return tx.SaveRevision(d.dictionary) })
	if err != nil {
		return errors.Join(err, d.close())
	}
	return nil
}

// openReadingDesk opens a database to judge without keeping anything. Where a
// SQLite file does not exist an empty one in a temporary folder stands in for
// it, so that nothing is created.
func openReadingDesk(ctx context.Context, f databaseFlags) (*desk, error) {
	d, err := loadDesk(f.dictionaries, true)
	if err != nil {
		return nil, err
	}
	d.store, err = openDatabase(ctx, f.db, store.Options{ReadOnly: true})
	if problem := (*store.Error)(nil); !errors.As(err, &problem) || problem.Code != store.CodeMissing || isPostgres(f.db) {
		return d, err
	}
	if d.scratch, err = os.MkdirTemp("", "zhunru-"); err != nil {
		return nil, fmt.Errorf("temporary database: %w", err)
	}
	if d.store, err = openStore(ctx, filepath.Join(d.scratch, defaultDatabase), true); err != nil {
		return nil, errors.Join(err, d.close())
	}
	return d, nil
}

func loadDesk(dictionaries string, engine bool) (*desk, error) {
	d := &desk{}
	var err error
	if d.dictionary, err = loadDictionary(dictionaries); err != nil {
		return nil, err
	}
	if d.registry, err = qualification.NewRegistry(d.dictionary); err != nil {
		return nil, err
	}
	if engine {
		d.engine, err = screening.NewEngine(d.dictionary, lazySegmenter{})
	}
	return d, err
}

// judge returns a judge for a day by the default profile.
func (d *desk) judge(on qualification.Date) *jobs.Judge {
	return jobs.NewJudge(d.store, d.engine, d.registry, on, "")
}

// close closes the database. It may be called twice.
func (d *desk) close() error {
	var err error
	if d.store != nil {
		err = d.store.Close()
	}
	if d.scratch != "" {
		err = errors.Join(err, os.RemoveAll(d.scratch))
	}
	return err
}

// today is the day in China.
func today() qualification.Date { return qualification.DateOf(time.Now()) }

func isPostgres(dsn string) bool {
	return strings.HasPrefix(dsn, "postgres://") || strings.HasPrefix(dsn, "postgresql://")
}

// nameDatabase adds to what is wrong with the database which one it is, without
// its password.
func nameDatabase(c *cobra.Command, err error) error {
	var problem *store.Error
	flag := c.Flags().Lookup("db")
	if flag == nil || !errors.As(err, &problem) || problem.Code == store.CodeBadDSN {
		return err
	}
	name := flag.Value.String()
	if isPostgres(name) {
		u, bad := url.Parse(name)
		if bad != nil {
			return err
		}
		u.RawQuery = "" // a password may stand there, too
		name = u.Redacted()
	}
	if strings.Contains(err.Error(), name) {
		return err
	}
	return fmt.Errorf("数据库 %s：%w", name, err)
}
