-- Lists of open charges follow their ids. In old books nearly all charges are settled, and a list by the key alone reads those too.
CREATE INDEX charge_open_by_id ON charge (merchant_id, id, due_on) WHERE is_open;
