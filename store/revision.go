package store

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"time"

	"zhunru/screening"
	"zhunru/screening/dictionary"
)

// maxDictionary bounds what unpacking a kept dictionary may take, in bytes.
const maxDictionary = 256 << 20

type revisionRow struct {
	Key        int64 `gorm:"primaryKey"`
	Hash       string
	LoadedAt   int64
	Classes    int
	Size       int64
	Digest     []byte
	Dictionary []byte
}

func (revisionRow) TableName() string { return "revisions" }

// SaveRevision keeps a dictionary under its revision, so that every verdict can
// be made again. A revision that is kept already is left as it is.
func (tx *Tx) SaveRevision(d *dictionary.Dictionary) error {
	if _, err := tx.revisionKey(d.Revision); err == nil {
		return nil
	}
	plain, err := json.Marshal(d)
	if err != nil {
		return wrapKey("save revision", d.Revision, err)
	}
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	_, err = z.Write(plain)
	if e := z.Close(); err == nil {
		err = e
	}
	if err != nil {
		return wrapKey("save revision", d.Revision, err)
	}
	digest := sha256.Sum256(plain)
	_, err = tx.exec(`INSERT INTO revisions (hash, loaded_at, classes, size, digest, dictionary) VALUES (?,?,?,?,?,?) ON CONFLICT (hash) DO NOTHING`,
		d.Revision, tx.s.stamp(), len(d.Classes), len(plain), digest[:], packed.Bytes())
	return wrapKey("save revision", d.Revision, err)
}

// revisionKey returns the key of a kept revision, or screening.ErrNotFound.
func (tx *Tx) revisionKey(hash string) (int64, error) {
	if key, ok := recall(tx, tx.revisions, tx.s.revisions, hash); ok {
		return key, nil
	}
	var r revisionRow
	if err := tx.g.Select("key").Where("hash = ?", hash).Take(&r).Error; err != nil {
		return 0, wrapKey("revision", hash, err)
	}
	tx.revisions[hash] = r.Key
	return r.Key, nil
}

// Revision returns the dictionary of a revision, as it was kept, or
// screening.ErrNotFound. Where the bytes are not those that were kept the error
// is an *Error with code DB_CORRUPT. The dictionary serves to build an engine;
// its files and lines are not kept.
func (s *Store) Revision(ctx context.Context, hash string) (*dictionary.Dictionary, error) {
	var r revisionRow
	if err := s.read.WithContext(ctx).Where("hash = ?", hash).Take(&r).Error; err != nil {
		return nil, wrapKey("revision", hash, err)
	}
	damaged := &Error{Code: CodeCorrupt, Why: "保存的词典版本 " + hash + " 与其摘要不符，请从备份恢复"}
	z, err := gzip.NewReader(bytes.NewReader(r.Dictionary))
	if err != nil {
		return nil, damaged
	}
	plain, err := io.ReadAll(io.LimitReader(z, maxDictionary))
	if sum := sha256.Sum256(plain); err != nil || !bytes.Equal(sum[:], r.Digest) {
		return nil, damaged
	}
	d := &dictionary.Dictionary{}
	if err := json.Unmarshal(plain, d); err != nil {
		return nil, wrapKey("revision", hash, err)
	}
	if d.Revision != hash {
		return nil, wrapKey("revision", hash, fmt.Errorf("it is the dictionary of %s: %w", d.Revision, screening.ErrConflict))
	}
	return d, nil
}

// LatestRevision returns the revision that was kept last, or
// screening.ErrNotFound.
func (s *Store) LatestRevision(ctx context.Context) (string, error) {
	var r revisionRow
	err := s.read.WithContext(ctx).Select("hash").Order("key DESC").Take(&r).Error
	return r.Hash, wrap("latest revision", err)
}

// A KeptRevision is a dictionary that is kept, without its content.
type KeptRevision struct {
	Key      int64 // grows with the order of first use
	Hash     string
	LoadedAt time.Time
	Classes  int
	Size     int64 // of the dictionary as JSON, in bytes
}

// Revisions returns up to limit kept revisions before a key, the latest first; 0
// begins with the latest.
func (s *Store) Revisions(ctx context.Context, before int64, limit int) ([]KeptRevision, error) {
	if err := checkBatch(limit); err != nil {
		return nil, err
	}
	var rows []revisionRow
	query := s.read.WithContext(ctx).Select("key", "hash", "loaded_at", "classes", "size").Order("key DESC").Limit(limit)
	if before > 0 {
		query = query.Where("key < ?", before)
	}
	err := query.Find(&rows).Error
	out := make([]KeptRevision, len(rows))
	for i := range rows {
		r := &rows[i]
		out[i] = KeptRevision{r.Key, r.Hash, fromMicros(r.LoadedAt), r.Classes, r.Size}
	}
	return out, wrap("revisions", err)
}
