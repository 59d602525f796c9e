using Quittance.Core.Accounts;
using Quittance.Core.Attempts;
using Quittance.Core.Ledger;
using Quittance.Core.Payments;

namespace Quittance.Core.Refunds;

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
        Taken.Where(transfer => transfer.Debit.Kind == LedgerKind.Credit && transfer.Credit.Kind == LedgerKind.RefundsInTransit).Sum(transfer => transfer.AmountMinor);
}
