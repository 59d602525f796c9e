using Quittance.Core;
using Quittance.Core.Engine;
using Quittance.Core.Ledger;

namespace Quittance.Tests.Deciding;

/// <summary>What a decision must have come to.</summary>
internal static class Then
{
    /// <summary>Refused for exactly this, and nothing changes.</summary>
    public static void IsRefused(this Decision decision, Refusal refusal, int part = -1) =>
        decision.IsRefused(new Fault(refusal, part));

    public static void IsRefused(this Decision decision, params IReadOnlyList<Fault> faults)
    {
        Assert.Equal(faults, decision.Faults);
        Assert.Null(decision.Changes);
    }

    public static Changes IsAccepted(this Decision decision)
    {
        Assert.Empty(decision.Faults);
        Assert.NotNull(decision.Changes);
        return decision.Changes;
    }

    /// <summary>Accepted, and exactly this moves in the ledger: <c>clearing cash → receivable 10.00 EUR</c>.</summary>
    public static Changes Moves(this Decision decision, params string[] movements)
    {
        var changes = decision.IsAccepted();
        Assert.Equal(movements, changes.Events.SelectMany(happened => happened.Transfers).Select(Text));
        return changes;
    }

    /// <summary>And exactly these charges are settled, in this order, by so much.</summary>
    public static Changes Settles(this Changes changes, params (string Charge, long AmountMinor)[] settled)
    {
        Assert.Equal(
            settled.Select(row => (Given.ChargeId(row.Charge), row.AmountMinor)),
            changes.Settled.Select(allocation => (allocation.Charge.Id, allocation.AmountMinor)));
        return changes;
    }

    /// <summary>A movement in words.</summary>
    public static string Text(Transfer transfer) =>
        $"{Text(transfer.Debit)} → {Text(transfer.Credit)} {new Money(transfer.AmountMinor, transfer.Debit.Currency)}";

    private static string Text(LedgerAccount account) => $"{account.Kind.ToString().ToLowerInvariant()} {account.Purpose}".Trim();
}
