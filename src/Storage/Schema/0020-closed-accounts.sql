-- Accounts that are closed, or were, and what merges moved. All columns are empty in other rows, so that their seals hold.

ALTER TABLE account
    ADD COLUMN status text CHECK (status = 'closed'),
    -- How many events it has, where it has more than the one that opened it.
    ADD COLUMN events bigint CHECK (events > 1),
    -- The account of the same person that it is merged into.
    ADD COLUMN merged_into_id uuid,
    ADD CONSTRAINT account_closed_by_event CHECK (status IS NULL OR events IS NOT NULL),
    ADD CONSTRAINT account_merged_is_closed CHECK (merged_into_id IS NULL OR (status = 'closed' AND merged_into_id <> id) IS TRUE);

-- The page of an account names those that are merged into it.
CREATE INDEX account_merged_into ON account (merged_into_id, merchant_id) WHERE merged_into_id IS NOT NULL;

ALTER TABLE charge
    -- The charge of a merged account whose open part this one is, and that account.
    ADD COLUMN moved_from_id  uuid,
    ADD COLUMN merged_from_id uuid,
    ADD CONSTRAINT charge_moved_by_merge CHECK ((moved_from_id IS NULL) = (merged_from_id IS NULL));

CREATE INDEX charge_merged_from ON charge (merged_from_id, merchant_id) WHERE merged_from_id IS NOT NULL;

ALTER TABLE payment
    -- The merged account whose credit it is.
    ADD COLUMN merged_from_id uuid,
    ADD CONSTRAINT payment_moved_by_merge CHECK (merged_from_id IS NULL OR moved_from_id IS NOT NULL);

CREATE INDEX payment_merged_from ON payment (merged_from_id, merchant_id) WHERE merged_from_id IS NOT NULL;
