using Quittance.Core;
using Quittance.Core.Executing;
using Quittance.Core.Ledger;
using Quittance.Core.Payments;
using Quittance.Core.Settlements;

namespace Quittance.Tests.Deciding;

/// <summary>How lines of statements are booked.</summary>
public sealed class BookSettlementTests
{
    private const string Bank = "bank DE ···· 3000";

    [Fact]
    public void Transfer_ThatPaysABill_IsThePaymentAndTheBank()
    {
        var changes = Given.Account().Owing(30_00).Seeing(30_00).When(Paying(30_00, Part.Charge(Given.ChargeName("bill"), 30_00)))
            .Moves("clearing bank-transfer → receivable 30.00 EUR", $"{Bank} → clearing bank-transfer 30.00 EUR")
            .Settles(("bill", 30_00));

        var line = Assert.Single(changes.SettlementLines);
        Assert.Equal((SettlementStatus.Booked, SettlementUse.Transfer, 1), (line.Status, line.Use!.Value, line.Events));
        Assert.Equal((changes.Payments[0].Id, changes.Payments[0].Id.Value), (line.Payment!.Value, line.Settles!.Value));
        // The answer tells of the line.
        Assert.Equal((EventType.SettlementBooked, Given.LineId.Value), (changes.Events[^1].Type, changes.Events[^1].Subject));
    }

    [Fact]
    public void Transfer_OfAnotherAmountThanItsPayment_IsRefused()
    {
        Given.Account().Owing(30_00).Seeing(31_00).When(Paying(30_00)).IsRefused(Refusal.SettlementMismatch);
        Given.Account().Seeing(-30_00).When(Paying(30_00)).IsRefused(Refusal.SettlementMismatch);
        Given.Account().Seeing(30_00).When(Paying(30_00) with { Brings = Given.Paying(30_00) }).IsRefused(Refusal.SettlementMismatch);
    }

    [Fact]
    public void Transfer_WhosePaymentIsRefused_ChangesNothing() =>
        Given.Account().Seeing(30_00).When(Paying(30_00, Part.Charge(Given.ChargeName("unknown"), 30_00)))
            .IsRefused(new Fault(Refusal.ChargeUnknown, 0));

    [Fact]
    public void Line_ThatIsBookedOrUnknown_IsRefused()
    {
        Given.Account().When(Paying(30_00)).IsRefused(Refusal.SettlementUnknown);
        Given.Account().Seeing(30_00, status: SettlementStatus.Booked).When(Paying(30_00)).IsRefused(Refusal.SettlementBooked);
        Given.Account().Seeing(30_00, status: SettlementStatus.Booked).When(Ignoring()).IsRefused(Refusal.SettlementBooked);
        Given.Account().When(Ignoring()).IsRefused(Refusal.SettlementUnknown);
    }

    [Fact]
    public void Line_ThatWasIgnored_CanBeBooked()
    {
        var ignored = Assert.Single(Given.Account().Seeing(30_00).When(Ignoring()).Moves().SettlementLines);
        Assert.Equal((SettlementStatus.Ignored, "not ours"), (ignored.Status, ignored.Note));
        Given.Account().Seeing(30_00, status: SettlementStatus.Ignored).When(Paying(30_00)).IsAccepted();
    }

    [Fact]
    public void Payment_AtTheBank_IsSeenThereOnce()
    {
        Given Held(string holder = ClearingProvider.BankTransfer) => Given.Account().HavingPaid(30_00).HeldBy(holder).Seeing(30_00);
        Held().When(Seen()).Moves($"{Bank} → clearing bank-transfer 30.00 EUR");
        Held().SettledElsewhere(Given.PaymentId("payment").Value).When(Seen()).IsRefused(Refusal.SettlementBooked);
        Held("cash").When(Seen()).IsRefused(Refusal.SettlementMismatch);
        Given.Account().HavingPaid(31_00).HeldBy(ClearingProvider.BankTransfer).Seeing(30_00).When(Seen())
            .IsRefused(Refusal.SettlementMismatch);
        Given.Account().Seeing(30_00).When(Seen()).IsRefused(Refusal.PaymentUnknown);
        Given.Account().HavingPaid("payment", Given.Anna, PaymentStatus.Pending, new Money(30_00, Given.Euro)).Seeing(30_00).When(Seen())
            .IsRefused(Refusal.PaymentNotCaptured);
        // Nothing of it went back.
        Given.Account().HavingPaid(30_00).HeldBy(ClearingProvider.BankTransfer).Seeing(-30_00).When(Seen())
            .IsRefused(Refusal.SettlementExceedsReturned);
    }

    [Fact]
    public void Payout_AtTheBank_WasOnTheWay()
    {
        Given.Nobody().Seeing(90_00).When(House(SettlementUse.Payout, "sandbox")).Moves($"{Bank} → clearing payout:sandbox 90.00 EUR");
        Given.Nobody().Seeing(-90_00).When(House(SettlementUse.Payout, "sandbox")).Moves($"clearing payout:sandbox → {Bank} 90.00 EUR");
        Given.Nobody().Seeing(90_00).SettledElsewhere(Guid.AllBitsSet)
            .When(House(SettlementUse.Payout, "sandbox") with { Settles = Guid.AllBitsSet })
            .IsRefused(Refusal.SettlementBooked);
        Given.Nobody().Seeing(90_00).When(House(SettlementUse.Payout, null)).IsRefused(Refusal.SettlementMismatch);
    }

    [Fact]
    public void Fee_OfTheBankOrAProvider_IsAnExpense()
    {
        Given.Nobody().Seeing(-5_00).When(House(SettlementUse.Fee, null)).Moves($"fees → {Bank} 5.00 EUR");
        Given.Nobody().Seeing(-5_00, SettlementLineKind.Fee, account: "sandbox").When(House(SettlementUse.Fee, "sandbox"))
            .Moves("fees → clearing payout:sandbox 5.00 EUR");
        Given.Nobody().Seeing(-5_00, SettlementLineKind.Fee, account: "sandbox").When(House(SettlementUse.Fee, "other"))
            .IsRefused(Refusal.SettlementMismatch);
    }

    [Fact]
    public void Report_OfAPaymentAndARefund_TakesThemFromTheProvider()
    {
        Given Held() => Given.Account().HavingPaid(100_00).HeldBy("sandbox");
        Held().Seeing(97_50, SettlementLineKind.Payment, account: "sandbox", feeMinor: 2_50).When(Reported())
            .Moves("clearing payout:sandbox → clearing sandbox 100.00 EUR", "fees → clearing payout:sandbox 2.50 EUR");
        Held().GivenBack(10_00).Seeing(-10_25, SettlementLineKind.Refund, account: "sandbox", feeMinor: 25).When(Reported())
            .Moves("clearing sandbox → clearing payout:sandbox 10.00 EUR", "fees → clearing payout:sandbox 0.25 EUR");
        Held().Disputed(20_00, feeMinor: 15_00).Seeing(-35_00, SettlementLineKind.Chargeback, account: "sandbox").When(Reported())
            .Moves("clearing sandbox → clearing payout:sandbox 35.00 EUR");
        Held().Seeing(97_49, SettlementLineKind.Payment, account: "sandbox", feeMinor: 2_50).When(Reported())
            .IsRefused(Refusal.SettlementMismatch);
        Held().Seeing(97_50, SettlementLineKind.Payment, account: "other", feeMinor: 2_50).When(Reported())
            .IsRefused(Refusal.SettlementMismatch);
        Held().Seeing(97_50).When(Reported()).IsRefused(Refusal.SettlementMismatch);
    }

    [Fact]
    public void Report_OfMoreThanWentBack_IsRefused()
    {
        Given Held() => Given.Account().HavingPaid(100_00).HeldBy("sandbox");
        Held().Seeing(-10_00, SettlementLineKind.Refund, account: "sandbox").When(Reported()).IsRefused(Refusal.SettlementExceedsReturned);
        Held().GivenBack(10_00).Seeing(-10_01, SettlementLineKind.Refund, account: "sandbox").When(Reported())
            .IsRefused(Refusal.SettlementExceedsReturned);
        Held().GivenBack(35_00).Seeing(-35_00, SettlementLineKind.Chargeback, account: "sandbox").When(Reported())
            .IsRefused(Refusal.SettlementExceedsReturned);
        Held().Disputed(20_00, feeMinor: 15_00).Seeing(-35_01, SettlementLineKind.Chargeback, account: "sandbox").When(Reported())
            .IsRefused(Refusal.SettlementExceedsReturned);
        Held().Disputed(20_00, feeMinor: 15_00).Seeing(-20_00, SettlementLineKind.Refund, account: "sandbox").When(Reported())
            .IsRefused(Refusal.SettlementExceedsReturned);
        // Its fee alone is no refund.
        Held().GivenBack(10_00).Seeing(-25, SettlementLineKind.Refund, account: "sandbox", feeMinor: 25).When(Reported())
            .IsRefused(Refusal.SettlementMismatch);
    }

    [Fact]
    public void Report_OfWhatOtherLinesAreBookedFor_IsRefused()
    {
        Given Back() => Given.Account().HavingPaid(100_00).HeldBy("sandbox").GivenBack(15_00).Disputed(20_00, feeMinor: 15_00);
        Given Refunded() => Back().HavingSeen(-10_25, SettlementLineKind.Refund, "sandbox", feeMinor: 25);
        Refunded().Seeing(-5_00, SettlementLineKind.Refund, account: "sandbox").When(Reported()).IsAccepted();
        Refunded().Seeing(-5_01, SettlementLineKind.Refund, account: "sandbox").When(Reported())
            .IsRefused(Refusal.SettlementExceedsReturned);
        Refunded().Seeing(-35_00, SettlementLineKind.Chargeback, account: "sandbox").When(Reported()).IsAccepted();
        Back().HavingSeen(-35_00, SettlementLineKind.Chargeback, "sandbox")
            .Seeing(-35_00, SettlementLineKind.Chargeback, account: "sandbox").When(Reported())
            .IsRefused(Refusal.SettlementExceedsReturned);
        // The line of the payment itself is none of what went back.
        Back().HavingSeen(97_50, SettlementLineKind.Payment, "sandbox", feeMinor: 2_50)
            .Seeing(-15_00, SettlementLineKind.Refund, account: "sandbox").When(Reported()).IsAccepted();
    }

    [Fact]
    public void Transfer_ThatGoesBack_IsBookedAsFarAsThePaymentWentBack()
    {
        Given Back() => Given.Account().HavingPaid(30_00).HeldBy(ClearingProvider.BankTransfer).GivenBack(20_00);
        Back().Seeing(-20_00).When(Seen()).Moves($"clearing bank-transfer → {Bank} 20.00 EUR");
        Back().HavingSeen(-15_00, SettlementLineKind.Entry, "DE ···· 3000").Seeing(-5_00).When(Seen()).IsAccepted();
        Back().HavingSeen(-15_00, SettlementLineKind.Entry, "DE ···· 3000").Seeing(-5_01).When(Seen())
            .IsRefused(Refusal.SettlementExceedsReturned);
        Back().HavingSeen(30_00, SettlementLineKind.Entry, "DE ···· 3000").Seeing(-20_00).When(Seen()).IsAccepted();
    }

    [Fact]
    public void Money_ThatWasMovedToAnotherCustomer_HasNotLeftTheBank()
    {
        Given Moved() => Given.Account().HavingPaid(100_00).HeldBy(ClearingProvider.BankTransfer).Corrected(60_00, EventType.PaymentMoved);
        Moved().Seeing(-60_00).When(Seen()).IsRefused(Refusal.SettlementExceedsReturned);
        Moved().GivenBack(40_00).Seeing(-40_00).When(Seen()).IsAccepted();
        Moved().GivenBack(40_00).Seeing(-40_01).When(Seen()).IsRefused(Refusal.SettlementExceedsReturned);
        // The line that brings the whole payment may come after the move.
        Moved().Seeing(100_00).When(Seen()).IsAccepted();
    }

    [Fact]
    public void Payment_WhoseLineWasUnbooked_IsBroughtByNoLineAgain() =>
        Given.Account().HavingPaid(30_00).HeldBy(ClearingProvider.BankTransfer).Corrected(30_00, EventType.PaymentUnbooked)
            .Seeing(30_00).When(Seen()).IsRefused(Refusal.PaymentNotCaptured);

    [Fact]
    public void Chargeback_AtAClientsGateway_ReversesThePayment_ByAnOperatorsWord()
    {
        Given Line() => Given.Account().Owing(70_00, settledMinor: 70_00).HavingPaid(100_00, new Credit(CreditPurpose.General, 30_00))
            .Settling(("bill", 70_00))
            .HeldBy(ClearingProvider.Gateway)
                .Seeing(-65_00, SettlementLineKind.Chargeback, account: ClearingProvider.Gateway, feeMinor: 15_00);

        var changes = Line().When(AtGateway("its letter"))
            .Moves(
                "credit general → clearing gateway 30.00 EUR", "receivable → clearing gateway 20.00 EUR",
                "clearing gateway → clearing payout:gateway 50.00 EUR", "fees → clearing payout:gateway 15.00 EUR")
            .Settles(("bill", -20_00));

        Assert.Equal([EventType.PaymentReversed, EventType.SettlementBooked], changes.Events.Select(happened => happened.Type));
        changes.Leaves(Given.PaymentId("payment"), PaymentStatus.Captured, allocatedMinor: 50_00, reversedMinor: 50_00);
        // An empty note is no reason.
        Line().When(AtGateway(null)).IsRefused(Refusal.SettlementExceedsReturned);
        Line().When(AtGateway(" ")).IsRefused(Refusal.SettlementExceedsReturned);
        Line().HeldBy("sandbox").When(AtGateway("its letter")).IsRefused(Refusal.SettlementMismatch);
    }

    [Fact]
    public void Chargebacks_AtAClientsGateway_TakeBackThePaymentOnce()
    {
        Given Second(long amountMinor) => Given.Account().HavingPaid(100_00).HeldBy(ClearingProvider.Gateway)
            .HavingSeen(-75_00, SettlementLineKind.Chargeback, ClearingProvider.Gateway, feeMinor: 15_00)
            .Seeing(-amountMinor, SettlementLineKind.Chargeback, account: ClearingProvider.Gateway);
        Second(40_01).When(AtGateway("its letter")).IsRefused(Refusal.SettlementExceedsReturned);
        // Money that was refunded before is gone twice: that is written off.
        Second(40_00).GivenBack(40_00).When(AtGateway("its letter"))
            .Moves("writeoff → clearing gateway 40.00 EUR", "clearing gateway → clearing payout:gateway 40.00 EUR").Settles();
    }

    [Fact]
    public void Chargeback_ThatAProviderGivesNoticeOf_WaitsForTheNotice() =>
        Given.Account().HavingPaid(100_00).HeldBy("sandbox").Seeing(-35_00, SettlementLineKind.Chargeback, account: "sandbox")
            .When(Reported() with { Note = "its letter" })
            .IsRefused(Refusal.SettlementExceedsReturned);

    [Fact]
    public void Report_OfAPaymentThatTheProviderKeeps_IsAFee() =>
        Given.Account().HavingPaid(5_00).HeldBy("sandbox").Seeing(0, SettlementLineKind.Payment, account: "sandbox", feeMinor: 5_00)
            .When(Reported())
            .Moves("clearing payout:sandbox → clearing sandbox 5.00 EUR", "fees → clearing payout:sandbox 5.00 EUR");

    private static BookSettlement Paying(long amountMinor, params IReadOnlyList<Part> parts) =>
        new(Given.Origin, Given.Target(), Given.LineId, SettlementUse.Transfer)
        {
            Brings = Given.Paying(amountMinor, parts) with { Account = Given.Target(), ReceivedBy = ClearingProvider.BankTransfer },
        };

    private static BookSettlement Seen() =>
        new(Given.Origin, Given.Target(), Given.LineId, SettlementUse.Transfer) { Payment = Given.PaymentId("payment") };

    private static BookSettlement Reported() =>
        new(Given.Origin, Given.Target(), Given.LineId, SettlementUse.Reported)
        {
            Payment = Given.PaymentId("payment"),
            Provider = "sandbox"
        };

    private static BookSettlement AtGateway(string? word) => Reported() with { Provider = ClearingProvider.Gateway, Note = word };

    private static BookSettlement House(SettlementUse use, string? provider) =>
        new(Given.Origin, Given.LineId.House, Given.LineId, use) { Provider = provider };

    private static IgnoreSettlement Ignoring() => new(Given.Origin, Given.LineId, "not ours");
}
