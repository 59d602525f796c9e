-- The provider's own id of each attempt. Empty for earlier attempts, so that their seals hold.
ALTER TABLE attempt ADD COLUMN provider_reference text;

-- Providers' consoles and letters name a payment by it, so operators search payments by it.
CREATE INDEX attempt_by_reference ON attempt (provider_reference, merchant_id) WHERE provider_reference IS NOT NULL;
