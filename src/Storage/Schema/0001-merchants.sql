-- Rules that hold for every table in this folder:
--   * The primary key leads with merchant_id, and every unique constraint contains it. So no row of one merchant can be
--     reached from another, and the schema can be distributed by merchant.
--   * Ids, numbers and times come from the program: no sequence, no volatile default, no trigger.
--   * Amounts are whole minor units of their currency.
--   * An index that is not unique does not lead with the merchant: a planner that believes the table to be empty would
--     rate it as highly as the primary key.
--   * A table whose rows are updated in place leaves room on its pages (fillfactor), so that an update touches no index.
--   * Foreign keys stand where rows are few. Between payments, events and transfers the engine writes both ends in one
--     commit, and `quittance verify` proves it: a foreign key there would cost a look-up for every row.

CREATE TABLE merchant (
    id          bigint      PRIMARY KEY,
    name        text        NOT NULL CHECK (name <> ''),
    -- Keys the hashes of requests that are kept with their answers, so that a hash reveals nothing about a body.
    hash_key    bytea       NOT NULL CHECK (octet_length(hash_key) = 32),
    created_at  timestamptz NOT NULL,
    -- People of the console without a second factor must set one up before anything else.
    requires_second_factor boolean NOT NULL DEFAULT false
);

-- One API's view of a merchant.
CREATE TABLE installation (
    merchant_id bigint      NOT NULL REFERENCES merchant (id),
    id          bigint      NOT NULL,
    dialect     text        NOT NULL,
    currency    text        NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    locale      text        NOT NULL,
    time_zone   text        NOT NULL,
    -- The pages that may embed the payment widget.
    origins     text[]      NOT NULL DEFAULT '{}',
    created_at  timestamptz NOT NULL,
    PRIMARY KEY (merchant_id, id)
);

CREATE TABLE credential (
    merchant_id     bigint      NOT NULL,
    id              bigint      NOT NULL,
    installation_id bigint      NOT NULL,
    -- Which header or scheme carries it: a secret of one kind does not work as another kind.
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

-- A client presents a secret and no merchant: this look-up finds the merchant.
CREATE INDEX credential_by_secret ON credential (secret_hash);

-- The transaction that holds the lock of a slot's row owns all rows of the slot's accounts.
CREATE TABLE slot (
    merchant_id bigint      NOT NULL REFERENCES merchant (id),
    slot        smallint    NOT NULL CHECK (slot BETWEEN 0 AND 31),
    -- Human numbers are last_number * 32 + slot: unique per merchant without one place for which all would wait.
    last_number bigint      NOT NULL CHECK (last_number >= 0),
    -- The time of the slot's last batch. No later batch of the slot has an earlier time, even if its server's clock is slow;
    -- and no batch is committed at a time that a reading or a closing has left behind.
    last_at     timestamptz NOT NULL DEFAULT '2000-01-01 00:00:00+00',
    -- The books were restored, and no operator has released them: the engine refuses all but what reconciles them.
    is_held     boolean     NOT NULL DEFAULT false,
    -- The hash of the slot's last block; zeros before the first.
    last_hash   bytea       NOT NULL DEFAULT decode(repeat('00', 32), 'hex') CHECK (octet_length(last_hash) = 32),
    -- The first open day, as the last row of first_open_day has it. What took effect on an earlier day is booked on this one.
    open_from   date        NOT NULL DEFAULT '2000-01-01',
    -- When the books were restored last; null for never. What is older and goes to the bank by a file may have gone already.
    restored_at timestamptz,
    PRIMARY KEY (merchant_id, slot)
) WITH (fillfactor = 10);

-- The bank account of a merchant, to which its customers transfer money: what bills print, so it is not sealed by the vault.
CREATE TABLE payee (
    merchant_id bigint      PRIMARY KEY REFERENCES merchant (id),
    iban        text        NOT NULL CHECK (iban ~ '^[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}$'),
    name        text        NOT NULL CHECK (name <> ''),
    -- A Swiss QR-bill has the address; null where there is none.
    street      text,
    postcode    text,
    town        text,
    country     text        CHECK (country ~ '^[A-Z]{2}$'),
    changed_at  timestamptz NOT NULL,
    CONSTRAINT payee_address_is_whole CHECK ((town IS NULL) = (country IS NULL) AND (town IS NULL) = (postcode IS NULL))
);

-- What customers see of a merchant, each profile from its moment on. A row never changes.
CREATE TABLE merchant_profile (
    merchant_id bigint      NOT NULL REFERENCES merchant (id),
    since       timestamptz NOT NULL,
    legal_name  text        NOT NULL CHECK (legal_name <> ''),
    line1       text,
    line2       text,
    postal_code text,
    city        text,
    region      text,
    country     text        CHECK (country ~ '^[A-Z]{2}$'),
    email       text,
    phone       text,
    -- Addresses at https.
    website     text        CHECK (website LIKE 'https://%'),
    imprint     text        CHECK (imprint LIKE 'https://%'),
    privacy     text        CHECK (privacy LIKE 'https://%'),
    terms       text        CHECK (terms LIKE 'https://%'),
    colour      text        CHECK (colour ~ '^#[0-9a-f]{6}$'),
    PRIMARY KEY (merchant_id, since),
    CONSTRAINT profile_address_is_whole CHECK ((city IS NULL) = (country IS NULL))
);

-- The logos of a merchant, each from its moment on. A row never changes.
CREATE TABLE merchant_logo (
    merchant_id bigint      NOT NULL REFERENCES merchant (id),
    since       timestamptz NOT NULL,
    -- Null from a moment on at which there is none.
    kind        text        CHECK (kind IN ('png', 'svg')),
    -- The beginning of the hash of the content: another picture has another one.
    tag         text,
    content     bytea       CHECK (octet_length(content) BETWEEN 1 AND 262144),
    PRIMARY KEY (merchant_id, since),
    CONSTRAINT logo_is_whole CHECK ((kind IS NULL) = (content IS NULL) AND (kind IS NULL) = (tag IS NULL))
);

-- The restores of these books: each begins an epoch. Books that were never restored have none. One row for all merchants, as a
-- restore is of a whole database.
CREATE TABLE epoch (
    number        int         PRIMARY KEY CHECK (number > 0),
    -- Every later event has a later time.
    began_at      timestamptz NOT NULL,
    -- What was committed between this time and began_at is lost.
    lost_from     timestamptz NOT NULL,
    -- All slots counted on from here: no lost human number is above it.
    numbers_from  bigint      NOT NULL CHECK (numbers_from BETWEEN 0 AND 281474976710655),
    -- A random part of the names of events for receivers. Two restores of one backup have two.
    mark          text        NOT NULL CHECK (mark ~ '^[0-9a-f]{16}$'),
    -- When the books were last compared with all providers, and how many differences were left; null for not yet.
    reconciled_at timestamptz,
    differences   int         CHECK (differences >= 0),
    -- When an operator released the books; null while they are held.
    released_at   timestamptz,
    CONSTRAINT epoch_begins_after_the_loss CHECK (lost_from < began_at)
);
