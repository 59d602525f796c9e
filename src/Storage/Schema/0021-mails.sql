-- Mail to customers.

-- Which mail a merchant sends, each policy from its moment on. A row never changes.
CREATE TABLE mail_policy (
    merchant_id bigint      NOT NULL REFERENCES merchant (id),
    since       timestamptz NOT NULL,
    -- The kinds of mail; empty for none.
    kinds       text[]      NOT NULL,
    PRIMARY KEY (merchant_id, since)
);

-- A mail about one event, committed with the event. It is written when it is sent, from the books as they are then.
CREATE TABLE mail (
    merchant_id bigint      NOT NULL,
    id          uuid        NOT NULL,
    kind        text        NOT NULL,
    account_id  uuid        NOT NULL,
    subject_id  uuid        NOT NULL,
    sequence    int         NOT NULL,
    -- 0 for the mail that the event asked for, then counting up for those that people have sent again.
    nth         int         NOT NULL CHECK (nth >= 0),
    status      text        NOT NULL CHECK (status IN ('waiting', 'sent', 'failed', 'left_out')),
    -- The address of the last try.
    recipient   text,
    failures    int         NOT NULL CHECK (failures >= 0),
    failure     text,
    queued_at   timestamptz NOT NULL,
    -- When to try it next, or until when a server has it; null when it has ended.
    due_at      timestamptz,
    ended_at    timestamptz,
    PRIMARY KEY (merchant_id, id),
    -- An event has one mail of a kind, and a person has each sent again by a mail of its own.
    CONSTRAINT mail_of_event UNIQUE (subject_id, kind, sequence, nth, merchant_id),
    CONSTRAINT mail_waits_for_something CHECK (
        (status = 'waiting') = (due_at IS NOT NULL) AND (status = 'waiting') = (ended_at IS NULL)),
    CONSTRAINT mail_ends_for_a_reason CHECK (status IN ('waiting', 'sent') OR failure IS NOT NULL)
) WITH (fillfactor = 70);

CREATE INDEX mail_due ON mail (due_at, merchant_id) WHERE status = 'waiting';
CREATE INDEX mail_of_account ON mail (account_id, queued_at, merchant_id);
-- A payment has one receipt, however often its money comes back.
CREATE UNIQUE INDEX mail_receipt ON mail (subject_id, nth, merchant_id) WHERE kind = 'receipt';
CREATE INDEX mail_by_age ON mail USING brin (ended_at);
