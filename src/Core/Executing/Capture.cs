using Quittance.Core.Accounts;
using Quittance.Core.Attempts;
using Quittance.Core.Bookings;
using Quittance.Core.Ledger;
using Quittance.Core.Payments;

namespace Quittance.Core.Executing;

/// <summary>Books captured money.</summary>
internal static class Capture
{
    /// <summary>Settles the claims first, as far as they are still due, then uses the rest as the attempt says.</summary>
    public static void Book(PaymentChanges progress, Attempt capture)
    {
        var (state, payment) = (progress.State, progress.Payment.Id);
        var plan = new AllocationPlan(state, progress.Account, capture.Amount);
        var paid = state.BookingOf(payment) is { Status: BookingStatus.Held } booking ? Confirm(progress, booking) : null;
        foreach (var claim in state.ClaimsOf(payment))
        {
            // A booking that was given back or has expired has no charge: its money stays credit.
            if ((state.Charge(claim.Charge) ?? paid) is { } charge)
                plan.TakeUpTo(charge, claim.AmountMinor);
        }

        plan.TakeRemainder(capture.Remainder);
        progress.Move(EventType.PaymentCaptured, PaymentStatus.Captured, plan.TransfersFrom(capture.Provider));
        progress.Release();
    }

    /// <summary>Confirms a booking: it now owes its price, and this payment settles it. Returns the charge.</summary>
    private static Charge Confirm(PaymentChanges progress, Booking booking)
    {
        var (account, merchant, currency) = (progress.Account, booking.Id.Merchant, booking.Price.Currency);
        var changes = progress.Changes;
        var charge = booking.ToCharge(account, changes.TakeNumber(progress.Stamp), progress.Stamp.Today);
        changes.Put(charge);
        changes.Name(
            new NamedObject(account.Id, account.Slot, charge.Id.Value),
            new Reference(merchant, progress.Payment.Dialect, "booking", charge.Reference!),
            Reference.ToChargeNumber(merchant, charge.Number));
        changes.Put(booking with { Status = BookingStatus.Confirmed, Events = booking.Events + 1 });
        progress.Note(
            charge.Id.Value, 1, EventType.ChargeRaised,
            new Transfer(Chart.Receivable(account, currency), Chart.Billed(account, currency), booking.Price.AmountMinor, charge.Id));
        progress.Note(booking.Id.Value, booking.Events + 1, EventType.BookingConfirmed);
        return charge;
    }
}
