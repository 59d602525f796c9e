-- Addresses at which customers pay, and the bank accounts to which they transfer money.

-- An address that a merchant sends to a customer. Its token follows from its id and a key of the merchant's, and is not stored.
CREATE TABLE payment_link (
    merchant_id     bigint      NOT NULL,
    id              uuid        NOT NULL,
    account_id      uuid        NOT NULL,
    slot            smallint    NOT NULL CHECK (slot BETWEEN 0 AND 31),
    installation_id bigint      NOT NULL,
    amount_minor    bigint      NOT NULL CHECK (amount_minor > 0),
    currency        text        NOT NULL,
    -- None for an amount.
    charges         text[]      NOT NULL,
    text            text        NOT NULL,
    opens           text        NOT NULL,
    ends_at         timestamptz NOT NULL,
    status          text        NOT NULL,
    -- Its last session; null before it was opened.
    session_id      uuid,
    events          int         NOT NULL CHECK (events > 0),
    PRIMARY KEY (merchant_id, id),
    FOREIGN KEY (merchant_id, account_id) REFERENCES account (merchant_id, id)
) WITH (fillfactor = 70);

-- A session is of one link at most.
CREATE UNIQUE INDEX payment_link_of_session ON payment_link (session_id, merchant_id);
CREATE INDEX payment_link_of_account ON payment_link (account_id, id, merchant_id);

-- The bank account of a merchant, to which its customers transfer money: what bills print, so it is not sealed by the vault.
CREATE TABLE payee (
    merchant_id bigint      PRIMARY KEY REFERENCES merchant (id),
    iban        text        NOT NULL CHECK (iban ~ '^[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}$'),
    name        text        NOT NULL CHECK (name <> ''),
    -- A Swiss QR-bill has the address; null where there is none.
    street      text,
    postcode    text,
    town        text,
    country     text        CHECK (country ~ '^[A-Z]{2}$'),
    changed_at  timestamptz NOT NULL,
    CONSTRAINT payee_address_is_whole CHECK ((town IS NULL) = (country IS NULL) AND (town IS NULL) = (postcode IS NULL))
);
