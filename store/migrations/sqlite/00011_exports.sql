-- Reports and packs that left the database, who a merchant is to the market
-- regulator, and the kinds of entries and schedules that exports need.

-- +goose Up
-- A CHECK is part of the table's text. Changing the text, as SQLite documents
-- it for constraints, spares a copy of the whole ledger and keeps its triggers.
PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql = replace(sql, '''merchant'', ''schedule''))', '''merchant'', ''schedule'', ''export'', ''key'', ''run'', ''webhook'', ''listing'', ''import''))')
 WHERE type = 'table' AND name = 'ledger';
UPDATE sqlite_schema SET sql = replace(sql, '''identity_report'', ''check''))', '''identity_report'', ''check'', ''report''))')
 WHERE type = 'table' AND name = 'schedules';
PRAGMA writable_schema = RESET;

ALTER TABLE merchants ADD COLUMN shop_name TEXT NOT NULL DEFAULT '';
ALTER TABLE merchants ADD COLUMN shop_url TEXT NOT NULL DEFAULT '';
ALTER TABLE merchants ADD COLUMN address TEXT NOT NULL DEFAULT '';
ALTER TABLE merchants ADD COLUMN contact TEXT NOT NULL DEFAULT '';
ALTER TABLE merchants ADD COLUMN phone TEXT NOT NULL DEFAULT '';
ALTER TABLE merchants ADD COLUMN id_number TEXT NOT NULL DEFAULT '';
ALTER TABLE merchants ADD COLUMN exemption TEXT NOT NULL DEFAULT '';

-- A row is a file that was, or will be, given out. The file lies in the folder
-- of reports under its key until expires_at; the row stays: with the ledger it
-- tells who took what.
CREATE TABLE exports (
    key          INTEGER PRIMARY KEY AUTOINCREMENT,
    kind         TEXT    NOT NULL CHECK (kind IN ('report', 'evidence')),
    name         TEXT    NOT NULL CHECK (name <> ''),
    actor        TEXT    NOT NULL CHECK (actor <> ''),
    spec         TEXT    NOT NULL CHECK (spec <> ''),
    format       TEXT    NOT NULL CHECK (format <> ''),
    mask         TEXT    NOT NULL CHECK (mask IN ('none', 'personal')),
    state        TEXT    NOT NULL CHECK (state IN ('waiting', 'running', 'done', 'failed', 'cancelled', 'removed')),
    row_count    INTEGER NOT NULL DEFAULT 0 CHECK (row_count >= 0),
    bytes        INTEGER NOT NULL DEFAULT 0 CHECK (bytes >= 0),
    file_hash    BLOB    CHECK (length(file_hash) = 32),
    kept         INTEGER NOT NULL DEFAULT 0 CHECK (kept IN (0, 1)),
    error        TEXT    NOT NULL DEFAULT '',
    schedule_key INTEGER,
    slot_at      INTEGER,
    version      INTEGER NOT NULL CHECK (version > 0),
    created_at   INTEGER NOT NULL,
    started_at   INTEGER,
    ended_at     INTEGER,
    expires_at   INTEGER,
    UNIQUE (schedule_key, slot_at),
    CHECK (state <> 'done' OR file_hash IS NOT NULL)
) STRICT;
CREATE INDEX exports_open ON exports (state, key) WHERE state IN ('waiting', 'running');
CREATE INDEX exports_expiry ON exports (expires_at) WHERE expires_at IS NOT NULL AND state = 'done';

-- Reports of a period begin at its first day.
CREATE INDEX record_history_changed ON record_history (changed_at, listing_key);

-- +goose Down
-- The wider CHECKs stay: rows of the ledger that need them do too.
DELETE FROM schedules WHERE kind = 'report';
DROP INDEX record_history_changed;
DROP TABLE exports;
ALTER TABLE merchants DROP COLUMN exemption;
ALTER TABLE merchants DROP COLUMN id_number;
ALTER TABLE merchants DROP COLUMN phone;
ALTER TABLE merchants DROP COLUMN contact;
ALTER TABLE merchants DROP COLUMN address;
ALTER TABLE merchants DROP COLUMN shop_url;
ALTER TABLE merchants DROP COLUMN shop_name;
