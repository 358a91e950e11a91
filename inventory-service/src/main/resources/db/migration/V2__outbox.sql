-- Events of the stock until they are published: see io/doab/stream/jdbc/outbox.sql.
CREATE TABLE outbox (
    position    bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    stream      text        NOT NULL,
    event_key   text,
    event_id    text        NOT NULL,
    type        text        NOT NULL,
    source      text        NOT NULL,
    occurred_at timestamptz NOT NULL,
    headers     bytea       NOT NULL,
    data        bytea       NOT NULL,
    refused     text        -- why it can never be published; such a row stays until somebody deletes it, or mends it and sets this null
);

-- Who holds its row relays: one at a time, so that events of a key keep their order.
CREATE TABLE outbox_turn (
    turn integer PRIMARY KEY
);
INSERT INTO outbox_turn (turn) VALUES (1);
