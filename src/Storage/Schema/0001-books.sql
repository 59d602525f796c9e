-- The books. Rules that hold for every table:
--   * the primary key leads with merchant_id, and every unique constraint contains it: no row of one merchant can be
--     reached from another, and the schema distributes by merchant;
--   * ids, numbers and times come from the program: no sequence, no volatile default, no trigger;
--   * amounts are whole minor units of their currency.
-- An index that is not unique does not lead with the merchant: to a planner that takes the table for empty it would look as
-- good as the primary key.
-- Rows that are updated in place leave room on their page (fillfactor), so that an update touches no index.
-- Foreign keys stand where rows are few. Between payments, events and transfers the engine writes both ends in one
-- commit, and `quittance verify` proves it: a foreign key there would cost a look-up for every row.

CREATE TABLE merchant (
    id          bigint      PRIMARY KEY,
    name        text        NOT NULL CHECK (name <> ''),
    -- Keys the hashes of requests that are kept with their answers, so that they tell nothing of a body.
    hash_key    bytea       NOT NULL CHECK (octet_length(hash_key) = 32),
    created_at  timestamptz NOT NULL
);

-- One API's view of a merchant.
CREATE TABLE installation (
    merchant_id bigint      NOT NULL REFERENCES merchant (id),
    id          bigint      NOT NULL,
    dialect     text        NOT NULL,
    currency    text        NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    locale      text        NOT NULL,
    time_zone   text        NOT NULL,
    created_at  timestamptz NOT NULL,
    PRIMARY KEY (merchant_id, id)
);

CREATE TABLE credential (
    merchant_id     bigint      NOT NULL,
    id              bigint      NOT NULL,
    installation_id bigint      NOT NULL,
    -- Which header or scheme carries it: a secret of one kind is no secret of another.
    kind            text        NOT NULL,
    name            text        NOT NULL,
    secret_hash     bytea       NOT NULL CHECK (octet_length(secret_hash) = 32),
    scopes          text[]      NOT NULL,
    created_at      timestamptz NOT NULL,
    revoked_at      timestamptz,
    PRIMARY KEY (merchant_id, id),
    UNIQUE (merchant_id, kind, secret_hash),
    FOREIGN KEY (merchant_id, installation_id) REFERENCES installation (merchant_id, id)
);

-- The one look-up that does not know its merchant yet: who is it that presents this secret?
CREATE INDEX credential_by_secret ON credential (secret_hash);

-- Whoever holds the lock of a slot's row owns all rows of the accounts in it.
CREATE TABLE slot (
    merchant_id bigint   NOT NULL REFERENCES merchant (id),
    slot        smallint NOT NULL CHECK (slot BETWEEN 0 AND 31),
    -- Human numbers are last_number * 32 + slot: unique per merchant without a place that all would wait for.
    last_number bigint   NOT NULL CHECK (last_number >= 0),
    PRIMARY KEY (merchant_id, slot)
) WITH (fillfactor = 10);

CREATE TABLE account (
    merchant_id bigint   NOT NULL REFERENCES merchant (id),
    id          uuid     NOT NULL,
    slot        smallint NOT NULL CHECK (slot BETWEEN 0 AND 31),
    number      bigint   NOT NULL CHECK (number BETWEEN 1 AND 9007199254740991),
    currency    text     NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    PRIMARY KEY (merchant_id, id)
);

-- What can be erased when a person asks for it, while the books stay.
CREATE TABLE account_holder (
    merchant_id bigint NOT NULL,
    account_id  uuid   NOT NULL,
    name        text   NOT NULL,
    PRIMARY KEY (merchant_id, account_id),
    FOREIGN KEY (merchant_id, account_id) REFERENCES account (merchant_id, id)
);

-- The names that clients, and we ourselves, have for accounts, orders, charges and instruments. Never changed.
CREATE TABLE reference (
    merchant_id bigint   NOT NULL,
    dialect     text     NOT NULL,
    kind        text     NOT NULL,
    value       text     NOT NULL CHECK (value <> ''),
    account_id  uuid     NOT NULL,
    slot        smallint NOT NULL,
    object_id   uuid     NOT NULL,
    PRIMARY KEY (merchant_id, dialect, kind, value),
    FOREIGN KEY (merchant_id, account_id) REFERENCES account (merchant_id, id)
);

CREATE INDEX reference_by_object ON reference (object_id, merchant_id);

CREATE TABLE customer_order (
    merchant_id         bigint NOT NULL,
    id                  uuid   NOT NULL,
    account_id          uuid   NOT NULL,
    -- A deposit is a wish and no debt: it stands here and not in the ledger.
    deposit_asked_minor bigint NOT NULL CHECK (deposit_asked_minor >= 0),
    deposit_paid_minor  bigint NOT NULL CHECK (deposit_paid_minor BETWEEN 0 AND deposit_asked_minor),
    events              int    NOT NULL CHECK (events >= 0),
    PRIMARY KEY (merchant_id, id),
    FOREIGN KEY (merchant_id, account_id) REFERENCES account (merchant_id, id)
) WITH (fillfactor = 70);

CREATE TABLE charge (
    merchant_id     bigint NOT NULL,
    id              uuid   NOT NULL,
    account_id      uuid   NOT NULL,
    order_id        uuid,
    number          bigint NOT NULL CHECK (number BETWEEN 1 AND 9007199254740991),
    label           text   NOT NULL,
    reference       text,
    document        text,
    description     text,
    due_on          date   NOT NULL,
    currency        text   NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    amount_minor    bigint NOT NULL CHECK (amount_minor > 0),
    allocated_minor bigint NOT NULL CHECK (allocated_minor >= 0),
    credited_minor  bigint NOT NULL CHECK (credited_minor >= 0),
    -- Its value changes only when the charge is settled, so that a part payment touches no index.
    is_open         boolean GENERATED ALWAYS AS (allocated_minor + credited_minor < amount_minor) STORED,
    PRIMARY KEY (merchant_id, id),
    FOREIGN KEY (merchant_id, account_id) REFERENCES account (merchant_id, id),
    FOREIGN KEY (merchant_id, order_id) REFERENCES customer_order (merchant_id, id),
    CONSTRAINT charge_never_settled_twice CHECK (allocated_minor + credited_minor <= amount_minor)
) WITH (fillfactor = 70);

CREATE INDEX charge_open ON charge (account_id, merchant_id, due_on, number) WHERE is_open;
CREATE INDEX charge_of_order ON charge (order_id, merchant_id) WHERE order_id IS NOT NULL;

CREATE TABLE instrument (
    merchant_id bigint NOT NULL,
    id          uuid   NOT NULL,
    account_id  uuid   NOT NULL,
    reference   text   NOT NULL,
    method      text   NOT NULL,
    name        text,
    PRIMARY KEY (merchant_id, id),
    FOREIGN KEY (merchant_id, account_id) REFERENCES account (merchant_id, id)
);

-- The id follows from the other columns but the totals (SHA-256), so there is one row for one thing.
CREATE TABLE ledger_account (
    merchant_id   bigint   NOT NULL,
    id            uuid     NOT NULL,
    slot          smallint NOT NULL,
    kind          text     NOT NULL,
    -- The customer account it is kept for; the nil UUID for the merchant's own.
    holder_id     uuid     NOT NULL,
    purpose       text     NOT NULL,
    currency      text     NOT NULL,
    debits_minor  bigint   NOT NULL CHECK (debits_minor >= 0),
    credits_minor bigint   NOT NULL CHECK (credits_minor >= 0),
    PRIMARY KEY (merchant_id, id),
    CONSTRAINT credit_never_below_zero CHECK (kind <> 'credit' OR credits_minor >= debits_minor)
) WITH (fillfactor = 70);

CREATE TABLE payment (
    merchant_id     bigint      NOT NULL,
    id              uuid        NOT NULL,
    number          bigint      NOT NULL CHECK (number BETWEEN 1 AND 9007199254740991),
    account_id      uuid        NOT NULL,
    instrument_id   uuid,
    -- Both are null for a bare record, which moves no money.
    amount_minor    bigint      CHECK (amount_minor > 0),
    currency        text,
    allocated_minor bigint      NOT NULL CHECK (allocated_minor >= 0),
    events          int         NOT NULL CHECK (events > 0),
    dialect         text        NOT NULL,
    status          text        NOT NULL,
    method          text        NOT NULL,
    status_at       timestamptz NOT NULL,
    -- What the dialect wants to show again, in its own words. Can be erased.
    details         json,
    PRIMARY KEY (merchant_id, id),
    CONSTRAINT payment_number_once UNIQUE (merchant_id, number),
    CONSTRAINT payment_with_currency CHECK ((amount_minor IS NULL) = (currency IS NULL)),
    CONSTRAINT payment_never_allocated_twice CHECK (allocated_minor <= coalesce(amount_minor, 0))
) WITH (fillfactor = 85);

-- What happened to a subject (account, charge, order, instrument, payment), numbered from 1. Never changed.
CREATE TABLE event (
    merchant_id   bigint      NOT NULL,
    subject_id    uuid        NOT NULL,
    sequence      int         NOT NULL CHECK (sequence > 0),
    type          text        NOT NULL,
    status        text,
    occurred_at   timestamptz NOT NULL,
    credential_id bigint      NOT NULL,
    request_id    uuid        NOT NULL,
    PRIMARY KEY (merchant_id, subject_id, sequence)
);

-- One movement of money, made by an event: balanced by construction, never changed.
CREATE TABLE transfer (
    merchant_id  bigint   NOT NULL,
    subject_id   uuid     NOT NULL,
    sequence     int      NOT NULL,
    line         int      NOT NULL CHECK (line > 0),
    debit_id     uuid     NOT NULL,
    credit_id    uuid     NOT NULL CHECK (credit_id <> debit_id),
    amount_minor bigint   NOT NULL CHECK (amount_minor > 0),
    currency     text     NOT NULL,
    charge_id    uuid,
    PRIMARY KEY (merchant_id, subject_id, sequence, line)
);

-- Where to find the answer to a request that may be repeated: an event, or the faults of a refused record.
CREATE TABLE kept_answer (
    merchant_id  bigint      NOT NULL,
    scope        text        NOT NULL,
    key          text        NOT NULL,
    line         int         NOT NULL CHECK (line >= 0),
    request_hash bytea       NOT NULL,
    subject_id   uuid        NOT NULL,
    sequence     int         NOT NULL,
    faults       text        NOT NULL,
    -- Null for a client's own payment reference, which is kept for ever.
    kept_until   timestamptz,
    PRIMARY KEY (merchant_id, scope, key, line)
);

-- Rows arrive in the order of time, so that a small summary of each page range finds the old ones.
CREATE INDEX kept_answer_by_age ON kept_answer USING brin (kept_until);

-- One row per commit of a lane: tells after a broken connection whether that commit took place.
CREATE TABLE batch (
    merchant_id  bigint      NOT NULL,
    id           uuid        NOT NULL,
    committed_at timestamptz NOT NULL,
    PRIMARY KEY (merchant_id, id)
);

CREATE INDEX batch_by_age ON batch USING brin (committed_at);
