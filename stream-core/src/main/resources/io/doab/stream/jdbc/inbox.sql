-- What JdbcInbox remembers. Copy it into a migration of the database that handlers write to.
CREATE TABLE inbox (
    consumer    text        NOT NULL,
    event_id    text        NOT NULL,
    fingerprint bytea       NOT NULL, -- of what the event asked for
    outcome     bytea,
    handled_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (consumer, event_id)
);
CREATE INDEX inbox_handled_at ON inbox (handled_at);
