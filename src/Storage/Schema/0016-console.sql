-- The operators' console: who may use it, who is signed in there, and what they did. The rules of 0001-books.sql hold here too.

-- A person without a role only lets clients act for them (0006-oauth.sql). Who has left keeps the row, as actions name it.
ALTER TABLE person
    ADD COLUMN role     text CHECK (role IN ('viewer', 'operator', 'admin')),
    ADD COLUMN ended_at timestamptz;

-- Somebody signed in. The token is long and random and stands here as SHA-256.
CREATE TABLE console_session (
    merchant_id bigint      NOT NULL,
    token_hash  bytea       NOT NULL CHECK (octet_length(token_hash) = 32),
    person_id   uuid        NOT NULL,
    opened_at   timestamptz NOT NULL,
    -- To the minute: a session that nobody uses ends.
    used_at     timestamptz NOT NULL,
    PRIMARY KEY (merchant_id, token_hash),
    FOREIGN KEY (merchant_id, person_id) REFERENCES person (merchant_id, id)
) WITH (fillfactor = 70);

CREATE INDEX console_session_of_person ON console_session (person_id, merchant_id);

-- What operators did, written in the commit of what it changed, and never changed. One row for each request and subject,
-- however many commits a long piece of work takes.
CREATE TABLE operator_action (
    merchant_id bigint      NOT NULL REFERENCES merchant (id),
    request_id  uuid        NOT NULL,
    what        text        NOT NULL CHECK (what <> ''),
    subject     text        NOT NULL CHECK (subject <> ''),
    at          timestamptz NOT NULL,
    -- Null for the command line.
    person_id   uuid,
    who         text        NOT NULL CHECK (who <> ''),
    reason      text        NOT NULL,
    PRIMARY KEY (merchant_id, request_id, what, subject)
);

CREATE INDEX operator_action_by_time ON operator_action (at, merchant_id, request_id);
