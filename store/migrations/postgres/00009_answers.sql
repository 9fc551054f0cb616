-- Answers that are given again to the same request (Idempotency-Key), kept until
-- they expire, and secrets that this program made for itself.

-- +goose Up
CREATE TABLE answers (
    actor      TEXT    COLLATE "C" NOT NULL CHECK (actor <> ''),
    name       TEXT    COLLATE "C" NOT NULL CHECK (name <> ''),
    request    BYTEA   NOT NULL CHECK (octet_length(request) = 32),
    status     INTEGER NOT NULL CHECK (status BETWEEN 200 AND 299),
    etag       TEXT    NOT NULL,
    body       BYTEA   NOT NULL,
    expires_at BIGINT  NOT NULL,
    PRIMARY KEY (actor, name)
);
CREATE INDEX answers_expiry ON answers (expires_at);

CREATE TABLE secrets (
    name       TEXT    COLLATE "C" PRIMARY KEY CHECK (name <> ''),
    value      BYTEA   NOT NULL CHECK (octet_length(value) = 32),
    created_at BIGINT  NOT NULL
);

-- +goose Down
DROP TABLE secrets;
DROP TABLE answers;
