-- An operator pays out a refund of money that no provider holds: from the bank account, or at the client's gateway. The attempt has no
-- authorisation, and waits until an operator or a line of a statement confirms it.
ALTER TABLE attempt
    DROP CONSTRAINT attempt_on_authorisation,
    ADD CONSTRAINT attempt_on_authorisation CHECK (CASE verb
        WHEN 'authorise' THEN authorisation_id IS NULL
        WHEN 'refund' THEN authorisation_id IS NOT NULL OR provider IN ('bank-transfer', 'gateway')
        ELSE authorisation_id IS NOT NULL END);

-- The refunds to be paid out, the oldest first.
CREATE INDEX attempt_to_pay_out ON attempt (merchant_id, opened_at, id)
    WHERE verb = 'refund' AND provider IN ('bank-transfer', 'gateway') AND status IN ('open', 'unknown', 'pending');
