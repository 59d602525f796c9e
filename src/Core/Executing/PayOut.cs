using Quittance.Core.Attempts;
using Quittance.Core.Engine;
using Quittance.Core.Payments;
using Quittance.Core.Providers;
using Quittance.Core.Settlements;

namespace Quittance.Core.Executing;

/// <summary>Compares refunds that people pay out with the lines of statements.</summary>
internal static class PayOut
{
    /// <summary>The refunds of a payment that wait to be paid out, the oldest first.</summary>
    public static IEnumerable<Attempt> Waiting(State state, PaymentId payment) => state.AttemptsOf(payment)
        .Where(attempt => attempt is { Verb: Verb.Refund, WaitsForPeople: true })
        .OrderBy(attempt => attempt.OpenedAt).ThenBy(attempt => attempt.Id.Value);

    /// <summary>
    /// The money that went back without a booked line, minor units; below zero where lines show more than went back. Waiting refunds
    /// have not gone back, and neither has money that a correction moved or unbooked.
    /// </summary>
    /// <param name="state">The books, with the payment's attempts and lines.</param>
    public static long UnseenMinor(State state, Payment payment) =>
        payment.RefundedMinor - Waiting(state, payment.Id).Sum(attempt => attempt.Amount.AmountMinor)
        + state.SettlementLinesOf(payment.Id).Where(line => ShowsRefund(line.Kind))
            .Sum(line => Math.Min(line.Amount.AmountMinor + line.FeeMinor, 0));

    /// <summary>Whether a line of this kind shows a refund that left: a line of a bank's statement, or of refunds in a report.</summary>
    public static bool ShowsRefund(SettlementLineKind kind) => kind is SettlementLineKind.Entry or SettlementLineKind.Refund;

    /// <summary>The oldest refund of this amount; else the oldest refunds that add up to it; null for none.</summary>
    public static List<Attempt>? Of(IReadOnlyList<Attempt> waiting, long amountMinor)
    {
        if (waiting.FirstOrDefault(attempt => attempt.Amount.AmountMinor == amountMinor) is { } only)
            return [only];
        List<Attempt> oldest = [];
        foreach (var attempt in waiting)
        {
            oldest.Add(attempt);
            amountMinor -= attempt.Amount.AmountMinor;
            if (amountMinor <= 0)
                break;
        }

        return amountMinor == 0 ? oldest : null;
    }
}
