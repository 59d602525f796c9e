-- The operators' console: who is signed in, and the audit log.

-- An operator who is signed in. The token is long and random, and stands here as SHA-256.
CREATE TABLE console_session (
    merchant_id bigint      NOT NULL,
    token_hash  bytea       NOT NULL CHECK (octet_length(token_hash) = 32),
    person_id   uuid        NOT NULL,
    opened_at   timestamptz NOT NULL,
    -- To a fifteenth of the pause after which it ends.
    used_at     timestamptz NOT NULL,
    -- When the person last gave their password or a code: grave actions want a recent one.
    proven_at   timestamptz NOT NULL,
    -- Names the session to its owner.
    id          uuid        NOT NULL,
    -- Where it was opened: the client's address, and its browser as it calls itself.
    address     text,
    agent       text,
    PRIMARY KEY (merchant_id, token_hash),
    UNIQUE (merchant_id, id),
    FOREIGN KEY (merchant_id, person_id) REFERENCES person (merchant_id, id)
) WITH (fillfactor = 70);

CREATE INDEX console_session_of_person ON console_session (person_id, merchant_id);

-- The operators' actions, each written in the commit of its change, and never changed. One row for each request and subject,
-- however many commits a long piece of work takes.
CREATE TABLE operator_action (
    merchant_id bigint      NOT NULL REFERENCES merchant (id),
    request_id  uuid        NOT NULL,
    what        text        NOT NULL CHECK (what <> ''),
    subject     text        NOT NULL CHECK (subject <> ''),
    at          timestamptz NOT NULL,
    -- Null for the command line, and for a client that corrects.
    person_id   uuid,
    who         text        NOT NULL CHECK (who <> ''),
    reason      text        NOT NULL,
    PRIMARY KEY (merchant_id, request_id, what, subject)
);

-- The audit log by time, by person and by action.
CREATE INDEX operator_action_by_time ON operator_action (at, merchant_id, request_id);
CREATE INDEX operator_action_by_person ON operator_action (person_id, at, merchant_id, request_id);
CREATE INDEX operator_action_by_what ON operator_action (what, at, merchant_id, request_id);
