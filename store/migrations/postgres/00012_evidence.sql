-- As for SQLite.

-- +goose Up
CREATE INDEX ledger_at ON ledger (at, seq);

CREATE TABLE ledger_payloads (
    seq  BIGINT PRIMARY KEY CHECK (seq > 0),
    body BYTEA  NOT NULL
);
ALTER TABLE ledger_head ADD COLUMN payloads_from BIGINT NOT NULL DEFAULT 1;
UPDATE ledger_head SET payloads_from = size + 1;

CREATE TABLE listing_versions (
    listing_key  BIGINT NOT NULL REFERENCES listings (key),
    version      BIGINT NOT NULL CHECK (version > 0),
    merchant_key BIGINT REFERENCES merchants (key),
    title        TEXT   NOT NULL,
    description  TEXT   NOT NULL,
    category     TEXT   NOT NULL,
    brand        TEXT   NOT NULL,
    attributes   TEXT,
    content_hash BYTEA  NOT NULL CHECK (octet_length(content_hash) = 32),
    replaced_at  BIGINT NOT NULL,
    PRIMARY KEY (listing_key, version)
);

CREATE TABLE judged_inputs (
    hash    BYTEA PRIMARY KEY CHECK (octet_length(hash) = 32),
    answers TEXT  NOT NULL
);

ALTER TABLE records ADD COLUMN proof_run BIGINT;
ALTER TABLE records ADD COLUMN proof_chunk BIGINT;
ALTER TABLE record_history ADD COLUMN old_listing_version BIGINT;
ALTER TABLE record_history ADD COLUMN old_input_hash BYTEA;
ALTER TABLE record_history ADD COLUMN old_proof_run BIGINT;
ALTER TABLE record_history ADD COLUMN old_proof_chunk BIGINT;

CREATE TABLE chunk_trees (
    run_key BIGINT NOT NULL,
    n       BIGINT NOT NULL,
    tree    BYTEA  NOT NULL,
    PRIMARY KEY (run_key, n)
);

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
