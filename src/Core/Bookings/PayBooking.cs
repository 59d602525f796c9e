using Quittance.Core.Accounts;
using Quittance.Core.Engine;
using Quittance.Core.Instruments;
using Quittance.Core.Payments;

namespace Quittance.Core.Bookings;

/// <summary>
/// Pays for a booking, in full and through the provider of the instrument. Only the commit that brings the money raises the charge,
/// settles it and confirms the booking; a decline leaves the seat held for another try.
/// </summary>
/// <param name="About">The booking as it was read.</param>
/// <param name="Payment">The id the payment gets.</param>
/// <param name="Registering">
/// The instrument that pays, sealed by the vault; without a <see cref="RegisterInstrument.Holding"/> where no provider charges it, which is
/// refused with <see cref="Refusal.ChoiceNotOffered"/>.
/// </param>
/// <param name="Dialect">The dialect through which it is paid.</param>
public sealed record PayBooking(Origin Origin, Booking About, PaymentId Payment, RegisterInstrument Registering, string Dialect)
    : BookingCommand(Origin, About)
{
    /// <summary>JSON of the dialect, for its answers; the engine does not read it.</summary>
    public string? Details { get; init; }

    public override bool MayAskProvider => true;

    public override IEnumerable<Reference> References => Registering.References;

    private protected override Decision Decide(State state, Booking booking, Stamp stamp)
    {
        if (booking.IsExpired(stamp.Now))
            return Decision.Refused(Refusal.BookingExpired);
        if (booking.IsTriedOut)
            return Decision.Refused(Refusal.TriedOut);
        if (Registering.Holding is null)
            return Decision.Refused(Refusal.ChoiceNotOffered);
        var registered = Registering.Decide(state, stamp);
        if (registered.Changes is not { } changes)
            return registered;

        var account = state.Account(booking.Account)!;
        var plan = new AllocationPlan(state, account, booking.Price);
        plan.TakeUpTo(booking.ToCharge(account, number: 0, stamp.Today), null);
        var instrument = changes.Of<Instrument>().Single();
        var begun = new PaymentIntent(account, Payment, Dialect, booking.Price, instrument.Method, instrument, Origin)
        {
            Provider = instrument.Vaulted!.Provider,
            CapturesAtOnce = true,
            Plan = plan,
            Details = Details,
        };
        changes.Put(booking with { Payment = Payment, Tries = booking.Tries + 1 });
        begun.AddTo(changes, stamp);
        return Decision.Accepted(changes);
    }
}
