-- Open sessions of payment links, which end when nothing is due by their links any more; and disputes in the order of their times.

CREATE INDEX session_of_link ON session (id, merchant_id) WHERE status = 'open' AND scope = 'link';
CREATE INDEX dispute_by_time ON dispute (merchant_id, opened_at, id);
