-- A provider may keep all of a payment: then its line moves nothing to the merchant but the fee. The rules of 0001-books.sql hold here too.

ALTER TABLE settlement_line
    DROP CONSTRAINT settlement_line_amount_minor_check,
    ADD CONSTRAINT settlement_line_moves_something CHECK (amount_minor <> 0 OR fee_minor > 0);
