using System.Text;
using Quittance.Core.Engine;
using Quittance.Core.Providers;

namespace Quittance.Core.Disputes;

/// <summary>The id follows from the provider's reference.</summary>
public readonly record struct DisputeId(MerchantId Merchant, Guid Value) : IId
{
    /// <summary>The dispute of a provider's own reference.</summary>
    public static DisputeId Of(MerchantId merchant, string provider, string reference) =>
        new(merchant, DerivedId.Of(Encoding.UTF8.GetBytes($"{provider}\n{reference}")));
}

/// <summary>The status of a dispute.</summary>
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
    long FeeMinor, long ReversedMinor, DateTimeOffset OpenedAt) : IRow<DisputeId, Dispute>
{
    public static Shelf<DisputeId, Dispute> Shelf { get; } = new(dispute => dispute.Id);

    public static Relation<PaymentId, DisputeId, Dispute> OfPayment { get; } = new(Shelf, dispute => dispute.Payment);

    /// <summary>The open disputes of an account's payments.</summary>
    public static Lookup<AccountId> OpenOf { get; } = new();

    /// <summary>Why a debit was returned; null where the bank gives no reason, and for a chargeback.</summary>
    public DeclineReason? Reason { get; init; }

    /// <summary>The part that the merchant wrote off, minor units.</summary>
    public long ExcessMinor => AmountMinor - ReversedMinor;
}

public static class DisputeRows
{
    public static Dispute? Dispute(this State state, DisputeId id) => state.Find(Disputes.Dispute.Shelf, id);

    /// <summary>The disputes of a payment, in the order in which we heard of them.</summary>
    public static IEnumerable<Dispute> DisputesOf(this State state, PaymentId id) =>
        state.All(Disputes.Dispute.OfPayment, id).OrderBy(dispute => dispute.OpenedAt).ThenBy(dispute => dispute.Id.Value);
}
