-- The ledger only grows: triggers refuse any other change. What goes round the
-- triggers is found by the hashes.

-- +goose Up
CREATE TABLE ledger (
    seq          BIGINT  PRIMARY KEY CHECK (seq > 0),
    at           BIGINT  NOT NULL,
    actor        TEXT    NOT NULL CHECK (actor <> ''),
    kind         TEXT    NOT NULL CHECK (kind IN ('verdict', 'chunk', 'decision', 'appeal', 'release', 'exemption', 'document', 'merchant', 'schedule')),
    subject      TEXT    NOT NULL CHECK (subject <> ''),
    payload_hash BYTEA   NOT NULL CHECK (octet_length(payload_hash) = 32),
    revision     TEXT    NOT NULL,
    prev_hash    BYTEA   NOT NULL CHECK (octet_length(prev_hash) = 32),
    hash         BYTEA   NOT NULL CHECK (octet_length(hash) = 32)
);
CREATE INDEX ledger_subject ON ledger (kind, subject, seq);

CREATE TABLE ledger_head (
    id   BIGINT  PRIMARY KEY CHECK (id = 1),
    size BIGINT  NOT NULL CHECK (size >= 0),
    hash BYTEA   NOT NULL CHECK (octet_length(hash) = 32)
);
INSERT INTO ledger_head (id, size, hash) VALUES (1, 0, decode(repeat('00', 32), 'hex'));

CREATE TABLE ledger_nodes (
    idx  BIGINT  PRIMARY KEY CHECK (idx >= 0),
    hash BYTEA   NOT NULL CHECK (octet_length(hash) = 32)
);

CREATE TABLE tree_heads (
    size      BIGINT  PRIMARY KEY CHECK (size > 0),
    root      BYTEA   NOT NULL CHECK (octet_length(root) = 32),
    signed_at BIGINT  NOT NULL,
    note      TEXT    NOT NULL CHECK (note <> '')
);

-- +goose StatementBegin
CREATE FUNCTION zhunru_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'ZR001';
END $$;
-- +goose StatementEnd
CREATE TRIGGER ledger_append_only BEFORE UPDATE OR DELETE ON ledger
    FOR EACH ROW EXECUTE FUNCTION zhunru_append_only();
CREATE TRIGGER ledger_no_truncate BEFORE TRUNCATE ON ledger
    FOR EACH STATEMENT EXECUTE FUNCTION zhunru_append_only();
CREATE TRIGGER tree_heads_append_only BEFORE UPDATE OR DELETE ON tree_heads
    FOR EACH ROW EXECUTE FUNCTION zhunru_append_only();
CREATE TRIGGER tree_heads_no_truncate BEFORE TRUNCATE ON tree_heads
    FOR EACH STATEMENT EXECUTE FUNCTION zhunru_append_only();

-- +goose Down
DROP TABLE tree_heads;
DROP TABLE ledger_nodes;
DROP TABLE ledger_head;
DROP TABLE ledger;
DROP FUNCTION zhunru_append_only();
