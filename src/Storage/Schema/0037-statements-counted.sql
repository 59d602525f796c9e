-- What a statement shares with earlier ones, so that its lines can be counted and added up. The rules of 0001-books.sql hold here too.

ALTER TABLE statement
    -- The days of its first and its last line; null where it has none.
    ADD COLUMN first_on     date,
    ADD COLUMN last_on      date,
    -- How many of its lines earlier statements have, and what those move.
    ADD COLUMN shared       int    NOT NULL DEFAULT 0 CHECK (shared >= 0),
    ADD COLUMN shared_minor bigint NOT NULL DEFAULT 0;

-- Of statements that are here already only their own lines are known. What they say beyond those, they share where they may overlap another. Rows of a
-- payout report are of that payout alone, and a statement that begins where another ends shares nothing with it: what is missing there, an earlier
-- version lost. `verify` tells of it, and the same file imported again brings it.
UPDATE statement s
   SET first_on = l.first_on,
       last_on = l.last_on,
       shared = CASE WHEN l.is_alone THEN 0 ELSE s.lines - l.lines END,
       shared_minor = CASE WHEN NOT l.is_alone AND s.closing_minor IS NOT NULL AND (s.opening_minor IS NOT NULL OR s.source = 'payout')
                           THEN s.closing_minor - coalesce(s.opening_minor, 0) - l.moved ELSE 0 END
  FROM (SELECT x.merchant_id, x.id, count(y.id) AS lines, coalesce(sum(y.amount_minor), 0)::bigint AS moved,
               min(y.booked_on) AS first_on, max(y.booked_on) AS last_on,
               x.source = 'payout' OR EXISTS (
                   SELECT FROM statement o
                    WHERE o.merchant_id = x.merchant_id AND o.account_hash = x.account_hash AND o.source = x.source AND o.id <> x.id
                      AND o.closing_minor = x.opening_minor AND (o.imported_at, o.id) < (x.imported_at, x.id)) AS is_alone
          FROM statement x LEFT JOIN settlement_line y ON y.merchant_id = x.merchant_id AND y.statement_id = x.id
         GROUP BY x.merchant_id, x.id) l
 WHERE l.merchant_id = s.merchant_id AND l.id = s.id;

-- The line of an earlier statement that this one may be, where neither balances nor days nor the bank's reference tell.
ALTER TABLE settlement_line
    ADD COLUMN resembles_id uuid,
    -- Whether the bank's reference is of this line alone in its statement; of lines that are here already it is not known.
    ADD COLUMN is_referenced boolean NOT NULL DEFAULT false;
