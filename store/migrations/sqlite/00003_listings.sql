-- Everything that hangs on a listing begins its primary key with listing_key,
-- a small integer, so that rows are short and can be partitioned by it.

-- +goose Up
CREATE TABLE listings (
    key          INTEGER PRIMARY KEY,
    id           TEXT    NOT NULL UNIQUE CHECK (id <> ''),
    merchant_key INTEGER REFERENCES merchants (key),
    title        TEXT    NOT NULL,
    description  TEXT    NOT NULL DEFAULT '',
    category     TEXT    NOT NULL DEFAULT '',
    brand        TEXT    NOT NULL DEFAULT '',
    attributes   TEXT,
    content_hash BLOB    NOT NULL CHECK (length(content_hash) = 32),
    state        TEXT    NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'suspended')),
    deleted      INTEGER NOT NULL DEFAULT 0 CHECK (deleted IN (0, 1)),
    version      INTEGER NOT NULL DEFAULT 1 CHECK (version > 0),
    created_at   INTEGER NOT NULL,
    edited_at    INTEGER NOT NULL
) STRICT;
CREATE INDEX listings_merchant ON listings (merchant_key, key);
CREATE INDEX listings_edited ON listings (edited_at, key);

-- What findings of one class and revision have in common (name, citations,
-- remedy, what is missing), once.
CREATE TABLE finding_rules (
    key   INTEGER PRIMARY KEY,
    hash  BLOB    NOT NULL UNIQUE CHECK (length(hash) = 32),
    class TEXT    NOT NULL CHECK (class <> ''),
    body  TEXT    NOT NULL
) STRICT;

-- listing_version is the text that was judged. The input hash is left out where
-- nothing is held (it is that of the text), the verdict hash where the verdict is
-- a bare pass (it is known): such a record is some twenty bytes.
CREATE TABLE records (
    listing_key     INTEGER PRIMARY KEY REFERENCES listings (key),
    listing_version INTEGER NOT NULL CHECK (listing_version > 0),
    outcome         TEXT    NOT NULL CHECK (outcome IN ('prohibited', 'needs_category', 'review', 'pass')),
    revision_key    INTEGER NOT NULL REFERENCES revisions (key),
    input_hash      BLOB    CHECK (length(input_hash) = 32),
    verdict_hash    BLOB    CHECK (length(verdict_hash) = 32),
    suppressed      TEXT,
    run_key         INTEGER REFERENCES runs (key),
    version         INTEGER NOT NULL CHECK (version > 0),
    screened_at     INTEGER NOT NULL,
    CHECK (outcome = 'pass' OR verdict_hash IS NOT NULL)
) STRICT;
CREATE INDEX records_outcome ON records (outcome, listing_key) WHERE outcome <> 'pass';

CREATE TABLE findings (
    listing_key INTEGER NOT NULL REFERENCES listings (key),
    n           INTEGER NOT NULL CHECK (n >= 0),
    class       TEXT    NOT NULL CHECK (class <> ''),
    outcome     TEXT    NOT NULL CHECK (outcome IN ('prohibited', 'needs_category', 'review', 'notice', 'pass')),
    kind        TEXT    NOT NULL CHECK (kind IN ('term', 'slang', 'suspect', 'weak', 'pattern', 'category', 'wrong_category')),
    rule_key    INTEGER NOT NULL REFERENCES finding_rules (key),
    body        TEXT    NOT NULL,
    PRIMARY KEY (listing_key, n)
) STRICT, WITHOUT ROWID;
CREATE INDEX findings_class ON findings (class, listing_key);

-- A row is a verdict that another one replaced, and why it did.
CREATE TABLE record_history (
    listing_key      INTEGER NOT NULL REFERENCES listings (key),
    n                INTEGER NOT NULL CHECK (n > 0),
    because          TEXT    NOT NULL CHECK (because IN ('rule', 'licence', 'listing', 'date', 'exemption')),
    changed_at       INTEGER NOT NULL,
    run_key          INTEGER REFERENCES runs (key),
    old_outcome      TEXT    NOT NULL CHECK (old_outcome IN ('prohibited', 'needs_category', 'review', 'pass')),
    new_outcome      TEXT    NOT NULL CHECK (new_outcome IN ('prohibited', 'needs_category', 'review', 'pass')),
    old_revision_key INTEGER NOT NULL REFERENCES revisions (key),
    new_revision_key INTEGER NOT NULL REFERENCES revisions (key),
    old_screened_at  INTEGER NOT NULL,
    old_findings     TEXT,
    old_suppressed   TEXT,
    PRIMARY KEY (listing_key, n)
) STRICT, WITHOUT ROWID;
CREATE INDEX record_history_run ON record_history (run_key, listing_key) WHERE run_key IS NOT NULL;

-- +goose Down
DROP TABLE record_history;
DROP TABLE findings;
DROP TABLE records;
DROP TABLE finding_rules;
DROP TABLE listings;
