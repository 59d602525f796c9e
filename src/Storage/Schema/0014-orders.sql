-- The lists of a customer's orders. The rules of 0001-books.sql hold here too.

CREATE INDEX customer_order_of_account ON customer_order (account_id, merchant_id, id);
