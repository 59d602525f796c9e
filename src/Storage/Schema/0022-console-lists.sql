-- What the console lists by other ways than it is written. The rules of 0001-books.sql hold here too.

-- The audit log by person, and by action.
CREATE INDEX operator_action_by_person ON operator_action (person_id, at, merchant_id, request_id);
CREATE INDEX operator_action_by_what ON operator_action (what, at, merchant_id, request_id);

-- What a subscription was told last, and what was given up for it.
CREATE INDEX delivery_told_last ON delivery (subscription_id, ended_at, merchant_id) WHERE status = 'delivered';
CREATE INDEX delivery_dead_last ON delivery (subscription_id, ended_at, merchant_id) WHERE status = 'dead';
