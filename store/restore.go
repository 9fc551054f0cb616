package store

import (
	"context"
	"database/sql"
	"errors"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"

	"github.com/mattn/go-sqlite3"
)

// CodeRestoreRefused is the code of the Error where a restore would overwrite.
const CodeRestoreRefused = "RESTORE_EXISTS"

// CodeNoBackup is the code of the Error where part of a database is not in its
// file.
const CodeNoBackup = "RESTORE_NO_BACKUP"

// RestoreSQLite puts a copy of the database file from in the place of the one at
// to, whole or not at all, and durable when it returns. Where to exists it is
// refused without force. A process that has to open is an
// error too. The copy is opened and
// checked first: its pages, its schema, every entry of its ledger; what is wrong
// with it is the error, and to stays as it is.
func RestoreSQLite(ctx context.Context, from, to string, force bool) (LedgerReport, error) {
	if _, err := os.Lstat(to); err == nil && !force {
		return LedgerReport{}, &Error{Code: CodeRestoreRefused, Why: "数据库 " + to + " 已存在，恢复会取代它；确要取代请加 --force"}
	}
	part := to + ".restore"
	if err := removeDatabase(part); err != nil {
		return LedgerReport{}, err
	}
	r, err := copyAndCheck(ctx, from, part)
	if err == nil {
		err = unused(ctx, to)
	}
	if err == nil {
		// Both files of the old log would be read as the new database's.
		if err = errors.Join(remove(to+"-wal"), remove(to+"-shm")); err == nil {
			err = os.Rename(part, to)
		}
	}
	if err == nil {
		err = syncPath(filepath.Dir(to))
	}
	return r, wrap("restore", errors.Join(err, removeDatabase(part)))
}

// unused is an error while another process has a database open: it would go on
// writing into the file that is replaced. SQLite leaves its log only alone.
func unused(ctx context.Context, path string) error {
	if _, err := os.Lstat(path); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	db, err := openSQLite(ctx, path, url.Values{"_busy_timeout": {"500"}}, 1)
	if err == nil {
		_, err = db.ExecContext(ctx, "PRAGMA journal_mode = DELETE")
		err = errors.Join(err, db.Close())
	}
	var lite sqlite3.Error
	if errors.As(err, &lite) && (lite.Code == sqlite3.ErrBusy || lite.Code == sqlite3.ErrLocked) {
		return &Error{Code: CodeLocked, Why: "另一个进程正在使用数据库 " + path + "，请先停止 zhunru 再恢复", Err: err}
	}
	return nil // whatever else is wrong with it, it is replaced
}

func copyAndCheck(ctx context.Context, from, part string) (LedgerReport, error) {
	if err := checkFile(from, true, false); err != nil {
		return LedgerReport{}, err
	}
	if log, err := os.Stat(from + "-wal"); err == nil && log.Size() > 0 {
		return LedgerReport{}, &Error{Code: CodeNoBackup, Why: from + " 是用过的数据库而不是备份，旁边的 -wal 里还有内容，请先用 zhunru backup 备份它"}
	}
	if err := copyFile(from, part); err != nil {
		return LedgerReport{}, &Error{Code: CodeIO, Why: "不能复制备份 " + from + "，请检查磁盘和权限", Err: err}
	}
	s, err := Open(ctx, part, Options{Migrate: true, FullSync: true})
	if err != nil {
		return LedgerReport{}, err
	}
	r, err := s.CheckWhole(ctx)
	if err == nil { // or the log would stay behind
		_, err = s.pools[0].ExecContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)")
	}
	if err = errors.Join(err, s.Close()); err == nil {
		err = syncPath(part)
	}
	return r, err
}

// CheckVacant is an error where a PostgreSQL database holds any table, ours or
// not, that a restore might replace.
func CheckVacant(ctx context.Context, dsn string) error {
	db, err := openPostgres(ctx, dsn, Options{ReadOnly: true, Readers: 1})
	if err != nil {
		return err
	}
	tables := 0
	err = queryEach(ctx, db, Postgres, `SELECT COUNT(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE c.relkind IN ('r', 'p') AND n.nspname = current_schema()`, nil, func(r *sql.Rows) error { return r.Scan(&tables) })
	if err == nil && tables > 0 {
		err = &Error{Code: CodeRestoreRefused, Why: "数据库里已有内容，恢复会取代它；确要取代请加 --force"}
	}
	return wrap("restore", errors.Join(err, db.Close()))
}

// CheckWhole reads the database's pages and its whole ledger. Anything wrong
// with them is an error.
func (s *Store) CheckWhole(ctx context.Context) (LedgerReport, error) {
	said, err := s.Check(ctx)
	if err != nil {
		return LedgerReport{}, err
	}
	if said != "" {
		return LedgerReport{}, &Error{Code: CodeCorrupt, Why: "数据库文件已损坏，请换一份备份：" + said}
	}
	r, err := s.VerifyLedger(ctx, "", nil)
	if err == nil && !r.OK() {
		err = &Error{Code: CodeLedgerDamaged, Why: "台账没有通过核对，请用 zhunru ledger verify 查看是哪一条：" + r.Faults[0].Why}
	}
	return r, err
}

func copyFile(from, to string) (err error) {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close() //nolint:errcheck // only read from
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Close())
}

func removeDatabase(path string) error {
	return errors.Join(remove(path), remove(path+"-wal"), remove(path+"-shm"))
}

func remove(path string) error {
	if err := os.Remove(path); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

func syncPath(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
