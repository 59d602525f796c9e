-- The lines of later files that may be an earlier one.
CREATE INDEX settlement_line_resembling ON settlement_line (resembles_id, merchant_id) WHERE resembles_id IS NOT NULL;
