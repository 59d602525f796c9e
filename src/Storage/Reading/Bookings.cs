using Npgsql;
using Quittance.Core;
using Quittance.Core.Bookings;
using Quittance.Storage.Rows;

namespace Quittance.Storage.Reading;

/// <summary>Reads bookings.</summary>
public sealed class Bookings(NpgsqlDataSource database) : IBookings
{
    /// <inheritdoc/>
    public Task<Booking?> FindAsync(BookingId id, CancellationToken cancel) => database.FirstAsync(
        $"""
        SELECT {Tables.Booking.Selected} FROM booking x {Tables.Booking.Join} AND j.merchant_id = $1
         WHERE x.merchant_id = $1 AND x.id = $2
        """,
        command => command.With(id.Merchant.Value).With(id.Value), Tables.Booking.Read, cancel);

    /// <inheritdoc/>
    public Task<IReadOnlyList<Booking>> OfOwnerAsync(MerchantId merchant, Guid owner, long offset, int limit, CancellationToken cancel) =>
        // Index: booking_of_owner.
        database.AllAsync(
            $"""
            SELECT {Tables.Booking.Selected} FROM booking x {Tables.Booking.Join} AND j.merchant_id = $1
             WHERE x.merchant_id = $1 AND x.owner_id = $2 AND x.status <> 'released' ORDER BY x.id OFFSET $3 LIMIT $4
            """,
            command => command.With(merchant.Value).With(owner).With(offset).With(limit), Tables.Booking.Read, cancel);

    /// <inheritdoc/>
    public Task<IReadOnlyList<Booking>> ExpiredAsync(DateTimeOffset now, int limit, CancellationToken cancel) =>
        // Indexes: booking_to_expire, claim_live_once.
        database.LookAsync(
            among => $"""
            SELECT {Tables.Booking.Selected} FROM booking x {Tables.Booking.Join} AND {among("j.merchant_id")}
             WHERE {among("x.merchant_id")} AND x.status = 'held' AND x.held_until <= $1
               AND NOT EXISTS (SELECT 1 FROM claim c
                                WHERE {among("c.merchant_id")} AND c.merchant_id = x.merchant_id AND c.charge_id = x.charge_id
                                  AND c.is_live)
             ORDER BY x.held_until LIMIT $2
            """,
            command => command.With(now.UtcDateTime).With(limit), Tables.Booking.Read, cancel);
}
