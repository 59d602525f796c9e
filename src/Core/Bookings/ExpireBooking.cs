using Quittance.Core.Engine;
using Quittance.Core.Ledger;

namespace Quittance.Core.Bookings;

/// <summary>
/// Ends a hold whose time is over. Refused with <see cref="Refusal.BookingExpired"/> where there is nothing to end.
/// </summary>
/// <param name="Origin">Who asks.</param>
/// <param name="About">The booking as it was read.</param>
public sealed record ExpireBooking(Origin Origin, Booking About) : BookingCommand(Origin, About)
{
    /// <inheritdoc/>
    public override void Want(Wanted wanted, State known)
    {
        base.Want(wanted, known);
        wanted.Departures.Add(About.Departure);
    }

    private protected override Decision Decide(State state, Booking booking, Stamp stamp)
    {
        if (booking.Status == BookingStatus.Expired || !booking.IsExpired(stamp.Now))
            return Decision.Refused(Refusal.BookingExpired);
        return Ended(state, booking, BookingStatus.Expired, EventType.BookingExpired, stamp);
    }
}
