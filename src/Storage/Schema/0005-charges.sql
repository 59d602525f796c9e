-- What customers owe: orders and charges.

CREATE TABLE customer_order (
    merchant_id         bigint NOT NULL,
    id                  uuid   NOT NULL,
    account_id          uuid   NOT NULL,
    -- A deposit is not a debt: it stands here and not in the ledger.
    deposit_asked_minor bigint NOT NULL CHECK (deposit_asked_minor >= 0),
    deposit_paid_minor  bigint NOT NULL CHECK (deposit_paid_minor BETWEEN 0 AND deposit_asked_minor),
    -- Money that is earmarked for the order pays its deposit. Money that is given back no longer pays it; money that is
    -- spent on the order's charges still does.
    earmarked_minor     bigint NOT NULL DEFAULT 0 CHECK (earmarked_minor >= 0),
    events              int    NOT NULL CHECK (events >= 0),
    PRIMARY KEY (merchant_id, id),
    FOREIGN KEY (merchant_id, account_id) REFERENCES account (merchant_id, id),
    CONSTRAINT customer_order_deposit_is_earmarked CHECK (deposit_paid_minor <= earmarked_minor)
) WITH (fillfactor = 70);

CREATE INDEX customer_order_of_account ON customer_order (account_id, merchant_id, id);

CREATE TABLE charge (
    merchant_id      bigint NOT NULL,
    id               uuid   NOT NULL,
    account_id       uuid   NOT NULL,
    order_id         uuid,
    number           bigint NOT NULL CHECK (number BETWEEN 1 AND 9007199254740991),
    label            text   NOT NULL,
    reference        text,
    -- The reference as a number, where the API that raised the charge counts its charges: its clients use this number.
    reference_number bigint CHECK (reference_number > 0),
    document         text,
    description      text,
    due_on           date   NOT NULL,
    currency         text   NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    amount_minor     bigint NOT NULL CHECK (amount_minor > 0),
    allocated_minor  bigint NOT NULL CHECK (allocated_minor >= 0),
    credited_minor   bigint NOT NULL CHECK (credited_minor >= 0),
    -- A bad debt that was given up. It can be recovered, and is no credit note.
    written_off_minor bigint NOT NULL DEFAULT 0 CHECK (written_off_minor >= 0),
    events           int    NOT NULL DEFAULT 1 CHECK (events > 0),
    -- Changes only when the charge is settled, so that a part payment touches no index.
    is_open          boolean GENERATED ALWAYS AS (allocated_minor + credited_minor + written_off_minor < amount_minor) STORED,
    -- The charge of a merged account whose open part this one is, and that account.
    moved_from_id    uuid,
    merged_from_id   uuid,
    -- The last day on which the customer is not dunned for it.
    dunning_paused_until date,
    PRIMARY KEY (merchant_id, id),
    FOREIGN KEY (merchant_id, account_id) REFERENCES account (merchant_id, id),
    FOREIGN KEY (merchant_id, order_id) REFERENCES customer_order (merchant_id, id),
    CONSTRAINT charge_never_settled_twice CHECK (allocated_minor + credited_minor + written_off_minor <= amount_minor),
    CONSTRAINT charge_moved_by_merge CHECK ((moved_from_id IS NULL) = (merged_from_id IS NULL))
) WITH (fillfactor = 70);

CREATE INDEX charge_open ON charge (account_id, merchant_id, due_on, number) WHERE is_open;
-- Lists of open charges follow their ids. In old books nearly all charges are settled, and a list by the key alone reads those too.
CREATE INDEX charge_open_by_id ON charge (merchant_id, id, due_on) WHERE is_open;
-- The console lists what is open by the day it is due, of all customers.
CREATE INDEX charge_by_due_day ON charge (due_on, merchant_id, number) WHERE is_open;
CREATE INDEX charge_merged_from ON charge (merged_from_id, merchant_id) WHERE merged_from_id IS NOT NULL;
CREATE INDEX charge_of_order ON charge (order_id, merchant_id) WHERE order_id IS NOT NULL;
-- Lists read a slice of an account's charges from a number on. The day lets them skip charges of other days unread.
CREATE INDEX charge_listed ON charge (account_id, merchant_id, (coalesce(reference_number, number)), due_on);
-- Open charges of exactly one amount, which the console proposes for a bank line that names nothing. They stand in the order
-- in which they are shown, so that the first five cost the same however many there are: a studio bills all its members the
-- same on one day. A charge has one entry while it is open.
CREATE INDEX charge_of_open_amount ON charge
    ((amount_minor - allocated_minor - credited_minor - written_off_minor), merchant_id, currency, due_on, number) WHERE is_open;
