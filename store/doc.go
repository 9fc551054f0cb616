// Package store keeps merchants, documents, listings, verdicts and the decision
// ledger in SQLite or PostgreSQL, behind methods in domain types.
//
//	Open ──► Store ──► reads (SQLite: a read-only pool)
//	           └─────► Write(func(tx *Tx) error) ──► one transaction, its
//	                   ledger entries appended last, then the commit
//
// Everything that must happen together happens in one Write; inside it only the
// Tx is used, never the Store: SQLite has one writing connection, and waiting
// for it while holding it would wait for ever. The package judges nothing and
// schedules nothing: it keeps what others decided, and refuses what the schema
// forbids. Rows of gorm stay inside; gorm and goose are imported nowhere else.
//
// Errors are screening.ErrNotFound, screening.ErrConflict,
// *screening.InvalidError, or *Error for a database that cannot be used (with a
// code and a Chinese sentence); all others are internal.
//
// # A billion listings
//
// This is a plan on paper: the migrations here do not partition, and nobody ran
// it. What it counts with is printed by
//
//	go test ./cmd/zhunru -run '^$' -bench BenchmarkWorkers -benchtime 1x
//
// on two busy cores: a listing of the generated catalogue costs a worker 65 µs of
// processor and PostgreSQL 11 to 14 µs (reading it, its record and its merchant's
// dossier; nothing is written where nothing differs). The 65 µs, over 60,000
// listings, hold the seconds in which a process builds its words and patterns
// (over 30,000 they were 110): an upper bound.
//
// Partitioning. Every table that hangs on a listing begins its primary key with
// listing_key, so records, findings and record_history can be declared PARTITION
// BY HASH (listing_key) without a change to any query here; listings by HASH
// (key), and its unique id moves to a table (id, key) by HASH (id). 64 partitions
// of 16 million rows keep every index at the depth of today's. Chunks and the
// ledger stay whole: at 20,000 listings a chunk (zhunru worker --chunk) a full
// run adds 50,000 rows to each.
//
// Workers. One billion × 65 µs are 18 hours of one core: a night of 6 hours takes
// 3 cores if all go well, so plan 8, on two machines that may fail. PostgreSQL
// needs 14 µs × one billion = 4 hours of its cores in the same time: one core's
// work, four with room for the day's writes.
//
// Storage is 1,375 bytes a listing (B/listing of the benchmark), indexes included:
// 1.4 TB, and half as much again for dead rows and the write-ahead log.
//
// The first limit is the row of the run: every batch of 1,000 counts itself
// there, in its transaction, so batches of one run commit one after the other.
// At a few milliseconds from that update to the commit it carries some 300,000
// listings a second, ten times what the plan needs. When it does not: sum the
// progress from the chunks, which are locked one by one, and leave the run's row
// to claims. The second is claiming, which holds the same row and is cured by
// larger chunks; the third the ledger's head, one entry a chunk. A first import
// or a revision that flips everything writes instead of reading, and is bound by
// the disk of the write-ahead log: spread it by zhunru rescreen --rate.
package store
