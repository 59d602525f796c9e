namespace Quittance.Core.Bookings;

/// <summary>Reads bookings. Reading takes no locks and sees only what is committed.</summary>
public interface IBookings
{
    /// <summary>A booking by id, in whatever state; null when the merchant has none.</summary>
    Task<Booking?> FindAsync(BookingId id, CancellationToken cancel);

    /// <summary>What someone has booked and not given back, the oldest first.</summary>
    /// <param name="merchant">With whom.</param>
    /// <param name="owner">Who booked.</param>
    /// <param name="offset">How many to leave out.</param>
    /// <param name="limit">How many to tell at most.</param>
    /// <param name="cancel">Stops reading.</param>
    Task<IReadOnlyList<Booking>> OfOwnerAsync(MerchantId merchant, Guid owner, long offset, int limit, CancellationToken cancel);

    /// <summary>Held bookings whose time is over and that nobody is being charged for, the oldest first.</summary>
    Task<IReadOnlyList<Booking>> ExpiredAsync(DateTimeOffset now, int limit, CancellationToken cancel);
}
