-- Some banks write the year first, in two digits.
ALTER TABLE statement_format DROP CONSTRAINT statement_format_day_order_check;
ALTER TABLE statement_format ADD CONSTRAINT statement_format_day_order_check
    CHECK (day_order IN ('day_first', 'month_first', 'year_first'));
