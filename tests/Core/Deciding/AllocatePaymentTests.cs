using Quittance.Core;
using Quittance.Core.Ledger;
using Quittance.Core.Payments;
using static Quittance.Tests.Deciding.Given;

namespace Quittance.Tests.Deciding;

public sealed class AllocatePaymentTests
{
    private static AllocatePayment Allocating(params Part[] parts) => new(Given.Origin, Target(), PaymentId("payment"), parts);

    private static Part Bill(long? amountMinor, string charge = "bill") => Part.Charge(ChargeName(charge), amountMinor);

    private static Credit General(long amountMinor) => new(CreditPurpose.General, amountMinor);

    private static Credit Escrow(long amountMinor) => new(CreditPurpose.Escrow, amountMinor);

    private static Credit Earmarked(long amountMinor, string order) => new(CreditPurpose.Earmarked(OrderId(order)), amountMinor);

    [Fact]
    public void Credit_Allocated_SettlesTheChargeAndIsOneEventOfItsPayment()
    {
        var changes = Account().Owing(10_00).HavingPaid(10_00, General(10_00)).When(Allocating(Bill(4_00)))
            .Moves("credit general → receivable 4.00 EUR").Settles(("bill", 4_00));

        changes.Leaves(PaymentId("payment"), PaymentStatus.Captured, allocatedMinor: 4_00);
        var happened = Assert.Single(changes.Events);
        Assert.Equal(
            (PaymentId("payment").Value, 2, EventType.PaymentAllocated, null),
            (happened.Subject, happened.Sequence, happened.Type, happened.Status));
    }

    [Fact]
    public void Credit_AllocatedWithoutAnAmount_SettlesAllThatIsDue() =>
        Account().Owing(10_00, settledMinor: 3_00).HavingPaid(10_00, General(10_00)).When(Allocating(Bill(null)))
            .IsAccepted().Settles(("bill", 7_00));

    [Fact]
    public void Credit_AllocatedAsFarAsItReaches_SettlesInOrder_AndNothingIsNoAllocation()
    {
        var both = Allocating(Part.ChargeUpTo(ChargeName("one")), Part.ChargeUpTo(ChargeName("two")));
        Account().Owing(10_00, "one").Owing(10_00, "two").HavingPaid(14_00, General(14_00)).When(both)
            .IsAccepted().Settles(("one", 10_00), ("two", 4_00));
        Account().Owing(10_00, "one", settledMinor: 10_00).Owing(10_00, "two", settledMinor: 10_00).HavingPaid(1_00, General(1_00))
            .When(both).IsRefused(Refusal.NothingDue);
        Account().Owing(10_00, "one").Owing(10_00, "two").HavingPaid(5_00).When(both).IsRefused(Refusal.ExceedsUnallocated);
    }

    [Fact]
    public void Credit_EarmarkedForTheChargesOrder_IsSpentBeforeAnyOther() =>
        Account().Owing(12_00, order: "order").HavingPaid(20_00, Escrow(9_00), General(6_00), Earmarked(5_00, "order"))
            .When(Allocating(Bill(12_00)))
            .Moves(
                $"credit {CreditPurpose.Earmarked(OrderId("order"))} → receivable 5.00 EUR", "credit general → receivable 6.00 EUR",
                "credit escrow → receivable 1.00 EUR");

    [Fact]
    public void Credit_EarmarkedForAnotherOrder_SettlesNothing()
    {
        Account().Owing(5_00, order: "order").HavingPaid(5_00, Earmarked(5_00, "other")).When(Allocating(Bill(5_00)))
            .IsRefused(Refusal.ExceedsUnallocated);
        Account().Owing(5_00).HavingPaid(5_00, Earmarked(5_00, "order")).When(Allocating(Bill(5_00))).IsRefused(Refusal.ExceedsUnallocated);
    }

    [Fact]
    public void Credit_HeldInEscrow_SettlesChargesOfAnyOrderAndOfNone() =>
        Account().Owing(4_00, "one", order: "order").Owing(3_00, "two", order: "other").Owing(2_00, "bill").HavingPaid(10_00, Escrow(10_00))
            .When(Allocating(Bill(4_00, "one"), Bill(3_00, "two"), Bill(2_00)))
            .Moves("credit escrow → receivable 4.00 EUR", "credit escrow → receivable 3.00 EUR", "credit escrow → receivable 2.00 EUR");

    [Fact]
    public void Credit_EarmarkedForSeveralOrders_SettlesEachOnlyWithItsOwn()
    {
        Account().Owing(4_00, "one", order: "order").Owing(3_00, "two", order: "other")
            .HavingPaid(9_00, Earmarked(5_00, "order"), Earmarked(3_00, "other"), Escrow(1_00))
            .When(Allocating(Bill(4_00, "one"), Bill(3_00, "two")))
            .Moves($"credit {CreditPurpose.Earmarked(OrderId("order"))} → receivable 4.00 EUR",
                $"credit {CreditPurpose.Earmarked(OrderId("other"))} → receivable 3.00 EUR");
        // Enough money, but a part of it for another order: what escrow adds does not suffice.
        Account().Owing(4_00, "one", order: "order").Owing(5_00, "two", order: "other")
            .HavingPaid(9_00, Earmarked(5_00, "order"), Earmarked(3_00, "other"), Escrow(1_00))
            .When(Allocating(Bill(4_00, "one"), Bill(5_00, "two"))).IsRefused(Refusal.ExceedsUnallocated);
    }

    [Fact]
    public void Credit_ForConsumption_SettlesNothing() =>
        Account().Owing(5_00).HavingPaid(5_00, new Credit(CreditPurpose.Consumption, 5_00)).When(Allocating(Bill(5_00)))
            .IsRefused(Refusal.ExceedsUnallocated);

    [Fact]
    public void Allocation_OfMoreThanIsLeft_IsRefusedWhole() =>
        Account().Owing(6_00, "one").Owing(6_00, "two").HavingPaid(20_00, General(10_00))
            .When(Allocating(Bill(6_00, "one"), Bill(6_00, "two")))
            .IsRefused(Refusal.ExceedsUnallocated);

    [Fact]
    public void Allocation_OfASpentPayment_IsRefused() =>
        Account().Owing(6_00).HavingPaid(6_00).When(Allocating(Bill(1))).IsRefused(Refusal.ExceedsUnallocated);

    [Fact]
    public void Allocation_OfMoneyNotReceivedYet_IsRefused()
    {
        Account().Owing(6_00).HavingPaid("payment", Anna, PaymentStatus.Pending, new Money(6_00, Euro)).When(Allocating(Bill(1)))
            .IsRefused(Refusal.ExceedsUnallocated);
        Account().Owing(6_00).HavingPaid("payment", Anna, PaymentStatus.Pending, null).When(Allocating(Bill(1)))
            .IsRefused(Refusal.ExceedsUnallocated);
    }

    [Fact]
    public void Allocation_ToWhatCannotBeSettled_IsRefusedPartByPart() =>
        Account().And(Jonas).Owing(5_00, "settled", settledMinor: 5_00).Owing(5_00, "small").Owing(5_00, "dollars", currency: Dollar)
            .Owing(5_00, "foreign", account: Jonas).HavingPaid(50_00, General(50_00))
            .When(Allocating(
                Bill(1, "unknown"), Bill(1, "foreign"), Bill(1, "dollars"), Bill(1, "settled"), Bill(5_01, "small"), Bill(5_00, "small")))
            .IsRefused(
                new Fault(Refusal.ChargeUnknown, 0), new Fault(Refusal.ChargeUnknown, 1), new Fault(Refusal.CurrencyMismatch, 2),
                new Fault(Refusal.NothingDue, 3), new Fault(Refusal.ExceedsDue, 4), new Fault(Refusal.ChargeNamedTwice, 5));

    [Fact]
    public void Charge_NamedTwice_IsRefused()
    {
        Account().Owing(10_00).HavingPaid(10_00, General(10_00)).When(Allocating(Bill(4_00), Bill(4_00)))
            .IsRefused(Refusal.ChargeNamedTwice, part: 1);
    }

    [Fact]
    public void AnotherAccountsCharge_NamedTwice_IsUnknownBothTimes() =>
        Assert.Equal(
            [new Fault(Refusal.ChargeUnknown, 0), new Fault(Refusal.ChargeUnknown, 1)],
            Account().And(Jonas).Owing(4_00, account: Jonas).HavingPaid(10_00, General(10_00))
                .When(Allocating(Bill(1_00), Bill(1_00))).Faults);

    [Fact]
    public void Allocation_OfAnUnknownAccount_IsRefused() => Nobody().When(Allocating(Bill(1))).IsRefused(Refusal.AccountUnknown);

    [Fact]
    public void Allocation_OfAnUnknownPayment_IsRefused() => Account().Owing(1).When(Allocating(Bill(1))).IsRefused(Refusal.PaymentUnknown);

    [Fact]
    public void Allocation_OfAnotherCustomersPayment_IsRefusedAsIfUnknown() =>
        Account().And(Jonas).Owing(1).HavingPaid("payment", Jonas, PaymentStatus.Captured, new Money(5_00, Euro), General(5_00))
            .When(Allocating(Bill(1))).IsRefused(Refusal.PaymentUnknown);

    [Fact]
    public void Refusals_AreReportedInThePromisedOrder()
    {
        Assert.True(Refusal.AccountUnknown < Refusal.PaymentUnknown);
        Assert.True(Refusal.PaymentUnknown < Refusal.ChargeUnknown);
        Assert.True(Refusal.ChargeUnknown < Refusal.ExceedsUnallocated);
        Account().When(Allocating(Bill(1))).IsRefused(Refusal.PaymentUnknown);
        Account().HavingPaid(5_00).When(Allocating(Bill(1))).IsRefused(Refusal.ChargeUnknown, part: 0);
    }
}
