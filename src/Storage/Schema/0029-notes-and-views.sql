-- What the merchant's people note on a customer: a person's data, and no part of the books. Ids are in the order of time.
CREATE TABLE account_note (
    merchant_id bigint      NOT NULL,
    id          uuid        NOT NULL,
    account_id  uuid        NOT NULL,
    at          timestamptz NOT NULL,
    who         text        NOT NULL,
    text        text        NOT NULL CHECK (text <> '' AND length(text) <= 2000),
    PRIMARY KEY (merchant_id, id),
    FOREIGN KEY (merchant_id, account_id) REFERENCES account (merchant_id, id)
);

CREATE INDEX account_note_of_account ON account_note (account_id, merchant_id, id);

-- What failed and is tried again: few rows, which a long backlog of others hides.
CREATE INDEX delivery_failing ON delivery (subscription_id, due_at, merchant_id) WHERE status = 'waiting' AND failures > 0;

-- The views of its lists that a person of the console has saved; with an empty name, the columns that the person hides.
CREATE TABLE operator_view (
    merchant_id bigint NOT NULL,
    person_id   uuid   NOT NULL,
    list        text   NOT NULL,
    name        text   NOT NULL CHECK (length(name) <= 60),
    -- What stands behind the address of the list: filters, order, hidden columns.
    asked       text   NOT NULL CHECK (length(asked) <= 2000),
    PRIMARY KEY (merchant_id, person_id, list, name),
    FOREIGN KEY (merchant_id, person_id) REFERENCES person (merchant_id, id)
);
