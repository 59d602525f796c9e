-- What only one line is booked for. The rules of 0001-books.sql hold here too.

-- Led by the merchant, it was taken for the primary key while the table was thought to be empty, and each line was looked for among all of the merchant's.
ALTER TABLE settlement_line DROP CONSTRAINT settlement_line_settles_once;
CREATE UNIQUE INDEX settlement_line_settles_once ON settlement_line (settles_id, merchant_id) WHERE settles_id IS NOT NULL;
