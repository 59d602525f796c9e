-- Direct debits that the merchant's own bank collects by files, and refunds that it transfers by them.

-- Debits, or refunds as transfers, that go to the bank in one file, all due on one day.
CREATE TABLE collection (
    merchant_id bigint      NOT NULL REFERENCES merchant (id),
    id          uuid        NOT NULL,
    number      bigint      NOT NULL,
    kind        text        NOT NULL,
    currency    text        NOT NULL,
    -- The rulebook of debits; transfers have the account's.
    scheme      text        NOT NULL,
    due_on      date        NOT NULL,
    status      text        NOT NULL,
    -- How many debits or transfers its file has, and what they add up to in cents. Zero until it is built.
    count       int         NOT NULL CHECK (count >= 0),
    sum_minor   bigint      NOT NULL CHECK (sum_minor >= 0),
    -- SHA-256 of its file.
    file_hash   bytea       CHECK (octet_length(file_hash) = 32),
    -- The person who began it, and the one who built it; null for the command line.
    opened_by   uuid,
    built_by    uuid,
    -- The creditor identifier of its file.
    creditor    text        NOT NULL,
    -- A keyed hash of the merchant's bank account and its currency, as statements of it have: what the bank pays comes there.
    account_hash bytea      CHECK (octet_length(account_hash) = 32),
    handed_out  int         NOT NULL CHECK (handed_out >= 0),
    -- When it was last sure that the bank does not have its file: when it was begun, or when a person said so after a restore.
    unsent_at   timestamptz NOT NULL,
    -- Its file was handed out in a time that a restore lost. It has what the books know of that file.
    is_lost     boolean     NOT NULL,
    events      int         NOT NULL CHECK (events > 0),
    PRIMARY KEY (merchant_id, id),
    -- As with payments, it does not lead with the merchant.
    UNIQUE (number, merchant_id),
    CONSTRAINT collection_built_with_file CHECK (status IN ('building', 'called_off') OR is_lost OR (file_hash IS NOT NULL AND count > 0)),
    CONSTRAINT collection_lost_is_handed_out CHECK (status = 'handed_out' OR NOT is_lost),
    CONSTRAINT collection_handed_out CHECK ((status = 'handed_out') = (handed_out > 0))
) WITH (fillfactor = 70);

-- Captures that go to the bank as debits, and refunds that go as transfers. How one ended, its attempt says.
CREATE TABLE debit (
    merchant_id   bigint  NOT NULL,
    -- The attempt.
    id            uuid    NOT NULL,
    collection_id uuid    NOT NULL,
    -- The customer's bank account: it is debited, or gets the refund.
    instrument_id uuid    NOT NULL,
    -- Null for a transfer.
    sequence      text,
    -- It was taken and could not go into the file, or the bank rejects the transfer: another collection may take it.
    is_left_out   boolean NOT NULL,
    -- The code by which the bank rejects a transfer.
    reason        text,
    PRIMARY KEY (merchant_id, id),
    CONSTRAINT debit_rejected_is_left_out CHECK (reason IS NULL OR is_left_out),
    FOREIGN KEY (merchant_id, id) REFERENCES attempt (merchant_id, id),
    FOREIGN KEY (merchant_id, collection_id) REFERENCES collection (merchant_id, id),
    FOREIGN KEY (merchant_id, instrument_id) REFERENCES instrument (merchant_id, id)
) WITH (fillfactor = 70);

CREATE INDEX debit_of_collection ON debit (collection_id, merchant_id, id);

-- The terms under which collections took debits, as the events of the payments tell them to customers. Rows never change.
CREATE TABLE debit_terms (
    merchant_id   bigint NOT NULL,
    -- The event.
    payment_id    uuid   NOT NULL,
    sequence      int    NOT NULL,
    -- The capture.
    debit_id      uuid   NOT NULL,
    collection_id uuid   NOT NULL,
    instrument_id uuid   NOT NULL,
    due_on        date   NOT NULL,
    -- The reference of the mandate.
    mandate       text   NOT NULL,
    creditor      text   NOT NULL,
    PRIMARY KEY (merchant_id, payment_id, sequence),
    FOREIGN KEY (merchant_id, debit_id) REFERENCES attempt (merchant_id, id),
    FOREIGN KEY (merchant_id, collection_id) REFERENCES collection (merchant_id, id),
    FOREIGN KEY (merchant_id, instrument_id) REFERENCES instrument (merchant_id, id)
);

-- A customer's page lists the debits of each mandate.
CREATE INDEX debit_terms_of_instrument ON debit_terms (instrument_id, merchant_id, payment_id, sequence);

-- The files of collections in pieces, each sealed by the vault, since they have numbers of bank accounts. Their hash is the collection's.
CREATE TABLE collection_file (
    merchant_id   bigint NOT NULL,
    collection_id uuid   NOT NULL,
    piece         int    NOT NULL CHECK (piece > 0),
    -- Names the piece for the vault: its collection and its number.
    name          text   NOT NULL,
    sealed        bytea  NOT NULL,
    PRIMARY KEY (merchant_id, collection_id, piece),
    FOREIGN KEY (merchant_id, collection_id) REFERENCES collection (merchant_id, id)
);

-- The captures that wait for a collection or for what the bank says of it, the oldest first.
CREATE INDEX attempt_to_collect ON attempt (merchant_id, opened_at, id)
    WHERE verb = 'capture' AND provider = 'bank' AND status IN ('open', 'unknown', 'pending');

-- Refunds of debits are transfers too, which operators pay out.
DROP INDEX attempt_to_pay_out;
CREATE INDEX attempt_to_pay_out ON attempt (merchant_id, opened_at, id)
    WHERE verb = 'refund' AND provider IN ('bank-transfer', 'gateway', 'bank') AND status IN ('open', 'unknown', 'pending');
