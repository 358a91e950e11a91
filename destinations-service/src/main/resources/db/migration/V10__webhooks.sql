CREATE TABLE webhook_subscriptions (
    id                    text        PRIMARY KEY,
    url                   text        NOT NULL,
    description           text,
    event_types           jsonb       NOT NULL,
    filter                jsonb       NOT NULL,
    ordered               boolean     NOT NULL,
    secret                bytea       NOT NULL, -- encrypted, as the previous one
    previous_secret       bytea,
    previous_secret_until timestamptz,
    status                text        NOT NULL CHECK (status IN ('active', 'paused', 'disabled')),
    reason                text,
    since                 timestamptz NOT NULL,
    failures              integer     NOT NULL, -- attempts in a row
    failing_since         timestamptz,
    probes                integer     NOT NULL, -- that failed since it was paused
    probe_at              timestamptz,
    created_at            timestamptz NOT NULL,
    updated_at            timestamptz NOT NULL,
    version               bigint      NOT NULL,
    worker                text,                 -- which instance delivers, and until when it may
    worker_until          timestamptz
);

-- What is on its way to a receiver. A row that was delivered stays for a while: an event that is read again adds none.
CREATE TABLE webhook_deliveries (
    position        bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    subscription_id text        NOT NULL REFERENCES webhook_subscriptions (id) ON DELETE CASCADE,
    id              text        NOT NULL, -- the webhook-id
    event_type      text        NOT NULL,
    order_key       text,                 -- null when it may overtake
    body            bytea,                -- null once it was delivered
    status          text        NOT NULL DEFAULT 'waiting' CHECK (status IN ('waiting', 'delivered', 'dead')),
    attempts        integer     NOT NULL DEFAULT 0,
    due_at          timestamptz NOT NULL,
    waiting_since   timestamptz NOT NULL,
    last_status     integer,
    last_error      text,
    finished_at     timestamptz,
    UNIQUE (subscription_id, id)
);
CREATE INDEX webhook_deliveries_due ON webhook_deliveries (subscription_id, due_at, position) WHERE status = 'waiting';
CREATE INDEX webhook_deliveries_order ON webhook_deliveries (subscription_id, order_key, position)
    WHERE status = 'waiting' AND order_key IS NOT NULL;
CREATE INDEX webhook_deliveries_waiting ON webhook_deliveries (waiting_since) WHERE status = 'waiting';
CREATE INDEX webhook_deliveries_finished ON webhook_deliveries (status, finished_at) WHERE status <> 'waiting';
