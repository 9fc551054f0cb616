package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/mattn/go-sqlite3"
	"gorm.io/gorm"

	"zhunru/screening"
)

// An Error says in a Chinese sentence why a database cannot be used, and what
// to do. Code is stable.
type Error struct {
	Code string
	Why  string
	Err  error // the driver's, if any
}

// The codes of Error.
const (
	CodeBadDSN        = "DB_BAD_DSN"
	CodeDirMissing    = "DB_DIR_MISSING"
	CodeMissing       = "DB_MISSING"
	CodeReadOnly      = "DB_READ_ONLY"
	CodeNotADatabase  = "DB_NOT_A_DATABASE"
	CodeCorrupt       = "DB_CORRUPT"
	CodeDiskFull      = "DB_DISK_FULL"
	CodeLocked        = "DB_LOCKED"
	CodeIO            = "DB_IO"
	CodeUnreachable   = "DB_UNREACHABLE"
	CodeSchemaOld     = "SCHEMA_OLD"
	CodeSchemaNew     = "SCHEMA_NEW"
	CodeLedgerAppend  = "LEDGER_APPEND_ONLY"
	CodeLedgerDamaged = "LEDGER_DAMAGED"
	CodeBadKey        = "LEDGER_BAD_KEY"
)

// Error returns the sentence and the code.
func (e *Error) Error() string { return e.Why + "（" + e.Code + "）" }

// Unwrap returns the driver's error.
func (e *Error) Unwrap() error { return e.Err }

// Temporary reports whether the same call may succeed later although nobody
// mends the data: the database is away, locked, full, read-only, or its disk
// failed.
func (e *Error) Temporary() bool {
	switch e.Code {
	case CodeLocked, CodeUnreachable, CodeDiskFull, CodeReadOnly, CodeIO:
		return true
	}
	return false
}

// sqliteCode says what a code of SQLite means to us; pgCode, of PostgreSQL.
func sqliteCode(e sqlite3.Error) (code, why string) {
	switch e.Code {
	case sqlite3.ErrFull:
		return CodeDiskFull, "磁盘已满，本次写入没有保存，请腾出空间后重试"
	case sqlite3.ErrReadonly, sqlite3.ErrPerm:
		return CodeReadOnly, "数据库只能读不能写，请检查文件和目录的写权限"
	case sqlite3.ErrCorrupt:
		return CodeCorrupt, "数据库文件已损坏，请停止写入并从备份恢复"
	case sqlite3.ErrNotADB:
		return CodeNotADatabase, "这个文件不是 SQLite 数据库，请检查 --db 的路径"
	case sqlite3.ErrBusy, sqlite3.ErrLocked:
		return CodeLocked, "数据库正被另一个进程占用，请稍后重试或先停止那个进程"
	case sqlite3.ErrCantOpen:
		return CodeIO, "数据库文件打不开，请检查路径和权限"
	case sqlite3.ErrIoErr:
		return CodeIO, "读写数据库文件出错，请检查磁盘是否已满、只读或损坏，处理后重试"
	}
	if e.ExtendedCode == sqlite3.ErrConstraintTrigger {
		return CodeLedgerAppend, "台账只能追加，不能修改或删除"
	}
	return "", ""
}

func pgCode(code string) (ours, why string) {
	switch code {
	case "53100":
		return CodeDiskFull, "数据库服务器磁盘已满，本次写入没有保存，请腾出空间后重试"
	case "25006":
		return CodeReadOnly, "数据库处于只读状态，请连接主库或取消只读"
	case "XX001", "XX002":
		return CodeCorrupt, "数据库数据已损坏，请停止写入并从备份恢复"
	case "55P03":
		return CodeLocked, "数据库正被占用，请稍后重试"
	case "3D000":
		return CodeMissing, "数据库不存在，请先在服务器上创建，再运行 zhunru migrate up"
	case "28000", "28P01":
		return CodeUnreachable, "数据库拒绝了用户名或密码，请检查连接地址"
	case "57P01", "57P02", "57P03", "57P05", "25P03", "53300", "08000", "08003", "08006":
		return CodeUnreachable, "数据库服务器正在停止、启动或连接已满，请稍后重试"
	case "ZR001":
		return CodeLedgerAppend, "台账只能追加，不能修改或删除"
	}
	return "", ""
}

// translate turns a driver's error into one of the vocabulary, by its code.
// What it does not know it returns as it is.
func translate(err error) error {
	var ours *Error
	var invalid *screening.InvalidError
	var dial *pgconn.ConnectError
	switch {
	case errors.As(err, &dial) && !errors.As(err, new(*pgconn.PgError)) && !errors.Is(err, context.Canceled):
		return &Error{Code: CodeUnreachable, Why: "连不上数据库服务器，请检查地址、端口和网络", Err: err}
	case err == nil, errors.As(err, &ours), errors.As(err, &invalid),
		errors.Is(err, screening.ErrConflict), errors.Is(err, screening.ErrNotFound),
		errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return err
	case errors.Is(err, gorm.ErrRecordNotFound), errors.Is(err, gorm.ErrForeignKeyViolated):
		return errors.Join(screening.ErrNotFound, err)
	case errors.Is(err, gorm.ErrDuplicatedKey):
		return errors.Join(screening.ErrConflict, err)
	case errors.Is(err, gorm.ErrCheckConstraintViolated):
		return refused("row")
	}
	var lite sqlite3.Error
	if errors.As(err, &lite) {
		return translateSQLite(lite, err)
	}
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		return translatePg(pg, err)
	}
	if cutOff(err) {
		return &Error{Code: CodeUnreachable, Why: "与数据库服务器的连接断了，本次写入没有确认，请检查服务器和网络后重试", Err: err}
	}
	return err
}

// cutOff reports whether a connection ended in the middle of a call.
func cutOff(err error) bool {
	var network *net.OpError
	return errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, driver.ErrBadConn) || errors.Is(err, sql.ErrConnDone) ||
		errors.Is(err, pgconn.ErrConnClosed) || errors.Is(err, net.ErrClosed) || errors.As(err, &network)
}

func translateSQLite(lite sqlite3.Error, err error) error {
	if code, why := sqliteCode(lite); code != "" {
		return &Error{Code: code, Why: why, Err: err}
	}
	switch lite.ExtendedCode {
	case sqlite3.ErrConstraintUnique, sqlite3.ErrConstraintPrimaryKey, sqlite3.ErrConstraintRowID:
		return errors.Join(screening.ErrConflict, err)
	case sqlite3.ErrConstraintForeignKey:
		return errors.Join(screening.ErrNotFound, err)
	case sqlite3.ErrConstraintCheck, sqlite3.ErrConstraintNotNull:
		return refused("row")
	}
	return err
}

func translatePg(pg *pgconn.PgError, err error) error {
	if code, why := pgCode(pg.Code); code != "" {
		return &Error{Code: code, Why: why, Err: err}
	}
	switch pg.Code {
	case "23505", "40001", "40P01":
		return errors.Join(screening.ErrConflict, err)
	case "23503":
		return errors.Join(screening.ErrNotFound, err)
	case "23514", "23502":
		return refused(pg.TableName)
	}
	return err
}

func refused(field string) error {
	return &screening.InvalidError{Field: field, Reason: "数据库拒绝了这个值：它为空或不在允许的范围内，请检查各枚举字段"}
}

// wrap adds the operation to a translated error, once.
func wrap(op string, err error) error {
	if err == nil {
		return nil
	}
	var done *opError
	if errors.As(err, &done) {
		return err
	}
	return &opError{op: op, err: translate(err)}
}

// wrapKey adds the operation and the key it was about.
func wrapKey(op string, key any, err error) error {
	if err == nil {
		return nil
	}
	return wrap(fmt.Sprintf("%s %v", op, key), err)
}

type opError struct {
	op  string
	err error
}

func (e *opError) Error() string { return "store: " + e.op + ": " + e.err.Error() }
func (e *opError) Unwrap() error { return e.err }
