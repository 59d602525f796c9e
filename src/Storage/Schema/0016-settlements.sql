-- Statements of banks and payout reports of providers, and how their lines are booked.

CREATE TABLE statement (
    merchant_id   bigint      NOT NULL REFERENCES merchant (id),
    -- Derived from the contents (SHA-256), so that the same file is one statement; and from how many imports of it were taken back.
    id            uuid        NOT NULL,
    source        text        NOT NULL CHECK (source IN ('camt', 'csv', 'payout', 'mt940')),
    -- The bank account, masked, or the provider. Its keyed hash distinguishes two accounts that look alike when masked.
    account       text        NOT NULL CHECK (account <> ''),
    account_hash  bytea       NOT NULL CHECK (octet_length(account_hash) = 32),
    reference     text,
    currency      text        NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    opening_minor bigint,
    closing_minor bigint,
    lines         int         NOT NULL CHECK (lines >= 0),
    -- How many of its lines stand in earlier statements as well, and the money that those move.
    shared        int         NOT NULL DEFAULT 0 CHECK (shared >= 0),
    shared_minor  bigint      NOT NULL DEFAULT 0,
    -- The days of its first and its last line; null where it has none.
    first_on      date,
    last_on       date,
    file_name     text        NOT NULL,
    imported_at   timestamptz NOT NULL,
    -- When its import was taken back; null where it counts.
    undone_at     timestamptz,
    PRIMARY KEY (merchant_id, id)
);

CREATE INDEX statement_by_time ON statement (imported_at, merchant_id, id);
-- Banks give several statements one number: pages, an interim one, numbers that begin anew.
CREATE INDEX statement_of_account ON statement (account_hash, merchant_id, source);
-- A provider's payout report, found by the reference in the bank's line.
CREATE INDEX statement_payout ON statement (reference, merchant_id) WHERE source = 'payout';
-- Of payout reports the import refuses a known one with other contents.
CREATE UNIQUE INDEX statement_payout_once ON statement (account_hash, reference, merchant_id) WHERE source = 'payout' AND undone_at IS NULL;

CREATE TABLE settlement_line (
    merchant_id       bigint  NOT NULL,
    -- Derived from the account and the bank's own reference or the line's contents, so that overlapping statements share
    -- their lines.
    id                uuid    NOT NULL,
    statement_id      uuid    NOT NULL,
    number            int     NOT NULL CHECK (number > 0),
    -- Its place among the lines of all statements: the time of the import, and the order of the file.
    file_order        bigint  NOT NULL CHECK (file_order >= 0),
    source            text    NOT NULL,
    account           text    NOT NULL,
    kind              text    NOT NULL CHECK (kind IN ('entry', 'payment', 'refund', 'chargeback', 'fee')),
    booked_on         date    NOT NULL,
    -- The bank's value date; null where it names none.
    value_on          date,
    -- The change of the account's balance, below zero for less. It leaves out the provider's fee.
    amount_minor      bigint  NOT NULL,
    fee_minor         bigint  NOT NULL CHECK (fee_minor >= 0),
    currency          text    NOT NULL,
    counterparty      text,
    -- A keyed hash of the payer's account number: it distinguishes two accounts, and recognises a payer who has paid for a
    -- customer before. Null where the bank does not give the number.
    counterparty_hash bytea   CHECK (octet_length(counterparty_hash) = 32),
    remittance        text,
    end_to_end        text,
    status            text    NOT NULL CHECK (status IN ('open', 'booked', 'ignored', 'undone')),
    use               text,
    payment_id        uuid,
    -- The payment or the attempt that this line settles. No other line settles it.
    settles_id        uuid,
    note              text,
    events            int     NOT NULL CHECK (events >= 0),
    -- The line of an earlier statement that may be this one, where neither balances nor days nor the bank's reference decide.
    resembles_id      uuid,
    -- The bank's reference belongs to this line alone in its statement.
    is_referenced     boolean NOT NULL DEFAULT false,
    -- Random. The seals of the texts are keyed with it, so that they reveal nothing once it is erased.
    salt              uuid    NOT NULL,
    PRIMARY KEY (merchant_id, id),
    FOREIGN KEY (merchant_id, statement_id) REFERENCES statement (merchant_id, id),
    -- A provider may keep all of a payment: then its line moves only the fee.
    CONSTRAINT settlement_line_moves_something CHECK (amount_minor <> 0 OR fee_minor > 0),
    CONSTRAINT settlement_line_booked_as_something CHECK ((status = 'booked') = (use IS NOT NULL))
) WITH (fillfactor = 70);

-- By how much a line may be less than what it pays, each from its moment on. A row never changes.
CREATE TABLE settlement_tolerance (
    merchant_id        bigint      NOT NULL REFERENCES merchant (id),
    currency           text        NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    since              timestamptz NOT NULL,
    -- Both bounds hold; both null for no tolerance.
    amount_minor       bigint      CHECK (amount_minor > 0),
    percent_hundredths int         CHECK (percent_hundredths BETWEEN 1 AND 10000),
    -- What a difference is, where an operator does not say otherwise.
    kind               text        CHECK (kind IN ('fee', 'rounding', 'discount')),
    PRIMARY KEY (merchant_id, currency, since),
    CONSTRAINT settlement_tolerance_whole CHECK ((kind IS NULL) = (amount_minor IS NULL AND percent_hundredths IS NULL))
);

-- What a merchant says of lines that name nothing of ours. Its conditions never change, so that what a line says of its rule stays true.
CREATE TABLE line_rule (
    merchant_id       bigint  NOT NULL REFERENCES merchant (id),
    number            int     NOT NULL CHECK (number > 0),
    name              text    NOT NULL CHECK (name <> ''),
    use               text    NOT NULL CHECK (use IN ('ignore', 'fee', 'payout', 'own_transfer', 'customer')),
    -- The provider of payouts, or the account of the customer.
    provider          text,
    account_id        uuid,
    -- The conditions; null for any. The bank account is masked, as in statements.
    bank_account      text,
    direction         text    CHECK (direction IN ('in', 'out')),
    counterparty      text,
    counterparty_hash bytea   CHECK (octet_length(counterparty_hash) = 32),
    words             text,
    -- Of the amount without its sign.
    currency          text    CHECK (currency ~ '^[A-Z]{3}$'),
    least_minor       bigint  CHECK (least_minor > 0),
    most_minor        bigint  CHECK (most_minor >= least_minor),
    -- The first rule that fits wins.
    place             int     NOT NULL CHECK (place > 0),
    is_on             boolean NOT NULL,
    is_ended          boolean NOT NULL DEFAULT false,
    -- Random. The seals of the words are keyed with it, so that they reveal nothing once it is erased.
    salt              uuid    NOT NULL,
    PRIMARY KEY (merchant_id, number),
    CONSTRAINT line_rule_names_its_provider CHECK ((use = 'payout') = (provider IS NOT NULL)),
    CONSTRAINT line_rule_names_its_customer CHECK ((use = 'customer') = (account_id IS NOT NULL)),
    CONSTRAINT line_rule_amounts_have_a_currency CHECK ((currency IS NULL) = (least_minor IS NULL AND most_minor IS NULL)),
    CONSTRAINT line_rule_ended_is_off CHECK (NOT (is_ended AND is_on))
);

-- What a merchant says of the columns of a bank's CSV, once for all files with its header line. What it says never changes: another one
-- takes its place, and it is ended.
CREATE TABLE statement_format (
    merchant_id    bigint  NOT NULL REFERENCES merchant (id),
    number         int     NOT NULL CHECK (number > 0),
    name           text    NOT NULL CHECK (name <> ''),
    -- The names in the header line, and what each column has.
    header         text[]  NOT NULL,
    uses           text[]  NOT NULL,
    -- Null where each file shows it.
    day_order      text    CHECK (day_order IN ('day_first', 'month_first')),
    decimal_sign   text    CHECK (decimal_sign IN ('.', ',')),
    -- Null where a column has it.
    currency       text    CHECK (currency ~ '^[A-Z]{3}$'),
    -- The merchant's own bank account, masked, and sealed by the vault; null where a column has it.
    account        text    CHECK (account <> ''),
    sealed_account bytea,
    is_ended       boolean NOT NULL DEFAULT false,
    PRIMARY KEY (merchant_id, number),
    CONSTRAINT statement_format_says_each_column CHECK (cardinality(header) = cardinality(uses)),
    CONSTRAINT statement_format_has_the_account_whole CHECK ((account IS NULL) = (sealed_account IS NULL))
);

CREATE INDEX settlement_line_of_statement ON settlement_line (statement_id, merchant_id, number);
-- The newest day first, and the lines of a day in the order of the bank.
CREATE INDEX settlement_line_by_status ON settlement_line (status, merchant_id, booked_on, (-file_order), id);
CREATE INDEX settlement_line_of_payment ON settlement_line (payment_id, merchant_id) WHERE payment_id IS NOT NULL;
-- It does not lead with the merchant although it is unique: a planner that believes the table to be empty would take it for
-- the primary key, and look for each line among all of the merchant's.
CREATE UNIQUE INDEX settlement_line_settles_once ON settlement_line (settles_id, merchant_id) WHERE settles_id IS NOT NULL;
CREATE INDEX settlement_line_of_payer ON settlement_line (counterparty_hash, merchant_id, booked_on)
    WHERE counterparty_hash IS NOT NULL AND status = 'booked' AND payment_id IS NOT NULL;
