-- A deposit is paid by money that is earmarked for its order. What of that money is given back pays it no more; what is spent on the
-- order's charges still does.
ALTER TABLE customer_order ADD COLUMN earmarked_minor bigint NOT NULL DEFAULT 0 CHECK (earmarked_minor >= 0);

UPDATE customer_order o
   SET earmarked_minor = s.earmarked, deposit_paid_minor = least(o.deposit_paid_minor, s.earmarked)
  FROM (SELECT m.merchant_id, m.purpose, m.currency, greatest(0, sum(m.moved))::bigint AS earmarked
          FROM (SELECT l.merchant_id, l.purpose, l.currency, t.amount_minor AS moved
                  FROM ledger_account l
                  JOIN transfer t ON t.merchant_id = l.merchant_id AND t.credit_id = l.id
                  JOIN ledger_account d ON d.merchant_id = t.merchant_id AND d.id = t.debit_id
                 WHERE l.kind = 'credit' AND l.purpose LIKE 'earmarked:%' AND d.kind <> 'receivable'
                UNION ALL
                SELECT l.merchant_id, l.purpose, l.currency, -t.amount_minor
                  FROM ledger_account l
                  JOIN transfer t ON t.merchant_id = l.merchant_id AND t.debit_id = l.id
                  JOIN ledger_account c ON c.merchant_id = t.merchant_id AND c.id = t.credit_id
                 WHERE l.kind = 'credit' AND l.purpose LIKE 'earmarked:%' AND c.kind <> 'receivable') m
         GROUP BY m.merchant_id, m.purpose, m.currency) s
  JOIN account a ON a.merchant_id = s.merchant_id AND a.currency = s.currency
 WHERE o.merchant_id = s.merchant_id AND o.account_id = a.id AND s.purpose = 'earmarked:' || o.id;

ALTER TABLE customer_order ADD CONSTRAINT customer_order_deposit_is_earmarked CHECK (deposit_paid_minor <= earmarked_minor);
