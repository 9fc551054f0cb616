-- What runs need: the range a run covers, chunks of listed keys, alarms, events.

-- +goose Up
ALTER TABLE runs ADD COLUMN through_key INTEGER NOT NULL DEFAULT 0;
ALTER TABLE runs ADD COLUMN alarms INTEGER NOT NULL DEFAULT 0;
-- The keys of a chunk that is no range: the differences from one to the next,
-- as unsigned varints, the first from 0.
ALTER TABLE chunks ADD COLUMN listing_keys BLOB;

-- A row is a verdict of a full run that differs from what targeted runs left
-- behind, and that nothing explains.
CREATE TABLE alarms (
    run_key     INTEGER NOT NULL REFERENCES runs (key),
    listing_key INTEGER NOT NULL REFERENCES listings (key),
    old_verdict TEXT    NOT NULL,
    new_verdict TEXT    NOT NULL,
    created_at  INTEGER NOT NULL,
    PRIMARY KEY (run_key, listing_key)
) STRICT, WITHOUT ROWID;

CREATE TABLE events (
    key        INTEGER PRIMARY KEY AUTOINCREMENT,
    kind       TEXT    NOT NULL CHECK (kind <> ''),
    subject    TEXT    NOT NULL CHECK (subject <> ''),
    payload    TEXT    NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX events_kind ON events (kind, key);

-- Judges ask what changed since they last looked.
CREATE INDEX merchants_updated ON merchants (updated_at);
CREATE INDEX documents_updated ON documents (updated_at);

-- +goose Down
DROP INDEX documents_updated;
DROP INDEX merchants_updated;
DROP TABLE events;
DROP TABLE alarms;
ALTER TABLE chunks DROP COLUMN listing_keys;
ALTER TABLE runs DROP COLUMN alarms;
ALTER TABLE runs DROP COLUMN through_key;
