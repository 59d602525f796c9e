-- How customers gave their mandates, and the terms of the debits under them.

ALTER TABLE mandate
    -- Null where that was not kept.
    ADD COLUMN source   text,
    -- One-off: good for one debit, though the instrument is kept. Null for any number of debits.
    ADD COLUMN sequence text CHECK (sequence = 'one_off'),
    -- As the system before this one had them, where they were others: the first debit tells the bank of them.
    ADD COLUMN former_reference text CHECK (length(former_reference) BETWEEN 1 AND 35),
    ADD COLUMN former_creditor  text;

-- The creditor identifier of its file; null in collections of earlier versions.
ALTER TABLE collection ADD COLUMN creditor text;

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
    creditor      text,
    PRIMARY KEY (merchant_id, payment_id, sequence),
    FOREIGN KEY (merchant_id, debit_id) REFERENCES attempt (merchant_id, id),
    FOREIGN KEY (merchant_id, collection_id) REFERENCES collection (merchant_id, id),
    FOREIGN KEY (merchant_id, instrument_id) REFERENCES instrument (merchant_id, id)
);

-- An import looks for the references of its file.
CREATE INDEX mandate_by_reference ON mandate (reference, merchant_id);
-- A customer's page lists the debits of each mandate.
CREATE INDEX debit_terms_of_instrument ON debit_terms (instrument_id, merchant_id, payment_id, sequence);
