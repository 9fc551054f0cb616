package store

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
)

// A target is a parsed DSN.
type target struct {
	engine Engine
	path   string // SQLite
	url    string // PostgreSQL
}

func parseDSN(dsn string) (target, error) {
	if strings.HasPrefix(dsn, "postgres://") || strings.HasPrefix(dsn, "postgresql://") {
		return target{engine: Postgres, url: dsn}, nil
	}
	path := dsn
	for _, scheme := range []string{"sqlite://", "sqlite:", "file:"} {
		if rest, ok := strings.CutPrefix(dsn, scheme); ok {
			path = rest
			break
		}
	}
	switch {
	case path == "" || strings.ContainsRune(path, 0):
		return target{}, &Error{Code: CodeBadDSN, Why: "数据库地址为空或含有无效字符，请用 --db 给出文件路径或 postgres:// 地址"}
	case strings.Contains(path, ":memory:") || strings.Contains(path, "mode=memory"):
		return target{}, &Error{Code: CodeBadDSN, Why: "不支持内存数据库，请给出文件路径"}
	case strings.Contains(path, "://"):
		return target{}, &Error{Code: CodeBadDSN, Why: "不认识的数据库地址，请给出文件路径或 postgres:// 地址"}
	}
	return target{engine: SQLite, path: path}, nil
}

// SQLitePath returns the path of the file that a DSN names; ok is false for
// PostgreSQL and for what is no DSN.
func SQLitePath(dsn string) (path string, ok bool) {
	t, err := parseDSN(dsn)
	return t.path, err == nil && t.engine == SQLite
}

// sqliteURI returns the driver's DSN of a path: every sign that a URI reads
// otherwise is escaped.
func sqliteURI(path string, params url.Values) string {
	return "file:" + (&url.URL{Path: path}).EscapedPath() + "?" + params.Encode()
}

// checkFile finds what is wrong with a database file before the driver sees it,
// because the driver would create it, or open it for reading only, in silence.
func checkFile(path string, readOnly, create bool) error {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		if _, err := os.Stat(filepath.Dir(path)); err != nil {
			return &Error{Code: CodeDirMissing, Why: "目录 " + filepath.Dir(path) + " 不存在，请先创建目录或改用别的路径", Err: err}
		}
		if !create {
			return &Error{Code: CodeMissing, Why: "数据库文件 " + path + " 不存在，请先运行 zhunru migrate up"}
		}
		return nil
	case err != nil:
		return &Error{Code: CodeIO, Why: "读不到数据库文件 " + path + "，请检查路径和权限", Err: err}
	case info.IsDir():
		return &Error{Code: CodeNotADatabase, Why: path + " 是一个目录，请给出数据库文件的路径"}
	case !readOnly && info.Mode().Perm()&0o222 == 0:
		return &Error{Code: CodeReadOnly, Why: "数据库文件 " + path + " 是只读的，请加上写权限（chmod u+w）"}
	}
	return checkHeader(path, readOnly)
}

func checkHeader(path string, readOnly bool) error {
	flag := os.O_RDWR
	if readOnly {
		flag = os.O_RDONLY
	}
	f, err := os.OpenFile(path, flag, 0)
	if err != nil {
		return &Error{Code: CodeReadOnly, Why: "数据库文件 " + path + " 没有所需的读写权限，请检查文件和磁盘是否只读", Err: err}
	}
	defer f.Close() //nolint:errcheck // only read from
	magic := []byte("SQLite format 3\x00")
	head := make([]byte, len(magic))
	n, err := io.ReadFull(f, head)
	switch {
	case errors.Is(err, io.EOF): // empty: a new database
		return nil
	case n < len(head) || !bytes.Equal(head, magic):
		return &Error{Code: CodeNotADatabase, Why: "文件 " + path + " 不是 SQLite 数据库，请检查 --db 的路径"}
	}
	return nil
}
