-- The time of a slot's last batch. No later batch of the slot has an earlier time, whatever the clock of its server says; and a day that an
-- export has closed stays closed. Old events are not read for it: from its first batch on a slot knows.
ALTER TABLE slot ADD COLUMN last_at timestamptz NOT NULL DEFAULT '2000-01-01 00:00:00+00';
