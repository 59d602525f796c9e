-- Refunds of an account's credit that several payments share, and lists that stay fast as they grow. The rules of 0001-books.sql hold here too.

-- A share is a refund of one payment. What it is a share of is of no payment itself; clients see that alone.
ALTER TABLE refund
    ADD COLUMN share_of uuid,
    DROP CONSTRAINT refund_of_money,
    ADD CONSTRAINT refund_of_money CHECK ((amount_minor IS NULL) = (currency IS NULL) AND (payment_id IS NULL OR amount_minor IS NOT NULL)),
    ADD CONSTRAINT refund_share_of_a_payment CHECK (share_of IS NULL OR payment_id IS NOT NULL);

CREATE INDEX refund_shares ON refund (share_of, merchant_id) WHERE share_of IS NOT NULL;

-- What is filtered by stands in columns: an index over an expression can't be counted along without looking at every row.
-- How it was made: as the client said it, where the details hold that; else by a registered instrument, or in a way of ours. A colon keeps
-- our words from meeting those of clients. The decimals are those of ISO 4217, of which a test takes care.
ALTER TABLE payment
    ADD COLUMN said_method text GENERATED ALWAYS AS (
        CASE WHEN details -> 'paymentMethod' IS NOT NULL THEN details #>> '{paymentMethod,@type}'
             WHEN instrument_id IS NOT NULL THEN ':instrument'
             ELSE ':' || method END) STORED,
    ADD COLUMN amount_major numeric GENERATED ALWAYS AS (amount_minor *
        CASE WHEN currency IN ('BIF','CLP','DJF','GNF','ISK','JPY','KMF','KRW','PYG','RWF','UGX','UYI','VND','VUV','XAF','XOF','XPF') THEN 1
             WHEN currency IN ('BHD','IQD','JOD','KWD','LYD','OMR','TND') THEN 0.001
             WHEN currency IN ('CLF','UYW') THEN 0.0001
             ELSE 0.01 END) STORED;
ALTER TABLE refund
    ADD COLUMN said_method text GENERATED ALWAYS AS (details #>> '{paymentMethod,@type}') STORED,
    ADD COLUMN amount_major numeric GENERATED ALWAYS AS (amount_minor *
        CASE WHEN currency IN ('BIF','CLP','DJF','GNF','ISK','JPY','KMF','KRW','PYG','RWF','UGX','UYI','VND','VUV','XAF','XOF','XPF') THEN 1
             WHEN currency IN ('BHD','IQD','JOD','KWD','LYD','OMR','TND') THEN 0.001
             WHEN currency IN ('CLF','UYW') THEN 0.0001
             ELSE 0.01 END) STORED;

-- What is asked for together is included, so that matches are counted along one index.
DROP INDEX payment_by_method, payment_by_amount, payment_by_status_at, refund_by_amount;
CREATE INDEX payment_by_method ON payment (said_method, merchant_id, id) INCLUDE (status, status_at, amount_major) WHERE said_method IS NOT NULL;
CREATE INDEX payment_by_amount ON payment (amount_major, merchant_id, id) INCLUDE (status, status_at, said_method) WHERE amount_major IS NOT NULL;
CREATE INDEX payment_by_status_at ON payment (status_at, merchant_id, id) INCLUDE (status, said_method, amount_major);
CREATE INDEX refund_by_method ON refund (said_method, merchant_id, id) WHERE said_method IS NOT NULL;
CREATE INDEX refund_by_amount ON refund (amount_major, merchant_id, id) WHERE amount_major IS NOT NULL;
-- When it was performed, as the client said it: in UTC and to the last digit, so that it sorts as text. Else it is when it was done.
CREATE INDEX refund_by_said_date ON refund ((details ->> 'refundDate'), merchant_id, id) WHERE (details ->> 'refundDate') IS NOT NULL;

-- What came to stand as it does more than an hour after its id was made (or before, where the id does not tell a time), the time of which its first
-- 48 bits are. All else that came to stand so within a time has an id of that time and an hour around it, so that a list need not go
-- through what is older and newer.
CREATE INDEX payment_changed_apart ON payment (status_at, merchant_id, id)
 WHERE status_at - to_timestamp((('x' || substr(id::text, 1, 8) || substr(id::text, 10, 4))::bit(48)::bigint) / 1000.0) NOT BETWEEN interval '-1 hour' AND interval '1 hour';
CREATE INDEX refund_changed_apart ON refund (status_at, merchant_id, id)
 WHERE status_at - to_timestamp((('x' || substr(id::text, 1, 8) || substr(id::text, 10, 4))::bit(48)::bigint) / 1000.0) NOT BETWEEN interval '-1 hour' AND interval '1 hour';
