-- Keys of the API. Only the SHA-256 of a key is kept; its prefix is public and
-- finds it. A key that ended or was revoked stays, so that its prefix keeps
-- naming who did what.

-- +goose Up
CREATE TABLE access_keys (
    key          INTEGER PRIMARY KEY,
    prefix       TEXT    NOT NULL UNIQUE CHECK (prefix <> ''),
    hash         BLOB    NOT NULL CHECK (length(hash) = 32),
    name         TEXT    NOT NULL CHECK (name <> ''),
    role         TEXT    NOT NULL CHECK (role IN ('platform-service', 'operator', 'reviewer', 'auditor', 'admin')),
    created_at   INTEGER NOT NULL,
    expires_at   INTEGER,
    last_used_at INTEGER,
    revoked_at   INTEGER
) STRICT;

-- +goose Down
DROP TABLE access_keys;
