-- Merchants' accounts at providers, and the notices that providers send.

-- How a merchant reaches its account at a provider. The vault seals its keys.
CREATE TABLE provider_account (
    merchant_id    bigint      NOT NULL REFERENCES merchant (id),
    provider       text        NOT NULL,
    address        text        NOT NULL,
    sealed_keys    bytea       NOT NULL,
    changed_at     timestamptz NOT NULL,
    -- Until when the daily comparison of the books with the provider has come; null for not yet.
    compared_until timestamptz,
    PRIMARY KEY (merchant_id, provider)
);

-- Which providers charge what customers enter. The most exact row counts: of the kind and the currency, of the kind, of the currency, of
-- everything.
CREATE TABLE provider_route (
    merchant_id bigint      NOT NULL REFERENCES merchant (id),
    -- A kind of instrument, or 'any'.
    kind        text        NOT NULL,
    -- A currency, or 'any'.
    currency    text        NOT NULL CHECK (currency ~ '^([A-Z]{3}|any)$'),
    -- In the order in which they are tried; none once the route is ended.
    providers   text[]      NOT NULL,
    changed_at  timestamptz NOT NULL,
    PRIMARY KEY (merchant_id, kind, currency)
);

-- A provider's notice as it came, without the parts that may not be kept. We answer at once and process it afterwards.
CREATE TABLE notice (
    merchant_id bigint      NOT NULL REFERENCES merchant (id),
    provider    text        NOT NULL,
    id          text        NOT NULL,
    body        json        NOT NULL,
    received_at timestamptz NOT NULL,
    tries       int         NOT NULL CHECK (tries >= 0),
    outcome     text        NOT NULL,
    -- When to process it next; null when it is processed.
    due_at      timestamptz,
    PRIMARY KEY (merchant_id, provider, id)
) WITH (fillfactor = 70);

CREATE INDEX notice_due ON notice (due_at) WHERE due_at IS NOT NULL;
-- The notices about an attempt: about the request itself, or about the authorisation that holds the money.
CREATE INDEX notice_of_attempt ON notice ((coalesce(body ->> 'request', body ->> 'authorisation')), merchant_id);
