using Quittance.Core;
using Quittance.Core.Accounts;
using Quittance.Core.Attempts;
using Quittance.Core.Engine;
using Quittance.Core.Instruments;
using Quittance.Core.Ledger;
using Quittance.Core.Payments;
using Quittance.Core.Refunds;
using Quittance.Core.Sessions;
using Quittance.Core.Settlements;

namespace Quittance.Tests.Deciding;

/// <summary>The expected result of a decision.</summary>
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
            from transfer in changes.Events.SelectMany(happened => happened.Transfers)
            where transfer.Charge is not null && transfer.Effect.Settled != 0
            select (transfer.Charge!.Value, transfer.Effect.Settled * transfer.AmountMinor));
        return changes;
    }

    /// <summary>And the payment stands like this.</summary>
    public static void Leaves(
        this Changes changes, PaymentId id, PaymentStatus status, long allocatedMinor = 0, long reversedMinor = 0, long refundedMinor = 0)
    {
        var payment = Assert.Single(changes.PaymentsChanged);
        Assert.Equal(
            (id, status, allocatedMinor, reversedMinor, refundedMinor),
            (payment.Id, payment.Status, payment.AllocatedMinor, payment.ReversedMinor, payment.RefundedMinor));
    }

    extension(Changes changes)
    {
        public IReadOnlyList<Account> Accounts => [.. changes.Of<Account>()];

        public IReadOnlyList<NameRow> References => [.. changes.Of<NameRow>()];

        public IReadOnlyList<Order> Orders => [.. changes.Of<Order>()];

        public IReadOnlyList<Charge> Charges => [.. changes.Of<Charge>()];

        public IReadOnlyList<Instrument> Instruments => [.. changes.Of<Instrument>()];

        public IReadOnlyList<VaultEntry> VaultEntries => [.. changes.Of<VaultEntry>()];

        public IReadOnlyList<Session> Sessions => [.. changes.Of<Session>()];

        public IReadOnlyList<SettlementLine> SettlementLines => [.. changes.Of<SettlementLine>()];

        public IReadOnlyList<Event> Events => [.. changes.Of<Event>()];

        public IReadOnlyList<Claim> Claims => [.. changes.Of<Claim>()];

        public IReadOnlyList<Payment> Payments => [.. changes.Of<Payment>().Where(payment => payment.Events == 1)];

        public IReadOnlyList<Payment> PaymentsChanged => [.. changes.Of<Payment>().Where(payment => payment.Events > 1)];

        public IReadOnlyList<Attempt> Attempts => [.. changes.Of<Attempt>().Where(attempt => attempt.Events == 0)];

        public IReadOnlyList<Refund> Refunds => [.. changes.Of<Refund>().Where(refund => refund.Events == 1)];

        public IReadOnlyList<Refund> RefundsChanged => [.. changes.Of<Refund>().Where(refund => refund.Events > 1)];
    }

    /// <summary>A movement in words.</summary>
    public static string Text(Transfer transfer) =>
        $"{Text(transfer.Debit)} → {Text(transfer.Credit)} {new Money(transfer.AmountMinor, transfer.Debit.Currency)}";

    private static string Text(LedgerAccount account) => $"{account.Kind.ToString().ToLowerInvariant()} {account.Purpose}".Trim();
}
