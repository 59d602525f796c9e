using Quittance.Core;
using Quittance.Core.Engine;
using Quittance.Core.Ledger;
using Quittance.Core.Payments;

namespace Quittance.Tests.Deciding;

/// <summary>The end of a payment that was only recorded.</summary>
public sealed class ClosePendingTests
{
    private static readonly PaymentId Payment = Given.PaymentId("payment");

    private static Given Recorded(long? amountMinor = 50_00, PaymentStatus status = PaymentStatus.Pending) => Given.Account().Owing(30_00)
        .HavingPaid("payment", Given.Anna, status, amountMinor is { } minor ? new Money(minor, Given.Euro) : null);

    [Fact]
    public void Money_ThatCame_SettlesWhatItIsFor_AndIsCreditBeyond()
    {
        var changes = Recorded()
            .When(Complete(Part.ChargeIfKnown(Given.ChargeName("bill"), null), Part.ChargeIfKnown(Given.ChargeName("unknown"), 1_00)))
            .Moves("clearing bank-transfer → receivable 30.00 EUR", "clearing bank-transfer → credit general 20.00 EUR")
            .Settles(("bill", 30_00));

        changes.Leaves(Payment, PaymentStatus.Captured, allocatedMinor: 30_00);
        Assert.Equal(EventType.PaymentCaptured, Assert.Single(changes.Events).Type);
    }

    [Fact]
    public void Money_ThatNeverComes_MovesNothing()
    {
        foreach (var amountMinor in (long?[])[50_00, null])
        {
            var changes = Recorded(amountMinor).When(Cancel()).Moves();
            changes.Leaves(Payment, PaymentStatus.Cancelled);
            Assert.Equal((EventType.PaymentCancelled, 2), (changes.Events[0].Type, changes.Events[0].Sequence));
        }
    }

    [Fact]
    public void Payment_ThatDoesNotWaitForMoney_IsLeftAlone()
    {
        foreach (var status in Enum.GetValues<PaymentStatus>().Except([PaymentStatus.Pending]))
        {
            Recorded(status: status).When(Complete()).IsRefused(Refusal.PaymentNotPending);
            Recorded(status: status).When(Cancel()).IsRefused(Refusal.PaymentNotPending);
        }

        Recorded(amountMinor: null).When(Complete()).IsRefused(Refusal.PaymentNotPending);
        Given.Account().When(Cancel()).IsRefused(Refusal.PaymentUnknown);
        // A provider is asked for it.
        var anna = Collecting.Anna().Began("payment", 10_00);
        anna.Do(Cancel()).IsRefused(Refusal.PaymentNotPending);
        anna.Do(Complete()).IsRefused(Refusal.PaymentNotPending);
    }

    [Fact]
    public void Money_InAnotherCurrencyThanTheAccounts_IsRefused_AndItsRecordCanBeCalledOff()
    {
        Given Foreign() =>
            Given.Account().HavingPaid("payment", Given.Anna, PaymentStatus.Pending, new Money(50_00, Currency.Parse("USD")));
        Foreign().When(Complete()).IsRefused(Refusal.CurrencyMismatch);
        Foreign().When(Cancel()).Moves();
    }

    private static Command Complete(params IReadOnlyList<Part> parts) =>
        new ClosePending(Given.Origin, Given.Target(), Payment, ClearingProvider.BankTransfer, parts);

    private static Command Cancel() => new ClosePending(Given.Origin, Given.Target(), Payment, ReceivedBy: null, []);
}
