-- Money that the merchant gives back. The indices follow those of payments.

CREATE TABLE refund (
    merchant_id  bigint      NOT NULL,
    id           uuid        NOT NULL,
    number       bigint      NOT NULL,
    -- Null for a bare record, and for a refund of credit that several payments share: its shares name them.
    payment_id   uuid,
    account_id   uuid        NOT NULL,
    -- A share is a refund of one payment. It belongs to a refund that has no payment itself; clients see only that one.
    share_of     uuid,
    dialect      text        NOT NULL,
    -- Both are null for a bare record, which moves no money.
    amount_minor bigint      CHECK (amount_minor > 0),
    currency     text,
    status       text        NOT NULL,
    -- The attempt to give the money back; null where no provider had it.
    attempt_id   uuid,
    -- The event of the payment that took the money.
    taken_by     int         NOT NULL,
    details      json,
    events       int         NOT NULL CHECK (events > 0),
    status_at    timestamptz NOT NULL,
    -- As in payment.
    said_method  text GENERATED ALWAYS AS (details #>> '{paymentMethod,@type}') STORED,
    amount_major numeric GENERATED ALWAYS AS (amount_minor *
        CASE WHEN strpos('BIF,CLP,DJF,GNF,ISK,JPY,KMF,KRW,PYG,RWF,UGX,UYI,VND,VUV,XAF,XOF,XPF', currency) > 0 THEN 1
             WHEN strpos('BHD,IQD,JOD,KWD,LYD,OMR,TND', currency) > 0 THEN 0.001
             WHEN strpos('CLF,UYW', currency) > 0 THEN 0.0001
             ELSE 0.01 END) STORED,
    PRIMARY KEY (merchant_id, id),
    -- As with payments, it does not lead with the merchant.
    UNIQUE (number, merchant_id),
    CONSTRAINT refund_of_money CHECK ((amount_minor IS NULL) = (currency IS NULL) AND (payment_id IS NULL OR amount_minor IS NOT NULL)),
    CONSTRAINT refund_share_of_a_payment CHECK (share_of IS NULL OR payment_id IS NOT NULL)
) WITH (fillfactor = 70);

-- One attempt carries out one refund, also where two take it over from a provider at once.
CREATE UNIQUE INDEX refund_by_attempt ON refund (merchant_id, attempt_id) WHERE attempt_id IS NOT NULL;
CREATE INDEX refund_of_payment ON refund (payment_id, merchant_id);
CREATE INDEX refund_of_account ON refund (account_id, merchant_id, id);
CREATE INDEX refund_shares ON refund (share_of, merchant_id) WHERE share_of IS NOT NULL;
CREATE INDEX refund_not_done ON refund (status, merchant_id, id) WHERE status <> 'done';
CREATE INDEX refund_by_status_at ON refund (status_at, merchant_id, id);
CREATE INDEX refund_by_method ON refund (said_method, merchant_id, id) WHERE said_method IS NOT NULL;
CREATE INDEX refund_by_amount ON refund (amount_major, merchant_id, id) WHERE amount_major IS NOT NULL;
CREATE INDEX refund_by_correlator ON refund ((details ->> 'correlatorId'), merchant_id, id)
    WHERE (details ->> 'correlatorId') IS NOT NULL;
-- The client's date of the refund: in UTC and to the last digit, so that it sorts as text. Without one, the refund has the date
-- of its status.
CREATE INDEX refund_by_said_date ON refund ((details ->> 'refundDate'), merchant_id, id)
    WHERE (details ->> 'refundDate') IS NOT NULL;
-- As payment_changed_apart.
CREATE INDEX refund_changed_apart ON refund (status_at, merchant_id, id)
    WHERE abs(date_part('epoch', status_at
          - to_timestamp(('x' || encode(substring(uuid_send(id) FROM 1 FOR 6), 'hex'))::bit(48)::bigint::float8 / 1000))) > 3600;
