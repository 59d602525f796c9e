-- A merchant's own sentences in mails, each from its moment on. A row never changes.
CREATE TABLE mail_sentence (
    merchant_id bigint      NOT NULL REFERENCES merchant (id),
    kind        text        NOT NULL,
    -- Such as de; empty for all languages.
    language    text        NOT NULL CHECK (language ~ '^([a-z]{2})?$'),
    since       timestamptz NOT NULL,
    -- Null for none any more.
    sentence    text        CHECK (length(sentence) BETWEEN 1 AND 500),
    PRIMARY KEY (merchant_id, kind, language, since)
);
