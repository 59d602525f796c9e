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
    events             int         NOT NULL CHECK (events > 0),
    expires_at         timestamptz NOT NULL,
    PRIMARY KEY (merchant_id, id),
    FOREIGN KEY (merchant_id, account_id) REFERENCES account (merchant_id, id),
    CONSTRAINT session_page_is_whole CHECK ((page_provider IS NULL) = (page_reference IS NULL))
) WITH (fillfactor = 70);

CREATE INDEX session_to_expire ON session (expires_at) WHERE status = 'open';
-- Sessions of payment links end when nothing is due by their links any more.
CREATE INDEX session_of_link ON session (id, merchant_id) WHERE status = 'open' AND scope = 'link';
