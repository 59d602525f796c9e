-- What a provider calls a dispute is what its letters and its console name, so operators search payments by it. Disputes are few, and written rarely.
CREATE INDEX dispute_by_reference ON dispute (reference, merchant_id);
