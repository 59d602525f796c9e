-- What operators search for at the console. The rules of 0001-books.sql hold here too.

-- Any name that somebody has for something, whatever kind of name it is.
CREATE INDEX reference_by_value ON reference (value, merchant_id);
-- The beginning of a name, in any case.
CREATE INDEX account_holder_by_name ON account_holder (lower(name) text_pattern_ops, merchant_id);

-- What providers were asked for lately. Rows arrive in the order of time, so that a small summary of each page range finds the last hour.
CREATE INDEX attempt_by_age ON attempt USING brin (opened_at) WITH (autosummarize = on);
