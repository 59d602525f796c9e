using Quittance.Core.Accounts;
using Quittance.Core.Attempts;
using Quittance.Core.Instruments;

namespace Quittance.Core.Payments;

/// <summary>A payment with all that an answer may show of it.</summary>
/// <param name="Payment">The payment as of <see cref="Core.Payments.Payment.Events"/> events.</param>
/// <param name="Instrument">The registered instrument it was made with, if any.</param>
/// <param name="Allocations">The charges it settles, in the order in which they were settled.</param>
public sealed record PaymentView(Payment Payment, Account Account, Instrument? Instrument, IReadOnlyList<Allocation> Allocations)
{
    /// <summary>
    /// The names that the dialects' clients have for the account. Empty in the answer to the request that made the payment, which knows the
    /// name it used.
    /// </summary>
    public IReadOnlyList<Reference> AccountNames { get; init; } = [];

    /// <summary>The failed payment that it tries again.</summary>
    public PaymentId? TriesAgain { get; init; }

    /// <summary>What its provider was asked, the oldest first; null where that was not read.</summary>
    public IReadOnlyList<Attempt>? Attempts { get; init; }

    /// <summary>Whether a provider is still working on it, so that there is no answer for a client yet.</summary>
    public bool IsUnderWay { get; init; }

    /// <summary>Whether the provider has not answered, or not decided.</summary>
    public bool IsUnanswered { get; init; }

    /// <summary>A charge that several parts settle is one allocation, as it is when the books are read again.</summary>
    internal static IReadOnlyList<Allocation> Combined(IReadOnlyList<Allocation> settled) => settled.Count < 2
        ? settled
        : [.. settled.GroupBy(allocation => allocation.Charge.Id)
            .Select(parts => parts.First() with { AmountMinor = parts.Sum(part => part.AmountMinor) })];
}
