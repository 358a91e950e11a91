-- Each event that the dashboard has counted, once. Those of an order are its way.
CREATE TABLE dashboard_steps (
    event_id    text        PRIMARY KEY,
    stream      text        NOT NULL,
    order_id    text,
    type        text        NOT NULL,
    reason      text        NOT NULL,
    amount      numeric,
    currency    text,
    customer    text,
    pieces      bigint,
    occurred_at timestamptz NOT NULL
);
CREATE INDEX dashboard_steps_way ON dashboard_steps (order_id, occurred_at) WHERE order_id IS NOT NULL;
-- To forget what is old: steps of orders and others are kept for different times.
CREATE INDEX dashboard_steps_old ON dashboard_steps (occurred_at) WHERE order_id IS NOT NULL;
CREATE INDEX dashboard_steps_old_others ON dashboard_steps (occurred_at) WHERE order_id IS NULL;

CREATE TABLE dashboard_orders (
    order_id text        PRIMARY KEY,
    last_at  timestamptz NOT NULL
);
CREATE INDEX dashboard_orders_last_at ON dashboard_orders (last_at);

CREATE TABLE dashboard_seconds (
    second timestamptz NOT NULL,
    stream text        NOT NULL,
    events bigint      NOT NULL,
    PRIMARY KEY (second, stream)
);

CREATE TABLE dashboard_minutes (
    minute timestamptz NOT NULL,
    stream text        NOT NULL,
    type   text        NOT NULL,
    reason text        NOT NULL,
    events bigint      NOT NULL,
    PRIMARY KEY (minute, stream, type, reason)
);
