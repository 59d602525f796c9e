-- What lists of payments and refunds are found by. The rules of 0001-books.sql hold here too. Lists are in the order of ids, which begin
-- with the time: every index ends with the id, so that a page is read from it and nothing is sorted.

CREATE INDEX payment_of_account ON payment (account_id, merchant_id, id);
-- Nearly all payments are captured, and the primary key finds those as well.
CREATE INDEX payment_not_captured ON payment (status, merchant_id, id) WHERE status <> 'captured';
CREATE INDEX payment_by_status_at ON payment (status_at, merchant_id, id);
CREATE INDEX payment_by_amount ON payment (amount_minor, merchant_id, id) WHERE amount_minor IS NOT NULL;
CREATE INDEX payment_by_correlator ON payment ((details ->> 'correlatorId'), merchant_id, id) WHERE (details ->> 'correlatorId') IS NOT NULL;

-- How it was made: as the client said it, where the details hold that; else by a registered instrument, or in a way of ours. A colon keeps
-- our words from meeting those of clients.
CREATE INDEX payment_by_method ON payment (
    (CASE WHEN details -> 'paymentMethod' IS NOT NULL THEN details #>> '{paymentMethod,@type}'
          WHEN instrument_id IS NOT NULL THEN ':instrument'
          ELSE ':' || method END),
    merchant_id, id);
