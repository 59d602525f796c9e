using System.Text;
using Quittance.Core.Providers;

namespace Quittance.Core.Disputes;

/// <summary>The id follows from the provider's reference.</summary>
public readonly record struct DisputeId(MerchantId Merchant, Guid Value)
{
    /// <summary>The dispute of a provider's own reference.</summary>
    public static DisputeId Of(MerchantId merchant, string provider, string reference) =>
        new(merchant, DerivedId.Of(Encoding.UTF8.GetBytes($"{provider}\n{reference}")));
}

/// <summary>Where a dispute stands.</summary>
public enum DisputeStatus
{
    /// <summary>The payer has the money; the dispute is not decided.</summary>
    Open,

    /// <summary>The money came back to us.</summary>
    Won,

    /// <summary>The money stays with the payer.</summary>
    Lost,
}

/// <summary>A chargeback or a returned debit: money of a payment that went back to the payer against our will.</summary>
/// <param name="Reference">The provider's reference.</param>
/// <param name="Kind">How the money was taken back.</param>
/// <param name="AmountMinor">The disputed amount, minor units of the payment's currency.</param>
/// <param name="FeeMinor">The provider's fee, minor units; the provider keeps it when we win.</param>
/// <param name="ReversedMinor">The part of it that the payment had, minor units; the merchant wrote off the rest.</param>
public sealed record Dispute(
    DisputeId Id, PaymentId Payment, string Provider, string Reference, DisputeKind Kind, DisputeStatus Status, long AmountMinor,
    long FeeMinor, long ReversedMinor, DateTimeOffset OpenedAt)
{
    /// <summary>The part that the merchant wrote off, minor units.</summary>
    public long ExcessMinor => AmountMinor - ReversedMinor;
}
