-- Answers that are given again to the same request (Idempotency-Key), kept until
-- they expire, and secrets that this program made for itself.

-- +goose Up
CREATE TABLE answers (
    actor      TEXT    NOT NULL CHECK (actor <> ''),
    name       TEXT    NOT NULL CHECK (name <> ''),
    request    BLOB    NOT NULL CHECK (length(request) = 32),
    status     INTEGER NOT NULL CHECK (status BETWEEN 200 AND 299),
    etag       TEXT    NOT NULL,
    body       BLOB    NOT NULL,
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (actor, name)
) STRICT;
CREATE INDEX answers_expiry ON answers (expires_at);

CREATE TABLE secrets (
    name       TEXT    PRIMARY KEY CHECK (name <> ''),
    value      BLOB    NOT NULL CHECK (length(value) = 32),
    created_at INTEGER NOT NULL
) STRICT;

-- +goose Down
DROP TABLE secrets;
DROP TABLE answers;
