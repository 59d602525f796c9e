using Quittance.Core;
using Quittance.Core.Attempts;
using Quittance.Core.Engine;
using Quittance.Core.Ledger;
using Quittance.Core.Payments;
using Quittance.Core.Refunds;

namespace Quittance.Tests.Deciding;

/// <summary>A customer's credit is given back without a word on which payment it is of.</summary>
public sealed class RefundCreditTests
{
    [Fact]
    public void Credit_OfSeveralPayments_IsGivenBack_TheOldestFirst()
    {
        var anna = Collecting.Anna();
        PaidInCash(anna, ("first", 10_00), ("second", 20_00), ("third", 30_00));

        var changes = Refunds(anna, 25_00, "first", "second", "third").Moves(
            "credit general → refundsintransit 10.00 EUR", "refundsintransit → clearing cash 10.00 EUR",
            "credit general → refundsintransit 15.00 EUR", "refundsintransit → clearing cash 15.00 EUR");

        var refund = Assert.Single(changes.Refunds);
        Assert.Equal((null, 25_00, RefundStatus.Done), (refund.Payment, refund.Amount!.Value.AmountMinor, refund.Status));
        Assert.Equal(
            [new RefundShare(Collecting.Id("first"), 10_00, 2), new RefundShare(Collecting.Id("second"), 15_00, 2)], refund.Shares);
        Assert.Equal(
            [EventType.PaymentRefunded, EventType.PaymentRefunded, EventType.RefundMade], changes.Events.Select(happened => happened.Type));
        Assert.Equal((0, 5_00, 30_00), (Left(anna, "first"), Left(anna, "second"), Left(anna, "third")));
        anna.AddsUp("first", "second", "third");
    }

    [Fact]
    public void Credit_ThatOnePaymentHas_IsARefundOfThatPayment()
    {
        var anna = Collecting.Anna();
        PaidInCash(anna, ("first", 10_00), ("second", 20_00));

        var refund = Assert.Single(Refunds(anna, 10_00, "first", "second").IsAccepted().Refunds);

        Assert.Equal(Collecting.Id("first"), refund.Payment);
        Assert.Empty(refund.Shares);
        anna.AddsUp("first", "second");
    }

    [Fact]
    public void Credit_ThatAProviderHas_IsAskedOfThatProvider()
    {
        var anna = Collecting.Anna().Paid("card", 40_00);

        Refunds(anna, 30_00, "card").Moves("credit general → refundsintransit 30.00 EUR");

        Assert.Equal(30_00, anna.Attempt("card", Verb.Refund).Amount.AmountMinor);
        anna.AddsUp("card");
    }

    [Fact]
    public void Credit_OfSeveralPayments_IsOfThoseThatNoProviderHas()
    {
        var anna = Collecting.Anna().Paid("card", 10_00);
        PaidInCash(anna, ("first", 10_00), ("second", 20_00));

        var refund = Assert.Single(Refunds(anna, 25_00, "card", "first", "second").IsAccepted().Refunds);

        Assert.Equal([Collecting.Id("first"), Collecting.Id("second")], refund.Shares.Select(share => share.Payment));
        Assert.Equal(10_00, Left(anna, "card"));
        Assert.False(anna.HasAttempt("card", Verb.Refund));
        anna.AddsUp("card", "first", "second");
    }

    [Fact]
    public void Credit_ThatOnlyAProviderHasEnoughOf_IsAskedOfIt()
    {
        var anna = Collecting.Anna();
        PaidInCash(anna, ("cash", 5_00));
        anna.Paid("card", 40_00);

        Refunds(anna, 30_00, "cash", "card").Moves("credit general → refundsintransit 30.00 EUR");

        Assert.Equal(5_00, Left(anna, "cash"));
        Assert.True(anna.HasAttempt("card", Verb.Refund));
    }

    [Fact]
    public void Credit_ThatSeveralProvidersWouldHaveToBeAskedFor_IsRefused()
    {
        var anna = Collecting.Anna().Paid("card", 10_00).Paid("other", 10_00);

        Refunds(anna, 15_00, "card", "other").IsRefused(Refusal.ExceedsRefundable);
        anna.AddsUp("card", "other");
    }

    [Fact]
    public void Money_ThatSettlesACharge_IsNotCredit()
    {
        var anna = Collecting.Anna(("bill", 30_00));
        anna.PaysInCash("payment", 50_00, Part.Charge(Given.ChargeName("bill"), null)).IsAccepted();

        Refunds(anna, 20_01, "payment").IsRefused(Refusal.ExceedsRefundable);
        Refunds(anna, 20_00, "payment").IsAccepted();
        Assert.Equal((30_00, 0), (anna.Payment("payment").AllocatedMinor, anna.Open("bill")));
        anna.AddsUp("payment");
    }

    [Fact]
    public void Money_KeptForAPurpose_IsNotCredit()
    {
        var anna = Collecting.Anna();
        anna.PaysInCash("payment", 50_00, Part.Escrow(null, 30_00)).IsAccepted();

        Refunds(anna, 20_01, "payment").IsRefused(Refusal.ExceedsRefundable);
        Refunds(anna, 20_00, "payment").Moves("credit general → refundsintransit 20.00 EUR", "refundsintransit → clearing cash 20.00 EUR");
        anna.AddsUp("payment");
    }

    [Fact]
    public void Credit_OfADisputedPayment_StaysWhereItIs()
    {
        var anna = Collecting.Anna().Paid("card", 50_00);
        anna.Disputes("card", 10_00).IsAccepted();

        Refunds(anna, 1_00, "card").IsRefused(Refusal.ExceedsRefundable);
    }

    [Fact]
    public void Payments_OfNobody_OrThatHaveNoMoney_HaveNoCredit()
    {
        var anna = Collecting.Anna().Began("begun", 50_00);

        Refunds(anna, 1_00, "begun", "unknown").IsRefused(Refusal.ExceedsRefundable);
        Refunds(anna, 1_00).IsRefused(Refusal.ExceedsRefundable);
        anna.Do(new RefundCredit(
            Given.Origin, Given.Target("nobody"), [], new Money(1, Given.Euro), Collecting.RefundId("refund"), "test")).IsRefused(Refusal.AccountUnknown);
    }

    private static void PaidInCash(Collecting anna, params (string Payment, long AmountMinor)[] payments)
    {
        foreach (var (payment, amountMinor) in payments)
            anna.PaysInCash(payment, amountMinor).IsAccepted();
    }

    private static Decision Refunds(Collecting anna, long amountMinor, params string[] candidates) => anna.Do(new RefundCredit(
        Given.Origin, Given.Target(), [.. candidates.Select(Collecting.Id)], new Money(amountMinor, Given.Euro), Collecting.RefundId("refund"), "test"));

    private static long Left(Collecting anna, string payment) => anna.Payment(payment).UnallocatedMinor;
}
