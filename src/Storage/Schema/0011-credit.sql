-- The customer's credit: which payments have some, and refunds of it. The rules of 0001-books.sql hold here too.

-- Its value changes only when the payment is used up, so that a part of it touches no index.
ALTER TABLE payment
    ADD COLUMN has_credit boolean GENERATED ALWAYS AS
        (status = 'captured' AND allocated_minor + reversed_minor + refunded_minor < coalesce(amount_minor, 0)) STORED;

CREATE INDEX payment_with_credit ON payment (status, merchant_id, id) WHERE has_credit;

-- A refund of the customer's credit may be of several payments, and then names none.
ALTER TABLE refund
    DROP CONSTRAINT refund_of_money,
    ADD CONSTRAINT refund_of_money CHECK ((amount_minor IS NULL) = (currency IS NULL) AND (amount_minor IS NOT NULL OR payment_id IS NULL));

-- What such a refund took of each payment, and the payment's event that took it. Never changed.
CREATE TABLE refund_share (
    merchant_id  bigint NOT NULL,
    refund_id    uuid   NOT NULL,
    payment_id   uuid   NOT NULL,
    amount_minor bigint NOT NULL CHECK (amount_minor > 0),
    taken_by     int    NOT NULL,
    PRIMARY KEY (merchant_id, refund_id, payment_id)
);
