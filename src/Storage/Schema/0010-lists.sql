-- What lists of payments and refunds are found by. The rules of 0001-books.sql hold here too. Lists are in the order of ids, which begin
-- with the time: every index ends with the id, so that a page is read from it and nothing is sorted.

CREATE INDEX payment_of_account ON payment (account_id, merchant_id, id);
-- Nearly all payments are captured, and the primary key finds those as well.
CREATE INDEX payment_not_captured ON payment (status, merchant_id, id) WHERE status <> 'captured';
CREATE INDEX payment_by_status_at ON payment (status_at, merchant_id, id);
CREATE INDEX payment_by_amount ON payment (currency, amount_minor, merchant_id, id) WHERE currency IS NOT NULL;
CREATE INDEX payment_by_correlator ON payment ((details ->> 'correlatorId'), merchant_id, id) WHERE (details ->> 'correlatorId') IS NOT NULL;

-- How it was made: as the client said it, where the details hold that; else by a registered instrument, or in a way of ours. A colon keeps
-- our words from meeting those of clients.
CREATE INDEX payment_by_method ON payment (
    (CASE WHEN details -> 'paymentMethod' IS NOT NULL THEN details #>> '{paymentMethod,@type}'
          WHEN instrument_id IS NOT NULL THEN ':instrument'
          ELSE ':' || method END),
    merchant_id, id);

CREATE INDEX refund_of_account ON refund (account_id, merchant_id, id);
CREATE INDEX refund_not_done ON refund (status, merchant_id, id) WHERE status <> 'done';
CREATE INDEX refund_by_status_at ON refund (status_at, merchant_id, id);
CREATE INDEX refund_by_amount ON refund (currency, amount_minor, merchant_id, id) WHERE currency IS NOT NULL;
CREATE INDEX refund_by_correlator ON refund ((details ->> 'correlatorId'), merchant_id, id) WHERE (details ->> 'correlatorId') IS NOT NULL;

-- A bare record of a refund is of no payment and moves no money.
ALTER TABLE refund
    ALTER COLUMN payment_id DROP NOT NULL,
    ALTER COLUMN amount_minor DROP NOT NULL,
    ALTER COLUMN currency DROP NOT NULL,
    ADD CONSTRAINT refund_of_money CHECK ((amount_minor IS NULL) = (payment_id IS NULL) AND (amount_minor IS NULL) = (currency IS NULL));
