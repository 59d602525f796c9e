using Quittance.Core;
using Quittance.Core.Attempts;

namespace Quittance.Storage.Providers;

/// <summary>A refund that people pay out.</summary>
/// <param name="Attempt">How much, by whom, since when, and whether it is done.</param>
/// <param name="RefundNumber">The human number of the refund.</param>
/// <param name="PaymentNumber">The human number of the payment whose money it is.</param>
/// <param name="AccountNumber">The human number of the customer's account.</param>
/// <param name="Name">The customer's name; null where none is known.</param>
public sealed record PayOut(Attempt Attempt, RefundId Refund, long RefundNumber, long PaymentNumber, long AccountNumber, string? Name)
{
    /// <summary>The number of the collection whose file has it; null for none.</summary>
    public long? Collection { get; init; }

    /// <summary>The code by which the bank rejected its last transfer; null for none.</summary>
    public string? Rejected { get; init; }
}
