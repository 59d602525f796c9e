using Quittance.Core;
using Quittance.Core.Attempts;
using Quittance.Core.Executing;
using Quittance.Core.Payments;
using Quittance.Core.Providers;
using Quittance.Core.Refunds;

namespace Quittance.Tests.Deciding;

/// <summary>Requests that a provider has and restored books lack enter the books once, under the provider's ids.</summary>
public sealed class TakeOverTests
{
    private static Money Euros(long minor) => new(minor, Given.Euro);

    [Fact]
    public void LostPayment_BeginsAgain_UnderItsOwnId_AndIsCapturedOnlyByTheProvidersCapture()
    {
        var anna = Collecting.Anna();

        anna.Do(Lost("lost", 50_00)).IsAccepted();
        anna.Heard("lost", Verb.Authorise, ProviderAnswer.Approved);

        Assert.Equal(PaymentStatus.Authorised, anna.Status("lost"));
        Assert.False(anna.HasAttempt("lost", Verb.Capture));
        anna.Do(Lost("lost", 50_00)).IsRefused(Refusal.AttemptSettled);
        anna.Do(Captured(anna, "lost", 50_00)).IsAccepted();
        anna.Hears("lost", Verb.Capture, ProviderAnswer.Approved).Moves("clearing sandbox → credit general 50.00 EUR");
    }

    [Fact]
    public void LostPayment_ThatDoesNotFit_IsRefused()
    {
        var anna = Collecting.Anna();
        anna.Do(Lost("lost", 50_00) with { Authorisation = AttemptId.Of(Collecting.Id("other"), Verb.Authorise, 1) })
            .IsRefused(Refusal.AttemptUnknown);
        anna.Do(Lost("lost", 50_00) with { Amount = new Money(50_00, Given.Dollar) }).IsRefused(Refusal.CurrencyMismatch);
        Assert.Null(anna.State.Payment(Collecting.Id("lost")));
    }

    [Theory]
    [InlineData(49_99)]
    [InlineData(50_01)]
    public void LostCapture_OfAnotherAmount_IsLeftToAnOperator(long amountMinor)
    {
        var anna = Collecting.Anna();
        anna.Do(Lost("lost", 50_00)).IsAccepted();
        anna.Heard("lost", Verb.Authorise, ProviderAnswer.Approved);

        anna.Do(Captured(anna, "lost", amountMinor)).IsRefused(Refusal.AttemptUnknown);

        Assert.False(anna.HasAttempt("lost", Verb.Capture));
        Assert.Equal(PaymentStatus.Authorised, anna.Status("lost"));
    }

    [Fact]
    public void LostCapture_OfAPaymentThatIsNotAuthorised_OrUnderAnotherId_IsRefused()
    {
        var anna = Collecting.Anna().Paid("paid", 50_00);
        anna.Do(Captured(anna, "paid", 50_00)).IsRefused(Refusal.PaymentNotPending);
        anna.Do(Lost("lost", 50_00)).IsAccepted();
        anna.Heard("lost", Verb.Authorise, ProviderAnswer.Approved);
        anna.Do(Captured(anna, "lost", 50_00) with { Capture = AttemptId.Of(Collecting.Id("lost"), Verb.Capture, 2) })
            .IsRefused(Refusal.AttemptUnknown);
    }

    [Fact]
    public void WhatTheProviderTook_IsTakenOverBeforeWhatItOnlyAuthorised()
    {
        var (reserved, paid) = (new Guid(1, 0, 0, new byte[8]), new Guid(2, 0, 0, new byte[8]));
        List<ProviderDifference> differences =
        [
            Of(reserved, Verb.Authorise, reserved), Of(paid, Verb.Authorise, paid), Of(new Guid(3, 0, 0, new byte[8]), Verb.Capture, paid),
            Of(new Guid(4, 0, 0, new byte[8]), Verb.Capture, reserved) with { CanBeTakenOver = false, Request = null },
        ];

        Assert.Equal(
            [(paid, Verb.Authorise), (paid, Verb.Capture), (reserved, Verb.Authorise)],
            TakeOver.InOrder(differences).Select(difference => (difference.Request!.Authorisation, difference.Request.Verb)));

        static ProviderDifference Of(Guid id, Verb verb, Guid authorisation) =>
            new("sandbox", DifferenceKind.UnknownHere, "a request", $"{id}", null, "approved", Euros(20_00))
            {
                CanBeTakenOver = true,
                Request = new ListedRequest(id, verb, authorisation, Euros(20_00), ProviderAnswer.Approved, Given.Now),
            };
    }

    [Fact]
    public void CaptureByHand_OfAPaymentThatIsToBeVoided_IsTakenOver_AndOneThatWasVoidedIsNot()
    {
        var anna = Collecting.Anna();
        anna.Do(Lost("lost", 50_00)).IsAccepted();
        anna.Heard("lost", Verb.Authorise, ProviderAnswer.Approved);
        anna.Do(new VoidPayment(Given.Origin, Given.Target(), Collecting.Id("lost"))).IsAccepted();

        anna.Do(Captured(anna, "lost", 50_00)).IsAccepted();
        anna.Heard("lost", Verb.Capture, ProviderAnswer.Approved);

        Assert.Equal(PaymentStatus.Captured, anna.Status("lost"));

        var other = Collecting.Anna();
        other.Do(Lost("lost", 50_00)).IsAccepted();
        other.Heard("lost", Verb.Authorise, ProviderAnswer.Approved);
        other.Do(new VoidPayment(Given.Origin, Given.Target(), Collecting.Id("lost"))).IsAccepted();
        other.Heard("lost", Verb.Void, ProviderAnswer.Approved);
        other.Do(Captured(other, "lost", 50_00)).IsRefused(Refusal.PaymentNotPending);
    }

    [Fact]
    public void LostRefund_IsTakenOverOnce_AlsoWhileThePaymentIsInDispute()
    {
        var anna = Collecting.Anna().Paid("payment", 50_00);
        anna.Disputes("payment", 5_00).IsAccepted();
        var attempt = new AttemptId(Given.Merchant, Given.ChargeId("a refund that is lost").Value);

        anna.Do(Refunded(anna, attempt, 20_00)).IsAccepted();
        anna.Do(Refunded(anna, attempt, 20_00)).IsRefused(Refusal.AttemptSettled);
        anna.HearsOfRefund("payment", ProviderAnswer.Approved).Moves("refundsintransit → clearing sandbox 20.00 EUR");
        anna.Do(Refunded(anna, attempt, 20_00)).IsRefused(Refusal.AttemptSettled);

        Assert.Equal(20_00, anna.Payment("payment").RefundedMinor);
        Assert.Equal(attempt, anna.Attempt("payment", Verb.Refund).Id);
    }

    // A server may die before it books the answer: asked under our id, a provider would say that it never had the refund.
    [Fact]
    public void TakenOverRefund_BearsTheProvidersOwnIdFromItsFirstCommit()
    {
        var anna = Collecting.Anna().Paid("payment", 50_00);
        var attempt = new AttemptId(Given.Merchant, Given.ChargeId("a refund made by hand").Value);

        anna.Do(RefundPayment.OfTakenOver(
            Given.Origin, anna.Attempt("payment", Verb.Authorise), attempt, Euros(20_00), "re_1")).IsAccepted();

        var taken = anna.Attempt("payment", Verb.Refund);
        Assert.Equal((AttemptStatus.Open, "re_1"), (taken.Status, taken.ProviderReference));
        Assert.Equal("re_1", taken.ToRequest().Reference);
    }

    [Fact]
    public void LostRefund_OfMoneyThatNoProviderTook_IsRefused()
    {
        var anna = Collecting.Anna().Paid("card", 50_00);
        anna.PaysInCash("cash", 50_00).IsAccepted();
        var authorisation = anna.Attempt("card", Verb.Authorise) with { Payment = Collecting.Id("cash") };
        anna.Do(RefundPayment.OfTakenOver(
            Given.Origin, authorisation, new AttemptId(Given.Merchant, Given.ChargeId("lost").Value), Euros(5_00)))
            .IsRefused(Refusal.PaymentNotCaptured);
    }

    [Fact]
    public void LostVoid_IsTakenOver_UnderTheProvidersIdOnly()
    {
        var anna = Collecting.Anna();
        anna.Do(Lost("lost", 50_00)).IsAccepted();
        anna.Heard("lost", Verb.Authorise, ProviderAnswer.Approved);
        var voided = new VoidPayment(Given.Origin, Given.Target(), Collecting.Id("lost"))
        {
            TakenOver = AttemptId.Of(Collecting.Id("lost"), Verb.Void, 2),
        };
        anna.Do(voided).IsRefused(Refusal.AttemptUnknown);

        anna.Do(voided with { TakenOver = AttemptId.Of(Collecting.Id("lost"), Verb.Void, 1) }).IsAccepted();

        Assert.Equal(PaymentStatus.Cancelled, anna.Status("lost"));
    }

    [Fact]
    public void AttemptToRefund_FollowsFromItsRefund_AndFromNoTime()
    {
        var (early, late) = (Collecting.Anna().Paid("payment", 50_00), Collecting.Anna().Paid("payment", 50_00));
        late.Now += TimeSpan.FromDays(1);
        foreach (var anna in (Collecting[])[early, late])
            anna.Refunds("payment", "one", 20_00).IsAccepted();
        Assert.Equal(early.Attempt("payment", Verb.Refund).Id, late.Attempt("payment", Verb.Refund).Id);

        // Another refund at the same place of the payment, such as after a restore at the very same time.
        var again = Collecting.Anna().Paid("payment", 50_00);
        again.Refunds("payment", "another", 20_00).IsAccepted();
        Assert.NotEqual(early.Attempt("payment", Verb.Refund).Id, again.Attempt("payment", Verb.Refund).Id);
    }

    private static BeginLostPayment Lost(string payment, long amountMinor) => new(
        Given.Origin, Given.Target(), Collecting.Id(payment), AttemptId.Of(Collecting.Id(payment), Verb.Authorise, 1), Euros(amountMinor),
        "sandbox");

    private static OpenLostCapture Captured(Collecting anna, string payment, long amountMinor) => new(
        Given.Origin, anna.Attempt(payment, Verb.Authorise), AttemptId.Of(Collecting.Id(payment), Verb.Capture, 1), Euros(amountMinor));

    private static RefundPayment Refunded(Collecting anna, AttemptId attempt, long amountMinor) =>
        RefundPayment.OfTakenOver(Given.Origin, anna.Attempt("payment", Verb.Authorise), attempt, Euros(amountMinor));
}
