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
    -- Another person has set the password: its owner changes it at the next sign-in.
    is_initial    boolean     NOT NULL DEFAULT false,
    -- The second factor: the secret of an authenticator (RFC 6238), sealed by the vault, null for a person with passkeys alone; since
    -- when a factor is asked for; and the SHA-256 of each recovery code that is left, one after another.
    sealed_secret  bytea,
    secured_at     timestamptz,
    recovery_codes bytea      NOT NULL DEFAULT '' CHECK (octet_length(recovery_codes) % 32 = 0),
    -- The step of the last code that was used: no code works twice.
    last_step      bigint,
    -- SHA-256 of the token of a link by which the person sets another password, once, and until when.
    reset_hash     bytea      CHECK (octet_length(reset_hash) = 32),
    reset_until    timestamptz,
    -- As whom an identity provider knows the person; null for a person whom none has let in. Its issuer, as it writes itself.
    issuer        text        CHECK (issuer <> ''),
    subject       text        CHECK (subject <> ''),
    PRIMARY KEY (merchant_id, id),
    UNIQUE (merchant_id, email),
    CONSTRAINT person_of_an_issuer CHECK ((issuer IS NULL) = (subject IS NULL)),
    CONSTRAINT person_second_factor_is_asked_for CHECK (sealed_secret IS NULL OR secured_at IS NOT NULL),
    CONSTRAINT person_reset_is_whole CHECK (num_nulls(reset_hash, reset_until) IN (0, 2))
);

CREATE UNIQUE INDEX person_subject ON person (subject, issuer, merchant_id) WHERE subject IS NOT NULL;

-- The passkeys of people (WebAuthn): the public halves of keys that their devices hold.
CREATE TABLE passkey (
    merchant_id   bigint      NOT NULL,
    id            uuid        NOT NULL,
    person_id     uuid        NOT NULL,
    -- What its owner calls it.
    name          text        NOT NULL CHECK (name <> ''),
    -- The name that the device gave it.
    credential_id bytea       NOT NULL CHECK (octet_length(credential_id) BETWEEN 1 AND 1023),
    -- As COSE writes it (RFC 9052).
    public_key    bytea       NOT NULL,
    -- Whether the owner's devices share it.
    is_shared     boolean     NOT NULL,
    transports    text[]      NOT NULL,
    created_at    timestamptz NOT NULL,
    -- One that was taken away keeps the row: no block ends a row without another in its place.
    ended_at      timestamptz,
    -- How often the device has signed: a number that does not grow is another device's.
    signatures    bigint      NOT NULL CHECK (signatures >= 0),
    -- When the last question was asked that it has answered: no answer works twice.
    asked_at      timestamptz,
    PRIMARY KEY (merchant_id, id),
    UNIQUE (merchant_id, credential_id),
    FOREIGN KEY (merchant_id, person_id) REFERENCES person (merchant_id, id)
);

-- A sign-in whose password was right and that lacks a step: a code, a password of one's own, a second factor.
CREATE TABLE pending_sign_in (
    merchant_id bigint      NOT NULL,
    token_hash  bytea       NOT NULL CHECK (octet_length(token_hash) = 32),
    person_id   uuid        NOT NULL,
    opened_at   timestamptz NOT NULL,
    -- When a code or a passkey was right.
    proven_at   timestamptz,
    PRIMARY KEY (merchant_id, token_hash),
    FOREIGN KEY (merchant_id, person_id) REFERENCES person (merchant_id, id)
);

-- Tries to sign in since the last success. Addresses without a person have rows as well, so that they look the same.
CREATE TABLE sign_in_try (
    merchant_id bigint      NOT NULL REFERENCES merchant (id),
    email_hash  bytea       NOT NULL CHECK (octet_length(email_hash) = 32),
    -- Passwords and codes of the second factor are counted apart, and those from a browser that the person has used before apart from
    -- those from anywhere: a stranger who guesses makes only strangers wait. Passkeys that prove nothing make no person wait.
    kind        text        NOT NULL CHECK (kind IN ('password', 'device', 'code', 'device_code', 'passkey')),
    tries       int         NOT NULL CHECK (tries > 0),
    -- Before this time no try of this kind is looked at.
    not_before  timestamptz NOT NULL,
    PRIMARY KEY (merchant_id, email_hash, kind)
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
