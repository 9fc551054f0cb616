-- +goose Up
CREATE TABLE schedules (
    key         INTEGER PRIMARY KEY,
    name        TEXT    NOT NULL UNIQUE CHECK (name <> ''),
    kind        TEXT    NOT NULL CHECK (kind IN ('full', 'expiry', 'reverify', 'identity_report', 'check')),
    spec        TEXT    NOT NULL CHECK (spec <> ''),
    zone        TEXT    NOT NULL CHECK (zone <> ''),
    params      TEXT,
    state       TEXT    NOT NULL CHECK (state IN ('active', 'paused')),
    next_run_at INTEGER,
    last_run_at INTEGER,
    missed      INTEGER NOT NULL DEFAULT 0,
    version     INTEGER NOT NULL CHECK (version > 0),
    updated_at  INTEGER NOT NULL
) STRICT;
CREATE INDEX schedules_due ON schedules (next_run_at) WHERE state = 'active';

CREATE TABLE runs (
    key               INTEGER PRIMARY KEY,
    kind              TEXT    NOT NULL CHECK (kind IN ('full', 'revision', 'merchant', 'listing', 'expiry', 'import')),
    state             TEXT    NOT NULL CHECK (state IN ('planned', 'running', 'paused', 'done', 'failed', 'cancelled')),
    revision_key      INTEGER REFERENCES revisions (key),
    from_revision_key INTEGER REFERENCES revisions (key),
    schedule_key      INTEGER REFERENCES schedules (key),
    slot_at           INTEGER,
    judged_on         TEXT    NOT NULL CHECK (judged_on GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
    actor             TEXT    NOT NULL CHECK (actor <> ''),
    params            TEXT,
    priority          INTEGER NOT NULL DEFAULT 0,
    total             INTEGER NOT NULL DEFAULT 0,
    done              INTEGER NOT NULL DEFAULT 0,
    changed           INTEGER NOT NULL DEFAULT 0,
    flipped           INTEGER NOT NULL DEFAULT 0,
    cursor_key        INTEGER NOT NULL DEFAULT 0,
    planned_key       INTEGER NOT NULL DEFAULT 0,
    error             TEXT    NOT NULL DEFAULT '',
    version           INTEGER NOT NULL CHECK (version > 0),
    created_at        INTEGER NOT NULL,
    started_at        INTEGER,
    ended_at          INTEGER,
    heartbeat_at      INTEGER,
    UNIQUE (schedule_key, slot_at)
) STRICT;
CREATE INDEX runs_state ON runs (state, key);

CREATE TABLE chunks (
    run_key    INTEGER NOT NULL REFERENCES runs (key),
    n          INTEGER NOT NULL CHECK (n > 0),
    after_key  INTEGER NOT NULL,
    last_key   INTEGER NOT NULL CHECK (last_key >= after_key),
    state      TEXT    NOT NULL CHECK (state IN ('planned', 'running', 'done', 'failed')),
    attempt    INTEGER NOT NULL DEFAULT 0,
    worker     TEXT    NOT NULL DEFAULT '',
    lease_at   INTEGER,
    listings   INTEGER NOT NULL DEFAULT 0,
    changed    INTEGER NOT NULL DEFAULT 0,
    flipped    INTEGER NOT NULL DEFAULT 0,
    root       BLOB    CHECK (length(root) = 32),
    error      TEXT    NOT NULL DEFAULT '',
    started_at INTEGER,
    ended_at   INTEGER,
    PRIMARY KEY (run_key, n),
    CHECK (state <> 'done' OR root IS NOT NULL)
) STRICT, WITHOUT ROWID;
CREATE INDEX chunks_open ON chunks (run_key, state, n) WHERE state <> 'done';

CREATE TABLE imports (
    key         INTEGER PRIMARY KEY,
    kind        TEXT    NOT NULL CHECK (kind IN ('listings', 'merchants', 'documents')),
    file_name   TEXT    NOT NULL CHECK (file_name <> ''),
    file_hash   BLOB    NOT NULL CHECK (length(file_hash) = 32),
    state       TEXT    NOT NULL CHECK (state IN ('running', 'done', 'failed', 'cancelled')),
    next_row    INTEGER NOT NULL DEFAULT 0,
    next_offset INTEGER NOT NULL DEFAULT 0,
    inserted    INTEGER NOT NULL DEFAULT 0,
    updated     INTEGER NOT NULL DEFAULT 0,
    unchanged   INTEGER NOT NULL DEFAULT 0,
    rejected    INTEGER NOT NULL DEFAULT 0,
    run_key     INTEGER REFERENCES runs (key),
    created_at  INTEGER NOT NULL,
    updated_at  INTEGER NOT NULL,
    UNIQUE (kind, file_hash)
) STRICT;

CREATE TABLE rejects (
    import_key INTEGER NOT NULL REFERENCES imports (key),
    n          INTEGER NOT NULL CHECK (n > 0),
    line       INTEGER NOT NULL,
    field      TEXT    NOT NULL DEFAULT '',
    code       TEXT    NOT NULL CHECK (code <> ''),
    reason     TEXT    NOT NULL CHECK (reason <> ''),
    excerpt    TEXT    NOT NULL DEFAULT '',
    PRIMARY KEY (import_key, n)
) STRICT, WITHOUT ROWID;

-- +goose Down
DROP TABLE rejects;
DROP TABLE imports;
DROP TABLE chunks;
DROP TABLE runs;
DROP TABLE schedules;
