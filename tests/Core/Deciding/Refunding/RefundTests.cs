using Quittance.Core;
using Quittance.Core.Accounts;
using Quittance.Core.Corrections;
using Quittance.Core.Executing;
using Quittance.Core.Ledger;
using Quittance.Core.Payments;
using Quittance.Core.Providers;
using Quittance.Core.Refunds;

namespace Quittance.Tests.Deciding.Refunding;

public sealed class RefundTests
{
    private static readonly ProviderAnswer Refused = ProviderAnswer.Declined(DeclineReason.Declined);

    [Fact]
    public void Cash_IsGivenBackAtOnce()
    {
        var anna = Collecting.Anna();
        anna.PaysInCash("payment", 50_00).IsAccepted();

        anna.Refunds("payment", "refund").Moves(
            "credit general → refundsintransit 50.00 EUR", "refundsintransit → clearing cash 50.00 EUR");

        Assert.Equal((50_00, 0), (anna.Payment("payment").RefundedMinor, anna.Payment("payment").RefundableMinor));
        Assert.Equal([EventType.PaymentRefunded, EventType.RefundMade], anna.Last.Events.Select(happened => happened.Type));
        Assert.Equal(RefundStatus.Done, Assert.Single(anna.Last.Refunds).Status);
        anna.AddsUp("payment");
    }

    [Fact]
    public void Provider_IsAskedForWhatItTook_AndTheMoneyIsInTransitUntilItSays()
    {
        var anna = Collecting.Anna().Paid("payment", 50_00);

        anna.Refunds("payment", "refund", 20_00).Moves("credit general → refundsintransit 20.00 EUR");
        var asked = anna.Attempt("payment", Verb.Refund);
        Assert.Equal((20_00, "sandbox", anna.Attempt("payment", Verb.Authorise).Id),
            (asked.Amount.AmountMinor, asked.Provider, asked.Authorisation));

        anna.HearsOfRefund("payment", ProviderAnswer.Approved).Moves("refundsintransit → clearing sandbox 20.00 EUR");
        Assert.Equal(RefundStatus.Done, Assert.Single(anna.Last.RefundsChanged).Status);
        Assert.Equal(30_00, anna.Payment("payment").UnallocatedMinor);
        anna.AddsUp("payment");
    }

    [Fact]
    public void Debt_ThatWasSettled_IsForgiven_TheNewestAllocationFirst()
    {
        var anna = Collecting.Anna(("first", 30_00), ("second", 20_00))
            .Paid("payment", 60_00, Part.Charge(Given.ChargeName("first"), null), Part.Charge(Given.ChargeName("second"), null));

        anna.Refunds("payment", "refund", 35_00).Moves(
            "credit general → refundsintransit 10.00 EUR",
            "billed → receivable 20.00 EUR", "receivable → credit general 20.00 EUR", "credit general → refundsintransit 20.00 EUR",
            "billed → receivable 5.00 EUR", "receivable → credit general 5.00 EUR", "credit general → refundsintransit 5.00 EUR");

        Assert.Equal((0, 0), (anna.Open("first"), anna.Open("second")));
        Assert.Equal((25_00, 35_00), (anna.Payment("payment").AllocatedMinor, anna.Payment("payment").RefundedMinor));
        anna.AddsUp("payment");
    }

    [Fact]
    public void Refund_ThatKeepsTheDebt_OpensItAgain_AndAFailureSettlesIt()
    {
        var anna = Collecting.Anna(("bill", 30_00)).Paid("payment", 40_00, Part.Charge(Given.ChargeName("bill"), null));

        anna.Do(new RefundPayment(Given.Origin, Given.Target(), Collecting.Id("payment"), Collecting.RefundId("refund"), "test")
        {
            KeepsDebt = true,
        }).Moves(
            "credit general → refundsintransit 10.00 EUR", "receivable → credit general 30.00 EUR",
            "credit general → refundsintransit 30.00 EUR");
        Assert.Equal((30_00, 0), (anna.Open("bill"), anna.State.Charge(Given.ChargeId("bill"))!.CreditedMinor));
        anna.AddsUp("payment");

        // A part of the debt was paid otherwise meanwhile: the rest of the money is credit.
        anna.PaysInCash("cash", 20_00, Part.Charge(Given.ChargeName("bill"), 20_00)).IsAccepted();
        anna.HearsOfRefund("payment", Refused).IsAccepted();
        Assert.Equal((0, 10_00, 30_00), (
            anna.Open("bill"), anna.Payment("payment").AllocatedMinor, anna.Payment("payment").UnallocatedMinor));
        anna.AddsUp("payment", "cash");
    }

    [Fact]
    public void DebtThatARefundForgave_IsOpenedAgain_AndSettledWhereTheRefundFails()
    {
        var anna = Collecting.Anna(("bill", 30_00)).Paid("payment", 30_00, Part.Charge(Given.ChargeName("bill"), null));
        anna.Refunds("payment", "refund").IsAccepted();
        anna.Do(new CorrectCharge(Given.Origin, Given.Target(), Given.ChargeId("bill"), DebtCorrection.Reinstate))
            .Moves("receivable → billed 30.00 EUR");
        Assert.Equal((30_00, 0), (anna.Open("bill"), anna.State.Charge(Given.ChargeId("bill"))!.CreditedMinor));

        anna.HearsOfRefund("payment", Refused).IsAccepted();
        Assert.Equal((0, 0, 30_00), (
            anna.Open("bill"), anna.State.Charge(Given.ChargeId("bill"))!.CreditedMinor, anna.Payment("payment").AllocatedMinor));
        anna.AddsUp("payment");
    }

    [Fact]
    public void Refund_ThatFails_LeavesEverythingAsItWas()
    {
        var anna = Collecting.Anna(("bill", 30_00)).Paid("payment", 40_00, Part.Charge(Given.ChargeName("bill"), null));
        anna.Refunds("payment", "refund").IsAccepted();

        anna.HearsOfRefund("payment", Refused).Moves(
            "refundsintransit → credit general 30.00 EUR", "credit general → receivable 30.00 EUR", "receivable → billed 30.00 EUR",
            "refundsintransit → credit general 10.00 EUR");

        Assert.Equal((30_00, 0, 10_00),
            (anna.Payment("payment").AllocatedMinor, anna.Payment("payment").RefundedMinor, anna.Payment("payment").UnallocatedMinor));
        Assert.Equal((0, 0), (anna.Open("bill"), anna.State.Charge(Given.ChargeId("bill"))!.CreditedMinor));
        Assert.Equal(RefundStatus.Failed, Assert.Single(anna.Last.RefundsChanged).Status);
        anna.AddsUp("payment");
        anna.Refunds("payment", "again").IsAccepted();
    }

    [Fact]
    public void Refund_IsNeverMoreThanWhatWasNotGivenBack()
    {
        var anna = Collecting.Anna().Paid("payment", 50_00);

        anna.Refunds("payment", "too much", 50_01).IsRefused(Refusal.ExceedsRefundable);
        anna.Refunds("payment", "one", 30_00).IsAccepted();
        anna.Refunds("payment", "too much", 20_01).IsRefused(Refusal.ExceedsRefundable);
        anna.Refunds("payment", "two", 20_00).IsAccepted();
        anna.Refunds("payment", "nothing left").IsRefused(Refusal.ExceedsRefundable);
        anna.AddsUp("payment");
    }

    [Fact]
    public void Disputed_IsNotRefunded_UntilItIsDecided()
    {
        var anna = Collecting.Anna().Paid("payment", 50_00);
        anna.Disputes("payment", 10_00).IsAccepted();

        anna.Refunds("payment", "refund", 1_00).IsRefused(Refusal.PaymentDisputed);
        anna.Ends("payment", won: false).IsAccepted();

        anna.Refunds("payment", "refund", 40_01).IsRefused(Refusal.ExceedsRefundable);
        anna.Refunds("payment", "refund", 40_00).IsAccepted();
        anna.AddsUp("payment");
    }

    [Fact]
    public void Payment_WhoseMoneyIsNotThere_IsNotRefunded()
    {
        var anna = Collecting.Anna().Began("payment", 50_00);

        anna.Refunds("payment", "refund").IsRefused(Refusal.PaymentNotCaptured);
        anna.Refunds("unknown", "refund").IsRefused(Refusal.PaymentUnknown);
    }

    [Fact]
    public void Provider_ThatSaysOtherwiseLater_IsBelieved()
    {
        var anna = Collecting.Anna(("bill", 50_00)).Paid("payment", 50_00, Part.Charge(Given.ChargeName("bill"), null));
        anna.Refunds("payment", "refund").IsAccepted();
        anna.HearsOfRefund("payment", Refused).IsAccepted();

        anna.HearsOfRefund("payment", ProviderAnswer.Approved).Moves(
            "billed → receivable 50.00 EUR", "receivable → credit general 50.00 EUR", "credit general → refundsintransit 50.00 EUR",
            "refundsintransit → clearing sandbox 50.00 EUR");
        Assert.Equal(50_00, anna.Payment("payment").RefundedMinor);
        anna.AddsUp("payment");

        anna.HearsOfRefund("payment", Refused).Moves(
            "clearing sandbox → refundsintransit 50.00 EUR",
            "refundsintransit → credit general 50.00 EUR", "credit general → receivable 50.00 EUR", "receivable → billed 50.00 EUR");
        Assert.Equal((0, 50_00), (anna.Payment("payment").RefundedMinor, anna.Payment("payment").AllocatedMinor));
        anna.AddsUp("payment");
    }

    [Fact]
    public void Refund_TakenForFailed_WhoseMoneyIsGone_IsWrittenOff()
    {
        var anna = Collecting.Anna().Paid("payment", 50_00);
        anna.Refunds("payment", "first").IsAccepted();
        anna.HearsOfRefund("payment", Refused).IsAccepted();
        var failed = anna.Attempt("payment", Verb.Refund);
        anna.Now += TimeSpan.FromMinutes(1);
        anna.Refunds("payment", "second", 30_00).IsAccepted();

        anna.Do(new TakeAnswer(Given.Origin, failed, ProviderAnswer.Approved)).Moves(
            "credit general → refundsintransit 20.00 EUR", "writeoff → refundsintransit 30.00 EUR",
            "refundsintransit → clearing sandbox 50.00 EUR");

        Assert.Equal(50_00, anna.Payment("payment").RefundedMinor);
        anna.AddsUp("payment");
    }

    [Fact]
    public void Refund_OfMoneyThatIsDeclinedLate_IsWrittenOff_UntilTheMoneyIsApprovedAgain()
    {
        var anna = Collecting.Anna().Paid("payment", 50_00);
        anna.Refunds("payment", "refund", 30_00).IsAccepted();
        anna.HearsOfRefund("payment", ProviderAnswer.Approved).Moves("refundsintransit → clearing sandbox 30.00 EUR");

        anna.Hears("payment", Verb.Capture, ProviderAnswer.Declined(DeclineReason.Declined)).Moves(
            "credit general → clearing sandbox 20.00 EUR", "writeoff → clearing sandbox 30.00 EUR");
        Assert.Equal((20_00, 30_00), (anna.Payment("payment").ReversedMinor, anna.Payment("payment").RefundedMinor));
        anna.AddsUp("payment");

        anna.Hears("payment", Verb.Capture, ProviderAnswer.Approved).Moves(
            "clearing sandbox → writeoff 30.00 EUR", "clearing sandbox → credit general 20.00 EUR");
        anna.AddsUp("payment");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Refund_InTransitOfMoneyThatIsDeclinedLate_LeavesTheSameInTheProvidersHands(bool refundIsApproved)
    {
        var anna = Collecting.Anna().Paid("payment", 50_00);
        anna.Refunds("payment", "refund", 30_00).IsAccepted();
        anna.Hears("payment", Verb.Capture, ProviderAnswer.Declined(DeclineReason.Declined)).Moves(
            "credit general → clearing sandbox 20.00 EUR", "writeoff → clearing sandbox 30.00 EUR");

        if (refundIsApproved)
        {
            anna.HearsOfRefund("payment", ProviderAnswer.Approved).Moves("refundsintransit → clearing sandbox 30.00 EUR");
        }
        else
        {
            anna.HearsOfRefund("payment", Refused).Moves(
                "refundsintransit → credit general 30.00 EUR", "credit general → clearing sandbox 30.00 EUR",
                "clearing sandbox → writeoff 30.00 EUR");
        }

        anna.AddsUp("payment");
    }

    [Fact]
    public void Silence_LeavesTheRefundPending()
    {
        var anna = Collecting.Anna().Paid("payment", 50_00);
        anna.Refunds("payment", "refund").IsAccepted();

        anna.HearsOfRefund("payment", ProviderAnswer.Unknown).Moves();

        Assert.Equal(RefundStatus.Pending, Assert.Single(anna.Last.RefundsChanged).Status);
        Assert.Equal([EventType.AttemptUnanswered, EventType.RefundUnanswered], anna.Last.Events.Select(happened => happened.Type));
    }
}
