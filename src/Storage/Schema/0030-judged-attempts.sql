-- Whether an operator said how the attempt ended, and not the provider. The note that says why can be erased; what follows from it can't.
ALTER TABLE attempt ADD COLUMN is_judged boolean NOT NULL DEFAULT false;

UPDATE attempt a SET is_judged = true
 WHERE a.status IN ('approved', 'declined')
   AND (a.note NOT LIKE 'No clear answer to % questions.'
        OR EXISTS (SELECT FROM event e JOIN operator_action o ON o.merchant_id = e.merchant_id AND o.request_id = e.request_id
                    WHERE e.merchant_id = a.merchant_id AND e.subject_id = a.id AND e.type IN ('attempt.approved', 'attempt.declined')));
