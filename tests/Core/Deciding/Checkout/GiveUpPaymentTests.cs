using Quittance.Core;
using Quittance.Core.Attempts;
using Quittance.Core.Corrections;
using Quittance.Core.Engine;
using Quittance.Core.Executing;
using Quittance.Core.Instruments;
using Quittance.Core.Ledger;
using Quittance.Core.Payments;
using Quittance.Core.Providers;
using Quittance.Core.Sessions;

namespace Quittance.Tests.Deciding.Checkout;

/// <summary>A customer gives up a payment that waits for a confirmation at the bank, or other money settles what it is for.</summary>
public sealed class GiveUpPaymentTests
{
    private static readonly ProviderAnswer ToTheBank = ProviderAnswer.Pending with { RedirectTo = new Uri("https://bank.example/") };
    private static readonly ProviderAnswer NotYet = ProviderAnswer.Pending;

    private static readonly PaymentLinkId Link = new(Given.Merchant, Given.ChargeId("link").Value);

    private readonly Visiting _anna = Visiting.Anna(("fee", 20_00), ("course", 30_00));

    private Collecting Money => _anna.Money;

    [Fact]
    public void Payment_ThatWaitsForItsCustomer_IsCancelled_AndVoided()
    {
        AtTheBank("fee");

        var changes = GivesUp().IsAccepted();

        var waiting = Money.Attempt("payment", Verb.Authorise);
        var release = Money.Attempt("payment", Verb.Void);
        Assert.Equal((AttemptStatus.Declined, DeclineReason.NotConfirmed, null), (waiting.Status, waiting.Reason, waiting.DueAt));
        Assert.Equal((waiting.Id, waiting.Amount, Money.Now), (release.Authorisation, release.Amount, release.DueAt));
        Assert.Equal((EventType.PaymentCancelled, PaymentStatus.Cancelled), (changes.Events[^1].Type, Money.Status("payment")));
        Assert.Equal(waiting.Instrument, Assert.Single(changes.Of<NumberUsed>()).Instrument);
        Assert.Null(Money.State.ClaimantOf(Given.ChargeId("fee")));
        GivesUp().IsRefused(Refusal.PaymentNotPending);
    }

    [Fact]
    public void Session_WhosePaymentWasGivenUp_TakesAnotherCard()
    {
        AtTheBank("fee");
        GivesUp().IsAccepted();

        _anna.Pays("visit", "second", link: Money.State.Link(Link)).Moves();
        Money.Heard("second", Verb.Authorise, ProviderAnswer.Approved).Heard("second", Verb.Capture, ProviderAnswer.Approved);
        // The bank's approval of the first one comes late.
        Money.Heard("payment", Verb.Authorise, ProviderAnswer.Approved);

        Assert.Equal((PaymentStatus.Cancelled, PaymentStatus.Captured, 0L),
            (Money.Status("payment"), Money.Status("second"), Money.Open("fee")));
        Assert.False(Money.HasAttempt("payment", Verb.Capture));
        Assert.Equal(2, Money.State.AttemptsOf(Collecting.Id("payment")).Count(attempt => attempt.Verb == Verb.Void));
        Money.AddsUp("second");
    }

    [Fact]
    public void Payment_ThatIsNotInItsCustomersHands_IsNotGivenUp()
    {
        Opened("fee");
        _anna.Pays("visit", "payment", link: Money.State.Link(Link), returnTo: "https://shop.example/").Moves();
        GivesUp().IsRefused(Refusal.UnderWay);
        Money.Heard("payment", Verb.Authorise, ProviderAnswer.Unknown);
        GivesUp().IsRefused(Refusal.UnderWay);
        Money.Heard("payment", Verb.Authorise, NotYet);
        GivesUp().IsRefused(Refusal.UnderWay);
        Money.Heard("payment", Verb.Authorise, ProviderAnswer.Approved);
        GivesUp().IsRefused(Refusal.PaymentNotPending);
        Money.Heard("payment", Verb.Capture, ProviderAnswer.Approved);
        GivesUp().IsRefused(Refusal.PaymentNotPending);

        Given.Account().When(new GiveUpPayment(Given.Origin, Given.Target(), Collecting.Id("none"))).IsRefused(Refusal.PaymentUnknown);
        Given.Nobody().When(new GiveUpPayment(Given.Origin, Given.Target(), Collecting.Id("none"))).IsRefused(Refusal.AccountUnknown);
    }

    [Fact]
    public void Payment_ThatWaitsForItsCustomer_IsVoidedByAnOperatorToo()
    {
        AtTheBank("fee");

        Money.Do(new VoidPayment(Given.Origin, Given.Target(), Collecting.Id("payment"))).IsAccepted();

        Assert.True(Money.HasAttempt("payment", Verb.Void));
    }

    /// <summary>The provider, or the bank behind it, may work on the capture for days.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Session_WhosePaymentIsBeingCapturedAtTheProvider_IsUnderWay_AndUsedUpWhenItEnds(bool isPending)
    {
        CapturedAtTheProvider();
        if (isPending)
            _anna.Money.Heard("payment", Verb.Capture, ProviderAnswer.Pending);

        _anna.Books("visit", 40_00).IsRefused(Refusal.UnderWay);
        _anna.Later();
        _anna.Expires("visit").IsAccepted();

        Assert.Equal(SessionStatus.Used, _anna.Session("visit").Status);
        Assert.False(_anna.Money.HasAttempt("payment", Verb.Void));
    }

    [Fact]
    public void Session_WhosePaymentAPersonCapturedAtTheProvider_IsUsedUpWhenItEnds()
    {
        CapturedAtTheProvider();
        _anna.Money.Heard("payment", Verb.Capture, ProviderAnswer.Approved);

        _anna.Later();
        _anna.Expires("visit").IsAccepted();

        Assert.Equal(SessionStatus.Used, _anna.Session("visit").Status);
        Assert.Equal(PaymentStatus.Captured, _anna.Money.Status("payment"));
    }

    [Fact]
    public void Session_ThatExpires_VoidsThePaymentThatWaitsForItsCustomer()
    {
        AtTheBank("fee");
        _anna.Later();

        _anna.Expires("visit").IsAccepted();

        Assert.Equal((PaymentStatus.Cancelled, true), (Money.Status("payment"), Money.HasAttempt("payment", Verb.Void)));
    }

    [Fact]
    public void Approval_OfAPaymentWhoseBillIsSettled_IsVoided_AndNotCaptured()
    {
        AtTheBank("fee", "course");
        Money.PaysInCash("cash", 50_00, Part.Charge(Given.ChargeName("fee"), null), Part.Charge(Given.ChargeName("course"), null))
            .IsAccepted();

        Money.Heard("payment", Verb.Authorise, ProviderAnswer.Approved);

        Assert.Equal((PaymentStatus.Cancelled, false, true),
            (Money.Status("payment"), Money.HasAttempt("payment", Verb.Capture), Money.HasAttempt("payment", Verb.Void)));
    }

    [Fact]
    public void Approval_OfAPaymentOfWhichAPartIsDue_IsCaptured_AndTheRestIsCredit()
    {
        AtTheBank("fee", "course");
        Money.PaysInCash("cash", 20_00, Part.Charge(Given.ChargeName("fee"), null)).IsAccepted();

        Money.Heard("payment", Verb.Authorise, ProviderAnswer.Approved).Heard("payment", Verb.Capture, ProviderAnswer.Approved);

        Assert.Equal((PaymentStatus.Captured, 20_00L), (Money.Status("payment"), Money.Payment("payment").UnallocatedMinor));
    }

    [Theory]
    [InlineData(DebtCorrection.Cancel, null)]
    [InlineData(DebtCorrection.WriteOff, null)]
    [InlineData(DebtCorrection.Credit, 20_00L)]
    public void Correction_OfAWholeBill_IsTaken_WhileItsPaymentWaitsForTheCustomer(DebtCorrection correction, long? amountMinor)
    {
        AtTheBank("fee");

        Corrects(correction, amountMinor).IsAccepted();

        Assert.True(Money.State.IsPaidOtherwise(Collecting.Id("payment")));
        GivesUp().IsAccepted();
    }

    [Fact]
    public void Correction_OfAPart_OrWhileTheProviderTakesTheMoney_IsRefused()
    {
        AtTheBank("fee");
        Corrects(DebtCorrection.Credit, 5_00).IsRefused(Refusal.ChargeClaimed);
        Money.Heard("payment", Verb.Authorise, ProviderAnswer.Approved);

        Corrects(DebtCorrection.Cancel, null).IsRefused(Refusal.ChargeClaimed);
    }

    private Decision GivesUp() => Money.Do(new GiveUpPayment(Given.Origin, Given.Target(), Collecting.Id("payment")));

    private Decision Corrects(DebtCorrection correction, long? amountMinor) => Money.Do(new CorrectCharge(
        Given.Origin, Given.Target(), Given.ChargeId("fee"), correction,
        amountMinor is { } minor ? new Money(minor, Given.Euro) : null));

    private void Opened(params string[] charges)
    {
        Money.Do(new MakeLink(
            Given.Origin, Given.Target(), Link, Installation: 1, [.. charges.Select(Given.ChargeName)], Amount: null,
            Given.Now.AddDays(30))).IsAccepted();
        Money.Do(new OpenLink(
            Given.Origin, Money.State.Link(Link)!, null, Visiting.SessionId("visit"), [PaymentChoice.CreditCard], Visiting.Lifetime))
            .IsAccepted();
    }

    private void AtTheBank(params string[] charges)
    {
        Opened(charges);
        _anna.Pays("visit", "payment", link: Money.State.Link(Link), returnTo: "https://shop.example/").IsAccepted();
        Money.Heard("payment", Verb.Authorise, ToTheBank);
    }

    /// <summary>The visit's payment is captured, and no client has booked it.</summary>
    private void CapturedAtTheProvider()
    {
        _anna.Opened("visit", 40_00).Paid("visit", "payment");
        _anna.Money.Do(new OpenLostCapture(
            Given.Origin, _anna.Money.Attempt("payment", Verb.Authorise), AttemptId.Of(Collecting.Id("payment"), Verb.Capture, 1),
            new Money(40_00, Given.Euro))).IsAccepted();
    }
}
