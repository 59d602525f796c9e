-- Who is told of events, and what of that is still to be told. The rules of 0001-books.sql hold here too.

CREATE TABLE subscription (
    merchant_id   bigint      NOT NULL,
    id            uuid        NOT NULL,
    credential_id bigint      NOT NULL,
    dialect       text        NOT NULL,
    address       text        NOT NULL CHECK (address <> ''),
    event_types   text[]      NOT NULL CHECK (cardinality(event_types) > 0),
    -- What the dialect asks of an event beside its type.
    query         text,
    created_at    timestamptz NOT NULL,
    ended_at      timestamptz,
    PRIMARY KEY (merchant_id, id),
    FOREIGN KEY (merchant_id, credential_id) REFERENCES credential (merchant_id, id)
);

-- Every commit looks here; for most merchants there is nothing.
CREATE INDEX subscription_live ON subscription (merchant_id) WHERE ended_at IS NULL;

-- What a credential's subscribers know us by. Sealed by the vault: the secret in use and those that are on their way out.
CREATE TABLE webhook_secret (
    merchant_id    bigint      NOT NULL,
    credential_id  bigint      NOT NULL,
    sealed_secrets bytea       NOT NULL,
    changed_at     timestamptz NOT NULL,
    PRIMARY KEY (merchant_id, credential_id),
    FOREIGN KEY (merchant_id, credential_id) REFERENCES credential (merchant_id, id)
);

-- One event for one subscription, committed with the event. Its body is written when it is sent, from the books as of the event.
CREATE TABLE delivery (
    merchant_id     bigint      NOT NULL,
    subscription_id uuid        NOT NULL,
    subject_id      uuid        NOT NULL,
    sequence        int         NOT NULL,
    status          text        NOT NULL CHECK (status IN ('waiting', 'delivered', 'dead')),
    failures        int         NOT NULL CHECK (failures >= 0),
    failure         text,
    -- When to try it, or until when somebody is trying it; null when it is done with.
    due_at          timestamptz,
    ended_at        timestamptz,
    -- It was dead and is tried again: later events of its subject may have been told before it.
    replayed_at     timestamptz,
    PRIMARY KEY (merchant_id, subscription_id, subject_id, sequence),
    CONSTRAINT delivery_waits_for_something CHECK ((status = 'waiting') = (due_at IS NOT NULL) AND (status = 'waiting') = (ended_at IS NULL)),
    CONSTRAINT delivery_dead_of_something CHECK (status <> 'dead' OR failure IS NOT NULL)
) WITH (fillfactor = 70);

CREATE INDEX delivery_due ON delivery (subscription_id, due_at, merchant_id) WHERE status = 'waiting';
CREATE INDEX delivery_dead ON delivery (ended_at) WHERE status = 'dead';
CREATE INDEX delivery_by_age ON delivery USING brin (ended_at);
