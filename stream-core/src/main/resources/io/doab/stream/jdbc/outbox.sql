-- What EventOutbox keeps until it is published. Copy it into a migration of the database that events are to be one transaction
-- with.
CREATE TABLE outbox (
    position    bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    stream      text        NOT NULL,
    event_key   text,
    event_id    text        NOT NULL,
    type        text        NOT NULL,
    source      text        NOT NULL,
    occurred_at timestamptz NOT NULL,
    headers     text        NOT NULL, -- as forms are encoded
    data        bytea       NOT NULL,
    refused     text        -- why it can never be published; such a row stays until somebody deletes it, or mends it and sets this null
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000); -- rows come and go: none may pile up dead at the front

-- Who holds its row relays: one at a time, so that events of a key keep their order.
CREATE TABLE outbox_turn (
    turn integer PRIMARY KEY
);
INSERT INTO outbox_turn (turn) VALUES (1);
