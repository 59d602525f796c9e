-- What the engine keeps of its commits, so that a repeated request gets its first answer and a broken connection an exact one.

-- Where to find the answer to a request that may be repeated: an event, or the faults of a refused record.
CREATE TABLE kept_answer (
    merchant_id  bigint      NOT NULL,
    scope        text        NOT NULL,
    key          text        NOT NULL,
    line         int         NOT NULL CHECK (line >= 0),
    request_hash bytea       NOT NULL,
    subject_id   uuid        NOT NULL,
    sequence     int         NOT NULL,
    faults       text        NOT NULL,
    -- Null for a client's own payment reference, which is kept for ever.
    kept_until   timestamptz,
    PRIMARY KEY (merchant_id, scope, key, line)
);

-- Rows arrive in the order of time, so that a small summary of each page range finds the old ones.
CREATE INDEX kept_answer_by_age ON kept_answer USING brin (kept_until);

-- One row per commit and merchant: seals the rows that the commit put, and shows after a broken connection whether that commit
-- took place. Never changed, never deleted.
CREATE TABLE block (
    merchant_id bigint      NOT NULL,
    -- Rises within a slot.
    at          timestamptz NOT NULL,
    id          uuid        NOT NULL,
    -- The slots that the commit held, one bit each.
    slots       bigint      NOT NULL CHECK (slots BETWEEN 1 AND 4294967295),
    -- For each row that the commit put, and for each row that it replaced: one byte for the table and the end, 32 for the row's hash.
    leaves      bytea       NOT NULL CHECK (octet_length(leaves) % 33 = 0),
    -- Of all of this, and of the block before this one in each of its slots.
    hash        bytea       NOT NULL CHECK (octet_length(hash) = 32),
    -- The id of the master key, and the HMAC of the hash under a key that follows from it. Null where no key was at hand.
    proof       bytea       CHECK (octet_length(proof) = 40),
    PRIMARY KEY (merchant_id, at, id)
);

-- Hashes do not shrink: no commit spends time on the attempt.
ALTER TABLE block ALTER leaves SET STORAGE EXTERNAL;

-- The leaves of a usual commit stay in the block's row: a table beside it would need further rows, and an index on them.
ALTER TABLE block SET (toast_tuple_target = 8160);
