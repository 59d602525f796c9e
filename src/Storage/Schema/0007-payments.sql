-- Money from customers. Lists are in the order of ids, which begin with the time: every index that serves a list ends with
-- the id, so that a page is read from it without sorting. Filters stand in columns: PostgreSQL can't count along an index
-- over an expression without reading every row.

CREATE TABLE payment (
    merchant_id     bigint      NOT NULL,
    id              uuid        NOT NULL,
    number          bigint      NOT NULL CHECK (number BETWEEN 1 AND 9007199254740991),
    account_id      uuid        NOT NULL,
    instrument_id   uuid,
    -- The payment of another customer whose money an operator moved here.
    moved_from_id   uuid,
    -- The merged account whose credit it is.
    merged_from_id  uuid,
    -- Both are null for a bare record, which moves no money.
    amount_minor    bigint      CHECK (amount_minor > 0),
    currency        text,
    allocated_minor bigint      NOT NULL CHECK (allocated_minor >= 0),
    reversed_minor  bigint      NOT NULL DEFAULT 0 CHECK (reversed_minor >= 0),
    refunded_minor  bigint      NOT NULL DEFAULT 0 CHECK (refunded_minor >= 0),
    events          int         NOT NULL CHECK (events > 0),
    dialect         text        NOT NULL,
    status          text        NOT NULL,
    method          text        NOT NULL,
    status_at       timestamptz NOT NULL,
    -- What the dialect wants to show again, in its own words. Can be erased.
    details         json,
    -- Changes only when the payment is used up, so that spending a part of it touches no index.
    has_credit      boolean GENERATED ALWAYS AS
        (status = 'captured' AND allocated_minor + reversed_minor + refunded_minor < coalesce(amount_minor, 0)) STORED,
    -- The method in the client's words, where the details hold it; else a registered instrument, or one of our words.
    -- The colon keeps our words apart from those of clients. What most payments have comes first: the details are read once.
    said_method     text GENERATED ALWAYS AS (coalesce(
        details #>> '{paymentMethod,@type}',
        CASE WHEN details -> 'paymentMethod' IS NOT NULL THEN NULL
             WHEN instrument_id IS NOT NULL THEN ':instrument'
             ELSE ':' || method END)) STORED,
    -- The decimals are those of ISO 4217; a test compares them. The codes stand in one text: PostgreSQL readies the expression for each
    -- statement that writes payments, and lists of words take it 40 µs of 180.
    amount_major    numeric GENERATED ALWAYS AS (amount_minor *
        CASE WHEN strpos('BIF,CLP,DJF,GNF,ISK,JPY,KMF,KRW,PYG,RWF,UGX,UYI,VND,VUV,XAF,XOF,XPF', currency) > 0 THEN 1
             WHEN strpos('BHD,IQD,JOD,KWD,LYD,OMR,TND', currency) > 0 THEN 0.001
             WHEN strpos('CLF,UYW', currency) > 0 THEN 0.0001
             ELSE 0.01 END) STORED,
    PRIMARY KEY (merchant_id, id),
    -- It does not lead with the merchant: a planner that takes the table for empty can't tell it from the primary key then.
    CONSTRAINT payment_number_once UNIQUE (number, merchant_id),
    CONSTRAINT payment_with_currency CHECK ((amount_minor IS NULL) = (currency IS NULL)),
    CONSTRAINT payment_moved_by_merge CHECK (merged_from_id IS NULL OR moved_from_id IS NOT NULL),
    CONSTRAINT payment_never_allocated_twice CHECK (allocated_minor <= coalesce(amount_minor, 0)),
    CONSTRAINT payment_never_given_back_twice CHECK (allocated_minor + reversed_minor + refunded_minor <= coalesce(amount_minor, 0))
) WITH (fillfactor = 85);

CREATE INDEX payment_moved_from ON payment (moved_from_id, merchant_id) WHERE moved_from_id IS NOT NULL;
CREATE INDEX payment_merged_from ON payment (merged_from_id, merchant_id) WHERE merged_from_id IS NOT NULL;
CREATE INDEX payment_of_account ON payment (account_id, merchant_id, id);
CREATE INDEX payment_with_credit ON payment (status, merchant_id, id) WHERE has_credit;
CREATE INDEX payment_by_correlator ON payment ((details ->> 'correlatorId'), merchant_id, id)
    WHERE (details ->> 'correlatorId') IS NOT NULL;
-- Nearly all payments are captured, and the primary key finds those as well.
CREATE INDEX payment_not_captured ON payment (status, merchant_id, id) WHERE status <> 'captured';

-- Clients filter by these together: each index includes the others' columns, so that matches are counted along one index.
CREATE INDEX payment_by_method ON payment (said_method, merchant_id, id) INCLUDE (status, status_at, amount_major)
    WHERE said_method IS NOT NULL;
CREATE INDEX payment_by_amount ON payment (amount_major, merchant_id, id) INCLUDE (status, status_at, said_method)
    WHERE amount_major IS NOT NULL;
CREATE INDEX payment_by_status_at ON payment (status_at, merchant_id, id) INCLUDE (status, said_method, amount_major);

-- Payments that reached their status more than an hour after (or before) the time in the first 48 bits of their id. All other
-- payments of a period have ids of that period and an hour around it, so that a list need not read older and newer ones.
CREATE INDEX payment_changed_apart ON payment (status_at, merchant_id, id)
    WHERE abs(date_part('epoch', status_at
          - to_timestamp(('x' || encode(substring(uuid_send(id) FROM 1 FOR 6), 'hex'))::bit(48)::bigint::float8 / 1000))) > 3600;
