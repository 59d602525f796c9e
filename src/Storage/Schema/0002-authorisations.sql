-- The authorisation server: its clients, the people who sign in, and the access that they granted.
-- Secrets, codes and tokens are long and random, so SHA-256 protects them. Passwords are not, so they are stretched.

-- The rest of a credential of kind `client`: its name at the endpoints, and where it may send people back to.
CREATE TABLE client (
    merchant_id   bigint  NOT NULL,
    credential_id bigint  NOT NULL,
    name          text    NOT NULL CHECK (name <> ''),
    -- It runs on its user's device and can keep no secret, so it presents none.
    is_public     boolean NOT NULL,
    redirect_uris text[]  NOT NULL,
    PRIMARY KEY (merchant_id, credential_id),
    UNIQUE (merchant_id, name),
    FOREIGN KEY (merchant_id, credential_id) REFERENCES credential (merchant_id, id)
);

-- Like credential_by_secret: a client gives its name and no merchant.
CREATE INDEX client_by_name ON client (name);

-- Someone who signs in. A person without a role cannot use the console, and only lets clients act for them.
CREATE TABLE person (
    merchant_id   bigint      NOT NULL REFERENCES merchant (id),
    id            uuid        NOT NULL,
    email         text        NOT NULL CHECK (email <> '' AND email = lower(email)),
    name          text        NOT NULL CHECK (name <> ''),
    -- PBKDF2 with HMAC-SHA256.
    password_hash bytea       NOT NULL CHECK (octet_length(password_hash) = 32),
    salt          bytea       NOT NULL CHECK (octet_length(salt) = 16),
    iterations    int         NOT NULL CHECK (iterations >= 600000),
    role          text        CHECK (role IN ('viewer', 'operator', 'admin')),
    created_at    timestamptz NOT NULL,
    -- A person who left keeps the row, because operator actions name it.
    ended_at      timestamptz,
    -- As whom an identity provider knows the person; null for a person whom none has let in. Its issuer, as it writes itself.
    issuer        text        CHECK (issuer <> ''),
    subject       text        CHECK (subject <> ''),
    PRIMARY KEY (merchant_id, id),
    UNIQUE (merchant_id, email),
    CONSTRAINT person_of_an_issuer CHECK ((issuer IS NULL) = (subject IS NULL))
);

CREATE UNIQUE INDEX person_subject ON person (subject, issuer, merchant_id) WHERE subject IS NOT NULL;

-- Tries to sign in since the last success. Addresses without a person have rows as well, so that they look the same.
CREATE TABLE sign_in_try (
    merchant_id bigint      NOT NULL REFERENCES merchant (id),
    email_hash  bytea       NOT NULL CHECK (octet_length(email_hash) = 32),
    tries       int         NOT NULL CHECK (tries > 0),
    -- Before this time no password lets anyone in under this address.
    not_before  timestamptz NOT NULL,
    PRIMARY KEY (merchant_id, email_hash)
);

CREATE INDEX sign_in_try_by_age ON sign_in_try (not_before);

-- A client's right to act for a subject: a person, or the client itself. Its tokens are a family and are revoked together.
CREATE TABLE authorisation (
    merchant_id     bigint      NOT NULL,
    id              uuid        NOT NULL,
    credential_id   bigint      NOT NULL,
    subject         uuid        NOT NULL,
    scopes          text[]      NOT NULL,
    -- The client exchanges the code for the first tokens, once. A client that acts for itself has no code.
    code_hash       bytea       CHECK (octet_length(code_hash) = 32),
    redirect_uri    text,
    challenge       bytea       CHECK (octet_length(challenge) = 32),
    code_expires_at timestamptz,
    code_used_at    timestamptz,
    -- When the last of its tokens ends.
    expires_at      timestamptz NOT NULL,
    revoked_at      timestamptz,
    PRIMARY KEY (merchant_id, id),
    FOREIGN KEY (merchant_id, credential_id) REFERENCES credential (merchant_id, id),
    CONSTRAINT authorisation_code_is_bound CHECK (num_nulls(code_hash, redirect_uri, challenge, code_expires_at) IN (0, 4))
) WITH (fillfactor = 70);

CREATE UNIQUE INDEX authorisation_by_code ON authorisation (merchant_id, code_hash) WHERE code_hash IS NOT NULL;
CREATE INDEX authorisation_by_age ON authorisation (expires_at);

CREATE TABLE token (
    merchant_id      bigint      NOT NULL,
    hash             bytea       NOT NULL CHECK (octet_length(hash) = 32),
    authorisation_id uuid        NOT NULL,
    kind             text        NOT NULL,
    scopes           text[]      NOT NULL,
    issued_at        timestamptz NOT NULL,
    expires_at       timestamptz NOT NULL,
    -- A refresh token is exchanged once; one that comes back a second time was stolen.
    used_at          timestamptz,
    revoked_at       timestamptz,
    -- Of a refresh token: the access token that was issued with it. It stands here because the access token's own row
    -- is deleted once it has expired.
    access_hash      bytea       CHECK (octet_length(access_hash) = 32),
    PRIMARY KEY (merchant_id, hash)
) WITH (fillfactor = 70);

CREATE INDEX token_by_age ON token (expires_at);
