-- Payments through providers: attempts, the charges that they claim, and disputes.

-- One thing asked of a provider for one payment. Written before the provider is called; its id is the provider's idempotency key.
CREATE TABLE attempt (
    merchant_id      bigint      NOT NULL,
    id               uuid        NOT NULL,
    payment_id       uuid        NOT NULL,
    account_id       uuid        NOT NULL,
    slot             smallint    NOT NULL CHECK (slot BETWEEN 0 AND 31),
    provider         text        NOT NULL,
    -- The provider's own id of it; empty until the provider has named it.
    provider_reference text,
    verb             text        NOT NULL,
    amount_minor     bigint      NOT NULL CHECK (amount_minor > 0),
    currency         text        NOT NULL,
    authorisation_id uuid,
    instrument_id    uuid,
    mandate          text,
    captures_at_once boolean     NOT NULL,
    remainder        text        NOT NULL,
    status           text        NOT NULL,
    reason           text,
    note             text,
    -- An operator, and not the provider, said how the attempt ended. The note with the reason can be erased; the consequences
    -- of the judgement can't.
    is_judged        boolean     NOT NULL DEFAULT false,
    unanswered       int         NOT NULL CHECK (unanswered >= 0),
    events           int         NOT NULL CHECK (events >= 0),
    opened_at        timestamptz NOT NULL,
    -- When to ask the provider next; null when there is nothing to ask.
    due_at           timestamptz,
    -- When a person or the bank said that it had not gone to the bank before, in the time that a restore lost; null for never.
    unsent_at        timestamptz,
    -- Where a customer who must confirm goes, and comes back to.
    redirect_to      text,
    return_to        text,
    PRIMARY KEY (merchant_id, id),
    -- An operator pays out a refund of money that no provider holds: from the bank account, or at the client's gateway. That
    -- attempt has no authorisation, and waits until an operator or a line of a statement confirms it.
    CONSTRAINT attempt_on_authorisation CHECK (CASE verb
        WHEN 'authorise' THEN authorisation_id IS NULL
        WHEN 'refund' THEN authorisation_id IS NOT NULL OR provider IN ('bank-transfer', 'gateway')
        ELSE authorisation_id IS NOT NULL END),
    CONSTRAINT attempt_settled_is_not_asked_for CHECK (due_at IS NULL OR status NOT IN ('approved', 'declined'))
) WITH (fillfactor = 70);

-- A payment asks one provider at a time for money.
CREATE UNIQUE INDEX attempt_takes_once ON attempt (merchant_id, payment_id)
    WHERE verb IN ('authorise', 'capture') AND status IN ('open', 'unknown', 'pending');

CREATE INDEX attempt_due ON attempt (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX attempt_unsettled ON attempt (opened_at) WHERE status IN ('open', 'unknown', 'pending');
-- An operator settled them before the provider had named them: a notice may be about one of these.
CREATE INDEX attempt_judged_unnamed ON attempt (merchant_id, provider)
    WHERE is_judged AND verb = 'authorise' AND provider_reference IS NULL;
CREATE INDEX attempt_of_payment ON attempt (payment_id, merchant_id);
-- The attempts of the last hour. Rows arrive in the order of time, so that a small summary of each page range finds them.
CREATE INDEX attempt_by_age ON attempt USING brin (opened_at) WITH (autosummarize = on);
-- The transfers that customers announced and no statement has shown yet, by customer.
CREATE INDEX attempt_waiting_for_transfer ON attempt (account_id, merchant_id)
    WHERE verb = 'capture' AND provider = 'bank-transfer' AND status IN ('open', 'unknown', 'pending');
-- The refunds that operators are to pay out, the oldest first.
CREATE INDEX attempt_to_pay_out ON attempt (merchant_id, opened_at, id)
    WHERE verb = 'refund' AND provider IN ('bank-transfer', 'gateway') AND status IN ('open', 'unknown', 'pending');
-- Providers' consoles and letters name a payment by it, so operators search payments by it.
CREATE INDEX attempt_by_reference ON attempt (provider_reference, merchant_id) WHERE provider_reference IS NOT NULL;

-- The charges that a payment under way is to settle.
CREATE TABLE claim (
    merchant_id  bigint  NOT NULL,
    payment_id   uuid    NOT NULL,
    line         int     NOT NULL CHECK (line > 0),
    charge_id    uuid    NOT NULL,
    amount_minor bigint  NOT NULL CHECK (amount_minor > 0),
    is_live      boolean NOT NULL,
    PRIMARY KEY (merchant_id, payment_id, line)
) WITH (fillfactor = 70);

-- One payment at a time collects a charge.
CREATE UNIQUE INDEX claim_live_once ON claim (merchant_id, charge_id) WHERE is_live;

-- Money that a payer took back.
CREATE TABLE dispute (
    merchant_id    bigint      NOT NULL,
    id             uuid        NOT NULL,
    payment_id     uuid        NOT NULL,
    provider       text        NOT NULL,
    reference      text        NOT NULL,
    kind           text        NOT NULL,
    status         text        NOT NULL,
    amount_minor   bigint      NOT NULL CHECK (amount_minor > 0),
    fee_minor      bigint      NOT NULL CHECK (fee_minor >= 0),
    reversed_minor bigint      NOT NULL CHECK (reversed_minor BETWEEN 0 AND amount_minor),
    opened_at      timestamptz NOT NULL,
    -- Why a bank returned a debit; null for no reason, and for a chargeback.
    reason         text,
    PRIMARY KEY (merchant_id, id)
);

CREATE INDEX dispute_of_payment ON dispute (payment_id, merchant_id);
CREATE INDEX dispute_by_time ON dispute (merchant_id, opened_at, id);
-- The few debits that banks returned.
CREATE INDEX dispute_returned ON dispute (merchant_id, opened_at) WHERE kind = 'returned_debit';
-- A provider's letters and its console name a dispute by the provider's reference, so operators search payments by it.
CREATE INDEX dispute_by_reference ON dispute (reference, merchant_id);
