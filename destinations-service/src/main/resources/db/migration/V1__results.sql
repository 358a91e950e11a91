CREATE TABLE payments (
    event_id    text        PRIMARY KEY,
    order_id    text        NOT NULL,
    type        text        NOT NULL,
    reason      text,
    amount      numeric     NOT NULL,
    currency    text        NOT NULL,
    customer_id text,
    card_last4  text,
    occurred_at timestamptz NOT NULL
);
CREATE INDEX payments_order_id ON payments (order_id);
CREATE INDEX payments_occurred_at ON payments (occurred_at);

CREATE TABLE inventory (
    event_id    text        PRIMARY KEY,
    order_id    text        NOT NULL,
    type        text        NOT NULL,
    reason      text,
    lines       jsonb       NOT NULL,
    occurred_at timestamptz NOT NULL
);
CREATE INDEX inventory_order_id ON inventory (order_id);
CREATE INDEX inventory_occurred_at ON inventory (occurred_at);

CREATE TABLE web_events (
    event_id     text        PRIMARY KEY,
    occurred_at  timestamptz NOT NULL,
    visitor      text        NOT NULL,
    session      text        NOT NULL,
    method       text,
    path         text,
    status       integer     NOT NULL,
    bytes        bigint      NOT NULL,
    referrer     text,
    agent_family text,
    bot          boolean     NOT NULL
);
CREATE INDEX web_events_occurred_at ON web_events (occurred_at);
CREATE INDEX web_events_session ON web_events (session);
