using Quittance.Core.Accounts;
using Quittance.Core.Attempts;
using Quittance.Core.Engine;
using Quittance.Core.Instruments;
using Quittance.Core.Ledger;
using Quittance.Core.Providers;

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

    /// <summary>The day on which its money came; null while it has not.</summary>
    public DateOnly? ReceivedOn { get; init; }

    /// <summary>The day that a customer knows the payment by: that on which its money came, else that of its last step.</summary>
    public DateOnly DayIn(TimeZoneInfo zone) =>
        ReceivedOn ?? DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(Payment.StatusAt, zone).DateTime);

    /// <summary>The failed payment that it tries again.</summary>
    public PaymentId? TriesAgain { get; init; }

    /// <summary>The requests to its provider, the oldest first; null where they were not read.</summary>
    public IReadOnlyList<Attempt>? Attempts { get; init; }

    /// <summary>Why its provider refused it; null where it did not.</summary>
    public DeclineReason? Declined { get; init; }

    /// <summary>Whether a provider is still working on it, so that there is no answer for a client yet.</summary>
    public bool IsUnderWay { get; init; }

    /// <summary>Whether the provider has not answered, or not decided.</summary>
    public bool IsUnanswered { get; init; }

    /// <summary>Whether a provider is being asked after an event of this type, so that there is no answer for a client yet.</summary>
    public static bool IsUnderWayAfter(EventType type) => type is EventType.PaymentBegun or EventType.PaymentCapturing;

    /// <summary>
    /// A payment under way after the next command about it, as the books show it later: an answer needs no reading. Null where another
    /// command has come between.
    /// </summary>
    /// <param name="changes">The changes that the command committed.</param>
    public PaymentView? After(Changes changes)
    {
        if (!IsUnderWay || changes.Of<Event>().FirstOrDefault(happened => happened.Subject == Payment.Id.Value) is not { } happened)
            return this;
        if (happened.Sequence != Payment.Events + 1)
            return null;
        var charges = changes.Of<Charge>().ToDictionary(charge => charge.Id);
        return this with
        {
            Payment = changes.Of<Payment>().Single(payment => payment.Id == Payment.Id),
            Allocations =
            [
                .. from transfer in happened.Transfers
                   where transfer.Charge is not null && transfer.Effect.Settled != 0
                   group transfer by transfer.Charge!.Value into settling
                   let amountMinor = settling.Sum(transfer => transfer.Effect.Settled * transfer.AmountMinor)
                   select new Allocation(charges[settling.Key], amountMinor) { At = happened.At },
            ],
            Declined = happened.Reason,
            ReceivedOn = happened.BringsMoney ? happened.Time.EffectiveOn : ReceivedOn,
            IsUnderWay = IsUnderWayAfter(happened.Type),
            IsUnanswered = happened.Type == EventType.PaymentUnanswered,
        };
    }

    /// <summary>A charge that several parts settle is one allocation, as it is when the books are read again.</summary>
    internal static IReadOnlyList<Allocation> Combined(IReadOnlyList<Allocation> settled) => settled.Count < 2
        ? settled
        : [.. settled.GroupBy(allocation => allocation.Charge.Id)
            .Select(parts => parts.First() with { AmountMinor = parts.Sum(part => part.AmountMinor) })];
}
