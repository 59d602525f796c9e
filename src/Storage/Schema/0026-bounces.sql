-- A mail that was sent can come back.
ALTER TABLE mail DROP CONSTRAINT mail_status_check;
ALTER TABLE mail ADD CONSTRAINT mail_status_check CHECK (status IN ('waiting', 'sent', 'failed', 'left_out', 'bounced'));
