package store

import (
	"context"
	"encoding/json"
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
	ImportWaiting   ImportState = "waiting" // its file was sent in and lies with who will import it
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
	Actor                                  string
	Spec                                   json.RawMessage // how a file that was sent in is to be read; nil: of a command line
	Problems                               []string        // what was wrong beside refused rows
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
		Updated: r.Updated, Unchanged: r.Unchanged, Rejected: r.Rejected, Run: value(r.RunKey), Actor: r.Actor,
		CreatedAt: fromMicros(r.CreatedAt), UpdatedAt: fromMicros(r.UpdatedAt),
	}
	i.Content = hashOr(r.FileHash, nil)
	if r.Spec != "" {
		i.Spec = json.RawMessage(r.Spec)
	}
	if err := json.Unmarshal([]byte(r.Problems), &i.Problems); err != nil { // shown all the same
		i.Problems = []string{r.Problems}
	}
	return i
}

// BeginImport returns the import of a file, to be gone on with from NextRow: a
// new one, or the one that did not come to its end. One that did is begun anew,
// its counts and rejects forgotten. Of the import given, Kind, File, Content and
// Actor count; with a Key it must be that one and wait or run, or the answer is
// screening.ErrConflict.
func (tx *Tx) BeginImport(i Import) (Import, error) { return tx.takeImport(&i, ImportRunning) }

// QueueImport is BeginImport for a file that was sent in and will be imported
// later, read as Spec says. It waits from now on.
func (tx *Tx) QueueImport(i Import) (Import, error) { return tx.takeImport(&i, ImportWaiting) }

func (tx *Tx) takeImport(i *Import, state ImportState) (Import, error) {
	if err := checkEnum("kind", i.Kind, ImportListings, ImportMerchants, ImportDocuments); err != nil {
		return Import{}, err
	}
	now, row := tx.s.stamp(), importRow{}
	found := tx.locking().Where("kind = ? AND file_hash = ?", string(i.Kind), i.Content[:]).Limit(1).Find(&row)
	if found.Error != nil {
		return Import{}, wrapKey("begin import of", i.File, found.Error)
	}
	if i.Key != 0 && (row.Key != i.Key || row.State != string(ImportWaiting) && row.State != string(ImportRunning)) {
		return Import{}, wrapKey("begin import of", i.File, screening.ErrConflict)
	}
	switch {
	case found.RowsAffected == 0:
		row = importRow{Kind: string(i.Kind), FileHash: i.Content[:], CreatedAt: now}
	case row.State == string(ImportDone):
		if err := tx.g.Where("import_key = ?", row.Key).Delete(&rejectRow{}).Error; err != nil {
			return Import{}, wrapKey("begin import of", i.File, err)
		}
		row = importRow{Key: row.Key, Kind: row.Kind, FileHash: row.FileHash, Spec: row.Spec, CreatedAt: row.CreatedAt}
	}
	row.FileName, row.State, row.Actor, row.Problems, row.UpdatedAt = clean(filepath.Base(i.File)), string(state), i.Actor, "[]", now
	if state == ImportWaiting {
		row.Spec = string(i.Spec)
	}
	err := tx.g.Save(&row).Error
	return row.imported(), wrapKey("begin import of", i.File, err)
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
 WHERE key = ? AND next_row = ? AND state <> 'cancelled'`, string(i.State), i.NextRow, i.Inserted, i.Updated, i.Unchanged, i.Rejected, optional(i.Run), tx.s.stamp(), i.Key, from)
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

// CancelImport ends an import that waits or runs: who is importing it finds out
// before it keeps the next batch. For any other the answer is
// screening.ErrConflict.
func (tx *Tx) CancelImport(key int64) error {
	n, err := tx.exec("UPDATE imports SET state = 'cancelled', updated_at = ? WHERE key = ? AND state IN ('waiting', 'running')", tx.s.stamp(), key)
	if err == nil && n == 0 {
		err = screening.ErrConflict
	}
	return wrapKey("cancel import", key, err)
}

// SaveImportProblems keeps what was wrong with a file beside refused rows, in
// place of what was kept before.
func (tx *Tx) SaveImportProblems(key int64, problems []string) error {
	b, err := json.Marshal(append([]string{}, problems...))
	if err == nil {
		_, err = tx.exec("UPDATE imports SET problems = ? WHERE key = ?", clean(string(b)), key)
	}
	return wrapKey("save problems of import", key, err)
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

// ImportByKey returns an import, or screening.ErrNotFound.
func (s *Store) ImportByKey(ctx context.Context, key int64) (Import, error) {
	var row importRow
	if err := s.read.WithContext(ctx).Where("key = ?", key).Take(&row).Error; err != nil {
		return Import{}, wrapKey("import", key, err)
	}
	return row.imported(), nil
}

// Imports returns up to limit imports of a kind (empty: of all) before a key (0:
// from the latest), the latest first.
func (s *Store) Imports(ctx context.Context, kind ImportKind, before int64, limit int) ([]Import, error) {
	db := s.read.WithContext(ctx).Order("key DESC").Limit(limit)
	if kind != "" {
		db = db.Where("kind = ?", string(kind))
	}
	if before > 0 {
		db = db.Where("key < ?", before)
	}
	return findImports(db, limit)
}

// OpenImports returns up to limit imports of files that were sent in and are not
// at their end, the oldest first.
func (s *Store) OpenImports(ctx context.Context, limit int) ([]Import, error) {
	return findImports(s.read.WithContext(ctx).Where("state IN ('waiting', 'running') AND spec <> ''").Order("key").Limit(limit), limit)
}

func findImports(db *gorm.DB, limit int) ([]Import, error) {
	if err := checkBatch(limit); err != nil {
		return nil, err
	}
	var rows []importRow
	if err := db.Find(&rows).Error; err != nil {
		return nil, wrap("imports", err)
	}
	out := make([]Import, len(rows))
	for i := range rows {
		out[i] = rows[i].imported()
	}
	return out, nil
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
