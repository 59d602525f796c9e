using Quittance.Core.Accounts;
using Quittance.Core.Ledger;
using Quittance.Core.Overdue;
using Quittance.Core.Payments;
using Quittance.Core.Providers;

namespace Quittance.Core.Dues;

/// <summary>Payments that a run would make, or has made, of one way, provider and currency.</summary>
public sealed record DueSum(DueWay Way, string Provider, long Count, Money Sum);

/// <summary>Charges that are due and that a run leaves out for one reason, in one currency.</summary>
public sealed record DueLeftOut(DueWait Why, long Count, Money Sum);

/// <summary>What a run would ask for now, and what it would leave out.</summary>
/// <param name="Customers">How many customers it would ask.</param>
public sealed record DuePreview(
    DueFilter Filter, int Customers, IReadOnlyList<DueSum> ToAsk, IReadOnlyList<DueLeftOut> LeftOut)
{
    /// <summary>How many payments it would make.</summary>
    public int Count => checked((int)ToAsk.Sum(sum => sum.Count));

    /// <summary>The sums that providers would be asked for, one for each currency: all but those of the merchant's own bank.</summary>
    public IEnumerable<Money> ProviderSums =>
        from one in ToAsk
        where one.Provider != ClearingProvider.Bank
        group one.Sum by one.Sum.Currency into some
        orderby some.Key.Code
        select new Money(some.Sum(sum => sum.AmountMinor), some.Key);
}

/// <summary>The result of a payment of a run.</summary>
public enum DueResult
{
    /// <summary>The money came in.</summary>
    Paid,

    /// <summary>The provider or the bank has not decided.</summary>
    Pending,

    /// <summary>The provider or the bank refused it, or it failed or was called off.</summary>
    Failed,

    /// <summary>The money came in, and the payer or the payer's bank took it back.</summary>
    Returned,
}

/// <summary>Payments of a run with one result, in one currency.</summary>
/// <param name="Reason">Why they failed; null for no reason.</param>
public sealed record DueOutcome(DueResult Result, DeclineReason? Reason, long Count, Money Sum);

/// <summary>A payment of a run.</summary>
/// <param name="Reason">Why it failed; null for no reason.</param>
public sealed record AskedDue(Account Account, Charge Charge, Payment Payment, DueResult Result, DeclineReason? Reason)
{
    /// <summary>When it is tried again, or why not; null where it has not failed.</summary>
    public RetryVerdict? Next { get; private init; }

    /// <summary>Says of each payment that failed when it is tried again.</summary>
    public static async Task<IReadOnlyList<AskedDue>> WithNextAsync(
        MerchantId merchant, IReadOnlyList<AskedDue> asked, IRetries retries, DateOnly today, CancellationToken cancel)
    {
        var next = await retries.NextAsync(
            merchant, [.. asked.Where(one => one.HasFailed).Select(one => one.Payment.Id)], today, cancel);
        return [.. asked.Select(one => next.TryGetValue(one.Payment.Id, out var verdict) ? one with { Next = verdict } : one)];
    }

    private bool HasFailed => Result is DueResult.Failed or DueResult.Returned;
}

/// <summary>Reads what is due, without locks.</summary>
public interface IDues
{
    /// <summary>What a run would ask for, and leave out.</summary>
    Task<DuePreview> PreviewAsync(MerchantId merchant, DueFilter filter, DateOnly today, CancellationToken cancel);

    /// <summary>A part of the charges that are due, in the order of the customers' numbers and of the due days.</summary>
    /// <param name="after">The number of the customer behind whom the part begins; 0 for the first part.</param>
    /// <param name="customers">How many customers it has at most.</param>
    Task<IReadOnlyList<DueCustomer>> CustomersAsync(
        MerchantId merchant, DueFilter filter, DateOnly today, long after, int customers, CancellationToken cancel);

    /// <summary>A run; null where the merchant has none of this id.</summary>
    Task<DueRun?> FindAsync(DueRunId id, CancellationToken cancel);

    /// <summary>How the payments of a run ended.</summary>
    Task<IReadOnlyList<DueOutcome>> OutcomesAsync(DueRunId id, CancellationToken cancel);

    /// <summary>A part of the payments of a run, in the order in which they were made.</summary>
    /// <param name="only">Only those with this result; null for all.</param>
    /// <param name="after">The payment behind which the part begins; empty for the first part.</param>
    Task<IReadOnlyList<AskedDue>> PaymentsAsync(DueRunId id, DueResult? only, Guid after, int limit, CancellationToken cancel);
}
