using System.Text;
using Quittance.Core.Providers;

namespace Quittance.Core.Disputes;

/// <summary>A dispute of a merchant, found by what its provider calls it.</summary>
public readonly record struct DisputeId(MerchantId Merchant, Guid Value)
{
    /// <summary>The dispute of a provider's own reference.</summary>
    public static DisputeId Of(MerchantId merchant, string provider, string reference) =>
        new(merchant, DerivedId.Of(Encoding.UTF8.GetBytes($"{provider}\n{reference}")));
}

/// <summary>Where a dispute stands.</summary>
public enum DisputeStatus
{
    /// <summary>The money went back; the last word is not spoken.</summary>
    Open,

    /// <summary>The money came back to us.</summary>
    Won,

    /// <summary>The money stays with the payer.</summary>
    Lost,
}

/// <summary>A chargeback or a returned debit: money of a payment that went back to the payer against our will.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Payment">The payment.</param>
/// <param name="Provider">The provider that told.</param>
/// <param name="Reference">What the provider calls it.</param>
/// <param name="Kind">How the money was taken back.</param>
/// <param name="Status">Where it stands.</param>
/// <param name="AmountMinor">What the provider took from us, minor units of the payment's currency.</param>
/// <param name="FeeMinor">What the provider took beside that, minor units; it stays taken when the dispute is won.</param>
/// <param name="ReversedMinor">What of it the payment had, minor units; the rest was written off.</param>
/// <param name="OpenedAt">When we were told.</param>
public sealed record Dispute(
    DisputeId Id, PaymentId Payment, string Provider, string Reference, DisputeKind Kind, DisputeStatus Status, long AmountMinor,
    long FeeMinor, long ReversedMinor, DateTimeOffset OpenedAt)
{
    /// <summary>What the payment did not have any more, minor units: written off.</summary>
    public long ExcessMinor => AmountMinor - ReversedMinor;
}
