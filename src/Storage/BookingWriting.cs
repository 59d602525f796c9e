using Npgsql;
using Quittance.Core.Bookings;
using Quittance.Core.Engine;

namespace Quittance.Storage;

/// <summary>Writes what a batch changes of bookings and of the seats they take.</summary>
internal static class BookingWriting
{
    public static void AddTo(NpgsqlBatch statements, Batch batch, long[] merchants)
    {
        AddDepartures(statements, batch, merchants);
        AddHeld(statements, batch.Changes.ToRows(changes => changes.Bookings), merchants);
        AddChanged(statements, batch, merchants);
    }

    private static void AddDepartures(NpgsqlBatch statements, Batch batch, long[] merchants)
    {
        var departures = batch.Changes.ToRows(changes => changes.Departures)
            .GroupBy(departure => departure.Id).Select(departure => departure.Last()).ToList();
        if (departures.Count == 0)
            return;
        statements.Statement("""
            INSERT INTO departure AS d (merchant_id, id, seats, taken)
            SELECT m.id, u.id, u.seats, u.taken
              FROM merchant m JOIN unnest($2::bigint[], $3::uuid[], $4::int[], $5::int[]) u(m, id, seats, taken) ON u.m = m.id
             WHERE m.id = ANY($1)
            ON CONFLICT (merchant_id, id) DO UPDATE SET seats = excluded.seats, taken = excluded.taken
            """)
            .With(merchants)
            .With(departures.ToColumn(departure => departure.Id.Merchant.Value))
            .With(departures.ToColumn(departure => departure.Id.Value))
            .With(departures.ToColumn(departure => departure.Seats))
            .With(departures.ToColumn(departure => departure.Taken));
    }

    private static void AddHeld(NpgsqlBatch statements, List<Booking> bookings, long[] merchants)
    {
        if (bookings.Count == 0)
            return;
        statements.Statement("""
            INSERT INTO booking (merchant_id, id, departure_id, trip_id, account_id, charge_id, owner_id, price_minor, currency, has_bicycle,
                                 has_dog, held_until, status, events)
            SELECT m.id, u.id, u.departure, u.trip, u.account, u.charge, u.owner, u.price, u.currency, u.bicycle, u.dog, u.held_until, 'held', 1
              FROM merchant m
              JOIN unnest($2::bigint[], $3::uuid[], $4::uuid[], $5::uuid[], $6::uuid[], $7::uuid[], $8::uuid[], $9::bigint[], $10::text[],
                          $11::boolean[], $12::boolean[], $13::timestamptz[])
                   u(m, id, departure, trip, account, charge, owner, price, currency, bicycle, dog, held_until) ON u.m = m.id
             WHERE m.id = ANY($1)
            """)
            .With(merchants)
            .With(bookings.ToColumn(booking => booking.Id.Merchant.Value))
            .With(bookings.ToColumn(booking => booking.Id.Value))
            .With(bookings.ToColumn(booking => booking.Departure.Value))
            .With(bookings.ToColumn(booking => booking.Trip))
            .With(bookings.ToColumn(booking => booking.Account.Value))
            .With(bookings.ToColumn(booking => booking.Charge.Value))
            .With(bookings.ToColumn(booking => booking.Owner))
            .With(bookings.ToColumn(booking => booking.Price.AmountMinor))
            .With(bookings.ToColumn(booking => booking.Price.Currency.Code))
            .With(bookings.ToColumn(booking => booking.HasBicycle))
            .With(bookings.ToColumn(booking => booking.HasDog))
            .With(bookings.ToColumn(booking => booking.HeldUntil.UtcDateTime));
    }

    private static void AddChanged(NpgsqlBatch statements, Batch batch, long[] merchants)
    {
        var changed = batch.Changes.ToRows(changes => changes.BookingsChanged)
            .GroupBy(booking => booking.Id).Select(booking => booking.Last()).ToList();
        if (changed.Count == 0)
            return;
        statements.Statement("""
            UPDATE booking b SET status = u.status, payment_id = u.payment, events = u.events
              FROM unnest($2::bigint[], $3::uuid[], $4::text[], $5::uuid[], $6::int[]) u(m, id, status, payment, events)
             WHERE b.merchant_id = u.m AND b.id = u.id AND b.merchant_id = ANY($1) AND u.m = ANY($1)
            """)
            .With(merchants)
            .With(changed.ToColumn(booking => booking.Id.Merchant.Value))
            .With(changed.ToColumn(booking => booking.Id.Value))
            .With(changed.ToColumn(booking => Words.Of(booking.Status)))
            .With(changed.ToColumn(booking => booking.Payment?.Value))
            .With(changed.ToColumn(booking => booking.Events));
    }
}
