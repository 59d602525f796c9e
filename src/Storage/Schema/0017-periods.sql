-- Balances of any moment, and the periods of the books.

-- The time, at the turn of an hour, before which all transfers are in checkpoint_total.
CREATE TABLE checkpoint (
    merchant_id bigint      NOT NULL REFERENCES merchant (id),
    until       timestamptz NOT NULL CHECK (date_trunc('hour', until, 'UTC') = until),
    PRIMARY KEY (merchant_id)
);

-- What the transfers of one hour add up to, for one line of the chart and one day of the books.
CREATE TABLE checkpoint_total (
    merchant_id   bigint      NOT NULL,
    kind          text        NOT NULL,
    -- The purpose of the ledger accounts; earmarked: for credit of any order.
    purpose       text        NOT NULL,
    currency      text        NOT NULL,
    hour          timestamptz NOT NULL,
    booked_on     date        NOT NULL,
    -- Sums over many ledger accounts may leave 64 bits.
    debits_minor  numeric     NOT NULL CHECK (debits_minor >= 0),
    credits_minor numeric     NOT NULL CHECK (credits_minor >= 0),
    PRIMARY KEY (merchant_id, kind, purpose, currency, hour, booked_on)
);

-- From which moment on which day is the first open one: what took effect on an earlier day is booked on it. A row never changes; without
-- a row every day is open. The slots have the day too, since a batch reads it with them.
CREATE TABLE first_open_day (
    merchant_id bigint      NOT NULL REFERENCES merchant (id),
    since       timestamptz NOT NULL,
    day         date        NOT NULL,
    PRIMARY KEY (merchant_id, since)
);

-- A closing of a month of the books: nothing is booked into the month from then on. A row is only added, and once reopened.
CREATE TABLE period (
    merchant_id      bigint      NOT NULL REFERENCES merchant (id),
    month            date        NOT NULL CHECK (extract(day FROM month) = 1),
    -- The first closing of the month is 1; each one after a reopening counts on.
    closing          int         NOT NULL CHECK (closing > 0),
    closed_at        timestamptz NOT NULL,
    closed_by        text        NOT NULL,
    -- Currency, kind and purpose of each line, with all of its debits and credits up to the month's end as texts, minor units. A block
    -- seals the text, so it stays as it was written.
    trial_balance    json        NOT NULL,
    -- The journal of the month as CSV: its transfers, and the SHA-256 of its bytes.
    transfers        bigint      NOT NULL CHECK (transfers >= 0),
    journal_hash     bytea       NOT NULL CHECK (octet_length(journal_hash) = 32),
    -- The seal of the books when the month was closed.
    seal             bytea       NOT NULL CHECK (octet_length(seal) = 32),
    reopened_at      timestamptz,
    reopened_by      text,
    reopening_reason text,
    PRIMARY KEY (merchant_id, month, closing),
    CONSTRAINT period_reopened_by_someone CHECK (
        (reopened_at IS NULL) = (reopened_by IS NULL) AND (reopened_at IS NULL) = (reopening_reason IS NULL))
);

-- A month is closed once at a time.
CREATE UNIQUE INDEX period_closed_once ON period (month, merchant_id) WHERE reopened_at IS NULL;
