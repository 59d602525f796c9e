-- What an accountant's DATEV has to know of a merchant's books, each chart from its moment on. A row never changes.
CREATE TABLE datev_chart (
    merchant_id    bigint      NOT NULL REFERENCES merchant (id),
    since          timestamptz NOT NULL,
    consultant     int         NOT NULL CHECK (consultant BETWEEN 1001 AND 9999999),
    client         int         NOT NULL CHECK (client BETWEEN 1 AND 99999),
    -- The month with which the fiscal year begins.
    first_month    int         NOT NULL CHECK (first_month BETWEEN 1 AND 12),
    -- How many digits an account has; those of customers have one more.
    account_length int         NOT NULL CHECK (account_length BETWEEN 4 AND 8),
    -- The lines of the chart of accounts, and the number that each has at DATEV.
    lines          text[]      NOT NULL,
    numbers        text[]      NOT NULL,
    PRIMARY KEY (merchant_id, since),
    CONSTRAINT datev_chart_numbers_each_line CHECK (cardinality(lines) = cardinality(numbers))
);
