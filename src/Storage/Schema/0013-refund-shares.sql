-- Refunds of an account's credit that several payments share. The rules of 0001-books.sql hold here too.

-- A share is a refund of one payment. What it is a share of is of no payment itself; clients see that alone.
ALTER TABLE refund
    ADD COLUMN share_of uuid,
    DROP CONSTRAINT refund_of_money,
    ADD CONSTRAINT refund_of_money CHECK ((amount_minor IS NULL) = (currency IS NULL) AND (payment_id IS NULL OR amount_minor IS NOT NULL)),
    ADD CONSTRAINT refund_share_of_a_payment CHECK (share_of IS NULL OR payment_id IS NOT NULL);

CREATE INDEX refund_shares ON refund (share_of, merchant_id) WHERE share_of IS NOT NULL;
