-- Customers' cards and bank accounts, and the vault that keeps their numbers sealed.
-- No column of any table holds such a number in the clear, or a security code in any form.

CREATE TABLE instrument (
    merchant_id bigint NOT NULL,
    id          uuid   NOT NULL,
    account_id  uuid   NOT NULL,
    reference   text   NOT NULL,
    method      text   NOT NULL,
    name        text,
    -- The parts that may be shown of an instrument in the vault. All are null where an external gateway holds it.
    -- The provider that charges it.
    provider    text   CHECK (provider <> ''),
    kind        text,
    last_four   text   CHECK (length(last_four) = 4),
    -- A card's.
    scheme      text,
    expires_on  date,
    -- A bank account's.
    country     text   CHECK (country ~ '^[A-Z]{2}$'),
    -- Can be erased.
    holder      text,
    standing    text   NOT NULL DEFAULT 'saved',
    PRIMARY KEY (merchant_id, id),
    FOREIGN KEY (merchant_id, account_id) REFERENCES account (merchant_id, id),
    CONSTRAINT instrument_vaulted_or_not CHECK (num_nulls(provider, kind, last_four) IN (0, 3))
);

-- An account has at most one instrument of its own.
CREATE UNIQUE INDEX instrument_current_once ON instrument (merchant_id, account_id) WHERE standing = 'current';
CREATE INDEX instrument_of_account ON instrument (account_id, merchant_id);
-- People search for a card or a bank account by what they see of it.
CREATE INDEX instrument_by_last_four ON instrument (last_four, merchant_id, id) WHERE last_four IS NOT NULL;

-- The key that seals a merchant's secrets: 32 random bytes, themselves sealed by the master key, which is never in the
-- database.
CREATE TABLE data_key (
    merchant_id   bigint      NOT NULL REFERENCES merchant (id),
    id            int         NOT NULL CHECK (id > 0),
    wrapped       bytea       NOT NULL,
    -- Which master key opens it. Derived from that key, which cannot be derived from it.
    master_key_id text        NOT NULL,
    created_at    timestamptz NOT NULL,
    PRIMARY KEY (merchant_id, id)
);

-- Apart from the instrument, which every payment reads: only the vault reads this, when it calls a provider.
CREATE TABLE vault_entry (
    merchant_id   bigint NOT NULL,
    instrument_id uuid   NOT NULL,
    data_key_id   int    NOT NULL,
    sealed        bytea  NOT NULL,
    -- The same for the same number of one merchant. Keyed, so that trying all numbers does not find a short one.
    fingerprint   bytea  NOT NULL CHECK (octet_length(fingerprint) = 32),
    -- Entered for one payment: it is deleted when the provider has answered.
    is_once       boolean NOT NULL,
    PRIMARY KEY (merchant_id, instrument_id),
    FOREIGN KEY (merchant_id, instrument_id) REFERENCES instrument (merchant_id, id),
    CONSTRAINT vault_entry_data_key FOREIGN KEY (merchant_id, data_key_id) REFERENCES data_key (merchant_id, id)
);

-- The few that wait for an answer. It does not lead with the merchant: a planner that takes the table for empty can't tell it
-- from the primary key then.
CREATE INDEX vault_entry_once ON vault_entry (instrument_id, merchant_id) WHERE is_once;

-- A customer's permission to debit a bank account.
CREATE TABLE mandate (
    merchant_id   bigint NOT NULL,
    instrument_id uuid   NOT NULL,
    reference     text   NOT NULL CHECK (length(reference) BETWEEN 1 AND 35),
    scheme        text   NOT NULL,
    signed_on     date   NOT NULL,
    status        text   NOT NULL,
    -- The due days of its first and its last debit by a file; null for none.
    first_used_on date,
    last_used_on  date,
    -- How the customer gave it; null where that was not kept.
    source        text,
    -- One-off: good for one debit, though the instrument is kept. Null for any number of debits.
    sequence      text CHECK (sequence = 'one_off'),
    -- As the system before this one had them, where they were others: the first debit tells the bank of them.
    former_reference text CHECK (length(former_reference) BETWEEN 1 AND 35),
    former_creditor  text,
    -- How often an operator has amended it.
    amended          integer NOT NULL DEFAULT 0 CHECK (amended >= 0),
    PRIMARY KEY (merchant_id, instrument_id),
    FOREIGN KEY (merchant_id, instrument_id) REFERENCES instrument (merchant_id, id)
);

-- An import looks for the references of its file.
CREATE INDEX mandate_by_reference ON mandate (reference, merchant_id);
