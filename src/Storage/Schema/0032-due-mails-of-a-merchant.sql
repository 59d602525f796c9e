-- The mail of a merchant that is due longest, however many mails of others wait.
CREATE INDEX mail_due_of_merchant ON mail (merchant_id, due_at, id) WHERE status = 'waiting';
DROP INDEX mail_due;
