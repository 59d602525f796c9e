-- Money that is given back by our decision. The rules of 0001-books.sql hold here too.

ALTER TABLE payment
    ADD COLUMN refunded_minor bigint NOT NULL DEFAULT 0 CHECK (refunded_minor >= 0),
    DROP CONSTRAINT payment_never_reversed_twice,
    ADD CONSTRAINT payment_never_given_back_twice CHECK (allocated_minor + reversed_minor + refunded_minor <= coalesce(amount_minor, 0));

CREATE TABLE refund (
    merchant_id  bigint      NOT NULL,
    id           uuid        NOT NULL,
    number       bigint      NOT NULL,
    payment_id   uuid        NOT NULL,
    account_id   uuid        NOT NULL,
    dialect      text        NOT NULL,
    amount_minor bigint      NOT NULL CHECK (amount_minor > 0),
    currency     text        NOT NULL,
    status       text        NOT NULL,
    -- What the provider was asked for; null where no provider had the money.
    attempt_id   uuid,
    -- The event of the payment that took the money.
    taken_by     int         NOT NULL,
    details      json,
    events       int         NOT NULL CHECK (events > 0),
    status_at    timestamptz NOT NULL,
    PRIMARY KEY (merchant_id, id),
    UNIQUE (merchant_id, number)
) WITH (fillfactor = 70);

CREATE INDEX refund_of_payment ON refund (payment_id, merchant_id);
