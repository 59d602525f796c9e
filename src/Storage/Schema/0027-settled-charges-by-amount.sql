-- People look for a bill that was paid by its whole amount. The open ones have charge_of_open_amount; a charge has one entry here once
-- it is settled. Without it a search reads all charges: 90 ms for each currency of 100,000.
CREATE INDEX charge_of_settled_amount ON charge (amount_minor, merchant_id, currency, id) WHERE NOT is_open;
