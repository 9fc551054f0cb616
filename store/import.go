package store

import (
	"context"
	"errors"
	"path/filepath"
	"strings"
	"time"

	"gorm.io/gorm"

	"zhunru/screening"
)

// An ImportKind says what the rows of an imported file are. The empty value is
// invalid.
type ImportKind string

// The kinds of imports.
const (
	ImportListings  ImportKind = "listings"
	ImportMerchants ImportKind = "merchants"
	ImportDocuments ImportKind = "documents"
)

// An ImportState is how far an import is. The empty value is invalid.
type ImportState string

// The states of an import.
const (
	ImportRunning   ImportState = "running"
	ImportDone      ImportState = "done"
	ImportFailed    ImportState = "failed"
	ImportCancelled ImportState = "cancelled"
)

// An Import is one file's way into the database, and its checkpoint.
type Import struct {
	Key                                    int64
	Kind                                   ImportKind
	File                                   string // its name without the folder
	Content                                Hash   // of the file and of how it is read
	State                                  ImportState
	NextRow                                int64 // rows up to here are in, or refused; 0: none
	Inserted, Updated, Unchanged, Rejected int64 // they add up to NextRow
	Run                                    int64 // of the verdicts; 0: none yet
	CreatedAt, UpdatedAt                   time.Time
}

// A Reject is a row of a file that was refused.
type Reject struct {
	N                            int64 // 1, 2, 3, … in the order of the file
	Line                         int64
	Field, Code, Reason, Excerpt string
}

func (r *importRow) imported() Import {
	i := Import{
		Key: r.Key, Kind: ImportKind(r.Kind), File: r.FileName, State: ImportState(r.State), NextRow: r.NextRow, Inserted: r.Inserted,
		Updated: r.Updated, Unchanged: r.Unchanged, Rejected: r.Rejected, Run: value(r.RunKey),
		CreatedAt: fromMicros(r.CreatedAt), UpdatedAt: fromMicros(r.UpdatedAt),
	}
	i.Content = hashOr(r.FileHash, nil)
	return i
}

// BeginImport returns the import of a file, to be gone on with from NextRow: a
// new one, or the one that did not come to its end. One that did is begun anew,
// its counts and rejects forgotten.
func (tx *Tx) BeginImport(kind ImportKind, file string, content Hash) (Import, error) {
	if err := checkEnum("kind", kind, ImportListings, ImportMerchants, ImportDocuments); err != nil {
		return Import{}, err
	}
	now, row := tx.s.stamp(), importRow{}
	found := tx.locking().Where("kind = ? AND file_hash = ?", string(kind), content[:]).Limit(1).Find(&row)
	if found.Error != nil {
		return Import{}, wrapKey("begin import of", file, found.Error)
	}
	if found.RowsAffected == 0 {
		row = importRow{Kind: string(kind), FileHash: content[:], CreatedAt: now}
	}
	if row.State == string(ImportDone) {
		if err := tx.g.Where("import_key = ?", row.Key).Delete(&rejectRow{}).Error; err != nil {
			return Import{}, wrapKey("begin import of", file, err)
		}
		row = importRow{Key: row.Key, Kind: row.Kind, FileHash: row.FileHash, CreatedAt: row.CreatedAt}
	}
	row.FileName, row.State, row.UpdatedAt = filepath.Base(file), string(ImportRunning), now
	err := tx.g.Save(&row).Error
	return row.imported(), wrapKey("begin import of", file, err)
}

// SaveImport moves the checkpoint of an import from a row, together with what
// that row's batch brought, and keeps its rejects. Where the kept checkpoint is
// not at from the answer is screening.ErrConflict: another process is importing
// the same file.
func (tx *Tx) SaveImport(i Import, from int64, rejects []Reject) error {
	err := checkEnum("state", i.State, ImportRunning, ImportDone, ImportFailed, ImportCancelled)
	if err != nil {
		return wrapKey("save import", i.Key, err)
	}
	n, err := tx.exec(`UPDATE imports SET state = ?, next_row = ?, inserted = ?, updated = ?, unchanged = ?, rejected = ?, run_key = ?, updated_at = ?
 WHERE key = ? AND next_row = ?`, string(i.State), i.NextRow, i.Inserted, i.Updated, i.Unchanged, i.Rejected, optional(i.Run), tx.s.stamp(), i.Key, from)
	if err == nil && n == 0 {
		err = screening.ErrConflict
	}
	if err == nil {
		err = insertAll(tx, "rejects (import_key, n, line, field, code, reason, excerpt)", 7, rejects, func(args []any, r Reject) []any {
			return append(args, i.Key, r.N, r.Line, clean(r.Field), r.Code, clean(r.Reason), clean(r.Excerpt))
		})
	}
	return wrapKey("save import", i.Key, err)
}

// clean makes keepable what a file held.
func clean(s string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "\uFFFD")
}

// Import returns the import of a file, or screening.ErrNotFound.
func (s *Store) Import(ctx context.Context, kind ImportKind, content Hash) (Import, error) {
	var row importRow
	if err := s.read.WithContext(ctx).Where("kind = ? AND file_hash = ?", string(kind), content[:]).Take(&row).Error; err != nil {
		return Import{}, wrap("import", err)
	}
	return row.imported(), nil
}

// Rejects returns up to limit rejects of an import after a number, in order.
func (s *Store) Rejects(ctx context.Context, key, after int64, limit int) ([]Reject, error) {
	if err := checkBatch(limit); err != nil {
		return nil, err
	}
	var rows []rejectRow
	err := s.read.WithContext(ctx).Where("import_key = ? AND n > ?", key, after).Order("n").Limit(limit).Find(&rows).Error
	out := make([]Reject, len(rows))
	for i, r := range rows {
		out[i] = Reject{N: r.N, Line: r.Line, Field: r.Field, Code: r.Code, Reason: r.Reason, Excerpt: r.Excerpt}
	}
	return out, wrapKey("rejects of", key, err)
}

// A Subject is a merchant with all its documents, whatever was decided on them.
type Subject struct {
	Merchant
	Documents []Document // the oldest first
}

// Subjects returns up to MaxBatch merchants by id, those known by name only
// too, and their documents if those are asked for.
func (s *Store) Subjects(ctx context.Context, ids []string, documents bool) (map[string]*Subject, error) {
	db := s.read.WithContext(ctx)
	return s.subjects(db, db, ids, documents)
}

// Subjects is Store.Subjects inside the transaction. It keeps others from
// changing the merchants until the transaction ends.
func (tx *Tx) Subjects(ids []string, documents bool) (map[string]*Subject, error) {
	return tx.s.subjects(tx.locking(), tx.g, ids, documents)
}

func (s *Store) subjects(first, then *gorm.DB, ids []string, documents bool) (map[string]*Subject, error) {
	if err := checkBatch(len(ids)); err != nil {
		return nil, err
	}
	var merchants []merchantRow
	if err := first.Where("id IN ?", ids).Order("id").Find(&merchants).Error; err != nil {
		return nil, wrap("subjects", err)
	}
	out, byKey := make(map[string]*Subject, len(merchants)), make(map[int64]*Subject, len(merchants))
	keys := make([]int64, len(merchants))
	for i := range merchants {
		one, err := s.merchant(&merchants[i])
		if err != nil {
			return nil, wrap("subjects", err)
		}
		m := &Subject{Merchant: one}
		out[m.ID], byKey[merchants[i].Key], keys[i] = m, m, merchants[i].Key
	}
	if !documents || len(keys) == 0 {
		return out, nil
	}
	var rows []documentRow
	if err := then.Where("merchant_key IN ?", keys).Order("key").Find(&rows).Error; err != nil {
		return nil, wrap("subjects", err)
	}
	for i := range rows {
		m := byKey[rows[i].MerchantKey]
		d, err := s.document(&rows[i], m.ID)
		if err != nil {
			return nil, wrapKey("subject", m.ID, err)
		}
		m.Documents = append(m.Documents, d)
	}
	return out, nil
}

// HasListings reports whether there is any listing, deleted ones too.
func (s *Store) HasListings(ctx context.Context) (bool, error) {
	var key int64
	err := s.read.WithContext(ctx).Table("listings").Select("key").Limit(1).Scan(&key).Error
	return key != 0, wrap("listings", err)
}

// Backup writes a copy of an SQLite database, of one moment and packed, to a
// file that must not exist yet, while others go on writing. PostgreSQL has
// tools of its own: for it the error is an *Error with code BACKUP_ENGINE.
func (s *Store) Backup(ctx context.Context, path string) error {
	if s.engine != SQLite {
		return &Error{Code: CodeBackupEngine, Why: "PostgreSQL 数据库请用 pg_dump 备份，例如 pg_dump --format=custom --file=备份.dump 连接地址"}
	}
	conn, err := s.reader().Conn(ctx)
	if err != nil {
		return wrap("backup", err)
	}
	// query_only would forbid the new file as well; the connection itself
	// can only read what it is connected to.
	_, err = conn.ExecContext(ctx, "PRAGMA query_only = 0")
	if err == nil {
		_, err = conn.ExecContext(ctx, "VACUUM INTO ?", path)
	}
	_, again := conn.ExecContext(context.WithoutCancel(ctx), "PRAGMA query_only = 1")
	return wrap("backup", errors.Join(err, again, conn.Close()))
}

// CodeBackupEngine is the code of the Error of Backup on PostgreSQL.
const CodeBackupEngine = "BACKUP_ENGINE"
