-- Seats that customers book, hold for a while, and keep by paying.

-- The seats of a departure, from its first booking on. All accounts of its bookings lie in one slot, whose lock guards this row.
CREATE TABLE departure (
    merchant_id bigint NOT NULL,
    id          uuid   NOT NULL,
    seats       int    NOT NULL CHECK (seats > 0),
    taken       int    NOT NULL CHECK (taken >= 0),
    PRIMARY KEY (merchant_id, id)
) WITH (fillfactor = 70);

-- A seat with an account of its own. The traveller's name stands with the account's holder, where it can be erased.
CREATE TABLE booking (
    merchant_id  bigint      NOT NULL,
    id           uuid        NOT NULL,
    departure_id uuid        NOT NULL,
    trip_id      uuid        NOT NULL,
    account_id   uuid        NOT NULL,
    -- The charge for its price. The charge exists once the booking is paid.
    charge_id    uuid        NOT NULL,
    owner_id     uuid        NOT NULL,
    price_minor  bigint      NOT NULL CHECK (price_minor > 0),
    currency     text        NOT NULL,
    has_bicycle  boolean     NOT NULL,
    has_dog      boolean     NOT NULL,
    status       text        NOT NULL,
    payment_id   uuid,
    -- How many payments were begun for it.
    tries        int         NOT NULL CHECK (tries >= 0),
    events       int         NOT NULL CHECK (events > 0),
    held_until   timestamptz NOT NULL,
    PRIMARY KEY (merchant_id, id),
    FOREIGN KEY (merchant_id, account_id) REFERENCES account (merchant_id, id)
) WITH (fillfactor = 70);

CREATE INDEX booking_of_owner ON booking (owner_id, merchant_id, id) WHERE status <> 'released';
CREATE INDEX booking_of_payment ON booking (payment_id, merchant_id) WHERE payment_id IS NOT NULL;
CREATE INDEX booking_to_expire ON booking (held_until) WHERE status = 'held';
