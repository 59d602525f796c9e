-- The ledger: events, the transfers that they make, and the accounts whose totals the transfers change.

-- The id is derived from the other columns except the totals (SHA-256), so that one ledger account has one row.
CREATE TABLE ledger_account (
    merchant_id   bigint   NOT NULL,
    id            uuid     NOT NULL,
    slot          smallint NOT NULL,
    kind          text     NOT NULL,
    -- The customer account that it belongs to; the nil UUID for the merchant's own.
    holder_id     uuid     NOT NULL,
    purpose       text     NOT NULL,
    currency      text     NOT NULL,
    debits_minor  bigint   NOT NULL CHECK (debits_minor >= 0),
    credits_minor bigint   NOT NULL CHECK (credits_minor >= 0),
    PRIMARY KEY (merchant_id, id),
    CONSTRAINT credit_never_below_zero CHECK (kind <> 'credit' OR credits_minor >= debits_minor)
) WITH (fillfactor = 70);

-- A customer's ledger accounts. A payment into an existing ledger account does not touch this index.
CREATE INDEX ledger_account_of_holder ON ledger_account (holder_id, merchant_id, id);

-- What happened to a subject (account, charge, order, instrument, payment), numbered from 1. Never changed.
CREATE TABLE event (
    merchant_id   bigint      NOT NULL,
    subject_id    uuid        NOT NULL,
    sequence      int         NOT NULL CHECK (sequence > 0),
    type          text        NOT NULL,
    status        text,
    occurred_at   timestamptz NOT NULL,
    credential_id bigint      NOT NULL,
    -- Made by the server, so that no client can write into the trail of another.
    request_id    uuid        NOT NULL,
    -- The day of the books (UTC), and the day on which it took effect outside them. A day that is closed gets no more events.
    booked_on     date        NOT NULL,
    effective_on  date        NOT NULL,
    -- The trace id that the client sent: a remark of the client, by which nothing is joined.
    client_trace  uuid,
    -- Why a provider refused the payment, of the event that says so.
    reason        text,
    PRIMARY KEY (merchant_id, subject_id, sequence),
    CONSTRAINT event_booked_by_its_time CHECK (booked_on <= (occurred_at AT TIME ZONE 'UTC')::date)
);

-- Events arrive in the order of time, so that a small summary of each page range finds those of an hour.
CREATE INDEX event_by_time ON event USING brin (occurred_at) WITH (pages_per_range = 16, autosummarize = on);

-- Payments whose money was never the customer's: few, and no takings.
CREATE INDEX event_unbooked ON event (merchant_id, subject_id) WHERE type = 'payment.unbooked';

-- One movement of money, made by an event: balanced by construction, never changed.
CREATE TABLE transfer (
    merchant_id  bigint   NOT NULL,
    subject_id   uuid     NOT NULL,
    sequence     int      NOT NULL,
    line         int      NOT NULL CHECK (line > 0),
    debit_id     uuid     NOT NULL,
    credit_id    uuid     NOT NULL CHECK (credit_id <> debit_id),
    amount_minor bigint   NOT NULL CHECK (amount_minor > 0),
    currency     text     NOT NULL,
    charge_id    uuid,
    PRIMARY KEY (merchant_id, subject_id, sequence, line)
);
