-- What was mailed: 'sending' before the mail server is asked, 'sent' once it took it.
CREATE TABLE mail (
    event_id text        PRIMARY KEY,
    status   text        NOT NULL CHECK (status IN ('sending', 'sent')),
    begun_at timestamptz NOT NULL,
    sent_at  timestamptz
);
CREATE INDEX mail_begun_at ON mail (begun_at);
