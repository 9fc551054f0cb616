package main

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"gorm.io/driver/sqlite"
	"gorm.io/gorm"
	"gorm.io/gorm/logger"

	"zhunru/store"
)

// The rows of the tables that grow with an import.
type (
	plainListing struct {
		Key                                 int64 `gorm:"primaryKey"`
		ID                                  string
		MerchantKey                         *int64
		Title, Description, Category, Brand string
		Attributes                          *string
		ContentHash                         []byte
		State                               string
		Deleted                             bool
		Version, CreatedAt, EditedAt        int64
	}
	plainRecord struct {
		ListingKey             int64 `gorm:"primaryKey;autoIncrement:false"`
		ListingVersion         int64
		Outcome                string
		RevisionKey            int64
		InputHash, VerdictHash []byte
		Suppressed             *string
		RunKey                 *int64
		Version, ScreenedAt    int64
		ProofRun, ProofChunk   *int64
	}
	plainFinding struct {
		ListingKey           int64 `gorm:"primaryKey;autoIncrement:false"`
		N                    int64 `gorm:"primaryKey;autoIncrement:false"`
		Class, Outcome, Kind string
		RuleKey              int64
		Body                 string
	}
	plainChunk struct {
		RunKey                     int64 `gorm:"primaryKey;autoIncrement:false"`
		N                          int64 `gorm:"primaryKey;autoIncrement:false"`
		AfterKey, LastKey          int64
		State                      string
		Attempt                    int64
		Worker                     string
		LeaseAt                    *int64
		Listings, Changed, Flipped int64
		Root                       []byte
		Error                      string
		StartedAt, EndedAt         *int64
		ListingKeys                []byte
	}
	plainEntry struct {
		Seq                  int64 `gorm:"primaryKey;autoIncrement:false"`
		At                   int64
		Actor, Kind, Subject string
		PayloadHash          []byte
		Revision             string
		PrevHash, Hash       []byte
	}
)

func (plainListing) TableName() string { return "listings" }
func (plainRecord) TableName() string  { return "records" }
func (plainFinding) TableName() string { return "findings" }
func (plainChunk) TableName() string   { return "chunks" }
func (plainEntry) TableName() string   { return "ledger" }

// insertSame inserts what an import left into a new database with gorm, a
// transaction for every 1,000 listings as the import has, and returns what the
// transactions took; reading the rows is not counted, nor are the tables that
// do not grow with the listings (merchants, shared parts of findings) or have one
// small row a chunk (chunk_trees, ledger_payloads). Without all it inserts the listings alone.
func insertSame(b *testing.B, from string, all bool) (total spent) {
	b.Helper()
	path := filepath.Join(b.TempDir(), "plain.db")
	if _, err := store.Migrate(b.Context(), path); err != nil {
		b.Fatal(err)
	}
	src, dst := plainOpen(b, from), plainOpen(b, path)
	must(b, dst.Exec("ATTACH DATABASE ? AS src", from).Error)
	for _, table := range []string{"revisions", "merchants", "runs", "finding_rules"} {
		must(b, dst.Exec("INSERT INTO main."+table+" SELECT * FROM src."+table).Error)
	}
	must(b, dst.Exec("DETACH DATABASE src").Error)
	for after := int64(0); ; {
		var listings []plainListing
		must(b, src.Where("key > ?", after).Order("key").Limit(store.MaxBatch).Find(&listings).Error)
		if len(listings) == 0 {
			break
		}
		first, last := listings[0].Key, listings[len(listings)-1].Key
		var records []plainRecord
		var findings []plainFinding
		var chunks []plainChunk
		var entries []plainEntry
		if all {
			must(b, src.Where("listing_key BETWEEN ? AND ?", first, last).Order("listing_key").Find(&records).Error)
			must(b, src.Where("listing_key BETWEEN ? AND ?", first, last).Order("listing_key, n").Find(&findings).Error)
			must(b, src.Where("last_key BETWEEN ? AND ?", first, last).Find(&chunks).Error)
			must(b, src.Where("seq > ?", after/store.MaxBatch).Order("seq").Limit(len(chunks)).Find(&entries).Error)
		}
		total.add(inserted(b, dst, &listings, &records, &findings, &chunks, &entries))
		after = last
	}
	for _, db := range []*gorm.DB{src, dst} {
		pool, err := db.DB()
		must(b, err)
		must(b, pool.Close())
	}
	must(b, os.Remove(path))
	return total
}

// inserted inserts slices in one transaction and returns what that took.
func inserted(b *testing.B, db *gorm.DB, slices ...any) spent {
	b.Helper()
	return timed(b, func() {
		must(b, db.Transaction(func(tx *gorm.DB) error {
			for _, s := range slices {
				if err := tx.Create(s).Error; err != nil && !errors.Is(err, gorm.ErrEmptySlice) {
					return err
				}
			}
			return nil
		}))
	})
}

// plainOpen opens a database as the store does, except for what is tuned there
// to the order of writing.
func plainOpen(b *testing.B, path string) *gorm.DB {
	b.Helper()
	db, err := gorm.Open(sqlite.Open("file:"+path+"?_journal_mode=WAL&_synchronous=NORMAL&_txlock=immediate&_foreign_keys=1&_cache_size=-65536&_stmt_cache_size=128"), &gorm.Config{
		SkipDefaultTransaction: true, CreateBatchSize: 500, Logger: logger.Discard,
	})
	must(b, err)
	pool, err := db.DB()
	must(b, err)
	pool.SetMaxOpenConns(1)
	return db
}

func must(b *testing.B, err error) {
	b.Helper()
	if err != nil {
		b.Fatal(err)
	}
}
