-- The vault: numbers of cards and bank accounts, sealed. The rules at the head of 0001-books.sql hold here too.
-- No column of any table holds such a number in the clear, and none a security code in any form.

-- What seals a merchant's secrets: 32 random bytes, themselves sealed by the master key, which is never in the database.
CREATE TABLE data_key (
    merchant_id   bigint      NOT NULL REFERENCES merchant (id),
    id            int         NOT NULL CHECK (id > 0),
    wrapped       bytea       NOT NULL,
    -- Tells which master key opens it. Follows from that key, but not the other way round.
    master_key_id text        NOT NULL,
    created_at    timestamptz NOT NULL,
    PRIMARY KEY (merchant_id, id)
);

-- What may be shown of an instrument that the vault holds. All null: an external gateway holds it.
ALTER TABLE instrument
    -- Who charges it.
    ADD COLUMN provider   text CHECK (provider <> ''),
    ADD COLUMN kind       text,
    ADD COLUMN last_four  text CHECK (length(last_four) = 4),
    -- A card's.
    ADD COLUMN scheme     text,
    ADD COLUMN expires_on date,
    -- A bank account's.
    ADD COLUMN country    text CHECK (country ~ '^[A-Z]{2}$'),
    -- Can be erased.
    ADD COLUMN holder     text,
    ADD CONSTRAINT instrument_vaulted_or_not CHECK (num_nulls(provider, kind, last_four) IN (0, 3));

-- Apart from the instrument, which every payment reads: the vault alone reads this, when a provider is called.
CREATE TABLE vault_entry (
    merchant_id   bigint NOT NULL,
    instrument_id uuid   NOT NULL,
    data_key_id   int    NOT NULL,
    sealed        bytea  NOT NULL,
    -- The same for the same number of one merchant. Keyed, so that a short number can't be found by trying all.
    fingerprint   bytea  NOT NULL CHECK (octet_length(fingerprint) = 32),
    PRIMARY KEY (merchant_id, instrument_id),
    FOREIGN KEY (merchant_id, instrument_id) REFERENCES instrument (merchant_id, id),
    FOREIGN KEY (merchant_id, data_key_id) REFERENCES data_key (merchant_id, id)
);

-- A customer's leave to debit a bank account.
CREATE TABLE mandate (
    merchant_id   bigint NOT NULL,
    instrument_id uuid   NOT NULL,
    reference     text   NOT NULL CHECK (length(reference) BETWEEN 1 AND 35),
    scheme        text   NOT NULL,
    signed_on     date   NOT NULL,
    status        text   NOT NULL,
    PRIMARY KEY (merchant_id, instrument_id),
    FOREIGN KEY (merchant_id, instrument_id) REFERENCES instrument (merchant_id, id)
);
