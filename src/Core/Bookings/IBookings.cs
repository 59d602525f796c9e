namespace Quittance.Core.Bookings;

/// <summary>Reads committed bookings, without locks.</summary>
public interface IBookings
{
    /// <summary>A booking by id, in any state; null when the merchant has none.</summary>
    Task<Booking?> FindAsync(BookingId id, CancellationToken cancel);

    /// <summary>The bookings of a subject that were not given back, oldest first.</summary>
    /// <param name="offset">How many to leave out.</param>
    /// <param name="cancel">Stops reading.</param>
    Task<IReadOnlyList<Booking>> OfOwnerAsync(MerchantId merchant, Guid owner, long offset, int limit, CancellationToken cancel);

    /// <summary>Expired holds without a payment under way, oldest first.</summary>
    Task<IReadOnlyList<Booking>> ExpiredAsync(DateTimeOffset now, int limit, CancellationToken cancel);
}
