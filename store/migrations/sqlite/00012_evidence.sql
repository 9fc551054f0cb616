-- What it takes to prove, years later, what was judged and decided: what entries
-- hash; the text of listings as it was judged; what
-- qualifications answered; the pruned trees of chunks.

-- +goose Up
CREATE INDEX ledger_at ON ledger (at, seq);

-- The bytes whose SHA-256 is an entry's payload hash. They may be erased where
-- the law asks for it: the entry stays, and verification says they are gone.
-- Entries before payloads_from are older than this table.
CREATE TABLE ledger_payloads (
    seq  INTEGER PRIMARY KEY CHECK (seq > 0),
    body BLOB    NOT NULL
) STRICT;
ALTER TABLE ledger_head ADD COLUMN payloads_from INTEGER NOT NULL DEFAULT 1;
UPDATE ledger_head SET payloads_from = size + 1;

-- A row is a listing that was judged and then edited, as it was before.
CREATE TABLE listing_versions (
    listing_key  INTEGER NOT NULL REFERENCES listings (key),
    version      INTEGER NOT NULL CHECK (version > 0),
    merchant_key INTEGER REFERENCES merchants (key),
    title        TEXT    NOT NULL,
    description  TEXT    NOT NULL,
    category     TEXT    NOT NULL,
    brand        TEXT    NOT NULL,
    attributes   TEXT,
    content_hash BLOB    NOT NULL CHECK (length(content_hash) = 32),
    replaced_at  INTEGER NOT NULL,
    PRIMARY KEY (listing_key, version)
) STRICT, WITHOUT ROWID;

-- What qualifications answered, in the order of the questions, under the input
-- hash that covers it. Only inputs with questions are here.
CREATE TABLE judged_inputs (
    hash    BLOB PRIMARY KEY CHECK (length(hash) = 32),
    answers TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- The chunk whose root covers the record's input and verdict; none where an
-- entry of the ledger is its own.
ALTER TABLE records ADD COLUMN proof_run INTEGER;
ALTER TABLE records ADD COLUMN proof_chunk INTEGER;
ALTER TABLE record_history ADD COLUMN old_listing_version INTEGER;
ALTER TABLE record_history ADD COLUMN old_input_hash BLOB;
ALTER TABLE record_history ADD COLUMN old_proof_run INTEGER;
ALTER TABLE record_history ADD COLUMN old_proof_chunk INTEGER;

CREATE TABLE chunk_trees (
    run_key INTEGER NOT NULL,
    n       INTEGER NOT NULL,
    tree    BLOB    NOT NULL,
    PRIMARY KEY (run_key, n)
) STRICT, WITHOUT ROWID;

-- +goose Down
DROP TABLE chunk_trees;
ALTER TABLE record_history DROP COLUMN old_proof_chunk;
ALTER TABLE record_history DROP COLUMN old_proof_run;
ALTER TABLE record_history DROP COLUMN old_input_hash;
ALTER TABLE record_history DROP COLUMN old_listing_version;
ALTER TABLE records DROP COLUMN proof_chunk;
ALTER TABLE records DROP COLUMN proof_run;
DROP TABLE judged_inputs;
DROP TABLE listing_versions;
ALTER TABLE ledger_head DROP COLUMN payloads_from;
DROP TABLE ledger_payloads;
DROP INDEX ledger_at;
