-- Subscriptions to events, and the deliveries that they are owed.

CREATE TABLE subscription (
    merchant_id   bigint      NOT NULL,
    id            uuid        NOT NULL,
    credential_id bigint      NOT NULL,
    dialect       text        NOT NULL,
    address       text        NOT NULL CHECK (address <> ''),
    -- The types of events; null for every one, also those that come later.
    event_types   text[],
    -- The dialect's conditions on an event beside its type.
    query         text,
    created_at    timestamptz NOT NULL,
    ended_at      timestamptz,
    PRIMARY KEY (merchant_id, id),
    FOREIGN KEY (merchant_id, credential_id) REFERENCES credential (merchant_id, id)
);

-- Every commit looks here; most merchants have none.
CREATE INDEX subscription_live ON subscription (merchant_id) WHERE ended_at IS NULL;

-- The secrets that sign what a credential's subscribers receive, sealed by the vault: the current one and those that still
-- hold for a while.
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
    -- When to try it next, or until when a server has it; null when it is delivered or dead.
    due_at          timestamptz,
    ended_at        timestamptz,
    -- It was dead and is tried again: later events of its subject may have been delivered before it.
    replayed_at     timestamptz,
    PRIMARY KEY (merchant_id, subscription_id, subject_id, sequence),
    CONSTRAINT delivery_waits_for_something CHECK (
        (status = 'waiting') = (due_at IS NOT NULL) AND (status = 'waiting') = (ended_at IS NULL)),
    CONSTRAINT delivery_dead_of_something CHECK (status <> 'dead' OR failure IS NOT NULL)
) WITH (fillfactor = 70);

CREATE INDEX delivery_due ON delivery (subscription_id, due_at, merchant_id) WHERE status = 'waiting';
CREATE INDEX delivery_dead ON delivery (ended_at) WHERE status = 'dead';
CREATE INDEX delivery_by_age ON delivery USING brin (ended_at);
-- A subscription's last delivery, and its last dead one.
CREATE INDEX delivery_told_last ON delivery (subscription_id, ended_at, merchant_id) WHERE status = 'delivered';
CREATE INDEX delivery_dead_last ON delivery (subscription_id, ended_at, merchant_id) WHERE status = 'dead';
