using Quittance.Core.Accounts;
using Quittance.Core.Ledger;

namespace Quittance.Core.Refunds;

/// <summary>Where a refund stands.</summary>
public enum RefundStatus
{
    /// <summary>
    /// The money is in transit: the provider has not said yet that it gave the money back, or no operator and no line of a statement has told that it was
    /// paid out. A bare record stays so.
    /// </summary>
    Pending,

    /// <summary>The payer has the money again.</summary>
    Done,

    /// <summary>The provider did not give it back, or an operator called it off. The payment is as it was.</summary>
    Failed,
}

/// <summary>Money of a payment that is given back by our decision. What it had settled is forgiven: the debt does not come back.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Number">Its human number, unique per merchant.</param>
/// <param name="Payment">The payment whose money it is; null for a bare record, which moves no money, and where payments share it.</param>
/// <param name="Account">Who gets it.</param>
/// <param name="Dialect">The dialect through which it was asked for.</param>
/// <param name="Amount">How much, above zero; null for a bare record.</param>
/// <param name="Status">Where it stands.</param>
/// <param name="Attempt">What the provider was asked for; null where no provider has the money, and where payments share it.</param>
/// <param name="Details">What the dialect wants to show again, as JSON of its own.</param>
/// <param name="Events">How many events it has had.</param>
/// <param name="StatusAt">When it came to stand where it stands.</param>
public sealed record Refund(
    RefundId Id, long Number, PaymentId? Payment, AccountId Account, string Dialect, Money? Amount, RefundStatus Status, AttemptId? Attempt,
    string? Details, int Events, DateTimeOffset StatusAt)
{
    /// <summary>The refund of an account's credit that this is a share of; null for one that stands for itself. Clients see no shares.</summary>
    public RefundId? ShareOf { get; init; }

    /// <summary>The event of the payment that took the money for it; zero where it is of no payment.</summary>
    public required int TakenBy { get; init; }

    /// <summary>The transfers by which that event took it. Where the provider does not give the money back, their mirror returns it.</summary>
    public IReadOnlyList<Transfer> Taken { get; init; } = [];

    /// <summary>What of it the payment had when it was taken, minor units. What it had not any more was written off.</summary>
    internal long CoveredMinor =>
        Taken.Where(transfer => transfer.Meaning == TransferMeaning.Refunds).Sum(transfer => transfer.AmountMinor);
}

/// <summary>How a refund stands that is shared among payments.</summary>
internal static class RefundShares
{
    /// <summary>
    /// The whole as its shares are: pending while one is, then done if any money went back, and it is of just that money. So nobody who
    /// reads it takes what went back for what did not, or asks for more than the rest again. Failed is only what gave nothing back.
    /// </summary>
    /// <param name="whole">The refund.</param>
    /// <param name="shares">All its shares, as they are now.</param>
    public static Refund Together(Refund whole, IReadOnlyCollection<Refund> shares)
    {
        RefundStatus status;
        if (shares.Any(share => share.Status == RefundStatus.Pending))
            status = RefundStatus.Pending;
        else
            status = shares.Any(share => share.Status == RefundStatus.Done) ? RefundStatus.Done : RefundStatus.Failed;
        var counted = shares.Where(share => status != RefundStatus.Done || share.Status == RefundStatus.Done);
        return whole with
        {
            Status = status,
            Amount = whole.Amount!.Value with { AmountMinor = counted.Sum(share => share.Amount!.Value.AmountMinor) },
        };
    }
}

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
