-- Times (…_at) are microseconds since 1970 in UTC, dates (…_on) are YYYY-MM-DD.
-- An empty enum value is refused everywhere.

-- +goose Up
CREATE TABLE revisions (
    key        INTEGER PRIMARY KEY,
    hash       TEXT    NOT NULL UNIQUE CHECK (hash LIKE 'sha256:%'),
    loaded_at  INTEGER NOT NULL,
    classes    INTEGER NOT NULL,
    size       INTEGER NOT NULL,
    digest     BLOB    NOT NULL CHECK (length(digest) = 32),
    dictionary BLOB    NOT NULL
) STRICT;

CREATE TABLE merchants (
    key              INTEGER PRIMARY KEY,
    id               TEXT    NOT NULL UNIQUE CHECK (id <> ''),
    kind             TEXT    NOT NULL CHECK (kind IN ('platform', 'merchant')),
    name             TEXT    NOT NULL,
    uscc             TEXT    NOT NULL DEFAULT '',
    registered_place TEXT    NOT NULL DEFAULT '',
    categories_held  TEXT,
    other_platforms  TEXT,
    joined_at        INTEGER,
    verified_on      TEXT    CHECK (verified_on GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
    exempt           INTEGER NOT NULL DEFAULT 0 CHECK (exempt IN (0, 1)),
    state            TEXT    NOT NULL CHECK (state IN ('named', 'active', 'suspended', 'left')),
    version          INTEGER NOT NULL CHECK (version > 0),
    created_at       INTEGER NOT NULL,
    updated_at       INTEGER NOT NULL
) STRICT;
CREATE INDEX merchants_joined ON merchants (joined_at, key);
CREATE INDEX merchants_verified ON merchants (verified_on, key) WHERE verified_on IS NOT NULL;

CREATE TABLE documents (
    key          INTEGER PRIMARY KEY,
    merchant_key INTEGER NOT NULL REFERENCES merchants (key),
    type         TEXT    NOT NULL CHECK (type <> ''),
    number       TEXT    NOT NULL DEFAULT '',
    holder       TEXT    NOT NULL DEFAULT '',
    uscc         TEXT    NOT NULL DEFAULT '',
    scope        TEXT,
    issuer       TEXT    NOT NULL DEFAULT '',
    issued_on    TEXT    NOT NULL DEFAULT '',
    valid_until  TEXT    NOT NULL DEFAULT '',
    expires_on   TEXT    CHECK (expires_on GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
    perpetual    INTEGER NOT NULL DEFAULT 0 CHECK (perpetual IN (0, 1)),
    status       TEXT    NOT NULL DEFAULT '',
    text         TEXT,
    text_hash    BLOB    CHECK (length(text_hash) = 32),
    file_path    TEXT    NOT NULL DEFAULT '',
    decision     TEXT    NOT NULL CHECK (decision IN ('pending', 'accepted', 'rejected', 'superseded')),
    version      INTEGER NOT NULL CHECK (version > 0),
    created_at   INTEGER NOT NULL,
    updated_at   INTEGER NOT NULL
) STRICT;
CREATE INDEX documents_merchant ON documents (merchant_key, key);
CREATE INDEX documents_expiry ON documents (expires_on, key) WHERE expires_on IS NOT NULL;

CREATE TABLE qualifications (
    merchant_key INTEGER NOT NULL REFERENCES merchants (key),
    category     TEXT    NOT NULL CHECK (category <> ''),
    state        TEXT    NOT NULL CHECK (state IN ('may_apply', 'review', 'incomplete', 'rejected')),
    since_on     TEXT    CHECK (since_on GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
    until_on     TEXT    CHECK (until_on GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
    missing      TEXT,
    evaluated_on TEXT    NOT NULL CHECK (evaluated_on GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
    profile      TEXT    NOT NULL CHECK (profile <> ''),
    revision_key INTEGER REFERENCES revisions (key),
    updated_at   INTEGER NOT NULL,
    PRIMARY KEY (merchant_key, category)
) STRICT, WITHOUT ROWID;
CREATE INDEX qualifications_until ON qualifications (until_on, merchant_key) WHERE until_on IS NOT NULL;

-- +goose Down
DROP TABLE qualifications;
DROP TABLE documents;
DROP TABLE merchants;
DROP TABLE revisions;
