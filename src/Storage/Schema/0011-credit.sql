-- Which payments have credit. The rules of 0001-books.sql hold here too.

-- Its value changes only when the payment is used up, so that a part of it touches no index.
ALTER TABLE payment
    ADD COLUMN has_credit boolean GENERATED ALWAYS AS
        (status = 'captured' AND allocated_minor + reversed_minor + refunded_minor < coalesce(amount_minor, 0)) STORED;

CREATE INDEX payment_with_credit ON payment (status, merchant_id, id) WHERE has_credit;
