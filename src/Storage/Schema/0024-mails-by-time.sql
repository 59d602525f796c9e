-- Who is told that the card expires that pays by itself.
CREATE INDEX instrument_expires ON instrument (expires_on, merchant_id, id)
    WHERE expires_on IS NOT NULL AND provider IS NOT NULL AND standing IN ('saved', 'once', 'current');

-- Mail to the merchant's people: its subject is the person, and its sequence the window of time that it is about.
ALTER TABLE mail ALTER COLUMN account_id DROP NOT NULL;
