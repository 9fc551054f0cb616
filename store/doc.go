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
// Every table that hangs on a listing begins its primary key with listing_key,
// so on PostgreSQL records, findings and record_history can be declared
// PARTITION BY HASH (listing_key) without a change to any query here. For
// listings itself, the unique id moves to a table (id, key) partitioned by
// HASH (id), and listings is partitioned by HASH (key). This is a plan; the
// migrations here do not partition.
package store
