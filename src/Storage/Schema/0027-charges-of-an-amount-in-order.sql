-- Open charges of one amount in the order in which they are shown, so that the first five cost the same however many there are: a studio bills all its
-- members the same on one day. In place of the index of 0025, which had them in no order.
DROP INDEX charge_of_open_amount;
CREATE INDEX charge_of_open_amount ON charge
    ((amount_minor - allocated_minor - credited_minor), merchant_id, currency, due_on, number) WHERE is_open;
