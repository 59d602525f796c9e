-- The merchant's day on which it was set; null for the day of UTC. A run of an earlier day does not begin, whatever the zone is now.
ALTER TABLE due_policy ADD COLUMN set_on date;
ALTER TABLE due_policy ADD CONSTRAINT due_policy_set_on
    CHECK (set_on BETWEEN (since AT TIME ZONE 'UTC')::date - 1 AND (since AT TIME ZONE 'UTC')::date + 1);
