-- The transfers that customers announced and that no statement has shown yet, by customer. The rules of 0001-books.sql hold here too.

CREATE INDEX attempt_waiting_for_transfer ON attempt (account_id, merchant_id)
    WHERE verb = 'capture' AND provider = 'bank-transfer' AND status IN ('open', 'unknown', 'pending');
