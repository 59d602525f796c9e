-- What is overdue: reminders, and payments that are tried again.

-- When customers billed in a currency are reminded, each policy from its moment on. A row never changes, so that the policy of any moment
-- is known.
CREATE TABLE dunning_policy (
    merchant_id   bigint      NOT NULL REFERENCES merchant (id),
    currency      text        NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    -- All commits before it were decided by the policy before, and all later ones by this one.
    since         timestamptz NOT NULL,
    -- The overdue amount below which no customer is reminded; null for no policy.
    minimum_minor bigint      CHECK (minimum_minor >= 0),
    -- Of each level: the days after the due day, the fee in minor units, and whether an agency collects from then on.
    days          text[],
    fees          text[],
    hands_over    boolean,
    PRIMARY KEY (merchant_id, currency, since),
    CONSTRAINT dunning_policy_whole CHECK ((minimum_minor IS NULL) = (days IS NULL) AND (days IS NULL) = (fees IS NULL)
        AND (days IS NULL) = (hands_over IS NULL) AND cardinality(days) = cardinality(fees))
);

-- How far a customer is dunned. A customer who was never dunned, paused or exempt has no row.
CREATE TABLE dunning (
    merchant_id    bigint   NOT NULL,
    account_id     uuid     NOT NULL,
    -- How often dunning has begun.
    cycle          int      NOT NULL CHECK (cycle >= 0),
    -- The last level of the cycle that runs; 0 while none does.
    level          smallint NOT NULL CHECK (level >= 0),
    stepped_on     date,
    is_with_agency boolean  NOT NULL,
    is_exempt      boolean  NOT NULL,
    -- The last day without dunning.
    paused_until   date,
    PRIMARY KEY (merchant_id, account_id),
    FOREIGN KEY (merchant_id, account_id) REFERENCES account (merchant_id, id),
    CONSTRAINT dunning_stepped CHECK ((level > 0) = (stepped_on IS NOT NULL) AND (level > 0 OR NOT is_with_agency))
) WITH (fillfactor = 70);

CREATE INDEX dunning_running ON dunning (account_id, merchant_id) WHERE level > 0;

-- The levels that customers have reached.
CREATE TABLE dunning_step (
    merchant_id   bigint   NOT NULL,
    account_id    uuid     NOT NULL,
    cycle         int      NOT NULL,
    level         smallint NOT NULL CHECK (level BETWEEN 1 AND 5),
    -- The event of the account.
    sequence      int      NOT NULL,
    taken_on      date     NOT NULL,
    oldest_due_on date     NOT NULL,
    -- What was overdue, less the customer's credit.
    amount_minor  bigint   NOT NULL CHECK (amount_minor > 0),
    currency      text     NOT NULL,
    -- The charge of the fee.
    fee_id        uuid,
    hands_over    boolean  NOT NULL,
    PRIMARY KEY (merchant_id, account_id, cycle, level),
    FOREIGN KEY (merchant_id, account_id) REFERENCES account (merchant_id, id)
);

-- The last day for which a server has done the run.
CREATE TABLE overdue_run (
    merchant_id bigint PRIMARY KEY REFERENCES merchant (id),
    done_on     date   NOT NULL
);

-- When a merchant charges a stored instrument again, each policy from its moment on. A row never changes.
CREATE TABLE retry_policy (
    merchant_id      bigint      NOT NULL REFERENCES merchant (id),
    since            timestamptz NOT NULL,
    -- Of each try, the days after the first failure; null for no policy.
    days             text[],
    also_unexplained boolean,
    -- Whether the customer pays the provider's fee of a returned debit.
    charges_fee      boolean,
    PRIMARY KEY (merchant_id, since),
    CONSTRAINT retry_policy_whole CHECK ((days IS NULL) = (also_unexplained IS NULL) AND (days IS NULL) = (charges_fee IS NULL))
);

-- Payments that try an earlier one again.
CREATE TABLE payment_retry (
    merchant_id bigint   NOT NULL,
    -- The payment that failed first.
    first_id    uuid     NOT NULL,
    nth         smallint NOT NULL CHECK (nth > 0),
    payment_id  uuid     NOT NULL,
    tried_on    date     NOT NULL,
    PRIMARY KEY (merchant_id, first_id, nth)
);

CREATE UNIQUE INDEX payment_retry_of_payment ON payment_retry (payment_id, merchant_id);

-- On which business day of each month a run of dues begins by itself, each policy from its moment on. A row never changes.
CREATE TABLE due_policy (
    merchant_id   bigint      NOT NULL REFERENCES merchant (id),
    since         timestamptz NOT NULL,
    -- Null for no policy.
    day           int         CHECK (day BETWEEN 1 AND 20),
    -- The charges that its runs are for; null for any.
    method        text        CHECK (method IN ('card', 'debit')),
    dialect       text,
    minimum_minor bigint      CHECK (minimum_minor > 0),
    currency      text        CHECK (currency ~ '^[A-Z]{3}$'),
    -- The person who set it; null for a program and for the command line.
    set_by        uuid,
    -- Whether a program set it for itself.
    is_of_program boolean,
    -- Whether its runs are only for customers who chose autopay.
    autopay_only  boolean,
    PRIMARY KEY (merchant_id, since),
    CONSTRAINT due_policy_minimum_has_a_currency CHECK ((minimum_minor IS NULL) = (currency IS NULL)),
    CONSTRAINT due_policy_whole CHECK ((day IS NULL) = (is_of_program IS NULL) AND (day IS NULL) = (autopay_only IS NULL)
        AND (day IS NOT NULL OR (method IS NULL AND dialect IS NULL AND minimum_minor IS NULL AND set_by IS NULL)))
);

-- Runs that ask for what is due until a day, from customers' stored instruments.
CREATE TABLE due_run (
    merchant_id   bigint      NOT NULL REFERENCES merchant (id),
    id            uuid        NOT NULL,
    number        bigint      NOT NULL,
    -- The last due day.
    until         date        NOT NULL,
    -- The charges that it is for; null for any.
    method        text        CHECK (method IN ('card', 'debit')),
    dialect       text,
    minimum_minor bigint      CHECK (minimum_minor > 0),
    currency      text        CHECK (currency ~ '^[A-Z]{3}$'),
    -- How many payments were to be made when it began.
    planned       int         NOT NULL CHECK (planned >= 0),
    status        text        NOT NULL CHECK (status IN ('waiting', 'running', 'done', 'stopped')),
    begun_at      timestamptz NOT NULL,
    events        int         NOT NULL CHECK (events > 0),
    -- Whether it was above the limit, so that a second person had to release it.
    needs_release boolean     NOT NULL,
    -- The person who began it; null for a program and for the command line.
    begun_by      uuid,
    -- The first day of the month for which it began by itself; null for a run that a person or a program began.
    month         date        CHECK (extract(day FROM month) = 1),
    -- Whether it is only for customers who chose autopay.
    autopay_only  boolean     NOT NULL,
    PRIMARY KEY (merchant_id, id),
    -- As with payments, it does not lead with the merchant.
    UNIQUE (number, merchant_id),
    CONSTRAINT due_run_minimum_has_a_currency CHECK ((minimum_minor IS NULL) = (currency IS NULL))
) WITH (fillfactor = 70);

-- A month has one run at most that began by itself.
CREATE UNIQUE INDEX due_run_of_month ON due_run (merchant_id, month) WHERE month IS NOT NULL;

CREATE INDEX due_run_open ON due_run (id, merchant_id) WHERE status IN ('waiting', 'running');

-- The payments by which runs asked for charges: a run asks for a charge once at most. Rows never change.
CREATE TABLE due_payment (
    merchant_id bigint NOT NULL,
    run_id      uuid   NOT NULL,
    charge_id   uuid   NOT NULL,
    payment_id  uuid   NOT NULL,
    PRIMARY KEY (merchant_id, run_id, charge_id),
    FOREIGN KEY (merchant_id, run_id) REFERENCES due_run (merchant_id, id),
    FOREIGN KEY (merchant_id, charge_id) REFERENCES charge (merchant_id, id)
);

CREATE INDEX due_payment_of_charge ON due_payment (charge_id, merchant_id);
CREATE UNIQUE INDEX due_payment_of_run ON due_payment (run_id, merchant_id, payment_id);
CREATE UNIQUE INDEX due_payment_of_payment ON due_payment (payment_id, merchant_id);

-- Customers' consents that bills are collected by a card or a bank account when they are due. The last one of a customer counts.
CREATE TABLE autopay (
    merchant_id   bigint      NOT NULL,
    account_id    uuid        NOT NULL,
    -- Its place among the customer's.
    nth           int         NOT NULL CHECK (nth > 0),
    -- Null where a customer who chose nothing here wants nothing collected.
    instrument_id uuid,
    -- Where the customer gave it.
    source        text        NOT NULL CHECK (
                      source IN ('widget', 'link', 'api', 'console', 'command_line', 'merge', 'replacement')),
    -- The words that the customer agreed to, and their language; null once they are erased.
    text          text,
    language      text,
    given_at      timestamptz NOT NULL,
    -- When and where the customer ended it, or chose anew; null while it is in force.
    withdrawn_at  timestamptz,
    withdrawn_by  text        CHECK (
                      withdrawn_by IN ('widget', 'link', 'api', 'console', 'command_line', 'merge', 'replacement')),
    PRIMARY KEY (merchant_id, account_id, nth),
    FOREIGN KEY (merchant_id, account_id) REFERENCES account (merchant_id, id),
    FOREIGN KEY (merchant_id, instrument_id) REFERENCES instrument (merchant_id, id),
    CONSTRAINT autopay_withdrawn CHECK ((withdrawn_at IS NULL) = (withdrawn_by IS NULL)),
    CONSTRAINT autopay_of_an_instrument CHECK (instrument_id IS NOT NULL OR withdrawn_at IS NOT NULL)
) WITH (fillfactor = 70);
