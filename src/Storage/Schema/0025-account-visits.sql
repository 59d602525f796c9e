-- Links by which customers open their own page: each is mailed, and opens once.
CREATE TABLE account_visit (
    merchant_id     bigint      NOT NULL,
    id              uuid        NOT NULL,
    account_id      uuid        NOT NULL,
    installation_id bigint      NOT NULL,
    asked_at        timestamptz NOT NULL,
    -- When a browser opened it; null while none has.
    opened_at       timestamptz,
    -- When the customer left.
    ended_at        timestamptz,
    PRIMARY KEY (merchant_id, id),
    FOREIGN KEY (merchant_id, account_id) REFERENCES account (merchant_id, id)
) WITH (fillfactor = 70);

CREATE INDEX account_visit_of_account ON account_visit (account_id, asked_at, merchant_id);
CREATE INDEX account_visit_by_age ON account_visit USING brin (asked_at);

-- Customers ask for their page by their address.
CREATE INDEX account_contact_by_email ON account_contact (lower(email), merchant_id) WHERE email IS NOT NULL;

ALTER TABLE mail ADD CONSTRAINT mail_is_for_a_customer_or_a_person CHECK ((account_id IS NULL)
    = (kind IN ('dispute_opened', 'approval_waits', 'collection_failed', 'webhook_fails')));
