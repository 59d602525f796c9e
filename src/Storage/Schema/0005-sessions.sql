-- Payment sessions, and what instruments may be used for. The rules of 0001-books.sql hold here too.

ALTER TABLE instrument ADD COLUMN standing text NOT NULL DEFAULT 'saved';

-- An account has one instrument of its own at most.
CREATE UNIQUE INDEX instrument_current_once ON instrument (merchant_id, account_id) WHERE standing = 'current';
CREATE INDEX instrument_of_account ON instrument (account_id, merchant_id);

-- A customer's visit to the payment widget. Its tokens follow from its id and a key of the merchant's, and are stored nowhere.
CREATE TABLE session (
    merchant_id        bigint      NOT NULL,
    id                 uuid        NOT NULL,
    account_id         uuid        NOT NULL,
    slot               smallint    NOT NULL CHECK (slot BETWEEN 0 AND 31),
    installation_id    bigint      NOT NULL,
    scope              text        NOT NULL,
    amount_minor       bigint      NOT NULL CHECK (amount_minor >= 0),
    currency           text        NOT NULL,
    reference_text     text        NOT NULL,
    choices            text[]      NOT NULL,
    requires_signature boolean     NOT NULL,
    shows_instruments  boolean     NOT NULL,
    status             text        NOT NULL,
    payment_id         uuid,
    instrument_id      uuid,
    events             int         NOT NULL CHECK (events > 0),
    expires_at         timestamptz NOT NULL,
    PRIMARY KEY (merchant_id, id),
    FOREIGN KEY (merchant_id, account_id) REFERENCES account (merchant_id, id)
) WITH (fillfactor = 70);

CREATE INDEX session_to_expire ON session (expires_at) WHERE status = 'open';

-- Where a customer who must confirm goes, and comes back to.
ALTER TABLE attempt ADD COLUMN redirect_to text, ADD COLUMN return_to text;

-- The pages that may embed the payment widget.
ALTER TABLE installation ADD COLUMN origins text[] NOT NULL DEFAULT '{}';
