using Quittance.Core.Accounts;
using Quittance.Core.Attempts;
using Quittance.Core.Engine;
using Quittance.Core.Ledger;

namespace Quittance.Core.Bookings;

/// <summary>
/// Something done with a booking. While it is being paid for, everything else is refused with <see cref="Refusal.UnderWay"/>.
/// </summary>
/// <param name="About">The booking as it was read; only its immutable parts are relied on.</param>
public abstract record BookingCommand(Origin Origin, Booking About) : AccountCommand(Origin, About.Target)
{
    public override void Want(Wanted wanted, State known)
    {
        base.Want(wanted, known);
        wanted.Add(Booking.Shelf, About.Id);
        wanted.Add(Claim.OnCharge, About.Charge);
    }

    public sealed override Decision Decide(State state, Stamp stamp)
    {
        if (state.Booking(About.Id) is not { } booking || booking.Status == BookingStatus.Released)
            return Decision.Refused(Refusal.BookingUnknown);
        if (booking.Status == BookingStatus.Confirmed)
            return Decision.Refused(Refusal.BookingConfirmed);
        return state.ClaimantOf(booking.Charge) is null
            ? Decide(state, booking, stamp)
            : Decision.Refused(Refusal.UnderWay);
    }

    /// <summary>Decides on a booking that is not paid for and not being paid for.</summary>
    private protected abstract Decision Decide(State state, Booking booking, Stamp stamp);

    /// <summary>The booking stands otherwise from now on, and its seat is free, if it had one.</summary>
    private protected Decision Ended(State state, Booking booking, BookingStatus status, EventType type, Stamp stamp)
    {
        var changes = new Changes();
        if (booking.Status == BookingStatus.Held)
        {
            var departure = state.Departure(booking.Departure)!;
            changes.Put(departure with { Taken = departure.Taken - 1 });
        }

        changes.Put(booking with { Status = status, Events = booking.Events + 1 });
        changes.Put(new Event(booking.Id.Value, booking.Events + 1, type, null, stamp.Time, Origin, []));
        return Decision.Accepted(changes);
    }
}

/// <summary>Gives a seat back that was not paid for. Refused with <see cref="Refusal.BookingConfirmed"/> once it was.</summary>
/// <param name="About">The booking as it was read.</param>
public sealed record ReleaseBooking(Origin Origin, Booking About) : BookingCommand(Origin, About)
{
    public override void Want(Wanted wanted, State known)
    {
        base.Want(wanted, known);
        wanted.Add(Departure.Shelf, About.Departure);
    }

    private protected override Decision Decide(State state, Booking booking, Stamp stamp) =>
        Ended(state, booking, BookingStatus.Released, EventType.BookingReleased, stamp);
}

/// <summary>
/// Ends a hold whose time is over. Refused with <see cref="Refusal.BookingExpired"/> where there is nothing to end.
/// </summary>
/// <param name="About">The booking as it was read.</param>
public sealed record ExpireBooking(Origin Origin, Booking About) : BookingCommand(Origin, About)
{
    public override void Want(Wanted wanted, State known)
    {
        base.Want(wanted, known);
        wanted.Add(Departure.Shelf, About.Departure);
    }

    private protected override Decision Decide(State state, Booking booking, Stamp stamp)
    {
        if (booking.Status == BookingStatus.Expired || !booking.IsExpired(stamp.Now))
            return Decision.Refused(Refusal.BookingExpired);
        return Ended(state, booking, BookingStatus.Expired, EventType.BookingExpired, stamp);
    }
}
