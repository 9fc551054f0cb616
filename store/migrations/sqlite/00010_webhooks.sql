-- Webhooks: who is told, what is on its way, and which events have not been
-- shared out yet. A row of event_outbox is written with its event and goes in
-- the transaction that makes the deliveries of it: keys of events may be
-- committed out of their order, so a cursor over them could pass one by.

-- +goose Up
CREATE TABLE webhooks (
    key           INTEGER PRIMARY KEY AUTOINCREMENT,
    name          TEXT    NOT NULL DEFAULT '',
    url           TEXT    NOT NULL CHECK (url <> ''),
    events        TEXT    NOT NULL,
    state         TEXT    NOT NULL CHECK (state IN ('active', 'paused', 'disabled')),
    secret        BLOB    NOT NULL CHECK (length(secret) > 0),
    old_secret    BLOB,
    old_until     INTEGER,
    failing_since INTEGER,
    problem       TEXT    NOT NULL DEFAULT '',
    version       INTEGER NOT NULL CHECK (version > 0),
    created_at    INTEGER NOT NULL,
    updated_at    INTEGER NOT NULL
) STRICT;

CREATE TABLE webhook_deliveries (
    key          INTEGER PRIMARY KEY AUTOINCREMENT,
    webhook_key  INTEGER NOT NULL REFERENCES webhooks (key),
    event_key    INTEGER NOT NULL REFERENCES events (key),
    state        TEXT    NOT NULL CHECK (state IN ('pending', 'delivered', 'dead')),
    attempts     INTEGER NOT NULL DEFAULT 0,
    next_at      INTEGER NOT NULL,
    tried_at     INTEGER,
    status       INTEGER NOT NULL DEFAULT 0,
    problem      TEXT    NOT NULL DEFAULT '',
    created_at   INTEGER NOT NULL,
    UNIQUE (webhook_key, event_key)
) STRICT;
CREATE INDEX webhook_deliveries_due ON webhook_deliveries (webhook_key, next_at) WHERE state = 'pending';
CREATE INDEX webhook_deliveries_page ON webhook_deliveries (webhook_key, key);

CREATE TABLE event_outbox (
    event_key INTEGER PRIMARY KEY REFERENCES events (key)
) STRICT;

-- +goose Down
DROP TABLE event_outbox;
DROP TABLE webhook_deliveries;
DROP TABLE webhooks;
