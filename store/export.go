package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"zhunru/screening"
)

// An ExportKind says what left the database. The empty value is invalid.
type ExportKind string

// The kinds of exports.
const (
	ExportReport   ExportKind = "report"
	ExportEvidence ExportKind = "evidence"
)

// An ExportState is how far an export is. The empty value is invalid.
type ExportState string

// The states of an export. ExportRemoved is one whose file's time is over.
const (
	ExportWaiting   ExportState = "waiting"
	ExportRunning   ExportState = "running"
	ExportDone      ExportState = "done"
	ExportFailed    ExportState = "failed"
	ExportCancelled ExportState = "cancelled"
	ExportRemoved   ExportState = "removed"
)

// The masks an export can be made with: MaskPersonal hides numbers of identity
// cards, telephones, and the names and addresses of people.
const (
	MaskNone     = "none"
	MaskPersonal = "personal"
)

// An Export is a file that was, or will be, given out.
type Export struct {
	Key       int64 // 0: new
	Kind      ExportKind
	Name      string          // of the report, or what the pack is about; required
	Actor     string          // who asked; required
	Spec      json.RawMessage // what was asked for: period, filters, columns; required
	Format    string          // csv, xlsx, jsonl, html, zip; required
	Mask      string          // MaskNone or MaskPersonal
	State     ExportState
	Rows      int64
	Bytes     int64
	FileHash  Hash // SHA-256 of the file, once done
	Kept      bool // the file is kept for download; otherwise it went where the actor wanted it
	Error     string
	Schedule  int64 // 0: asked for by hand
	Slot      time.Time
	Version   int64
	CreatedAt time.Time
	StartedAt time.Time
	EndedAt   time.Time
	ExpiresAt time.Time // a kept file is removed then; zero: never
}

type exportRow struct {
	Key         int64 `gorm:"primaryKey"`
	Kind        string
	Name        string
	Actor       string
	Spec        string
	Format      string
	Mask        string
	State       string
	RowCount    int64
	Bytes       int64
	FileHash    []byte
	Kept        bool
	Error       string
	ScheduleKey *int64
	SlotAt      *int64
	Version     int64
	CreatedAt   int64 `gorm:"autoCreateTime:false"`
	StartedAt   *int64
	EndedAt     *int64
	ExpiresAt   *int64
}

func (exportRow) TableName() string { return "exports" }

func exportToRow(x *Export) exportRow {
	r := exportRow{
		Key: x.Key, Kind: string(x.Kind), Name: x.Name, Actor: x.Actor, Spec: string(x.Spec), Format: x.Format, Mask: x.Mask,
		State: string(x.State), RowCount: x.Rows, Bytes: x.Bytes, Kept: x.Kept, Error: x.Error, ScheduleKey: optional(x.Schedule),
		SlotAt: optMicros(x.Slot), Version: x.Version + 1, CreatedAt: micros(x.CreatedAt), StartedAt: optMicros(x.StartedAt),
		EndedAt: optMicros(x.EndedAt), ExpiresAt: optMicros(x.ExpiresAt),
	}
	if x.FileHash != (Hash{}) {
		r.FileHash = x.FileHash[:]
	}
	return r
}

func (r *exportRow) export() Export {
	return Export{
		Key: r.Key, Kind: ExportKind(r.Kind), Name: r.Name, Actor: r.Actor, Spec: json.RawMessage(r.Spec), Format: r.Format, Mask: r.Mask,
		State: ExportState(r.State), Rows: r.RowCount, Bytes: r.Bytes, FileHash: hashOr(r.FileHash, nil), Kept: r.Kept, Error: r.Error,
		Schedule: value(r.ScheduleKey), Slot: fromOptMicros(r.SlotAt), Version: r.Version, CreatedAt: fromMicros(r.CreatedAt),
		StartedAt: fromOptMicros(r.StartedAt), EndedAt: fromOptMicros(r.EndedAt), ExpiresAt: fromOptMicros(r.ExpiresAt),
	}
}

// SaveExport keeps an export and returns it with its key and new version. One
// with a key replaces the one that is kept if its Version is still the same, or
// the answer is screening.ErrConflict; so is a second one of a schedule's slot.
// It writes nothing to the ledger: for a file that is given out use RecordExport.
func (tx *Tx) SaveExport(x Export) (Export, error) {
	if err := checkExport(&x); err != nil {
		return x, wrap("save export", err)
	}
	if x.Key == 0 {
		x.CreatedAt, x.Version = fromMicros(tx.s.stamp()), 0
	}
	row := exportToRow(&x)
	if x.Key == 0 {
		err := tx.g.Create(&row).Error
		return row.export(), wrap("save export", err)
	}
	done := tx.g.Model(&exportRow{}).Select("*").Omit("key", "created_at").Where("key = ? AND version = ?", x.Key, x.Version).Updates(&row)
	if done.Error == nil && done.RowsAffected == 0 {
		return x, wrapKey("save export", x.Key, screening.ErrConflict)
	}
	return row.export(), wrapKey("save export", x.Key, done.Error)
}

// RecordExport keeps an export whose file is whole as done, and enters in the
// ledger who took what: no file may be given out before this has been committed.
// Rows, Bytes and FileHash are those of the file. Key 0 is one that nobody
// waited for, such as that of a command.
func (tx *Tx) RecordExport(x Export) (Export, error) {
	now := fromMicros(tx.s.stamp())
	x.State, x.EndedAt, x.Error = ExportDone, now, ""
	if x.StartedAt.IsZero() {
		x.StartedAt = now
	}
	return tx.EnterExport(x)
}

// EnterExport is RecordExport for a file that holds its own entry and so cannot
// be whole before: the export stays in the state it has, and is to be saved as
// done when its file is in its place.
func (tx *Tx) EnterExport(x Export) (Export, error) {
	if x.FileHash == (Hash{}) {
		return x, &screening.InvalidError{Field: "file_hash", Reason: "导出文件的 SHA-256 不能为空，请先写完文件"}
	}
	x, err := tx.SaveExport(x)
	if err != nil {
		return x, err
	}
	return x, tx.Record(Entry{Actor: x.Actor, Kind: EntryExport, Subject: x.Subject(), Body: x.digested()})
}

// Subject is what the entry of an export in the ledger is about: kind, name and
// key, as in report/findings/12.
func (x *Export) Subject() string { return fmt.Sprintf("%s/%s/%d", x.Kind, x.Name, x.Key) }

// Digest is the payload hash of an export's entry in the ledger: SHA-256 over
// the line "zhunru-export-v1\n" and then, each with its length in bytes before
// it (8 bytes, big endian): kind, name, actor, spec as kept, format, mask, the
// numbers of rows and of bytes in decimal, the file's hash in hexadecimal. All
// of them stay in the database when the file is gone.
func (x *Export) Digest() Hash { return sha256.Sum256(x.digested()) }

func (x *Export) digested() []byte {
	b := append(make([]byte, 0, 1024), "zhunru-export-v1\n"...)
	for _, s := range [...]string{
		string(x.Kind), x.Name, x.Actor, string(x.Spec), x.Format, x.Mask,
		strconv.FormatInt(x.Rows, 10), strconv.FormatInt(x.Bytes, 10), hex.EncodeToString(x.FileHash[:]),
	} {
		b = appendString(b, s)
	}
	return b
}

func checkExport(x *Export) error {
	err := checkEnum("kind", x.Kind, ExportReport, ExportEvidence)
	if err == nil {
		err = checkEnum("state", x.State, ExportWaiting, ExportRunning, ExportDone, ExportFailed, ExportCancelled, ExportRemoved)
	}
	if err == nil {
		err = checkEnum("mask", x.Mask, MaskNone, MaskPersonal)
	}
	for _, f := range [...]struct{ name, value string }{{"name", x.Name}, {"actor", x.Actor}, {"spec", string(x.Spec)}, {"format", x.Format}} {
		if err == nil && f.value == "" {
			err = &screening.InvalidError{Field: f.name, Reason: "导出的这一项不能为空，请填写"}
		}
		if err == nil {
			err = checkText(f.name, f.value)
		}
	}
	return err
}

// Export returns an export, or screening.ErrNotFound.
func (s *Store) Export(ctx context.Context, key int64) (Export, error) {
	var r exportRow
	err := s.read.WithContext(ctx).Where("key = ?", key).Take(&r).Error
	return r.export(), wrapKey("export", key, err)
}

// Exports returns up to limit exports of a kind before a key (0: from the
// latest), the latest first.
func (s *Store) Exports(ctx context.Context, kind ExportKind, before int64, limit int) ([]Export, error) {
	if err := checkBatch(limit); err != nil {
		return nil, err
	}
	if before == 0 {
		before = 1<<63 - 1
	}
	return s.exports(ctx, "exports", "kind = ? AND key < ? ORDER BY key DESC LIMIT ?", string(kind), before, limit)
}

// OpenExports returns up to limit exports of a kind that wait or are being made,
// the oldest first.
func (s *Store) OpenExports(ctx context.Context, kind ExportKind, limit int) ([]Export, error) {
	return s.exports(ctx, "open exports", "kind = ? AND state IN ('waiting', 'running') ORDER BY key LIMIT ?", string(kind), limit)
}

// EndedExports returns up to limit exports of a kind that are done and whose
// kept files' time is over at a moment, the oldest first.
func (s *Store) EndedExports(ctx context.Context, kind ExportKind, at time.Time, limit int) ([]Export, error) {
	return s.exports(ctx, "ended exports", "kind = ? AND state = 'done' AND expires_at <= ? ORDER BY expires_at, key LIMIT ?",
		string(kind), micros(at), limit)
}

func (s *Store) exports(ctx context.Context, what, where string, args ...any) ([]Export, error) {
	var rows []exportRow
	err := s.read.WithContext(ctx).Raw("SELECT * FROM exports WHERE "+where, args...).Scan(&rows).Error
	out := make([]Export, len(rows))
	for i := range rows {
		out[i] = rows[i].export()
	}
	return out, wrap(what, err)
}
