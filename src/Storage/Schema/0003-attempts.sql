-- What providers are asked for, and what they tell. The rules of 0001-books.sql hold here too.

ALTER TABLE payment
    ADD COLUMN reversed_minor bigint NOT NULL DEFAULT 0 CHECK (reversed_minor >= 0),
    ADD CONSTRAINT payment_never_reversed_twice CHECK (allocated_minor + reversed_minor <= coalesce(amount_minor, 0));

-- One thing asked of a provider for one payment. Written before the provider is called; its id is the provider's idempotency key.
CREATE TABLE attempt (
    merchant_id      bigint      NOT NULL,
    id               uuid        NOT NULL,
    payment_id       uuid        NOT NULL,
    account_id       uuid        NOT NULL,
    slot             smallint    NOT NULL CHECK (slot BETWEEN 0 AND 31),
    provider         text        NOT NULL,
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
    unanswered       int         NOT NULL CHECK (unanswered >= 0),
    events           int         NOT NULL CHECK (events >= 0),
    opened_at        timestamptz NOT NULL,
    -- When to ask next; null when nobody has to.
    due_at           timestamptz,
    PRIMARY KEY (merchant_id, id),
    CONSTRAINT attempt_on_authorisation CHECK ((verb = 'authorise') = (authorisation_id IS NULL)),
    CONSTRAINT attempt_settled_is_not_asked_for CHECK (due_at IS NULL OR status NOT IN ('approved', 'declined'))
) WITH (fillfactor = 70);

CREATE INDEX attempt_due ON attempt (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX attempt_unsettled ON attempt (opened_at) WHERE status IN ('open', 'unknown', 'pending');
CREATE INDEX attempt_of_payment ON attempt (payment_id, merchant_id);

-- A payment asks one provider at a time for money to take.
CREATE UNIQUE INDEX attempt_takes_once ON attempt (merchant_id, payment_id)
    WHERE verb IN ('authorise', 'capture') AND status IN ('open', 'unknown', 'pending');

-- The charges that a payment under way is meant to settle.
CREATE TABLE claim (
    merchant_id  bigint  NOT NULL,
    payment_id   uuid    NOT NULL,
    line         int     NOT NULL CHECK (line > 0),
    charge_id    uuid    NOT NULL,
    amount_minor bigint  NOT NULL CHECK (amount_minor > 0),
    is_live      boolean NOT NULL,
    PRIMARY KEY (merchant_id, payment_id, line)
) WITH (fillfactor = 70);

-- A charge is collected by one payment at a time.
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
    PRIMARY KEY (merchant_id, id)
);

CREATE INDEX dispute_of_payment ON dispute (payment_id, merchant_id);

-- How a merchant reaches its account at a provider. Its keys are sealed by the vault.
CREATE TABLE provider_account (
    merchant_id bigint      NOT NULL REFERENCES merchant (id),
    provider    text        NOT NULL,
    address     text        NOT NULL,
    sealed_keys bytea       NOT NULL,
    changed_at  timestamptz NOT NULL,
    PRIMARY KEY (merchant_id, provider)
);

-- What providers told us, as it came but for what may not be kept. It is answered at once and processed after.
CREATE TABLE notice (
    merchant_id bigint      NOT NULL REFERENCES merchant (id),
    provider    text        NOT NULL,
    id          text        NOT NULL,
    body        json        NOT NULL,
    received_at timestamptz NOT NULL,
    tries       int         NOT NULL CHECK (tries >= 0),
    outcome     text        NOT NULL,
    -- When to process it next; null when it is done with.
    due_at      timestamptz,
    PRIMARY KEY (merchant_id, provider, id)
) WITH (fillfactor = 70);

CREATE INDEX notice_due ON notice (due_at) WHERE due_at IS NOT NULL;
