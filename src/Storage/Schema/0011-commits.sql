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

-- One row per commit of a lane: shows after a broken connection whether that commit took place.
CREATE TABLE batch (
    merchant_id  bigint      NOT NULL,
    id           uuid        NOT NULL,
    committed_at timestamptz NOT NULL,
    PRIMARY KEY (merchant_id, id)
);

CREATE INDEX batch_by_age ON batch USING brin (committed_at);
