-- The one zone in which a merchant's days begin. That of an installation is for what its own requests and answers say.
ALTER TABLE merchant ADD COLUMN time_zone text NOT NULL DEFAULT 'Etc/UTC';

-- People saw this one in the console.
UPDATE merchant m
   SET time_zone = i.time_zone
  FROM (SELECT DISTINCT ON (merchant_id) merchant_id, time_zone
          FROM installation ORDER BY merchant_id, time_zone = 'Etc/UTC', id) i
 WHERE i.merchant_id = m.id;

-- The day of the books is that of the merchant, which can be the next one of UTC. Older events keep their days.
ALTER TABLE event DROP CONSTRAINT event_booked_by_its_time;
ALTER TABLE event ADD CONSTRAINT event_booked_by_its_time CHECK (booked_on <= (occurred_at AT TIME ZONE 'UTC')::date + 1) NOT VALID;
