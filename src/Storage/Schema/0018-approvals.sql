-- Acts of operators above the merchant's limit wait for a second person.

-- The limits, each from its moment on. A row never changes, so that the limit of any moment is known.
CREATE TABLE approval_limit (
    merchant_id  bigint      NOT NULL REFERENCES merchant (id),
    currency     text        NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    -- All commits before it were decided by the limit before, and all later ones by this one.
    since        timestamptz NOT NULL,
    -- Null for no limit.
    amount_minor bigint      CHECK (amount_minor >= 0),
    PRIMARY KEY (merchant_id, currency, since)
);

-- A request for a second person. The audit log says who asked and who decided, and why: it has the request ids of the two events.
CREATE TABLE approval_request (
    merchant_id    bigint      NOT NULL,
    id             uuid        NOT NULL,
    number         bigint      NOT NULL,
    account_id     uuid        NOT NULL,
    slot           smallint    NOT NULL CHECK (slot BETWEEN 0 AND 31),
    kind           text        NOT NULL,
    -- A payment, for a refund; else a charge.
    subject_id     uuid        NOT NULL,
    -- How many events the subject had when the person asked.
    subject_events int         NOT NULL,
    amount_minor   bigint      NOT NULL CHECK (amount_minor > 0),
    currency       text        NOT NULL,
    -- What else the kind of act needs.
    parameters     json,
    asked_by       uuid        NOT NULL,
    asked_at       timestamptz NOT NULL,
    expires_at     timestamptz NOT NULL,
    status         text        NOT NULL,
    -- Null for the command line.
    decided_by     uuid,
    -- What the act made or changed: a refund, or the charge.
    result_id      uuid,
    events         int         NOT NULL CHECK (events BETWEEN 1 AND 2),
    PRIMARY KEY (merchant_id, id),
    -- As with payments, it does not lead with the merchant.
    UNIQUE (number, merchant_id),
    FOREIGN KEY (merchant_id, account_id) REFERENCES account (merchant_id, id),
    CONSTRAINT approval_by_two CHECK (status <> 'approved' OR (decided_by <> asked_by) IS TRUE),
    CONSTRAINT approval_with_result CHECK ((status = 'approved') = (result_id IS NOT NULL))
) WITH (fillfactor = 70);

CREATE INDEX approval_request_of_subject ON approval_request (subject_id, merchant_id);
-- One act at a time waits for a subject.
CREATE UNIQUE INDEX approval_request_waiting ON approval_request (subject_id, merchant_id) WHERE status = 'waiting';
CREATE INDEX approval_request_list ON approval_request (number, merchant_id) WHERE status = 'waiting';
