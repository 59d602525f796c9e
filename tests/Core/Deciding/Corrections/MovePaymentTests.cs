using Quittance.Core;
using Quittance.Core.Corrections;
using Quittance.Core.Engine;
using Quittance.Core.Executing;
using Quittance.Core.Ledger;
using Quittance.Core.Payments;
using Quittance.Core.Settlements;
using static Quittance.Tests.Deciding.Given;

namespace Quittance.Tests.Deciding.Corrections;

public sealed class MovePaymentTests
{
    private static UnallocatePayment Unallocating(long? amountMinor = null, string? from = null, params Part[] to) =>
        new(Given.Origin, Target(), PaymentId("payment"))
        {
            Amount = amountMinor is { } minor ? new Money(minor, Euro) : null,
            From = from is null ? null : ChargeId(from),
            To = to,
        };

    private static MovePayment Moving(long amountMinor, params Part[] to) => new(
        Given.Origin, Target(Jonas), Target(), PaymentId("payment"), PaymentId("moved"), new Money(amountMinor, Euro))
    { To = to };

    private static Part Bill(string charge, long amountMinor) => Part.Charge(ChargeName(charge), amountMinor);

    private static Given Paid() => Account().And(Jonas).Owing(30_00, settledMinor: 30_00).Owing(20_00, "other", settledMinor: 5_00)
        .Owing(25_00, "of jonas", Jonas).HavingPaid(40_00, new Credit(CreditPurpose.General, 5_00))
        .Settling(("bill", 30_00), ("other", 5_00)).HeldBy(ClearingProvider.BankTransfer);

    [Fact]
    public void Money_TakenOffCharges_IsCreditAndTheyAreOpenAgain()
    {
        var changes = Paid().When(Unallocating())
            .Moves("receivable → credit general 5.00 EUR", "receivable → credit general 30.00 EUR")
            .Settles(("other", -5_00), ("bill", -30_00));

        changes.Leaves(PaymentId("payment"), PaymentStatus.Captured);
        Assert.Equal(EventType.PaymentUnallocated, Assert.Single(changes.Events).Type);
    }

    [Fact]
    public void Money_TakenOffOneCharge_MaySettleAnother()
    {
        Paid().When(Unallocating(10_00, "bill", Bill("other", 10_00)))
            .Moves("receivable → credit general 10.00 EUR", "credit general → receivable 10.00 EUR")
            .Settles(("bill", -10_00), ("other", 10_00));
        Paid().When(Unallocating(10_00, "bill", Bill("other", 10_01))).IsRefused(Refusal.PartsExceedPayment);
        Paid().When(Unallocating(20_00, "bill", Bill("other", 15_01))).IsRefused(Refusal.ExceedsDue, part: 0);
        Paid().When(Unallocating(10_00, "bill", Bill("bill", 10_00))).IsRefused(Refusal.ChargeNamedTwice, part: 0);
        Paid().When(Unallocating(10_00, "bill", Bill("of jonas", 10_00))).IsRefused(Refusal.ChargeUnknown, part: 0);
        Paid().When(Unallocating(30_01, "bill")).IsRefused(Refusal.ExceedsSettled);
        Paid().When(Unallocating(from: "of jonas")).IsRefused(Refusal.ExceedsSettled);
    }

    [Fact]
    public void Credit_ThatSettledACharge_GoesBackToItsPurpose()
    {
        var anna = Account().Owing(10_00).HavingPaid(10_00, new Credit(CreditPurpose.Escrow, 10_00)).Settling();
        var allocated = anna.Then(new AllocatePayment(Given.Origin, Target(), PaymentId("payment"), [Bill("bill", 10_00)]));
        anna.When(Unallocating(4_00)).Moves("receivable → credit escrow 4.00 EUR");

        Assert.Equal(
            allocated.Events[0].Transfers.Select(transfer => transfer.Mirrored), anna.Then(Unallocating()).Events[0].Transfers);
        Assert.Equal([new Credit(CreditPurpose.Escrow, 10_00)], anna.CreditsOf("payment"));
    }

    [Theory]
    [InlineData(ClearingProvider.Gateway)]
    [InlineData("sandbox")]
    public void Money_ThatGoesBackToACard_StaysWithItsPayment(string holder) =>
        Paid().HeldBy(holder).When(Moving(10_00)).IsRefused(Refusal.HeldByProvider);

    [Fact]
    public void Money_MovedToAnotherCustomer_LeavesAsItCameAndIsAPaymentThere()
    {
        var changes = Paid().When(Moving(30_00, Bill("of jonas", 25_00))).Moves(
            "credit general → clearing bank-transfer 5.00 EUR", "receivable → clearing bank-transfer 5.00 EUR",
            "receivable → clearing bank-transfer 20.00 EUR", "clearing bank-transfer → receivable 25.00 EUR",
            "clearing bank-transfer → credit general 5.00 EUR");

        var (left, moved) = (changes.Of<Payment>().First(), changes.Of<Payment>().Last());
        Assert.Equal((10_00, 30_00, 10_00), (left.AllocatedMinor, left.ReversedMinor, left.RefundableMinor));
        Assert.Equal((PaymentId("payment"), 25_00, 5_00), (moved.MovedFrom, moved.AllocatedMinor, moved.UnallocatedMinor));
        Assert.Equal([EventType.PaymentMoved, EventType.PaymentRecorded], changes.Events.Select(happened => happened.Type));
    }

    [Fact]
    public void Money_ThatIsNotThereToMove_IsRefused()
    {
        Paid().When(Moving(40_01)).IsRefused(Refusal.ExceedsRefundable);
        Paid().When(Moving(0)).IsRefused(Refusal.ExceedsRefundable);
        Paid().GivenBack(10_00).When(Moving(30_01)).IsRefused(Refusal.ExceedsRefundable);
        Paid().Disputed(1_00, 0).When(Moving(1_00)).IsRefused(Refusal.PaymentDisputed);
        Paid().Disputed(1_00, 0).When(Unallocating()).IsRefused(Refusal.PaymentDisputed);
        Paid().HeldBy("sandbox").When(Moving(1_00)).IsRefused(Refusal.HeldByProvider);
        Paid().When(Moving(1_00) with { Account = Target() }).IsRefused(Refusal.SameCustomer);
        Paid().When(Moving(1_00) with { Account = Target("stranger") }).IsRefused(Refusal.AccountUnknown);
        Paid().When(Moving(1_00) with { Amount = new Money(1, Dollar) }).IsRefused(Refusal.CurrencyMismatch);
        Paid().And("ted", Dollar).When(Moving(1_00) with { Account = Target("ted") }).IsRefused(Refusal.CurrencyMismatch);
        Paid().When(Moving(30_00, Bill("of jonas", 25_01))).IsRefused(Refusal.ExceedsDue, part: 0);
        Account().HavingPaid("payment", Anna, PaymentStatus.Pending, new Money(1_00, Euro)).And(Jonas).When(Moving(1_00))
            .IsRefused(Refusal.PaymentNotCaptured);
    }

    [Fact]
    public void Money_MovedThereAndBack_LeavesTheBooksAsTheyWere()
    {
        var books = Paid();
        var there = books.Then(Moving(35_00, Bill("of jonas", 25_00)));
        var back = books.Then(new MovePayment(
            Given.Origin, Target(), Target(Jonas), PaymentId("moved"), PaymentId("back"), new Money(35_00, Euro))
        { To = [Bill("other", 5_00), Bill("bill", 25_00)] });

        var moved = there.Events.Concat(back.Events).SelectMany(happened => happened.Transfers)
            .SelectMany(transfer => new[] { (transfer.Debit, transfer.AmountMinor), (transfer.Credit, -transfer.AmountMinor) })
            .GroupBy(side => side.Item1, side => side.Item2).Where(account => account.Sum() != 0);
        Assert.Empty(moved);
    }

    [Fact]
    public void Line_Unbooked_IsOpenAgainAndItsPaymentHasNothing()
    {
        var books = Account().Owing(30_00).Seeing(30_00);
        var booked = books.Then(new BookSettlement(Given.Origin, Target(), LineId, SettlementUse.Transfer)
        {
            Brings = new RecordPayment(Given.Origin, Target(), PaymentId("brought"), "test")
            {
                Amount = new Money(30_00, Euro),
                ReceivedBy = ClearingProvider.BankTransfer,
                Parts = [Bill("bill", 30_00)],
            },
        });
        books.When(Unbooking(null)).IsRefused(Refusal.SettlementNotBooked);
        var unbooked = books.Then(Unbooking("brought"));

        Assert.Equal(
            booked.Events.SelectMany(happened => happened.Transfers).Select(transfer => transfer.Mirrored).ToHashSet(),
            unbooked.Events.SelectMany(happened => happened.Transfers).ToHashSet());
        var line = Assert.Single(unbooked.SettlementLines);
        Assert.Equal((SettlementStatus.Open, null, null, 2), (line.Status, line.Payment, line.Settles, line.Events));
        unbooked.Leaves(PaymentId("brought"), PaymentStatus.Captured, reversedMinor: 30_00);
        books.When(Unbooking("brought")).IsRefused(Refusal.SettlementNotBooked);
    }

    [Fact]
    public void LineOfAnUndoneImport_GivesBackWhatItBrought_AndIsBookedNoMore()
    {
        var books = Given.Account().Owing(30_00).Seeing(30_00);
        var bringing = new BookSettlement(Given.Origin, Target(), LineId, SettlementUse.Transfer)
        {
            Brings = Given.Paying(30_00) with
            {
                Id = PaymentId("brought"),
                ReceivedBy = ClearingProvider.BankTransfer,
                Parts = [Bill("bill", 30_00)],
            },
        };
        var booked = books.Then(bringing);
        // A look that is older than the booking takes nothing back unseen.
        books.When(Undoing(null, seen: 0)).IsRefused(Refusal.SettlementNotBooked);
        var undone = books.Then(Undoing("brought", seen: 1));

        Assert.Equal(
            booked.Events.SelectMany(happened => happened.Transfers).Select(transfer => transfer.Mirrored).ToHashSet(),
            undone.Events.SelectMany(happened => happened.Transfers).ToHashSet());
        Assert.Equal(
            [EventType.PaymentUnbooked, EventType.SettlementUnbooked, EventType.SettlementUndone],
            undone.Events.Select(happened => happened.Type));
        var line = Assert.Single(undone.SettlementLines);
        Assert.Equal((SettlementStatus.Undone, null, null, 3), (line.Status, line.Payment, line.Settles, line.Events));
        foreach (var command in (Command[])[bringing, new IgnoreSettlement(Given.Origin, LineId, "x"), Undoing(null, seen: 3)])
            books.When(command).IsRefused(Refusal.SettlementUndone);
    }

    [Theory]
    [InlineData(SettlementStatus.Open)]
    [InlineData(SettlementStatus.Ignored)]
    public void LineThatIsNotBooked_IsUndoneWithoutMoney(SettlementStatus status) => Assert.Equal(
        SettlementStatus.Undone,
        Assert.Single(Given.Account().Seeing(30_00, status: status).When(Undoing(null, seen: 0)).Moves().SettlementLines).Status);

    /// <summary>Its money came as another payment: a line of the same amount is other money.</summary>
    [Fact]
    public void MoneyThatMoved_IsNotOnTheStatementASecondTime()
    {
        var books = Paid().And(Jonas).Seeing(35_00);
        books.Then(Moving(35_00));

        books.When(new BookSettlement(Given.Origin, Target(Jonas), LineId, SettlementUse.Transfer) { Payment = PaymentId("moved") })
            .IsRefused(Refusal.SettlementMismatch);
    }

    private static UndoSettlement Undoing(string? payment, int seen) =>
        new(Given.Origin, Target(), LineId, payment is null ? null : PaymentId(payment), "another merchant's file") { Seen = seen };

    private static UnbookSettlement Unbooking(string? payment) =>
        new(Given.Origin, Target(), LineId, payment is null ? null : PaymentId(payment), "of another customer");
}
