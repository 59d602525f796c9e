using Quittance.Core.Accounts;
using Quittance.Core.Engine;
using Quittance.Core.Ledger;

namespace Quittance.Core.Refunds;

/// <summary>The status of a refund.</summary>
public enum RefundStatus
{
    /// <summary>
    /// The money is in transit until the provider, an operator or a line of a statement confirms that the payer has it. A bare record
    /// stays so.
    /// </summary>
    Pending,

    /// <summary>The payer has the money again.</summary>
    Done,

    /// <summary>The provider did not give it back, or an operator cancelled it. The payment is as before.</summary>
    Failed,
}

/// <summary>
/// Money of a payment that we give back. A credit note forgives the charges that it had settled, unless the refund keeps the debt: then
/// they are open again.
/// </summary>
/// <param name="Number">Its human number, unique per merchant.</param>
/// <param name="Payment">
/// The payment whose money goes back; null for a bare record, which moves no money, and where payments share the refund.
/// </param>
/// <param name="Amount">How much, above zero; null for a bare record.</param>
/// <param name="Attempt">
/// The attempt that gives the money back; null where cash goes back at once, and where payments share the refund.
/// </param>
/// <param name="Details">JSON of the dialect, for its answers; the engine does not read it.</param>
/// <param name="StatusAt">The time of the status.</param>
public sealed record Refund(
    RefundId Id, long Number, PaymentId? Payment, AccountId Account, string Dialect, Money? Amount, RefundStatus Status, AttemptId? Attempt,
    string? Details, int Events, DateTimeOffset StatusAt) : IRow<RefundId, Refund>
{
    public static Shelf<RefundId, Refund> Shelf { get; } = new(refund => refund.Id);

    /// <summary>The refunds of a payment, with what they are shares of and with all shares of that.</summary>
    public static Relation<PaymentId, RefundId, Refund> OfPayment { get; } = new(Shelf, refund => refund.Payment);

    public static Relation<RefundId, RefundId, Refund> Shares { get; } = new(Shelf, refund => refund.ShareOf);

    public static Relation<AttemptId, RefundId, Refund> AskedBy { get; } = new(Shelf, refund => refund.Attempt);

    /// <summary>The refunds of an account whose money is on its way to the payer.</summary>
    public static Relation<AccountId, RefundId, Refund> InTransit { get; } =
        new(Shelf, refund => refund is { Status: RefundStatus.Pending, Amount: not null } ? refund.Account : null);

    /// <summary>The refund that this is a share of; null where it stands for itself. Clients see no shares.</summary>
    public RefundId? ShareOf { get; init; }

    /// <summary>The event of the payment that took the money; zero where it belongs to no payment.</summary>
    public required int TakenBy { get; init; }

    /// <summary>The transfers of that event that took it. Where the refund fails, their mirror returns it.</summary>
    public IReadOnlyList<Transfer> Taken { get; init; } = [];

    /// <summary>Whether the charges that its money had settled are open again.</summary>
    internal bool KeepsDebt => Taken.Any(transfer => transfer.Meaning == TransferMeaning.Reopens)
        && Taken.All(transfer => transfer.Meaning != TransferMeaning.Forgives);

    /// <summary>The part that the payment had when the refund took it, minor units. The merchant wrote off the rest.</summary>
    internal long CoveredMinor =>
        Taken.Where(transfer => transfer.Meaning == TransferMeaning.Refunds).Sum(transfer => transfer.AmountMinor);
}

/// <summary>The status of a refund that payments share.</summary>
internal static class RefundShares
{
    /// <summary>
    /// The status and amount of the whole refund: pending while a share is pending; then done, with the amount of the shares that are
    /// done; failed only where all failed. So a reader never takes failed shares for refunded money, or asks for more than the rest
    /// again.
    /// </summary>
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
/// <param name="AccountNames">The names that the dialects' clients have for the account.</param>
/// <param name="IsUnderWay">Whether a provider is still working on it, so that there is no answer for a client yet.</param>
public sealed record RefundView(Refund Refund, Account Account, IReadOnlyList<Reference> AccountNames, bool IsUnderWay)
{
    /// <summary>The human number of the payment whose money it is; null where it names none.</summary>
    public long? PaymentNumber { get; init; }
}

public static class RefundRows
{
    /// <summary>A refund by id. Only those of payments whose refunds were read, and what those are shares of.</summary>
    public static Refund? Refund(this State state, RefundId id) => state.Find(Refunds.Refund.Shelf, id);

    /// <summary>The refund that an attempt asks for; null when it asks for none.</summary>
    public static Refund? RefundOf(this State state, AttemptId id) => state.All(Refunds.Refund.AskedBy, id).FirstOrDefault();

    /// <summary>The shares of a refund.</summary>
    public static IEnumerable<Refund> SharesOf(this State state, RefundId id) => state.All(Refunds.Refund.Shares, id);

    extension(Outcome outcome)
    {
        /// <summary>The refund after its provider's answer; null for other commands.</summary>
        public RefundView? Refund => outcome.View as RefundView;
    }
}
