package store

import (
	"context"
	"database/sql"
	"net/url"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"gorm.io/driver/postgres"
	"gorm.io/driver/sqlite"
	"gorm.io/gorm"
)

// connectSQLite opens one writing connection, whose transactions take the lock
// when they begin, and a pool that can only read.
func (s *Store) connectSQLite(ctx context.Context, t target, o Options) error {
	if err := checkFile(t.path, o.ReadOnly, false); err != nil {
		return err
	}
	readers := o.Readers
	if readers <= 0 {
		readers = 4
	}
	reader, err := openSQLite(ctx, t.path, readParams(), readers)
	if err != nil {
		return err
	}
	writer := reader
	if !o.ReadOnly {
		if writer, err = openSQLite(ctx, t.path, writeParams(o.FullSync), 1); err != nil {
			_ = reader.Close()
			return err
		}
		s.pools = []*sql.DB{writer, reader}
	} else {
		s.pools = []*sql.DB{reader}
	}
	if s.write, err = gorm.Open(sqlite.New(sqlite.Config{Conn: writer}), gormConfig(o)); err != nil {
		return wrap("open", err)
	}
	s.read, err = gorm.Open(sqlite.New(sqlite.Config{Conn: reader}), gormConfig(o))
	return wrap("open", err)
}

func writeParams(fullSync bool) url.Values {
	sync := "NORMAL"
	if fullSync {
		sync = "FULL"
	}
	return url.Values{
		"_journal_mode": {"WAL"}, "_busy_timeout": {"10000"}, "_synchronous": {sync}, "_txlock": {"immediate"},
		"_foreign_keys": {"1"}, "_cache_size": {"-32768"}, "_stmt_cache_size": {"128"},
	}
}

func readParams() url.Values {
	return url.Values{
		"mode": {"ro"}, "_query_only": {"1"}, "_busy_timeout": {"10000"}, "_cache_size": {"-16384"}, "_stmt_cache_size": {"64"},
	}
}

func openSQLite(ctx context.Context, path string, params url.Values, conns int) (*sql.DB, error) {
	db, err := sql.Open(sqlite.DriverName, sqliteURI(path, params))
	if err != nil {
		return nil, wrap("open", err)
	}
	db.SetMaxOpenConns(conns)
	db.SetMaxIdleConns(conns)
	if err := db.PingContext(ctx); err != nil {
		_ = db.Close()
		return nil, wrap("open", err)
	}
	return db, nil
}

func (s *Store) connectPostgres(ctx context.Context, t target, o Options) error {
	db, err := openPostgres(ctx, t.url, o)
	if err != nil {
		return err
	}
	s.pools = []*sql.DB{db}
	if s.write, err = gorm.Open(postgres.New(postgres.Config{Conn: db}), gormConfig(o)); err != nil {
		return wrap("open", err)
	}
	s.read = s.write
	return nil
}

// openPostgres returns a pool whose connections keep their prepared statements.
func openPostgres(ctx context.Context, dsn string, o Options) (*sql.DB, error) {
	config, err := pgx.ParseConfig(dsn)
	if err != nil {
		// The driver's text repeats the address, password and all.
		return nil, &Error{Code: CodeBadDSN, Why: "postgres:// 地址写法有误，请检查用户名、主机、端口和参数"}
	}
	if config.ConnectTimeout == 0 {
		config.ConnectTimeout = 10 * time.Second
	}
	config.StatementCacheCapacity = 128
	guardSilence(config)
	if o.ReadOnly {
		config.RuntimeParams["default_transaction_read_only"] = "on"
	}
	conns := o.Readers
	if conns <= 0 {
		conns = 16
	}
	db := stdlib.OpenDB(*config)
	db.SetMaxOpenConns(conns)
	db.SetMaxIdleConns(conns)
	if err := db.PingContext(ctx); err != nil {
		_ = db.Close()
		return nil, wrap("open", err)
	}
	return db, nil
}
