using Quittance.Core.Accounts;
using Quittance.Core.Instruments;

namespace Quittance.Core.Payments;

/// <summary>
/// Money from a customer, or the promise of it. While it is captured,
/// allocated + unallocated + refunded + reversed = amount.
/// </summary>
/// <param name="Number">Its human number, unique per merchant.</param>
/// <param name="Amount">The whole payment; null for a bare record, which moves no money.</param>
/// <param name="AllocatedMinor">The part that settles charges, minor units.</param>
/// <param name="Method">How it was made.</param>
/// <param name="Instrument">The registered instrument it was made with, if any.</param>
/// <param name="Details">JSON of the dialect, for its answers; the engine does not read it.</param>
/// <param name="StatusAt">The time of the status.</param>
public sealed record Payment(
    PaymentId Id, long Number, AccountId Account, string Dialect, PaymentStatus Status, Money? Amount, long AllocatedMinor,
    PaymentMethod Method, InstrumentId? Instrument, string? Details, int Events, DateTimeOffset StatusAt)
{
    /// <summary>The part that the payer took back (chargeback, returned debit), minor units.</summary>
    public long ReversedMinor { get; init; }

    /// <summary>The part that we refunded or are refunding, minor units.</summary>
    public long RefundedMinor { get; init; }

    /// <summary>The part that can still be refunded, minor units.</summary>
    public long RefundableMinor =>
        Status == PaymentStatus.Captured && Amount is { } amount ? amount.AmountMinor - RefundedMinor - ReversedMinor : 0;

    /// <summary>The part that settles no charge, minor units.</summary>
    public long UnallocatedMinor => RefundableMinor - (Status == PaymentStatus.Captured ? AllocatedMinor : 0);
}

/// <summary>The change that one event makes to a payment.</summary>
/// <param name="Payment">The payment; the change is one event of it.</param>
/// <param name="Status">Where it stands from now on; null for where it stood.</param>
/// <param name="AllocatedMinor">How much more of it settles charges, minor units; below zero for less.</param>
/// <param name="ReversedMinor">How much more of it went back to the payer, minor units; below zero for less.</param>
/// <param name="RefundedMinor">How much more of it went back or is to go back by our decision, minor units; below zero for less.</param>
public readonly record struct PaymentChanged(
    PaymentId Payment, PaymentStatus? Status = null, long AllocatedMinor = 0, long ReversedMinor = 0, long RefundedMinor = 0);

/// <summary>Money of a payment that settles no charge, kept for a purpose.</summary>
/// <param name="Purpose">See <see cref="Ledger.CreditPurpose"/>.</param>
/// <param name="AmountMinor">How much of it is left, minor units.</param>
public readonly record struct Credit(string Purpose, long AmountMinor);

/// <summary>Money of a payment that settles a charge. In the ledger it is a transfer to receivable that names the charge.</summary>
/// <param name="Charge">The charge before the allocation.</param>
/// <param name="AmountMinor">The settled part, minor units.</param>
public readonly record struct Allocation(Charge Charge, long AmountMinor)
{
    /// <summary>When money of the payment last went to the charge; null where the books were not read again.</summary>
    public DateTimeOffset? At { get; init; }
}
