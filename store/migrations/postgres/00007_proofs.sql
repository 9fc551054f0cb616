-- What a full run proved, so that the next one judges only what is not proved.

-- +goose Up
-- judged: how many of the listings that are done were judged; the others were
-- proved unchanged, or passed over because a change cannot touch them.
ALTER TABLE runs ADD COLUMN judged BIGINT  NOT NULL DEFAULT 0;
ALTER TABLE runs ADD COLUMN program TEXT NOT NULL DEFAULT '';
ALTER TABLE chunks ADD COLUMN judged BIGINT  NOT NULL DEFAULT 0;
UPDATE runs SET judged = done WHERE kind <> 'revision';
UPDATE chunks SET judged = listings;
ALTER TABLE alarms ADD COLUMN why TEXT NOT NULL DEFAULT 'missed' CHECK (why IN ('missed', 'altered', 'program'));

-- A row says of every listing after after_key, through last_key, that a full
-- run judged it. Its root is in the ledger, under run_key/chunk_n.
CREATE TABLE proofs (
    after_key    BIGINT  PRIMARY KEY,
    last_key     BIGINT  NOT NULL CHECK (last_key >= after_key),
    run_key      BIGINT  NOT NULL REFERENCES runs (key),
    chunk_n      BIGINT  NOT NULL CHECK (chunk_n > 0),
    revision_key BIGINT  NOT NULL REFERENCES revisions (key),
    program      TEXT    NOT NULL CHECK (program <> ''),
    profile      TEXT    NOT NULL,
    judged_on    TEXT    NOT NULL,
    whole_on     TEXT    NOT NULL,
    seen_at      BIGINT  NOT NULL,
    root         BYTEA   NOT NULL CHECK (length(root) = 32),
    outcomes     BYTEA   NOT NULL CHECK (length(outcomes) = 32)
);

-- The leaves under a root: packed keys, the hash of each leaf, and a letter for
-- each outcome: x prohibited, n needs_category, r review, p pass.
CREATE TABLE proof_leaves (
    after_key    BIGINT  PRIMARY KEY,
    listing_keys BYTEA   NOT NULL,
    leaves       BYTEA   NOT NULL CHECK (length(leaves) % 32 = 0),
    outcomes     BYTEA   NOT NULL
);

-- +goose Down
DROP TABLE proof_leaves;
DROP TABLE proofs;
ALTER TABLE alarms DROP COLUMN why;
ALTER TABLE chunks DROP COLUMN judged;
ALTER TABLE runs DROP COLUMN program;
ALTER TABLE runs DROP COLUMN judged;
