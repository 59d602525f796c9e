-- The lists of an account's charges. The rules of 0001-books.sql hold here too.

-- The reference as a number, where the API that raised the charge counts what it raises: by this number its clients know it.
ALTER TABLE charge
    ADD COLUMN reference_number bigint CHECK (reference_number > 0);

-- Lists are read from a number on, a slice at a time. The day is there so that charges of other days are passed over unread.
CREATE INDEX charge_listed ON charge (account_id, merchant_id, (coalesce(reference_number, number)), due_on);
