-- Which open charges are of just this amount: what an operator is shown beside a bank line that names nothing. One entry when a charge is raised, none
-- when it is paid whole.
CREATE INDEX charge_of_open_amount ON charge ((amount_minor - allocated_minor - credited_minor), merchant_id) WHERE is_open;
