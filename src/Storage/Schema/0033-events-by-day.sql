-- The same summaries of page ranges find the events of a time, and those of the early days of the books.
CREATE INDEX event_by_time_and_day ON event USING brin (occurred_at, booked_on) WITH (pages_per_range = 16, autosummarize = on);
DROP INDEX event_by_time;
