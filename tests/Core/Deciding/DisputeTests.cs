using Quittance.Core;
using Quittance.Core.Executing;
using Quittance.Core.Payments;
using Quittance.Core.Providers;

namespace Quittance.Tests.Deciding;

public sealed class DisputeTests
{
    private static Collecting Paid() => Collecting.Anna(("old", 30_00), ("new", 20_00)).Paid(
        "payment", 60_00, Part.Charge(Given.ChargeName("old"), null), Part.Charge(Given.ChargeName("new"), null));

    /// <summary>40 of 60 have gone back to the payer before anything is disputed.</summary>
    private static Collecting PaidAndRefunded()
    {
        var anna = Collecting.Anna().Paid("payment", 60_00);
        anna.Refunds("payment", "refund", 40_00).IsAccepted();
        anna.HearsOfRefund("payment", ProviderAnswer.Approved).IsAccepted();
        return anna;
    }

    [Fact]
    public void Chargeback_TakesCreditFirstThenTheNewestAllocation()
    {
        var anna = Paid();
        anna.Disputes("payment", 25_00, feeMinor: 15_00).Moves(
            "credit general → clearing sandbox 10.00 EUR", "receivable → clearing sandbox 15.00 EUR", "fees → clearing sandbox 15.00 EUR");

        Assert.Equal((0, 15_00, 25_00), (anna.Open("old"), anna.Open("new"), anna.Payment("payment").ReversedMinor));
        Assert.Equal(PaymentStatus.Captured, anna.Status("payment"));
        anna.AddsUp("payment");
    }

    [Fact]
    public void Chargeback_OfWhatWentBackBefore_WritesTheExcessOff()
    {
        var anna = PaidAndRefunded();
        anna.Disputes("payment", 25_00).Moves("credit general → clearing sandbox 20.00 EUR", "writeoff → clearing sandbox 5.00 EUR");

        Assert.Equal(20_00, anna.Payment("payment").ReversedMinor);
        anna.AddsUp("payment");
    }

    [Fact]
    public void Dispute_OfMoreThanThePayment_ContradictsTheBooks() =>
        Paid().Disputes("payment", 60_01, feeMinor: 15_00).IsRefused(Refusal.AttemptOvertaken);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Dispute_OfMoreThanAnotherLeaves_WaitsForTheEndOfThatOne(bool otherIsLost)
    {
        var anna = Paid();
        anna.Disputes("payment", 40_00).IsAccepted();
        if (otherIsLost)
            anna.Ends("payment", won: false).IsAccepted();
        anna.Disputes("payment", 20_01, reference: "too much").IsRefused(Refusal.ExceedsRefundable);
        anna.Disputes("payment", 20_00, reference: "the rest").IsAccepted();
        Assert.Equal(60_00, anna.Payment("payment").ReversedMinor);

        anna.Ends("payment", won: true).IsAccepted();
        anna.Disputes("payment", 20_01, reference: "too much").IsAccepted();
        Assert.Equal(40_01, anna.Payment("payment").ReversedMinor);
        anna.AddsUp("payment");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Dispute_ToldAfterTheOneThatReplacesIt_IsBookedWhenItIsKnownToBeWon(bool otherIsLost)
    {
        var anna = Paid();
        anna.Disputes("payment", 60_00, reference: "later").IsAccepted();
        if (otherIsLost)
            anna.Ends("payment", won: false, reference: "later").IsAccepted();

        anna.Disputes("payment", 60_00, feeMinor: 15_00).IsRefused(Refusal.ExceedsRefundable);
        anna.Disputes("payment", 60_00, feeMinor: 15_00, isWon: true).Moves(
            "writeoff → clearing sandbox 60.00 EUR", "fees → clearing sandbox 15.00 EUR");
        anna.Ends("payment", won: true).Moves("clearing sandbox → writeoff 60.00 EUR");
        Assert.Equal(60_00, anna.Payment("payment").ReversedMinor);
        anna.AddsUp("payment");
    }

    [Fact]
    public void Dispute_Won_BringsTheMoneyBackToOpenChargesFirst()
    {
        var anna = Paid();
        anna.Disputes("payment", 25_00, feeMinor: 15_00).IsAccepted();
        anna.Ends("payment", won: true).Moves(
            "clearing sandbox → receivable 15.00 EUR", "clearing sandbox → credit general 10.00 EUR");

        Assert.Equal((0, 0), (anna.Open("new"), anna.Payment("payment").ReversedMinor));
        anna.AddsUp("payment");
    }

    [Fact]
    public void Dispute_WonWithAnExcess_TakesTheWriteOffBack()
    {
        var anna = PaidAndRefunded();
        anna.Disputes("payment", 60_00).IsAccepted();
        anna.Ends("payment", won: true).Moves("clearing sandbox → writeoff 40.00 EUR", "clearing sandbox → credit general 20.00 EUR");
        anna.AddsUp("payment");
    }

    [Fact]
    public void Dispute_WonBesideAnotherThatFoundNothing_CoversThatOne()
    {
        var anna = PaidAndRefunded();
        anna.Disputes("payment", 40_00).IsAccepted();
        anna.Disputes("payment", 15_00, reference: "another").Moves("writeoff → clearing sandbox 15.00 EUR");
        anna.Ends("payment", won: true).Moves("clearing sandbox → writeoff 35.00 EUR", "clearing sandbox → credit general 5.00 EUR");

        Assert.Equal(15_00, anna.Payment("payment").ReversedMinor);
        anna.AddsUp("payment");
        anna.Ends("payment", won: true, reference: "another").Moves("clearing sandbox → credit general 15.00 EUR");
        anna.AddsUp("payment");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Dispute_OfMoneyDeclinedLate_TakesItsFeeAndNothingElse(bool disputeIsReportedFirst)
    {
        var anna = Paid();
        if (disputeIsReportedFirst)
            anna.Disputes("payment", 25_00, feeMinor: 15_00).IsAccepted();
        anna.Heard("payment", Verb.Capture, ProviderAnswer.Declined(DeclineReason.Declined));
        if (!disputeIsReportedFirst)
            anna.Disputes("payment", 25_00, feeMinor: 15_00).Moves("fees → clearing sandbox 15.00 EUR");

        anna.Ends("payment", won: true).Moves();
        Assert.Equal((30_00, 20_00, 60_00), (anna.Open("old"), anna.Open("new"), anna.Payment("payment").ReversedMinor));
        anna.AddsUp("payment");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Dispute_OfRefundedMoneyDeclinedLate_ComesToTheSameInAnyOrder(bool disputeIsReportedFirst)
    {
        var anna = Collecting.Anna().Paid("payment", 60_00);
        anna.Refunds("payment", "refund", 40_00).IsAccepted();
        anna.HearsOfRefund("payment", ProviderAnswer.Approved).IsAccepted();
        if (disputeIsReportedFirst)
            anna.Disputes("payment", 50_00).Moves("credit general → clearing sandbox 20.00 EUR", "writeoff → clearing sandbox 30.00 EUR");
        anna.Heard("payment", Verb.Capture, ProviderAnswer.Declined(DeclineReason.Declined));
        Assert.Equal(
            disputeIsReportedFirst
                ? ["writeoff → clearing sandbox 10.00 EUR"]
                : ["credit general → clearing sandbox 20.00 EUR", "writeoff → clearing sandbox 40.00 EUR"],
            anna.Moved);
        if (!disputeIsReportedFirst)
            anna.Disputes("payment", 50_00).Moves();

        anna.Hears("payment", Verb.Capture, ProviderAnswer.Approved).Moves("clearing sandbox → writeoff 10.00 EUR");
        anna.Ends("payment", won: true).Moves("clearing sandbox → writeoff 30.00 EUR", "clearing sandbox → credit general 20.00 EUR");
        Assert.Equal((0, 40_00), (anna.Payment("payment").ReversedMinor, anna.Payment("payment").RefundedMinor));
        anna.AddsUp("payment");
    }

    [Fact]
    public void Dispute_WonAfterALateDecline_MovesNothingUntilTheMoneyIsApprovedAgain()
    {
        var anna = Collecting.Anna().Paid("payment", 60_00);
        anna.Refunds("payment", "refund", 40_00).IsAccepted();
        anna.HearsOfRefund("payment", ProviderAnswer.Approved).IsAccepted();
        anna.Disputes("payment", 50_00).IsAccepted();
        anna.Heard("payment", Verb.Capture, ProviderAnswer.Declined(DeclineReason.Declined));

        anna.Ends("payment", won: true).Moves();
        anna.AddsUp("payment");
        anna.Hears("payment", Verb.Capture, ProviderAnswer.Approved)
            .Moves("clearing sandbox → writeoff 40.00 EUR", "clearing sandbox → credit general 20.00 EUR");
        anna.AddsUp("payment");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Refund_ThatFailsBesideADispute_LeavesNothingTwice(bool disputeIsReportedFirst)
    {
        var anna = Collecting.Anna(("bill", 80_00)).Paid("payment", 100_00, Part.Charge(Given.ChargeName("bill"), null));
        anna.Refunds("payment", "refund", 60_00).IsAccepted();
        if (disputeIsReportedFirst)
            anna.Disputes("payment", 90_00).IsAccepted();
        anna.HearsOfRefund("payment", ProviderAnswer.Declined(DeclineReason.Declined)).IsAccepted();
        if (!disputeIsReportedFirst)
            anna.Disputes("payment", 90_00).IsAccepted();

        Assert.Equal(
            (90_00, 0, 10_00, 70_00),
            (anna.Payment("payment").ReversedMinor, anna.Payment("payment").RefundedMinor, anna.Payment("payment").AllocatedMinor,
            anna.Open("bill")));
        anna.AddsUp("payment");
        anna.Ends("payment", won: true).IsAccepted();
        Assert.Equal((0, 100_00),
            (anna.Payment("payment").ReversedMinor, anna.Payment("payment").AllocatedMinor + anna.Payment("payment").UnallocatedMinor));
        anna.AddsUp("payment");
    }

    [Theory]
    [InlineData("dispute", "decline", "refund")]
    [InlineData("dispute", "refund", "decline")]
    [InlineData("refund", "dispute", "decline")]
    [InlineData("refund", "decline", "dispute")]
    [InlineData("decline", "dispute", "refund")]
    [InlineData("decline", "refund", "dispute")]
    public void RefundThatFails_Dispute_AndLateDecline_ComeToTheSameInAnyOrder(params string[] report)
    {
        var anna = Collecting.Anna().Paid("payment", 100_00);
        anna.Refunds("payment", "refund", 60_00).IsAccepted();
        foreach (var what in report)
        {
            if (what == "dispute")
                anna.Disputes("payment", 90_00).IsAccepted();
            else if (what == "decline")
                anna.Heard("payment", Verb.Capture, ProviderAnswer.Declined(DeclineReason.Declined));
            else
                anna.HearsOfRefund("payment", ProviderAnswer.Declined(DeclineReason.Declined)).IsAccepted();
            anna.AddsUp("payment");
        }

        Assert.Equal((100_00, 0), (anna.Payment("payment").ReversedMinor, anna.Payment("payment").RefundedMinor));
        anna.Hears("payment", Verb.Capture, ProviderAnswer.Approved).Moves("clearing sandbox → credit general 10.00 EUR");
        anna.Ends("payment", won: true).Moves("clearing sandbox → credit general 90.00 EUR");
        Assert.Equal(0, anna.Payment("payment").ReversedMinor);
        anna.AddsUp("payment");
    }

    [Fact]
    public void Dispute_OfACaptureThatWasNeverHeardOfAndThenDeclined_TakesItsFee()
    {
        var anna = Collecting.Anna().Began("payment", 10_00).Heard("payment", Verb.Authorise, ProviderAnswer.Approved)
            .Heard("payment", Verb.Capture, ProviderAnswer.Unknown);
        anna.Disputes("payment", 10_00, feeMinor: 15_00).IsRefused(Refusal.PaymentNotCaptured);
        anna.Heard("payment", Verb.Capture, ProviderAnswer.Declined(DeclineReason.Declined));

        anna.Disputes("payment", 10_00, feeMinor: 15_00).Moves("fees → clearing sandbox 15.00 EUR");
        anna.Ends("payment", won: true).Moves();
        Assert.Equal((PaymentStatus.Failed, 0), (anna.Status("payment"), anna.Payment("payment").ReversedMinor));
    }

    [Fact]
    public void Dispute_OfACaptureThatAnOperatorDeclined_WaitsWhateverIsErased()
    {
        var anna = Unheard();
        anna.Do(new TakeAnswer(Given.Origin, anna.Attempt("payment", Verb.Capture),
            ProviderAnswer.Declined(DeclineReason.Declined))
        { Note = "Said on the phone" });
        anna.State.Load(anna.Attempt("payment", Verb.Capture) with { Note = null });

        anna.Disputes("payment", 10_00, feeMinor: 15_00).IsRefused(Refusal.PaymentNotCaptured);
    }

    [Fact]
    public void Dispute_OfACaptureThatWasGivenUpAndThenDeclined_TakesItsFee()
    {
        var anna = Unheard();
        anna.Do(new TakeAnswer(
            Given.Origin, anna.Attempt("payment", Verb.Capture), ProviderAnswer.Unknown)
        { GivesUp = true, Note = "No clear answer" });
        anna.Heard("payment", Verb.Capture, ProviderAnswer.Declined(DeclineReason.Declined));

        anna.Disputes("payment", 10_00, feeMinor: 15_00).Moves("fees → clearing sandbox 15.00 EUR");
    }

    private static Collecting Unheard() =>
        Collecting.Anna().Began("payment", 10_00).Heard("payment", Verb.Authorise, ProviderAnswer.Approved)
        .Heard("payment", Verb.Capture, ProviderAnswer.Unknown);

    [Fact]
    public void Dispute_ToldTwice_IsBookedOnce()
    {
        var anna = Paid();
        anna.Disputes("payment", 25_00).IsAccepted();
        anna.Disputes("payment", 25_00).IsRefused(Refusal.AttemptSettled);
        anna.Ends("payment", won: true).IsAccepted();
        anna.Ends("payment", won: true).IsRefused(Refusal.AttemptSettled);
    }

    [Fact]
    public void Dispute_ThatEndsBeforeItBegan_WaitsForItsBeginning()
    {
        var anna = Paid();
        anna.Ends("payment", won: true).IsRefused(Refusal.DisputeUnknown);
        anna.Disputes("payment", 25_00).IsAccepted();
        anna.Ends("payment", won: true).IsAccepted();
    }

    [Fact]
    public void Dispute_Lost_ChangesNoMoney()
    {
        var anna = Paid();
        anna.Disputes("payment", 25_00).IsAccepted();
        anna.Ends("payment", won: false).Moves();
        Assert.Equal(25_00, anna.Payment("payment").ReversedMinor);
    }

    [Fact]
    public void Dispute_OfMoneyThatIsNotBookedYet_Waits() =>
        Collecting.Anna().Began("payment", 10_00).Heard("payment", Verb.Authorise, ProviderAnswer.Approved)
            .Disputes("payment", 10_00).IsRefused(Refusal.PaymentNotCaptured);

    [Fact]
    public void ReversedCharge_CanBeCollectedAgain()
    {
        var anna = Paid();
        anna.Disputes("payment", 60_00).IsAccepted();
        anna.Paid("again", 30_00, Part.Charge(Given.ChargeName("old"), null));

        Assert.Equal(0, anna.Open("old"));
        anna.AddsUp("payment", "again");
    }
}
