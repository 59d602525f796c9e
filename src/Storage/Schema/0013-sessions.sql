-- Customers' visits to the payment widget, and the addresses at which customers pay.

-- A customer's visit to the payment widget. Its tokens follow from its id and a key of the merchant's, and are not stored.
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
    -- The provider's page on which the customer enters an instrument; null while no entry is under way.
    page_provider      text,
    page_reference     text,
    -- The language of the words by which the customer chose autopay with the instrument; null where the customer did not.
    autopay_language   text,
    events             int         NOT NULL CHECK (events > 0),
    expires_at         timestamptz NOT NULL,
    PRIMARY KEY (merchant_id, id),
    FOREIGN KEY (merchant_id, account_id) REFERENCES account (merchant_id, id),
    CONSTRAINT session_page_is_whole CHECK ((page_provider IS NULL) = (page_reference IS NULL))
) WITH (fillfactor = 70);

CREATE INDEX session_to_expire ON session (expires_at) WHERE status = 'open';
-- Sessions of payment links end when nothing is due by their links any more.
CREATE INDEX session_of_link ON session (id, merchant_id) WHERE status = 'open' AND scope = 'link';

-- An address that a merchant sends to a customer. Its token follows from its id and a key of the merchant's, and is not stored.
CREATE TABLE payment_link (
    merchant_id     bigint      NOT NULL,
    id              uuid        NOT NULL,
    account_id      uuid        NOT NULL,
    slot            smallint    NOT NULL CHECK (slot BETWEEN 0 AND 31),
    installation_id bigint      NOT NULL,
    amount_minor    bigint      NOT NULL CHECK (amount_minor > 0),
    currency        text        NOT NULL,
    -- None for an amount.
    charges         text[]      NOT NULL,
    text            text        NOT NULL,
    opens           text        NOT NULL,
    ends_at         timestamptz NOT NULL,
    status          text        NOT NULL,
    -- Its last session; null before it was opened.
    session_id      uuid,
    events          int         NOT NULL CHECK (events > 0),
    PRIMARY KEY (merchant_id, id),
    FOREIGN KEY (merchant_id, account_id) REFERENCES account (merchant_id, id)
) WITH (fillfactor = 70);

-- A session is of one link at most.
CREATE UNIQUE INDEX payment_link_of_session ON payment_link (session_id, merchant_id);
CREATE INDEX payment_link_of_account ON payment_link (account_id, id, merchant_id);
