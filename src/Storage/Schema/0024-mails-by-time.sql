-- Who is told that the card expires that pays by itself.
CREATE INDEX instrument_expires ON instrument (expires_on, merchant_id, id)
    WHERE expires_on IS NOT NULL AND provider IS NOT NULL AND standing IN ('saved', 'once', 'current');
