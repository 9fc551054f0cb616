package store

import (
	"context"
	"database/sql"
	"errors"
	"strings"
	"sync"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/logger"

	"zhunru/screening"
	"zhunru/store/vault"
)

// MaxBatch is the largest number of rows that one call may save or read.
const MaxBatch = 1000

// An Engine is one of the databases the store runs on.
type Engine string

// The engines.
const (
	SQLite   Engine = "sqlite"
	Postgres Engine = "postgres"
)

// Options tune Open. The zero value is right for most callers.
type Options struct {
	ReadOnly bool             // refuse every write; the database must exist
	Migrate  bool             // create what is missing, and bring an older schema up to date
	FullSync bool             // SQLite: no commit is lost at power failure; some 20 times slower
	Readers  int              // reading connections; 0: 4 on SQLite, 16 in all on PostgreSQL
	Now      func() time.Time // the clock; nil: time.Now
	// Vault seals the personal fields of documents: number, holder and text. With
	// nil they are kept in the clear, with a vault without keys refused.
	Vault *vault.Vault
}

// A Store is an open database. It is safe for concurrent use.
type Store struct {
	names  merchantNames
	engine Engine
	write  *gorm.DB
	read   *gorm.DB
	pools  []*sql.DB // the writing one first
	now    func() time.Time
	vault  *vault.Vault // nil: in the clear

	mu        sync.Mutex
	rules     map[[32]byte]int64 // finding_rules that are committed
	merchants map[string]int64   // keys of merchants that are committed
	revisions map[string]int64   // keys of revisions that are committed
}

// Open opens the database that dsn names: a path, file:PATH or sqlite:PATH for
// SQLite, postgres://… for PostgreSQL. Where it cannot be used the error is an
// *Error that says why and what to do: the folder is missing, the file is
// read-only, corrupt or no database, the schema is older or newer than this
// program. The caller closes the store.
func Open(ctx context.Context, dsn string, o Options) (*Store, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	target, err := parseDSN(dsn)
	if err != nil {
		return nil, err
	}
	if o.Migrate && !o.ReadOnly {
		if err := migrateIfBehind(ctx, target); err != nil {
			return nil, err
		}
	}
	s := &Store{
		engine: target.engine, now: o.Now, vault: o.Vault,
		rules: map[[32]byte]int64{}, merchants: map[string]int64{}, revisions: map[string]int64{},
	}
	if err := s.connect(ctx, target, o); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	if err := checkSchema(ctx, s.engine, s.pools[len(s.pools)-1]); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

func (s *Store) connect(ctx context.Context, t target, o Options) error {
	if t.engine == Postgres {
		return s.connectPostgres(ctx, t, o)
	}
	return s.connectSQLite(ctx, t, o)
}

// Close releases the connections. Calls that run are waited for by the drivers;
// calls after Close fail. It may be called twice.
func (s *Store) Close() error {
	errs := make([]error, 0, len(s.pools))
	for _, p := range s.pools {
		errs = append(errs, p.Close())
	}
	return wrap("close", errors.Join(errs...))
}

// Engine returns the database the store runs on.
func (s *Store) Engine() Engine { return s.engine }

// Pool returns the writing connections, for a job queue that shares the
// database. On SQLite it holds one connection: using it while a Write runs in
// the same goroutine never returns.
func (s *Store) Pool() *sql.DB { return s.pools[0] }

// stamp is the present in the resolution both engines keep.
func (s *Store) stamp() int64 { return micros(s.now()) }

func gormConfig(o Options) *gorm.Config {
	return &gorm.Config{
		SkipDefaultTransaction: true,
		TranslateError:         true,
		CreateBatchSize:        500,
		Logger:                 logger.Discard,
		NowFunc:                func() time.Time { return o.Now().UTC().Truncate(time.Microsecond) },
	}
}

// A Tx is one writing transaction. It is not safe for concurrent use and must
// not be kept after the function it was given to.
type Tx struct {
	s       *Store
	ctx     context.Context
	g       *gorm.DB
	sql     *sql.Tx
	entries []Entry // appended to the ledger at the end, so that its lock is short and always taken last

	rules     map[[32]byte]int64
	merchants map[string]int64
	revisions map[string]int64
}

// SQL returns the transaction itself, for a job queue that shares it.
func (tx *Tx) SQL() *sql.Tx { return tx.sql }

// Write runs f in one transaction: all of it is kept, the ledger entries too,
// or, if f or the commit fails or f panics, nothing. On PostgreSQL a
// transaction that collides with another ends in screening.ErrConflict: try the
// whole Write again.
func (s *Store) Write(ctx context.Context, f func(tx *Tx) error) error {
	tx := &Tx{
		s: s, ctx: ctx,
		rules: map[[32]byte]int64{}, merchants: map[string]int64{}, revisions: map[string]int64{},
	}
	err := s.write.WithContext(ctx).Transaction(func(g *gorm.DB) error {
		raw, ok := g.Statement.ConnPool.(*sql.Tx)
		if !ok {
			return errors.New("store: write: the transaction is not a *sql.Tx")
		}
		tx.g, tx.sql = g, raw
		if err := f(tx); err != nil {
			return err
		}
		return tx.flushLedger()
	})
	if err != nil {
		if errors.Is(err, sql.ErrTxDone) && ctx.Err() != nil {
			err = ctx.Err() // database/sql rolled back before it was asked to
		}
		return wrap("write", err)
	}
	s.keep(tx)
	return nil
}

// keep takes over the keys that a committed transaction learnt. The memory is
// bounded: it is dropped when it grows large.
func (s *Store) keep(tx *Tx) {
	s.mu.Lock()
	defer s.mu.Unlock()
	remember(s.rules, tx.rules)
	remember(s.merchants, tx.merchants)
	remember(s.revisions, tx.revisions)
}

func remember[K comparable](memory, learnt map[K]int64) {
	const most = 200_000
	if len(memory)+len(learnt) > most {
		clear(memory)
	}
	if len(learnt) > most {
		return
	}
	for k, v := range learnt {
		memory[k] = v
	}
}

// recall returns what the transaction or the store knows of a key.
func recall[K comparable](tx *Tx, learnt, memory map[K]int64, k K) (int64, bool) {
	if v, ok := learnt[k]; ok {
		return v, true
	}
	tx.s.mu.Lock()
	defer tx.s.mu.Unlock()
	v, ok := memory[k]
	return v, ok
}

func checkBatch(n int) error {
	if n > MaxBatch {
		return &screening.InvalidError{Field: "batch", Reason: "一次最多 1000 行，请分批提交"}
	}
	return nil
}

// checkEnum refuses a value that is none of the known ones, the empty one too.
func checkEnum[T ~string](field string, v T, known ...T) error {
	names := make([]string, 0, len(known))
	for _, k := range known {
		if v == k {
			return nil
		}
		names = append(names, string(k))
	}
	return &screening.InvalidError{Field: field, Reason: "“" + string(v) + "”不是可用的值，请改为 " + strings.Join(names, "、") + " 之一"}
}
