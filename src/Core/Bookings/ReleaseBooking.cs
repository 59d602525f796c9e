using Quittance.Core.Engine;
using Quittance.Core.Ledger;

namespace Quittance.Core.Bookings;

/// <summary>Gives a seat back that was not paid for. Refused with <see cref="Refusal.BookingConfirmed"/> once it was.</summary>
/// <param name="Origin">Who asks.</param>
/// <param name="About">The booking as it was read.</param>
public sealed record ReleaseBooking(Origin Origin, Booking About) : BookingCommand(Origin, About)
{
    /// <inheritdoc/>
    public override void Want(Wanted wanted, State known)
    {
        base.Want(wanted, known);
        wanted.Departures.Add(About.Departure);
    }

    private protected override Decision Decide(State state, Booking booking, Stamp stamp) =>
        Ended(state, booking, BookingStatus.Released, EventType.BookingReleased, stamp);
}
