using Quittance.Core.Accounts;
using Quittance.Core.Engine;
using Quittance.Core.Ledger;

namespace Quittance.Core.Bookings;

/// <summary>
/// Books a seat: it is held until it is paid for or its time is over. Refused with <see cref="Refusal.SoldOut"/> when none is left.
/// </summary>
/// <param name="Booking">The booking as it will be; its ids must be new.</param>
/// <param name="Seats">How many seats the departure has.</param>
public sealed record HoldSeat(Origin Origin, Booking Booking, int Seats) : AccountCommand(Origin, Booking.Target)
{
    public override void Want(Wanted wanted, State known)
    {
        base.Want(wanted, known);
        wanted.Add(Departure.Shelf, Booking.Departure);
    }

    public override Decision Decide(State state, Stamp stamp)
    {
        var taken = state.Departure(Booking.Departure)?.Taken ?? 0;
        if (taken >= Seats)
            return Decision.Refused(Refusal.SoldOut);

        var changes = new Changes();
        var account = new Account(
            Booking.Account, stamp.Slot, changes.TakeNumber(stamp), Booking.Price.Currency, Booking.Passenger);
        changes.Put(account);
        changes.Name(
            new NamedObject(account.Id, account.Slot, account.Id.Value), Reference.ToAccountNumber(Origin.Merchant, account.Number));
        changes.Put(new Departure(Booking.Departure, Seats, taken + 1));
        changes.Put(Booking);
        changes.Put(new Event(account.Id.Value, 1, EventType.AccountOpened, null, stamp.Time, Origin, []));
        changes.Put(new Event(Booking.Id.Value, 1, EventType.BookingHeld, null, stamp.Time, Origin, []));
        return Decision.Accepted(changes);
    }
}
