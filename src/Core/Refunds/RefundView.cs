using Quittance.Core.Accounts;

namespace Quittance.Core.Refunds;

/// <summary>A refund with all that an answer may show of it.</summary>
/// <param name="Refund">The refund as of <see cref="Core.Refunds.Refund.Events"/> events.</param>
/// <param name="Account">Who gets it.</param>
/// <param name="AccountNames">The names that the dialects' clients have for the account.</param>
/// <param name="IsUnderWay">Whether a provider is being asked and there is no answer yet that a client could be told.</param>
public sealed record RefundView(Refund Refund, Account Account, IReadOnlyList<Reference> AccountNames, bool IsUnderWay)
{
    /// <summary>The human number of the payment whose money it is; null where it names none.</summary>
    public long? PaymentNumber { get; init; }
}
