-- The ledger only grows: triggers refuse any other change. What goes round the
-- triggers is found by the hashes.

-- +goose Up
CREATE TABLE ledger (
    seq          INTEGER PRIMARY KEY CHECK (seq > 0),
    at           INTEGER NOT NULL,
    actor        TEXT    NOT NULL CHECK (actor <> ''),
    kind         TEXT    NOT NULL CHECK (kind IN ('verdict', 'chunk', 'decision', 'appeal', 'release', 'exemption', 'document', 'merchant', 'schedule')),
    subject      TEXT    NOT NULL CHECK (subject <> ''),
    payload_hash BLOB    NOT NULL CHECK (length(payload_hash) = 32),
    revision     TEXT    NOT NULL,
    prev_hash    BLOB    NOT NULL CHECK (length(prev_hash) = 32),
    hash         BLOB    NOT NULL CHECK (length(hash) = 32)
) STRICT;
CREATE INDEX ledger_subject ON ledger (kind, subject, seq);

CREATE TABLE ledger_head (
    id   INTEGER PRIMARY KEY CHECK (id = 1),
    size INTEGER NOT NULL CHECK (size >= 0),
    hash BLOB    NOT NULL CHECK (length(hash) = 32)
) STRICT;
INSERT INTO ledger_head (id, size, hash) VALUES (1, 0, zeroblob(32));

CREATE TABLE ledger_nodes (
    idx  INTEGER PRIMARY KEY CHECK (idx >= 0),
    hash BLOB    NOT NULL CHECK (length(hash) = 32)
) STRICT;

CREATE TABLE tree_heads (
    size      INTEGER PRIMARY KEY CHECK (size > 0),
    root      BLOB    NOT NULL CHECK (length(root) = 32),
    signed_at INTEGER NOT NULL,
    note      TEXT    NOT NULL CHECK (note <> '')
) STRICT;

-- +goose StatementBegin
CREATE TRIGGER ledger_no_update BEFORE UPDATE ON ledger
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER ledger_no_delete BEFORE DELETE ON ledger
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER ledger_no_replace BEFORE INSERT ON ledger
WHEN EXISTS (SELECT 1 FROM ledger WHERE seq = NEW.seq)
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER tree_heads_no_update BEFORE UPDATE ON tree_heads
BEGIN SELECT RAISE(ABORT, 'tree heads are append-only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER tree_heads_no_delete BEFORE DELETE ON tree_heads
BEGIN SELECT RAISE(ABORT, 'tree heads are append-only'); END;
-- +goose StatementEnd

-- +goose Down
DROP TABLE tree_heads;
DROP TABLE ledger_nodes;
DROP TABLE ledger_head;
DROP TABLE ledger;
