-- What the console finds customers and their ledger accounts by. The rules of 0001-books.sql hold here too.

-- Search as one types: the beginning of any name that clients have for something of a customer's. It finds whole names as well as before.
DROP INDEX reference_by_value;
CREATE INDEX reference_by_value ON reference (value text_pattern_ops, merchant_id);

-- A customer's ledger accounts; those of the merchant itself have the nil UUID. No payment into a ledger account that exists touches this.
CREATE INDEX ledger_account_of_holder ON ledger_account (holder_id, merchant_id, id);

-- What a provider told about something that it was asked for: about the request itself, or about the authorisation that money hangs on.
CREATE INDEX notice_of_attempt ON notice ((coalesce(body ->> 'request', body ->> 'authorisation')), merchant_id);
