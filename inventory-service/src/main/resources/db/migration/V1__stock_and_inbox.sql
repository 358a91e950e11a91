CREATE TABLE stock (
    sku        text        PRIMARY KEY,
    available  bigint      NOT NULL CHECK (available >= 0),
    updated_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE reservations (
    event_id    text        NOT NULL,
    order_id    text        NOT NULL,
    sku         text        NOT NULL REFERENCES stock (sku),
    quantity    bigint      NOT NULL, -- negative for what was returned
    reserved_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (event_id, sku)
);
CREATE INDEX reservations_order_id ON reservations (order_id);

CREATE TABLE inbox (
    consumer    text        NOT NULL,
    event_id    text        NOT NULL,
    fingerprint bytea       NOT NULL, -- of what the event asked for
    outcome     bytea,
    handled_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (consumer, event_id)
);
CREATE INDEX inbox_handled_at ON inbox (handled_at);
