-- Statements of banks and payout reports of providers, and what became of their lines. The rules of 0001-books.sql hold here too.

CREATE TABLE statement (
    merchant_id   bigint      NOT NULL REFERENCES merchant (id),
    -- Follows from the contents (SHA-256), so that the same file is one statement.
    id            uuid        NOT NULL,
    source        text        NOT NULL CHECK (source IN ('camt', 'csv', 'payout')),
    -- The bank account, masked, or the provider; its hash is keyed, and tells two accounts apart that look alike when masked.
    account       text        NOT NULL CHECK (account <> ''),
    account_hash  bytea       NOT NULL CHECK (octet_length(account_hash) = 32),
    reference     text,
    currency      text        NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    opening_minor bigint,
    closing_minor bigint,
    lines         int         NOT NULL CHECK (lines >= 0),
    file_name     text        NOT NULL,
    imported_at   timestamptz NOT NULL,
    PRIMARY KEY (merchant_id, id),
    -- A statement that comes again with other contents is nothing to book quietly.
    CONSTRAINT statement_reference_once UNIQUE (merchant_id, source, account_hash, reference)
);

CREATE INDEX statement_by_time ON statement (imported_at, merchant_id, id);
-- What a provider says that it has paid out, found by the reference that stands in the bank's line.
CREATE INDEX statement_payout ON statement (reference, merchant_id) WHERE source = 'payout';

CREATE TABLE settlement_line (
    merchant_id  bigint NOT NULL,
    -- Follows from the account and the bank's own reference or the line's contents, so that overlapping statements share their lines.
    id           uuid   NOT NULL,
    statement_id uuid   NOT NULL,
    number       int    NOT NULL CHECK (number > 0),
    source       text   NOT NULL,
    account      text   NOT NULL,
    kind         text   NOT NULL CHECK (kind IN ('entry', 'payment', 'refund', 'chargeback', 'fee')),
    booked_on    date   NOT NULL,
    -- What the account has more from it, below zero for less; what the provider kept of it is not in it.
    amount_minor bigint NOT NULL CHECK (amount_minor <> 0),
    fee_minor    bigint NOT NULL CHECK (fee_minor >= 0),
    currency     text   NOT NULL,
    counterparty text,
    remittance   text,
    end_to_end   text,
    status       text   NOT NULL CHECK (status IN ('open', 'booked', 'ignored')),
    use          text,
    payment_id   uuid,
    -- The payment or the attempt that only one line is booked for.
    settles_id   uuid,
    note         text,
    events       int    NOT NULL CHECK (events >= 0),
    PRIMARY KEY (merchant_id, id),
    FOREIGN KEY (merchant_id, statement_id) REFERENCES statement (merchant_id, id),
    CONSTRAINT settlement_line_settles_once UNIQUE (merchant_id, settles_id),
    CONSTRAINT settlement_line_booked_as_something CHECK ((status = 'booked') = (use IS NOT NULL))
) WITH (fillfactor = 70);

CREATE INDEX settlement_line_of_statement ON settlement_line (statement_id, merchant_id, number);
CREATE INDEX settlement_line_by_status ON settlement_line (status, merchant_id, booked_on, id);
CREATE INDEX settlement_line_of_payment ON settlement_line (payment_id, merchant_id) WHERE payment_id IS NOT NULL;
