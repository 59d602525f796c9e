-- Which bank account a line came from, so that one that has paid for a customer before is known. The rules of 0001-books.sql hold here too.

-- A keyed hash of the payer's number: tells two accounts apart, and does not tell the number. Null where the bank does not say.
ALTER TABLE settlement_line ADD COLUMN counterparty_hash bytea CHECK (octet_length(counterparty_hash) = 32);

CREATE INDEX settlement_line_of_payer ON settlement_line (counterparty_hash, merchant_id, booked_on)
    WHERE counterparty_hash IS NOT NULL AND status = 'booked' AND payment_id IS NOT NULL;
